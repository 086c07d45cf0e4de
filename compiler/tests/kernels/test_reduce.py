"""kernels/gpu/reduce.py: numpy's sums and maxima of many values at once, and numpy's prefix sums, twice in a row."""

import numpy as np
import pytest
from kernels.device import Device
from tvm.script.ir_builder import tirx as T

from thinktab_compiler.kernels.builder import kernel
from thinktab_compiler.kernels.gpu.reduce import Reduction, Scan, add


@pytest.mark.parametrize(("threads", "count"), [(16, 1), (64, 5), (256, 7), (256, 15)])
def test_every_thread_finds_sum_and_maximum(
    device: Device, generator: np.random.Generator, threads: int, count: int
) -> None:
    with kernel() as k:
        source = k.argument((threads, count), "float32")
        sums, maxima = (k.argument((threads, count), "float32") for _ in range(2))
        with k.threads(threads, 1) as (_, thread):
            reduction = Reduction(k, threads, count)
            for target, combine in ((sums, add), (maxima, T.max)):
                found = reduction.run(thread, [source[thread, i] for i in range(count)], combine)
                for i in range(count):
                    target[thread, i] = found[i]
                k.barrier()
    values = generator.integers(-100, 100, (threads, count)).astype(np.float32)  # whole, so that any order is exact
    sums_found, maxima_found = np.zeros_like(values), np.zeros_like(values)
    device.run(k.function, values, sums_found, maxima_found)
    np.testing.assert_array_equal(sums_found, np.broadcast_to(values.sum(0), values.shape))
    np.testing.assert_array_equal(maxima_found, np.broadcast_to(values.max(0), values.shape))


@pytest.mark.parametrize(("threads", "dtype"), [(16, "int32"), (256, "int32"), (256, "float32")])
def test_every_thread_finds_the_sum_before_it(
    device: Device, generator: np.random.Generator, threads: int, dtype: str
) -> None:
    with kernel() as k:
        source = k.argument((threads,), dtype)
        first, second = (k.argument((threads + 1,), dtype) for _ in range(2))
        with k.threads(threads, 1) as (_, thread):
            scan = Scan(k, threads, dtype)
            for target in (first, second):
                before = scan.run(thread, source[thread])
                target[thread] = before[thread]
                with k.when(thread == 0):
                    target[threads] = before[threads]
                k.barrier()
    values = generator.integers(0, 100, threads).astype(dtype)  # whole, so that any order is exact
    found = [np.full(threads + 1, -1, dtype) for _ in range(2)]
    device.run(k.function, values, *found)
    for one in found:
        np.testing.assert_array_equal(one, np.concatenate([[0], np.cumsum(values)]))


def test_prefix_sums_never_decrease(device: Device, generator: np.random.Generator) -> None:
    """Rounding included, so that each number below the sum lies in one thread's part."""
    with kernel() as k:
        source, out = k.argument((256,), "float32"), k.argument((257,), "float32")
        with k.threads(256, 1) as (_, thread):
            before = Scan(k, 256).run(thread, source[thread])
            out[thread] = before[thread]
            out[thread + 1] = before[thread + 1]
    for scale in (0, 6, 12):
        values = np.exp(generator.standard_normal(256) * scale).astype(np.float32)
        found = np.full(257, np.nan, np.float32)
        device.run(k.function, values, found)
        assert (np.diff(found) >= 0).all()
