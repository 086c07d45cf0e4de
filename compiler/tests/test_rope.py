"""Rotary frequencies against values computed from the definitions by hand, and the kernel's table of turns."""

import math

import numpy as np
import pytest

from thinktab_compiler.errors import CompilerError
from thinktab_compiler.kernels.elementwise import turns_table
from thinktab_compiler.rope import frequencies, read_scaling, scaling_json

LLAMA3 = {
    "rope_type": "llama3",
    "factor": 8.0,
    "low_freq_factor": 1.0,
    "high_freq_factor": 4.0,
    "original_max_position_embeddings": 8192,
}
R1_QWEN3 = {
    "rope_type": "yarn",
    "factor": 4.0,
    "original_max_position_embeddings": 32768,
    "attn_factor": 0.8782488562869419,
}


def test_llama3_keeps_short_wavelengths_and_stretches_long_ones() -> None:
    plain = frequencies(128, 5e5, None)
    scaled = frequencies(128, 5e5, read_scaling(LLAMA3, "config"))
    wavelength = 2 * math.pi / plain
    np.testing.assert_array_equal(scaled[wavelength < 8192 / 4], plain[wavelength < 8192 / 4])
    np.testing.assert_allclose(scaled[wavelength > 8192], plain[wavelength > 8192] / 8)
    between = int(np.flatnonzero((wavelength > 8192 / 4) & (wavelength < 8192))[0])
    smooth = (8192 / wavelength[between] - 1) / 3
    assert scaled[between] == pytest.approx((1 - smooth) * plain[between] / 8 + smooth * plain[between])


def test_yarn_of_deepseeks_qwen3_leaves_the_magnitude_at_one() -> None:
    scaling = read_scaling(R1_QWEN3, "config")
    assert scaling is not None
    assert scaling.magnitude == pytest.approx(1.0, abs=1e-9)
    plain, scaled = frequencies(128, 1e6, None), frequencies(128, 1e6, scaling)
    assert scaled[0] == plain[0] and scaled[-1] == pytest.approx(plain[-1] / 4)
    assert (np.diff(scaled / plain) <= 1e-12).all()
    without = {k: v for k, v in R1_QWEN3.items() if k != "attn_factor"}
    computed = read_scaling(without, "config")
    assert computed is not None and computed.magnitude == pytest.approx(1.1386294361)


@pytest.mark.parametrize("raw", [LLAMA3, R1_QWEN3])
def test_scalings_are_read_back_from_their_own_json(raw: dict[str, object]) -> None:
    scaling = read_scaling(raw, "config")
    assert read_scaling(scaling_json(scaling), "config") == scaling


@pytest.mark.parametrize(
    ("raw", "named"),
    [
        ({"rope_type": "linear", "factor": 2.0}, "'linear' is not supported"),
        ({"rope_type": "yarn"}, "factor"),
        ({**LLAMA3, "low_freq_factor": "low"}, "low_freq_factor"),
        ("yarn", "object"),
    ],
)
def test_other_scalings_are_refused(raw: object, named: str) -> None:
    with pytest.raises(CompilerError, match=named):
        read_scaling(raw, "config")


def test_turns_stay_exact_over_a_long_context() -> None:
    radians = frequencies(128, 1e4, None)
    positions = np.array([1, 4095, 32767, 131071], np.uint32)
    fraction = (positions[:, None] * turns_table(radians)).view(np.int32).astype(np.float64) * (2 * math.pi / 2**32)
    expected = positions[:, None].astype(np.float64) * radians
    np.testing.assert_allclose(np.exp(1j * fraction), np.exp(1j * expected), atol=1.1e-4)
    np.testing.assert_allclose(np.exp(1j * fraction[:3]), np.exp(1j * expected[:3]), atol=2.5e-5)
