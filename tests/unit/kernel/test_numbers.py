import numpy as np
import pytest

from swaddle.kernel.errors import ModelFailed
from swaddle.kernel.numbers import require_numbers


@pytest.mark.parametrize("wrong", [np.nan, np.inf, -np.inf])
def test_what_is_no_number_is_no_vector(wrong: float) -> None:
    vectors = np.zeros((2, 4))
    require_numbers("The recogniser any", vectors)
    vectors[1, 2] = wrong

    with pytest.raises(ModelFailed, match="The recogniser any gave something that is no number"):
        require_numbers("The recogniser any", vectors)
