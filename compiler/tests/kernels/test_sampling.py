"""kernels/gpu/sampling.py and kernels/software/sampling.py: softmax and top-p draws of rows of any length."""

import numpy as np
import pytest
from kernels.device import Device

from thinktab_compiler.kernels import Profile
from thinktab_compiler.sampler_cases import draw, softmax

# one token, no tile divides it, more than the search keeps in workgroup memory, more than 256 segments of 256 tokens
VOCABS = [1, 256, 1027, 5003, 70_001]


@pytest.mark.parametrize("vocab", VOCABS)
@pytest.mark.parametrize("rows", [1, 3])
def test_softmax_divides_by_the_temperature_of_the_row(
    device: Device, profile: Profile, generator: np.random.Generator, rows: int, vocab: int
) -> None:
    logits = (generator.standard_normal((rows, 1, vocab)) * 30 - 50).astype(np.float32)
    temperature = np.array([0.3, 1.5, 0.7], np.float32)[:rows]
    found = np.zeros_like(logits)
    device.run(profile.softmax(), logits, temperature, found)
    expected = [softmax(row.astype(np.float64), float(t)) for row, t in zip(logits[:, 0], temperature, strict=True)]
    np.testing.assert_allclose(found[:, 0], expected, rtol=1e-4, atol=1e-9)


@pytest.mark.parametrize("vocab", VOCABS)
def test_top_p_draws_the_tokens_of_the_sorted_nucleus(
    device: Device, profile: Profile, generator: np.random.Generator, vocab: int
) -> None:
    """Samples of rows in any order, each row with its own top_p: almost zero, a part, and all."""
    # the rounding of a sum of 70,001 like numbers in f32 is more than one of them, so there some stand out
    logits = generator.standard_normal((3, vocab)) * (3 if vocab < 10_000 else 5)
    probs = np.stack([softmax(row, 1.0) for row in logits])
    top_p = np.array([1e-5, 0.8, 1.0], np.float32)
    row_of = generator.integers(0, 3, 41).astype(np.int32)
    uniform = generator.random(41).astype(np.float32)
    uniform[:2] = 0, 0.999
    found = np.full(41, -1, np.int32)
    device.run(profile.top_p(), probs, uniform, row_of, top_p, found)
    expected = [draw(probs[r], float(top_p[r]), u[None])[0] for r, u in zip(row_of, uniform.astype(float), strict=True)]
    np.testing.assert_array_equal(found, expected)
