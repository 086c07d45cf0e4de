"""kernels/gpu/reduce.py: all threads find numpy's sum and maximum, of many values at once, twice in a row."""

import numpy as np
import pytest
from kernels.device import Device
from tvm.script.ir_builder import tirx as T

from thinktab_compiler.kernels.builder import kernel
from thinktab_compiler.kernels.gpu.reduce import Reduction, add


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
