"""What the environment says. The only module that reads it."""

from pathlib import Path

from platformdirs import user_cache_path, user_config_path
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Each field can be set as SWADDLE_<NAME>; the defaults run everything in one process."""

    model_config = SettingsConfigDict(env_prefix="SWADDLE_", frozen=True)

    bus_url: str = "memory://"
    """Where messages go."""
    blobs_url: str = ""
    """Where blobs lie; empty: in the work folder."""
    ledger_url: str = ""
    """Where the life of videos is recorded; empty: SQLite in the work folder."""
    engine: str = "appearance://"
    """What invents and renders synthetic people."""
    profile: str = "embedded"
    """Which models of the catalogue are used."""
    model_folder: Path = user_cache_path("swaddle") / "models"
    """Where fetched weights are kept."""
    work_folder: Path = user_cache_path("swaddle") / "work"
    """Below it, each run has a folder of its own."""
    config_folder: Path = user_config_path("swaddle")
    """Where the signing key lies."""
