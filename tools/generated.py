"""
Regenerate what is generated, or, with `--check`, fail where the committed files differ.

* services/swaddle/wire/v1 from proto/
"""

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PROTO = Path("swaddle/wire/v1/messages.proto")


def wire() -> Iterator[tuple[Path, bytes]]:
    """Yield the Python modules that protoc makes of the messages."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "grpc_tools.protoc", "-Iproto"]
        command += [f"--python_out={folder}", f"--pyi_out={folder}", f"proto/{PROTO}"]
        subprocess.run(command, cwd=ROOT, check=True)  # noqa: S603 - our own arguments
        for path in sorted(Path(folder).rglob("*.py*")):
            yield ROOT / "services" / path.relative_to(folder), path.read_bytes()


def main() -> int:
    """Write the files, or compare them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing, fail on differences")
    check = parser.parse_args().check
    stale = []
    for path, content in wire():
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
