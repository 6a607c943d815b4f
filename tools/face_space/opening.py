"""
Recognisers that have no centre yet, by their addresses.

`onnx://FAMILY/PATH` (a file of one of the families of adapters/onnx/face_embedder.py),
`insightface://PACK/FOLDER` (where its packs lie), `dlib:///PATH`, or `dlib://` for the fetched one.
"""

import hashlib
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np

from swaddle.kernel.errors import Misused, ModelMissing
from swaddle.kernel.geometry import Floats
from swaddle.settings import Settings
from tools.face_space.recogniser import Recogniser

PUBLISHED = 512
"""Numbers for a face in InsightFace's packs."""


def open_recogniser(address: str) -> Recogniser:
    """Load a recogniser; raises Misused for an address of another form."""
    url = urlsplit(address)
    match url.scheme:
        case "onnx":
            from swaddle.adapters.onnx.face_embedder import (  # noqa: PLC0415 - only what is asked for
                FAMILIES,
                OnnxFaceEmbedder,
            )

            family = FAMILIES.get(url.netloc)
            centre = nobody(family.width if family else 0)
            return OnnxFaceEmbedder(Path(url.path), centre, url.netloc)
        case "insightface":
            from swaddle.adapters.insightface.face_embedder import (  # noqa: PLC0415 - likewise
                InsightfaceFaceEmbedder,
            )

            return InsightfaceFaceEmbedder(url.netloc, Path(url.path), nobody(PUBLISHED))
        case "dlib":
            from swaddle.adapters.dlib.face_embedder import (  # noqa: PLC0415 - likewise
                DlibFaceEmbedder,
            )
            from swaddle.adapters.dlib.network import WIDTH  # noqa: PLC0415 - likewise

            return DlibFaceEmbedder(_of_dlib(url.path), nobody(WIDTH))
    raise Misused(f"{address} is no recogniser: {(__doc__ or '').strip()}")


def described(address: str) -> dict[str, str]:
    """
    Return what a scale says of whom it is for: the recogniser, and the digest of its weights.

    Nothing of the folders of a machine. Raises Misused for a pack that is not in the catalogue, and
    ModelMissing for a file that is not there.
    """
    url = urlsplit(address)
    return {"embedder": f"{url.scheme}://{url.netloc}", "weights": _weights(address)}


def nobody(width: int) -> Floats:
    """Return the centre of a recogniser of which nothing is known."""
    return np.zeros(width)


def _weights(address: str) -> str:
    url = urlsplit(address)
    if url.scheme == "insightface":
        from swaddle import bootstrap  # noqa: PLC0415 - needs the canonical face

        pack = bootstrap.catalogue(Settings()).find(url.netloc)
        return pack.digest([_digest(Path(url.path) / file.path) for file in pack.files])
    return _digest(_of_dlib(url.path) if url.scheme == "dlib" else Path(url.path))


def _of_dlib(path: str) -> Path:
    """Return where weights of dlib's lie: the fetched ones that swaddle brings a scale for."""
    if path:
        return Path(path)
    from swaddle import bootstrap  # noqa: PLC0415 - needs the canonical face

    settings, shipped = Settings(), urlsplit(Settings.model_fields["embedder_url"].default)
    model = bootstrap.catalogue(settings).find(shipped.netloc)
    return Path(bootstrap.model_store(settings).path(model))


def _digest(path: Path) -> str:
    try:
        with path.open("rb") as content:
            return hashlib.file_digest(content, "sha256").hexdigest()
    except OSError as error:
        raise ModelMissing(f"The model {path.name} cannot be read: {error.strerror}.") from error
