"""What is given up for memory follows from what is free, the least first."""

from collections.abc import Callable, Sequence

import pytest

from swaddle.adapters.diffusers.memory import GIGABYTE, Needs, Saving, needs, saving
from swaddle.kernel.batching import Batching
from swaddle.kernel.errors import OutOfMemory
from tests.missing import imported

torch = imported("torch")
imported("diffusers")

from swaddle.adapters.diffusers.failing import out_of_memory  # noqa: E402
from swaddle.adapters.diffusers.inpainting import save  # noqa: E402

XL = Needs(weights=int(12 * GIGABYTE), largest=int(5 * GIGABYTE), painting=int(4 * GIGABYTE))


@pytest.mark.parametrize(
    ("free", "least"),
    [
        (80, Saving.NOTHING),
        (18, Saving.NOTHING),
        (17, Saving.SLICES),
        (15.6, Saving.SLICES),
        (15.5, Saving.NETWORKS),
        (8, Saving.NETWORKS),
        (7.7, Saving.LAYERS),
        (3, Saving.LAYERS),
    ],
)
def test_the_least_is_given_up(free: float, least: Saving) -> None:
    assert saving(int(free * GIGABYTE), XL) is least


def test_a_card_that_cannot_hold_a_layer_is_refused_with_what_to_do() -> None:
    with pytest.raises(OutOfMemory, match=r"2.0 GB free.*2\.8.*SWADDLE_DEVICE=cpu"):
        saving(int(2 * GIGABYTE), XL)


def test_a_larger_picture_needs_more_by_its_pixels() -> None:
    assert needs([1], [], 1024).painting == 4 * needs([1], [], 512).painting


def test_weights_are_there_in_half_precision() -> None:
    assert needs([10, 30], [], 512).weights == 80
    assert needs([10, 30], [], 512).largest == 60


def test_controlnets_stay_beside_the_network_that_they_control() -> None:
    assert needs([10, 30], [5, 5], 512).weights == 100
    assert needs([10, 30], [5, 5], 512).largest == 80


@pytest.mark.parametrize(
    ("free", "least"),
    [(6, Saving.NOTHING), (5, Saving.SLICES), (3, Saving.LAYERS), (1.2, Saving.LAYERS)],
)
def test_what_is_given_up_is_what_a_card_needed(free: float, least: Saving) -> None:
    # Stable Diffusion 1.5 with two ControlNets on an H200 with so many GiB free: with 3, one
    # network at a time, and the ControlNets, was too much.
    needed = needs([859_535_364, 83_653_863, 123_060_480], [361_279_120, 361_279_120], 512)

    assert saving(int(free * 2**30), needed) is least


class Pipeline:
    """Notes what it is told."""

    def __init__(self) -> None:
        self.told: list[str] = []
        self.vae = self

    def __getattr__(self, name: str) -> Callable[..., None]:
        return lambda *_, **__: self.told.append(name)


@pytest.mark.parametrize(
    ("least", "told"),
    [
        (Saving.NOTHING, ["to"]),
        (Saving.SLICES, ["enable_attention_slicing", "enable_slicing", "to"]),
        (
            Saving.NETWORKS,
            ["enable_attention_slicing", "enable_slicing", "enable_model_cpu_offload"],
        ),
        (
            Saving.LAYERS,
            ["enable_attention_slicing", "enable_slicing", "enable_sequential_cpu_offload"],
        ),
    ],
)
def test_a_pipeline_is_told_what_to_give_up(least: Saving, told: list[str]) -> None:
    pipeline = Pipeline()
    save(pipeline, least, torch.device("cpu"))

    assert pipeline.told == told


@pytest.mark.parametrize(
    "error",
    [
        torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB"),
        RuntimeError("[enforce fail] DefaultCPUAllocator: can't allocate memory"),
        # As an H200 said it, full.
        RuntimeError("CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`"),
        MemoryError(),
    ],
)
def test_too_little_memory_is_told_from_other_failures(error: Exception) -> None:
    with pytest.raises(OutOfMemory, match="SWADDLE_BATCH=1"), out_of_memory():
        raise error
    with pytest.raises(RuntimeError, match="illegal"), out_of_memory():
        raise RuntimeError("an illegal memory access was encountered")


def test_a_batch_is_halved_when_the_card_says_so() -> None:
    sizes: list[int] = []

    def paint(numbers: Sequence[int]) -> list[int]:
        sizes.append(len(numbers))
        with out_of_memory():
            if len(numbers) > 2:
                raise torch.OutOfMemoryError("CUDA out of memory.")
            return list(numbers)

    assert Batching(8).run(range(8), paint) == list(range(8))
    assert sizes == [8, 4, 2, 2, 2, 2]
