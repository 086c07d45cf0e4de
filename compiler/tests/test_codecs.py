"""Codecs: packing, exactness on the grid, the search against the maximum."""

import numpy as np
import pytest

from thinktab_compiler.codecs import F16, F16_PAIRS, ScaleRule, fitted_codec
from thinktab_compiler.errors import CompilerError

NAMES = ("q4f32_1", "q4f16_1", "q4_0", "q4_1", "q8_0")


def random_matrix(rows: int = 40, columns: int = 192) -> np.ndarray:
    return np.random.default_rng(1).standard_normal((rows, columns)).astype(np.float32)


def group_errors(name: str, w: np.ndarray, rule: ScaleRule) -> np.ndarray:
    codec = fitted_codec(name)
    return np.square(codec.decode(codec.encode(w, rule)) - w).reshape(-1, 32).sum(-1)


def test_low_nibble_comes_first() -> None:
    w = np.zeros((1, 32), np.float32)
    w[0, :3] = [7, -7, 3]
    stored = fitted_codec("q4f32_1").encode(w, "max")
    assert stored["q_weight"].dtype == np.uint32 and stored["q_weight"].shape == (1, 4)
    assert stored["q_scale"].dtype == np.float32 and stored["q_scale"].tolist() == [[1.0]]
    assert stored["q_weight"][0, 0] == 0x77777A0E


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("rule", ["max", "search"])
def test_stored_tensors_are_those_announced_and_close_to_the_weights(name: str, rule: ScaleRule) -> None:
    w, codec = random_matrix(), fitted_codec(name)
    stored = codec.encode(w, rule)
    assert {s: (a.shape, a.dtype.name) for s, a in stored.items()} == codec.tensors(*w.shape)
    decoded = codec.decode(stored)
    assert decoded.dtype == np.float32
    assert np.abs(decoded - w).max() < (0.02 if name == "q8_0" else 0.5)
    bytes_per_weight = sum(a.nbytes for a in stored.values()) / w.size
    assert bytes_per_weight == {"q4f32_1": 20, "q4f16_1": 18, "q4_0": 18, "q4_1": 20, "q8_0": 34}[name] / 32


@pytest.mark.parametrize("rule", ["max", "search"])
@pytest.mark.parametrize("name", ["q4f32_1", "q4f16_1", "q4_0"])
def test_weights_on_the_grid_come_back_exactly(name: str, rule: ScaleRule) -> None:
    generator = np.random.default_rng(2)
    codes = generator.integers(-7, 8, (16, 4, 32)).astype(np.float32)
    codes[..., 0] = 7
    w = (codes * np.float32(0.0625)).reshape(16, 128)
    codec = fitted_codec(name)
    assert np.array_equal(codec.decode(codec.encode(w, rule)), w)


def test_max_error_is_at_most_half_a_step() -> None:
    w, codec = random_matrix(), fitted_codec("q4f32_1")
    stored = codec.encode(w, "max")
    assert np.all(np.abs(codec.decode(stored) - w) <= np.repeat(stored["q_scale"], 32, 1) / 2 * 1.0001)


@pytest.mark.parametrize("name", ["q4f32_1", "q4f16_1", "q4_0", "q4_1"])
def test_search_is_never_worse_in_a_group_and_clearly_better_overall(name: str) -> None:
    w = random_matrix()
    search, plain = group_errors(name, w, "search"), group_errors(name, w, "max")
    assert np.all(search <= plain * 1.0001)
    assert search.sum() < 0.9 * plain.sum()


def test_search_uses_the_longer_side_for_either_sign() -> None:
    w, codec = random_matrix(1, 32), fitted_codec("q4f32_1")
    w[0, 0] = 8.0
    up, down = group_errors("q4f32_1", w, "search").sum(), group_errors("q4f32_1", -w, "search").sum()
    assert abs(up - down) < 1e-6 * up
    assert codec.encode(-w, "search")["q_scale"][0, 0] < 0


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("rule", ["max", "search"])
def test_zeros_stay_zeros(name: str, rule: ScaleRule) -> None:
    codec = fitted_codec(name)
    assert not codec.decode(codec.encode(np.zeros((2, 64), np.float32), rule)).any()


@pytest.mark.parametrize("w", [np.zeros((2, 33), np.float32), np.full((1, 64), np.nan, np.float32)])
@pytest.mark.parametrize("name", NAMES)
def test_unusable_matrices_are_refused(name: str, w: np.ndarray) -> None:
    with pytest.raises(CompilerError, match="cannot be quantised"):
        fitted_codec(name).encode(w, "max")


def test_pairs_have_the_bytes_of_f16_and_an_odd_row_ends_with_a_zero() -> None:
    values = random_matrix(3, 6)
    half, pairs = F16.encode(values), F16_PAIRS.encode(values)
    assert half.tobytes() == pairs.tobytes() and pairs.shape == (3, 3)
    assert np.array_equal(F16.decode(half, 6), F16_PAIRS.decode(pairs, 6))
    odd = F16_PAIRS.encode(values[:, :5])
    assert (odd.shape, "uint32") == F16_PAIRS.tensor(3, 5) and not (odd[:, 2] >> 16).any()
    assert np.array_equal(F16_PAIRS.decode(odd, 5), F16.decode(half, 6)[:, :5])
    with pytest.raises(CompilerError, match="beyond the range of float16"):
        F16.encode(np.array([70_000.0], np.float32))
