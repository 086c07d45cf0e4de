"""kernels/logits.py: bias, penalty and bitmask change the rows and tokens that they name, and no other."""

import numpy as np
import pytest
from kernels.device import Device

from thinktab_compiler.kernels.logits import logit_kernels

ROWS = 3
BIAS, PENALTY, BITMASK = logit_kernels()


def logits_of(generator: np.random.Generator, vocab: int) -> np.ndarray:
    return generator.standard_normal((ROWS, vocab)).astype(np.float32)


@pytest.mark.parametrize("count", [1, 70])
def test_bias_is_added(device: Device, generator: np.random.Generator, count: int) -> None:
    logits = logits_of(generator, 101)
    cells = generator.permutation(logits.size)[:count]  # each at most once
    row, token = (part.astype(np.int32) for part in np.divmod(cells, 101))
    bias = generator.standard_normal(count).astype(np.float32)
    expected = logits.copy()
    expected[row, token] += bias
    device.run(BIAS, logits, row, token, bias)
    np.testing.assert_allclose(logits, expected, rtol=1e-6)


@pytest.mark.parametrize("count", [1, 70])
def test_penalties_are_those_of_the_sequence(device: Device, generator: np.random.Generator, count: int) -> None:
    logits = logits_of(generator, 101)
    sequence = np.array([2, 0], np.int32)  # rows of the two sequences
    cells = generator.permutation(2 * 101)[:count]
    position, token = (part.astype(np.int32) for part in np.divmod(cells, 101))
    seen = generator.integers(1, 5, count).astype(np.int32)
    penalty = np.array([[0.5, 0.25, 1.5], [-0.25, 0.125, 0.75]], np.float32)  # presence, frequency, repetition
    presence, frequency, repetition = penalty[position].T
    expected = logits.copy()
    lowered = expected[sequence[position], token] - presence - seen * frequency
    assert count == 1 or {True, False} <= set((lowered < 0).tolist())
    expected[sequence[position], token] = np.where(lowered < 0, lowered * repetition, lowered / repetition)
    device.run(PENALTY, logits, sequence, position, token, seen, penalty)
    np.testing.assert_allclose(logits, expected, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("vocab", [1, 64, 101])
def test_the_bitmask_leaves_allowed_tokens(device: Device, generator: np.random.Generator, vocab: int) -> None:
    logits = logits_of(generator, vocab)
    sequence = np.array([2, 0], np.int32)
    mask = generator.integers(-(2**31), 2**31, (ROWS, (vocab + 31) // 32)).astype(np.int32)
    allowed = ((mask[:, :, None] >> np.arange(32)) & 1).reshape(ROWS, -1)[:, :vocab].astype(bool)
    allowed[1] = True  # no sequence has this row
    expected = np.where(allowed, logits, np.finfo(np.float32).min)
    device.run(BITMASK, logits, sequence, mask)
    np.testing.assert_allclose(logits, expected, rtol=1e-6)  # WGSL has the lowest f32 in decimal
