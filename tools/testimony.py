"""Reference pages of what lies beside an output: the feature table and the manifest."""

import inspect
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from pydantic import BaseModel

from swaddle.certification import columns, manifest
from swaddle.kernel import findings

from .fields import WRITTEN, fields, words

RECORDS: Final[tuple[type[BaseModel], ...]] = (
    *(manifest.Manifest, manifest.Testimony, manifest.FileFact, manifest.InputFact),
    *(manifest.OrderFacts, manifest.VideoFacts, manifest.SyntheticMedia, manifest.Counts),
    *(manifest.SubjectFacts, manifest.Approval, manifest.Signer, manifest.Toolchain),
    *(manifest.Weight, findings.Findings, findings.Finding, findings.SubjectFigures),
)

CHECKING: Final = """\
## Checking one

`swaddle verify OUT` reads `OUT.manifest.json` and `OUT.manifest.sig`, compares the video and what
else lies beside it with the digests in the manifest, and names the signer. `--key FILE` says whose
signature is expected: the signer's `signing.pub.pem`, which lies in the configuration folder that
`swaddle doctor` names. It exits with 0 where all fits, with 1 where something was changed or
somebody else signed.

Nothing of swaddle is needed for the signature itself (OpenSSL 3):

```
openssl pkeyutl -verify -rawin -pubin -inkey signing.pub.pem \\
    -in OUT.manifest.json -sigfile OUT.manifest.sig
sha256sum OUT        # is testimony.output.sha256
```

## The form

One line of JSON, UTF-8, keys in order, without spaces, floats with at most 4 decimals: the form of
RFC 8785 for what is in it. The signature is Ed25519 (RFC 8032, 64 bytes) over exactly these bytes.
`body_sha256` is the SHA-256 of the same form of everything else in the manifest, so that damage is
told apart from a wrong signature. Fields that are not listed here are refused.

## The receipt

`OUT.private-receipt.json`, readable for its owner alone, ties the output to the original. Whoever
has it and the original can prove that they belong together: SHA-256 of the salt (32 bytes) followed
by the SHA-256 of the original (32 bytes) is `input.salted_sha256`. Keep it with the original; do
not share it.

## Provenance

`OUT.prov.json` says the same as W3C PROV-JSON: which entities (input, plan, output, features,
report, findings, weights), which activities, which agents. Its digest is in the manifest.
"""


def pages(folder: Path) -> Iterator[tuple[Path, bytes]]:
    """Yield both pages with their paths below `folder`."""
    source = WRITTEN.format(source="services/swaddle/certification/columns.py")
    yield folder / "features.md", f"{source}{columns.reference()}".encode()
    yield folder / "manifest.md", manifest_page().encode()


def manifest_page() -> str:
    """Return what every field of a manifest means, and how one is checked."""
    about = inspect.cleandoc(manifest.__doc__ or "")
    return "\n\n".join(
        [
            WRITTEN.format(source="services/swaddle/certification/manifest.py").strip(),
            f"# The manifest\n\n{about}",
            CHECKING.strip(),
            *(fields(record) for record in RECORDS),
            words(findings.FindingKind) + "\n",
        ]
    )
