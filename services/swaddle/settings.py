"""What the environment says. The only module that reads it."""

import os
from pathlib import Path

from platformdirs import user_cache_path, user_config_path
from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from swaddle.kernel.devices import Device
from swaddle.kernel.networks import Network
from swaddle.models.licensing import LicencePolicy


class Settings(BaseSettings):
    """Each field can be set as SWADDLE_<NAME>; the defaults run everything in one process."""

    model_config = SettingsConfigDict(env_prefix="SWADDLE_", frozen=True)

    bus_url: str = "memory://"
    """Where messages go: `memory://` or `kafka://HOST:PORT`."""
    topic_prefix: str = "swaddle"
    """How the names of topics and groups begin."""
    blobs_url: str = ""
    """Where blobs lie: `file:///FOLDER` or `s3://HOST/BUCKET`; empty: in the run's folder."""
    ledger_url: str = ""
    """
    Where the life of videos is recorded: `sqlite:///FILE` or `postgresql://HOST/DATABASE`; empty:
    SQLite in the run's folder.
    """
    service_token: SecretStr = SecretStr("")
    """What the internal endpoints of model services ask for; empty: they answer nobody."""
    keep_originals_days: int | None = None
    """
    How long after a video has ended its original, and all that was made on the way, is kept on a
    platform; not set: until somebody erases the video. Two hours are the least.
    """
    health_port: int = 0
    """
    Where `serve` and `worker` answer /livez, /readyz and /metrics; 0: nowhere. BentoML has its own.
    """
    max_upload_bytes: int = 20_000_000_000
    """The largest video that the API takes."""
    requests_per_minute: int = 600
    """How often one token may ask each process of the API; 0: as often as it likes."""
    admitted_videos: int = 20
    """
    How many videos of one tenant and priority are worked on at once; the others wait for their
    turn, so that a tenant with ten thousand does not keep another waiting. 0: all.
    """
    webhook_networks: tuple[Network, ...] = ()
    """Private networks that webhooks may lead into, as JSON: `["10.1.0.0/16"]`."""
    traces_url: str = ""
    """Where spans are sent, OTLP over HTTP: `http://HOST:4318/v1/traces`; empty: nowhere."""
    stalled_after_s: float = 3600.0
    """Nothing happened to a video for so long: what it waits for is asked for again."""
    batch: int = Field(default=1, ge=1)
    """
    How many pictures of one size go through a model at once, and the faces of how many frames are
    rendered together; halved when the device has too little memory. On CPUs more than one gains
    nothing.
    """
    detector_url: str = "onnx://centerface"
    """What searches frames for faces: engine and name in the catalogue."""
    landmarker_url: str = "litert://face_landmark"
    """What fits meshes to the faces that were found: engine and name in the catalogue."""
    embedder_url: str = "dlib://dlib_face_recognition_resnet_model_v1"
    """What tells people apart: engine and name in the catalogue."""
    recognition_file: Path | None = None
    """
    What the similarities of that recogniser mean, as `python -m tools.face_space.calibrate` writes
    it; each but the default one needs it.
    """
    identity_url: str = "appearance://"
    """What invents synthetic people."""
    swapper_url: str = "appearance://"
    """What renders them."""
    device: Device = Device.AUTO
    """Where the models of the GPU engine run: `auto`, `cpu`, `cuda`, `tensorrt`."""
    catalogue_file: Path | None = None
    """A `models.toml` of your own: its entries are added to those of swaddle, or replace them by name."""
    profile: str = "embedded"
    """Which models of the catalogue are needed."""
    licences: LicencePolicy = LicencePolicy.PERMISSIVE
    """What the weights may be used for: `research` accepts those that forbid commercial use."""
    run_folder: Path = Path()
    """Everything one run keeps until it ends; the command line gives each run its own."""
    key_folder: Path | None = None
    """Where `identity.key` and `table.key` lie, the same for all workers; else the run's folder."""
    scratch_folder: Path | None = None
    """Where temporary files lie; else below the run's folder."""
    seed_key_file: Path | None = None
    """The key that identities are derived from; without one, each run makes its own."""
    threads: int = 0
    """Threads that one process may use for decoding, encoding and inference; 0: all cores."""
    preset: str = "veryfast"
    """Speed of the encoder, a preset of libx264."""
    crf: int = 14
    """Quality of the encoder: what is untouched keeps at least 45 dB at 14."""
    model_folder: Path = user_cache_path("swaddle") / "models"
    """Where fetched weights are kept."""
    work_folder: Path = user_cache_path("swaddle") / "work"
    """Below it, each run has a folder of its own."""
    config_folder: Path = user_config_path("swaddle")
    """Where the signing key lies."""

    @property
    def cores(self) -> int:
        """Threads to use, at least one."""
        return self.threads or os.cpu_count() or 1
