"""What the certificate says of this installation, and who signs it."""

import platform
from collections.abc import Callable, Sequence
from importlib.metadata import PackageNotFoundError, version
from typing import Final
from urllib.parse import urlsplit

from swaddle.bootstrap.generators import identity_generator
from swaddle.bootstrap.recognisers import is_shipped, recognition_scale
from swaddle.bootstrap.swappers import face_swapper
from swaddle.bootstrap.weights import digest_of, used_models
from swaddle.certification.manifest import Toolchain, Weight
from swaddle.certification.ports import FeatureWriter, SignatureChecker
from swaddle.identity.ports import IdentityGenerator
from swaddle.settings import Settings
from swaddle.swapping.ports import FaceSwapper


def feature_writer() -> FeatureWriter:
    """Return what writes tables for people."""
    from swaddle.adapters.parquet.feature_writer import ParquetFeatureWriter

    return ParquetFeatureWriter()


def signature_checker() -> SignatureChecker:
    """Return what tells whether a signature is one."""
    from swaddle.adapters.system.signature_checker import SystemSignatureChecker

    return SystemSignatureChecker()


def read_public_key(pem: bytes) -> bytes:
    """Return the 32 bytes of a public key that somebody handed over; raises Misused."""
    from swaddle.adapters.system.signature_checker import read_public_key as read

    return read(pem)


def own_public_key(settings: Settings) -> bytes | None:
    """Return the key that this user signs with, None where nothing was ever signed."""
    from swaddle.adapters.system.key_ring import SystemKeyRing

    return SystemKeyRing(settings.run_folder, settings.config_folder).known_public_key()


def toolchain(settings: Settings, swappers: Sequence[str] = ()) -> Toolchain:
    """Return with what videos are made here, for the manifest; a plan may name more `swappers`."""
    loaded = used_models(settings, swappers)
    others = {f"swapper {url}": url for url in swappers if url != settings.swapper_url}
    return Toolchain(
        version=version("swaddle"),
        python=platform.python_version(),
        libraries=_libraries(settings),
        engines={
            "detector": settings.detector_url,
            "landmarker": settings.landmarker_url,
            "embedder": settings.embedder_url
            if is_shipped(settings)
            else recognition_scale(settings).recogniser,
            "identity": _engine(settings.identity_url, lambda: identity_generator(settings)),
            "swapper": _engine(settings.swapper_url, lambda: face_swapper(settings)),
            **others,
        },
        encoder=f"libx264, preset {settings.preset}, CRF {settings.crf}",
        weights=tuple(
            Weight(
                name=model.name,
                sha256=digest_of(settings, model),
                licence=model.licence.spdx,
                commercial_use=model.licence.commercial,
            )
            for model in loaded
        ),
    )


def _engine(url: str, load: Callable[[], FaceSwapper | IdentityGenerator]) -> str:
    """Return what the manifest calls an engine: whoever testifies has no device to load it on."""
    return load().fingerprint if urlsplit(url).scheme == "appearance" else url


def _libraries(settings: Settings) -> dict[str, str]:
    diffusion = urlsplit(settings.identity_url).scheme == "diffusers"
    names = (*LIBRARIES, *RUNTIMES, *(DIFFUSION_LIBRARIES if diffusion else ()))
    return {name: version(name) for name in sorted(names) if is_installed(name)}


def is_installed(package: str) -> bool:
    """Return whether a package is in this environment; nothing of it is loaded."""
    try:
        version(package)
    except PackageNotFoundError:
        return False
    return True


LIBRARIES: Final = (
    *("ai-edge-litert", "av", "dlib-bin", "numpy"),
    *("opencv-python-headless", "pyarrow", "scipy"),
)
"""What has a part in how the pixels and the figures come out."""


RUNTIMES: Final = ("onnxruntime", "onnxruntime-gpu")
"""One of them as well; both overwrite each other's files."""


DIFFUSION_LIBRARIES: Final = ("accelerate", "diffusers", "torch", "transformers")
"""What has a part where Stable Diffusion invents people."""
