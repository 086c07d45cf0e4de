"""kernels/builder.py: its vocabulary, used in one kernel, computes the right values."""

import numpy as np
import pytest
from kernels.device import Device, View

from thinktab_compiler.kernels.builder import ceil_div, f32, kernel
from thinktab_compiler.tvm_private import webgpu_kernel

SIDE = 8


@pytest.mark.parametrize("rows", [1, 8, 11])
def test_a_kernel_transposes_scales_and_sums(device: Device, generator: np.random.Generator, rows: int) -> None:
    """out [8, n] = (factor * a [n, 8])^T from an offset on, and the sum of each row of a twice over."""
    with kernel() as k:
        n = k.size()
        a, factor = k.argument((n, SIDE), "float32", offset=True), k.scalar("float32")
        out, sums = k.argument((SIDE, n), "float32"), k.argument((n,), "float32")
        with k.threads(SIDE * SIDE, ceil_div(n, SIDE)) as (block, thread):
            table, total = k.shared_table(SIDE, SIDE), k.registers(1)
            line, column = k.name(thread // SIDE), k.name(thread % SIDE)
            row = k.name(block * SIDE + line)
            with k.when(row < n):
                table[line, column] = a[row, column] * factor
                total[0] = f32(0)
                with k.loop(SIDE) as j:
                    total[0] = total[0] + a[row, j]
                with k.unrolled(SIDE) as j:
                    total[0] = total[0] + a[row, j]
                sums[row] = total[0]
            k.barrier()
            with k.when(block * SIDE + column < n):
                out[line, block * SIDE + column] = table[column, line]
    offset = 3 * SIDE
    held = generator.integers(-9, 9, offset + rows * SIDE).astype(np.float32)  # whole, so that any order is exact
    values = held[offset:].reshape(rows, SIDE)
    transposed, sums_found = np.zeros((SIDE, rows), np.float32), np.zeros(rows, np.float32)
    device.run(k.function, View(held, (rows, SIDE), offset), 0.5, transposed, sums_found)
    np.testing.assert_array_equal(transposed, values.T / 2)
    np.testing.assert_array_equal(sums_found, 2 * values.sum(1))


def test_either_side_of_a_condition_runs_where_it_holds(device: Device, generator: np.random.Generator) -> None:
    """out = 2 a where a > 0, else a * a. Names in the kernel appear in the WGSL."""
    with kernel() as k:
        n = k.size("count")
        a, out = k.argument((n,), "float32", called="source"), k.argument((n,), "float32", called="result")
        with k.threads(SIDE, ceil_div(n, SIDE)) as (block, thread):
            held = k.registers(1, called="held")
            i = k.name(block * SIDE + thread, "place")
            with k.when(i < n):
                held[0] = f32(0)
                with k.loop(1, "turn") as turn:
                    held[0] = held[0] + a[i + turn]
                with k.either(held[0] > f32(0)) as (positive, other):
                    with positive:
                        out[i] = held[0] + held[0]
                    with other:
                        out[i] = held[0] * held[0]
    values = generator.standard_normal(SIDE + 3).astype(np.float32)
    found = np.full_like(values, np.nan)
    device.run(k.function, values, found)
    np.testing.assert_allclose(found, np.where(values > 0, 2 * values, values**2), rtol=1e-5)
    wgsl, _ = webgpu_kernel(k.function)
    for name in ("podArgs.count", "source_ptr", "result_ptr", "let place ", "var held "):
        assert name in wgsl, name


@pytest.mark.parametrize("rows", [1, 11])
def test_a_launch_sees_what_the_one_before_has_written(
    device: Device, generator: np.random.Generator, rows: int
) -> None:
    """Through a workspace whose size is known at run time: the squares come back in reverse."""
    with kernel() as k:
        n = k.size()
        a, out = k.argument((n,), "float32"), k.argument((n,), "float32")
        squares = k.workspace(n)
        with k.threads(SIDE, ceil_div(n, SIDE)) as (block, thread):
            i = k.name(block * SIDE + thread)
            with k.when(i < n):
                squares[i] = a[i] * a[i]
        with k.threads(SIDE, ceil_div(n, SIDE)) as (block, thread):
            i = k.name(block * SIDE + thread)
            with k.when(i < n):
                out[i] = squares[n - 1 - i]
    values = generator.integers(-9, 9, rows).astype(np.float32)
    found = np.full_like(values, np.nan)
    device.run(k.function, values, found)
    np.testing.assert_array_equal(found, values[::-1] ** 2)
