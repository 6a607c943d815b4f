"""Where models run."""

from enum import StrEnum


class Device(StrEnum):
    """What does the arithmetic of a model."""

    AUTO = "auto"
    """CUDA where it is there, else the processor."""
    CPU = "cpu"
    CUDA = "cuda"
    """Refused where it is not there."""
    TENSORRT = "tensorrt"
    """The same, with engines built for the card at the first start."""

    @property
    def named(self) -> bool:
        """Whether a card is asked for by name: nothing takes its place where it is not there."""
        return self in {Device.CUDA, Device.TENSORRT}
