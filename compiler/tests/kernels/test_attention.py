"""kernels/attention.py and both profiles' attention.py: grouped heads against pages and chunks of any length.

The decoding attention of the profile gpu has tests of its own in test_decode.py.
"""

from dataclasses import dataclass

import numpy as np
import pytest
from kernels.device import Argument, Device, View

from thinktab_compiler.config import KV_PAGE
from thinktab_compiler.kernels import Profile
from thinktab_compiler.kernels.attention import LOG2_E, AttentionShape
from thinktab_compiler.reference import attention

SHAPES = [  # no count of threads is a multiple of 48
    AttentionShape(6, 2, 48, "float32"),
    AttentionShape(2, 2, 16, "float32"),
    AttentionShape(2, 1, 128, "float32"),
]
F16_SHAPE = AttentionShape(6, 2, 48, "float16")
SCALE = 0.3
UNUSED = 0.0  # rotary scale and base: the cache has rotated the keys


def heads_of(shape: AttentionShape) -> str:
    return f"{shape.heads}x{shape.head_dim}"


@dataclass(frozen=True)
class Cache:
    """Sequences of `lengths` positions in pages in no order, beginning at the second page of a larger array."""

    held: np.ndarray
    lengths: tuple[int, ...]
    indptr: np.ndarray
    ids: np.ndarray

    @staticmethod
    def random(generator: np.random.Generator, shape: AttentionShape, *lengths: int) -> "Cache":
        counts = [-(-length // KV_PAGE) for length in lengths]
        held = generator.standard_normal((sum(counts) + 3, 2, shape.kv_heads, KV_PAGE, shape.head_dim))
        ids = generator.permutation(sum(counts) + 2)[: max(sum(counts), 1)].astype(np.int32)
        indptr = np.cumsum([0, *counts]).astype(np.int32)
        held[1 + ids[indptr[1:] - 1], 0] *= 3  # larger keys at the end, so that later tiles raise the maximum
        return Cache(held.astype(shape.pages), lengths, indptr, ids)

    def arguments(self, rows: int) -> tuple[np.ndarray | View, ...]:
        """Index into each sequence's pages, list of pages, positions in the last page; unread offsets and positions."""
        last = np.array([(length - 1) % KV_PAGE + 1 if length else 0 for length in self.lengths], np.int32)
        positions = np.zeros(rows, np.int32)
        shifted = View(np.concatenate([np.full(5, 99, np.int32), self.ids]), self.ids.shape, 5)
        return self.indptr, shifted, last, np.zeros(len(self.lengths), np.int32), positions

    def pages(self) -> View:
        """The pages as an argument."""
        return View(self.held, (len(self.held) - 1, *self.held.shape[1:]), self.held[0].size)

    def sequence(self, b: int) -> tuple[np.ndarray, np.ndarray]:
        """Keys and values [positions, kv heads, d] of a sequence, in f64."""
        pages = self.held[1 + self.ids[self.indptr[b] : self.indptr[b + 1]]].astype(np.float64)
        keys, values = pages.transpose(1, 0, 3, 2, 4).reshape(2, -1, pages.shape[2], pages.shape[4])
        return keys[: self.lengths[b]], values[: self.lengths[b]]


def outputs(rows: int, shape: AttentionShape) -> tuple[np.ndarray, np.ndarray]:
    return np.full((rows, shape.heads, shape.head_dim), np.nan, np.float32), np.full((rows, shape.heads), np.nan, "f4")


def queries(generator: np.random.Generator, rows: int, shape: AttentionShape) -> np.ndarray:
    return generator.standard_normal((rows, shape.heads, shape.head_dim)).astype(np.float32)


def seen(rows: int, length: int, causal: int) -> np.ndarray:
    """Mask of the `length` positions that each of the last `rows` sees: all, or with `causal` up to its own."""
    last = length - rows + np.arange(rows) if causal else np.full(rows, length - 1)
    return np.arange(length) <= last[:, None]


def compare(found: tuple[np.ndarray, np.ndarray], expected: tuple[np.ndarray, np.ndarray]) -> None:
    """Mixed values, and log-sum-exp in base 2."""
    np.testing.assert_allclose(found[0], expected[0], atol=1e-5)
    np.testing.assert_allclose(found[1], expected[1] * LOG2_E, rtol=1e-5, atol=1e-5)


def decode_arguments(
    cache: Cache, query: np.ndarray, found: tuple[np.ndarray, np.ndarray], scale: float
) -> tuple[Argument, ...]:
    """The arguments of a decoding attention, in their order."""
    return (query, cache.pages(), *cache.arguments(len(query)), *found, 0, UNUSED, UNUSED, scale)


def decoded(device: Device, profile: Profile, generator: np.random.Generator, shape: AttentionShape) -> None:
    """Sequences of one position, of more than 256, of none, and of whole pages."""
    lengths = (1, 300, 0, 2 * KV_PAGE)
    cache, query, found = Cache.random(generator, shape, *lengths), queries(generator, 4, shape), outputs(4, shape)
    device.run(profile.attention(shape).decode, *decode_arguments(cache, query, found, SCALE))
    for b, length in enumerate(lengths):
        if length == 0:
            np.testing.assert_array_equal(found[0][b], 0)
            assert (found[1][b] < -1e4).all()
            continue
        keys, values = cache.sequence(b)
        expected = attention(query[b : b + 1].astype(np.float64), keys, values, np.ones((1, length), bool), SCALE)
        compare((found[0][b : b + 1], found[1][b : b + 1]), expected)


@pytest.mark.parametrize("shape", SHAPES, ids=heads_of)
def test_a_row_of_each_sequence_against_its_pages(
    device: Device, profile: Profile, generator: np.random.Generator, shape: AttentionShape
) -> None:
    decoded(device, profile, generator, shape)


def test_f16_pages(f16_device: Device, profile: Profile, generator: np.random.Generator) -> None:
    decoded(f16_device, profile, generator, F16_SHAPE)


@pytest.mark.parametrize("shape", SHAPES, ids=heads_of)
def test_a_chunk_against_the_pages(
    device: Device, profile: Profile, generator: np.random.Generator, shape: AttentionShape
) -> None:
    """With `causal`, the pages hold the chunk itself at their end."""
    function = profile.attention(shape).prefill_paged
    for rows, length, causal in ((1, 1, 0), (19, 45, 0), (19, 45, 1), (16, 32, 1), (33, 71, 1), (3, 65, 1)):
        cache, query, found = (
            Cache.random(generator, shape, length),
            queries(generator, rows, shape),
            outputs(rows, shape),
        )
        bounds = np.array([0, rows], np.int32)
        arguments = (query, bounds, cache.pages(), *cache.arguments(rows), *found)
        device.run(function, *arguments, causal, 0, UNUSED, UNUSED, SCALE)
        keys, values = cache.sequence(0)
        compare(found, attention(query.astype(np.float64), keys, values, seen(rows, length, causal), SCALE))


@pytest.mark.parametrize("shape", SHAPES, ids=heads_of)
def test_a_chunk_against_itself(
    device: Device, profile: Profile, generator: np.random.Generator, shape: AttentionShape
) -> None:
    function = profile.attention(shape).prefill_ragged
    for rows, length, causal in ((1, 1, 1), (37, 37, 1), (65, 65, 1), (19, 45, 1), (19, 45, 0), (33, 40, 0)):
        query, found = queries(generator, rows, shape), outputs(rows, shape)
        keys, values = (
            generator.standard_normal((length, shape.kv_heads, shape.head_dim)).astype(np.float32) for _ in range(2)
        )
        bounds, kv_bounds = (np.array([0, end], np.int32) for end in (rows, length))
        positions, offsets = np.zeros(rows, np.int32), np.zeros(1, np.int32)
        arguments = (query, bounds, keys, values, kv_bounds, positions, offsets, *found)
        device.run(function, *arguments, causal, 0, UNUSED, UNUSED, SCALE)
        exact = [part.astype(np.float64) for part in (query, keys, values)]
        compare(found, attention(exact[0], exact[1], exact[2], seen(rows, length, causal), SCALE))


@pytest.mark.parametrize(("rows", "heads", "head_dim"), [(1, 1, 16), (7, 5, 80), (3, 6, 64)])
def test_two_partial_attentions_are_merged(
    device: Device, profile: Profile, generator: np.random.Generator, rows: int, heads: int, head_dim: int
) -> None:
    """In base 2, also if one of them saw no position."""
    shape = AttentionShape(heads, heads, 16, "float32")
    v, other_v = (generator.standard_normal((rows, heads, head_dim)).astype(np.float32) for _ in range(2))
    s, other_s = ((generator.standard_normal((rows, heads)) * 9).astype(np.float32) for _ in range(2))
    other_s[-1, -1], other_v[-1, -1] = -5e4, 0
    one, other = np.exp2(s.astype(np.float64)), np.exp2(other_s.astype(np.float64))
    expected = (v * one[..., None] + other_v * other[..., None]) / (one + other)[..., None]
    device.run(profile.attention(shape).merge_state, v, s, other_v, other_s)
    np.testing.assert_allclose(v, expected, atol=1e-5)
    np.testing.assert_allclose(s, np.log2(one + other), rtol=1e-5, atol=1e-5)
