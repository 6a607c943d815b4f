"""
Stands in for setuptools when pip asks a source archive what it is.

pip wants the metadata of a source archive even where it only downloads it, and would run the
archive's setup.py for them. What they are stands in the archive: nothing has to be built, fetched
or run. Copied into a folder of its own by `PipModelSource`, and imported by pip alone.
"""

import sys
from email.parser import BytesParser
from pathlib import Path


def prepare_metadata_for_build_wheel(
    metadata_directory: str, config_settings: object = None
) -> str:
    """Copy the archive's own PKG-INFO (PEP 517); pip starts this in the unpacked archive."""
    del config_settings  # part of the hook's signature
    stated = Path("PKG-INFO").read_bytes()
    fields = BytesParser().parsebytes(stated, headersonly=True)
    name = f"{fields['Name'].replace('-', '_')}-{fields['Version']}.dist-info"
    folder = Path(metadata_directory, name)
    folder.mkdir()
    (folder / "METADATA").write_bytes(stated)
    return name


# What pip asks for where an archive names no build backend (PEP 517).
__legacy__ = sys.modules[__name__]
