import pytest

from swaddle.entrypoints.cards import Card, cards

PRINTED = "NVIDIA H100 80GB HBM3, 580.65.06, 81559, 1432\n"


def test_the_driver_names_its_cards() -> None:
    assert (
        cards(lambda: PRINTED * 2) == [Card("NVIDIA H100 80GB HBM3", "580.65.06", 81559, 1432)] * 2
    )


@pytest.mark.parametrize("printed", ["", "No devices were found\n", "A100, 580, [N/A], [N/A]\n"])
def test_what_is_no_card_is_none(printed: str) -> None:
    assert cards(lambda: printed) == []
