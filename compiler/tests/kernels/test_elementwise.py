"""kernels/elementwise.py: rotation and split of qkv, what is written into the pages, and the norm of heads."""

import numpy as np
import pytest
from kernels.device import Device, View

from thinktab_compiler.codecs import F16, F16_PAIRS, F32, Storage
from thinktab_compiler.config import KV_PAGE
from thinktab_compiler.kernels.attention import AttentionShape
from thinktab_compiler.kernels.elementwise import append_kernel, head_norm_kernel, split_rotary_kernel, turns_table
from thinktab_compiler.reference import rms_norm, rotate
from thinktab_compiler.rope import frequencies

SHAPE = AttentionShape(heads=6, kv_heads=2, head_dim=24, pages="float32")
F16_SHAPE = AttentionShape(heads=6, kv_heads=2, head_dim=24, pages="float16")
HEADS = SHAPE.heads + 2 * SHAPE.kv_heads


@pytest.mark.parametrize("rows", [1, 7])
def test_queries_and_keys_are_rotated_and_values_are_not(
    device: Device, generator: np.random.Generator, rows: int
) -> None:
    """As far as the last position of a context of 131,072, where a float product would have lost the angle."""
    qkv = generator.standard_normal((rows, HEADS, SHAPE.head_dim)).astype(np.float32)
    held = np.array([9, 9, 131_071, 0, 1, 2, 777, 65_536, 100_003], np.int32)
    found = [np.zeros((rows, heads, SHAPE.head_dim), np.float32) for heads in (SHAPE.heads, SHAPE.kv_heads, 2)]
    turning = frequencies(SHAPE.head_dim, 10_000.0, None)
    positions, table = View(held, (rows,), 2), turns_table(turning)
    device.run(split_rotary_kernel(SHAPE, magnitude=1.25), qkv, positions, *found, table)
    q, k, v = np.split(qkv.astype(np.float64), [SHAPE.heads, SHAPE.heads + SHAPE.kv_heads], axis=1)
    angles = held[2 : 2 + rows, None] * turning
    # WGSL allows its sine and cosine an error of 2^-11; half a unit of the turns is 7e-10 radians a position
    np.testing.assert_allclose(found[0], rotate(q, angles, 1.25), atol=2e-3)
    np.testing.assert_allclose(found[1], rotate(k, angles, 1.25), atol=2e-3)
    np.testing.assert_array_equal(found[2], v)


def appended(device: Device, generator: np.random.Generator, shape: AttentionShape, rows: int) -> None:
    """Appends rows out of order, one of them at -1, and compares all pages, also the parts that must stay unchanged."""
    pages = generator.standard_normal((4, 2, shape.kv_heads, KV_PAGE, shape.head_dim)).astype(shape.pages)
    key, value = (generator.standard_normal((rows, shape.kv_heads, shape.head_dim)) for _ in range(2))
    key[0, 0, :2] = 1e6, -1e6  # beyond f16
    key, value = key.astype(np.float32), value.astype(np.float32)
    positions = generator.permutation(3 * KV_PAGE)[:rows].astype(np.int32)
    positions[1:2] = -1
    expected, largest = pages.copy(), np.finfo(shape.pages).max
    for i, position in enumerate(positions):
        if position >= 0:
            page, slot = divmod(position, KV_PAGE)
            expected[1 + page, 0, :, slot] = np.clip(key[i], -largest, largest)
            expected[1 + page, 1, :, slot] = value[i]
    view = View(pages, (3, *pages.shape[1:]), pages[0].size)
    device.run(append_kernel(shape), view, key, value, positions)
    np.testing.assert_allclose(pages, expected, rtol=0 if shape.pages == "float32" else 1e-3)


@pytest.mark.parametrize("rows", [1, 19])
def test_rows_are_written_where_their_positions_say(device: Device, generator: np.random.Generator, rows: int) -> None:
    appended(device, generator, SHAPE, rows)


def test_f16_pages_hold_their_largest_value_instead_of_infinity(
    f16_device: Device, generator: np.random.Generator
) -> None:
    appended(f16_device, generator, F16_SHAPE, 19)


def normed(device: Device, generator: np.random.Generator, vectors: Storage, rows: int) -> None:
    qkv = (generator.standard_normal((rows, HEADS, SHAPE.head_dim)) * 0.01).astype(np.float32)
    weights = [generator.standard_normal(SHAPE.head_dim).astype(np.float32) for _ in range(2)]
    stored = [vectors.encode(weight) for weight in weights]
    query_norm, key_norm = (vectors.decode(tensor, SHAPE.head_dim).astype(np.float64) for tensor in stored)
    flat = qkv.reshape(1, rows, -1)
    found = np.zeros_like(flat)
    device.run(head_norm_kernel(SHAPE, vectors, 1e-5), flat, *stored, found)
    q, k, v = np.split(qkv.astype(np.float64), [SHAPE.heads, SHAPE.heads + SHAPE.kv_heads], axis=1)
    expected = np.concatenate([rms_norm(q, query_norm, 1e-5), rms_norm(k, key_norm, 1e-5), v], 1)
    np.testing.assert_allclose(found.reshape(qkv.shape), expected, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("rows", [1, 7])
@pytest.mark.parametrize("vectors", [F32, F16_PAIRS])
def test_query_and_key_heads_are_normed_and_values_are_not(
    device: Device, generator: np.random.Generator, vectors: Storage, rows: int
) -> None:
    normed(device, generator, vectors, rows)


def test_norms_in_f16(f16_device: Device, generator: np.random.Generator) -> None:
    normed(f16_device, generator, F16, 7)
