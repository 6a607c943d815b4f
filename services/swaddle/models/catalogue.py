"""What there is to know of every weight file, as `models.toml` says it."""

import re
import tomllib
from collections import Counter
from collections.abc import Iterable
from typing import Annotated, Any, Final, Self

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


def _address(text: str) -> str:
    member = PACKAGE_MEMBER.fullmatch(text)
    if member is not None and _stays_inside(member[2]):
        return text
    if WEB_ADDRESS.fullmatch(text):
        return text
    raise ValueError("needs pypi:package==version!member or https://host/path")


def _stays_inside(member: str) -> bool:
    parts = member.split("/")
    return "\\" not in member and all(part not in ("", ".", "..") for part in parts)


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Source(RootModel[Annotated[str, AfterValidator(_address)]]):
    """
    Where a file can be had: `pypi:package==version!member` or `https://host/path`.

    A member below the folder `package-version/` lies in the package's source archive, every other
    one in its wheel. What an address that ends in `.bz2` gives is unpacked.
    """

    model_config = ConfigDict(frozen=True)

    @property
    def scheme(self) -> str:
        """Who can read it: `pypi` or `https`."""
        return self.root.partition(":")[0]

    @property
    def place(self) -> str:
        """What people call the place: the package with its version, or the host."""
        known = PACKAGE_MEMBER.fullmatch(self.root) or WEB_ADDRESS.fullmatch(self.root)
        return known[1] if known else self.root

    @property
    def member(self) -> str:
        """The path inside the package; empty where there is no package."""
        known = PACKAGE_MEMBER.fullmatch(self.root)
        return known[2] if known else ""

    def __str__(self) -> str:
        return self.root


class Licence(_Value):
    """Who may use a file."""

    spdx: Annotated[str, Field(pattern=r"^[A-Za-z0-9.+-]+$")]
    """Identifier of the SPDX list, or LicenseRef-… for what is not on it."""
    commercial: bool
    stated: Annotated[str, Field(min_length=1)]
    """Where it says so."""


class Model(_Value):
    """One weight file."""

    name: Annotated[str, Field(pattern=r"^[a-z0-9_]+$")]
    task: str
    file: Annotated[str, Field(pattern=r"^[A-Za-z0-9_][A-Za-z0-9_.-]*$")]
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    size: PositiveInt
    """In bytes."""
    licence: Licence
    sources: Annotated[tuple[Source, ...], Field(min_length=1)]
    """In the order in which they are tried."""


class Profile(_Value):
    """The models that one way to run needs."""

    name: str
    purpose: str
    models: tuple[str, ...]


class Catalogue(_Value):
    """All models, and which of them a profile needs."""

    models: tuple[Model, ...]
    profiles: tuple[Profile, ...]

    @model_validator(mode="after")
    def _names_are_unique_and_known(self) -> Self:
        names = [model.name for model in self.models]
        if twice := _repeated(names) + _repeated([profile.name for profile in self.profiles]):
            raise ValueError(f"{twice[0]} is there twice")
        for profile in self.profiles:
            if unknown := [name for name in profile.models if name not in names]:
                raise ValueError(f"profile {profile.name} needs {unknown[0]}, which is not there")
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
                return tuple(model for model in self.models if model.name in known.models)
        names = ", ".join(known.name for known in self.profiles)
        raise Misused(f"There is no model profile {profile}; there is: {names}.")


def read_catalogue(text: str) -> Catalogue:
    """Return what a `models.toml` says; raises Misused with the place and what is wrong there."""
    try:
        return Catalogue.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise Misused(f"The model catalogue is not TOML: {error}.") from error
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise Misused(
            f"The model catalogue is wrong at {_spot(text, first['loc'])}: {_plain(first['msg'])}."
        ) from error


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
