"""Quantisation: packing, exactness on the grid, and the search against the max rule."""

import numpy as np
import pytest

from thinktab_compiler.errors import CompilerError
from thinktab_compiler.quantize import dequantize_q4, quantize_q4


def random_matrix(rows: int = 40, columns: int = 96) -> np.ndarray:
    return np.random.default_rng(1).standard_normal((rows, columns)).astype(np.float32)


def error(w: np.ndarray, scale: str) -> float:
    return float(np.square(dequantize_q4(*quantize_q4(w, scale)) - w).mean())


def test_low_nibble_comes_first() -> None:
    w = np.zeros((1, 32), np.float32)
    w[0, :3] = [7, -7, 3]
    words, scales = quantize_q4(w, "max")
    assert words.dtype == np.uint32 and words.shape == (1, 4)
    assert scales.dtype == np.float32 and scales.tolist() == [[1.0]]
    assert words[0, 0] == 0x77777A0E


@pytest.mark.parametrize("scale", ["max", "search"])
def test_weights_on_the_grid_come_back_exactly(scale: str) -> None:
    generator = np.random.default_rng(2)
    codes = generator.integers(-7, 8, (16, 4, 32)).astype(np.float32)
    codes[..., 0] = 7
    w = (codes * np.float32(0.0625)).reshape(16, 128)
    assert np.array_equal(dequantize_q4(*quantize_q4(w, scale)), w)


def test_max_error_is_at_most_half_a_step() -> None:
    w = random_matrix()
    words, scales = quantize_q4(w, "max")
    steps = np.repeat(scales, 32, axis=1)
    assert np.all(np.abs(dequantize_q4(words, scales) - w) <= steps / 2 * 1.0001)


def test_search_is_never_worse_in_a_group_and_clearly_better_overall() -> None:
    w = random_matrix()

    def groups(scale: str) -> np.ndarray:
        return np.square(dequantize_q4(*quantize_q4(w, scale)) - w).reshape(-1, 32).sum(-1)

    assert np.all(groups("search") <= groups("max") * 1.0001)
    assert error(w, "search") < 0.9 * error(w, "max")


def test_search_uses_the_eighth_code_on_either_side() -> None:
    w = random_matrix(1, 32)
    w[0, 0] = 8.0
    assert abs(error(w, "search") - error(-w, "search")) < 1e-6 * error(w, "search")
    assert quantize_q4(-w, "search")[1][0, 0] < 0


def test_zeros_stay_zeros() -> None:
    for scale in ("max", "search"):
        assert not dequantize_q4(*quantize_q4(np.zeros((2, 64), np.float32), scale)).any()


@pytest.mark.parametrize("w", [np.zeros((2, 33), np.float32), np.full((1, 32), np.nan, np.float32)])
def test_unusable_matrices_are_refused(w: np.ndarray) -> None:
    with pytest.raises(CompilerError, match="cannot be quantised"):
        quantize_q4(w, "max")
