"""kernels/dequantise.py: a kernel reads the numbers and weights that numpy decodes."""

import numpy as np
import pytest
from kernels.device import Device

from thinktab_compiler.codecs import F16, F16_PAIRS, F32, Codec, Storage, codec_named
from thinktab_compiler.kernels.builder import ceil_div, kernel
from thinktab_compiler.kernels.dequantise import number, weight

THREADS = 64
ROWS, WIDTH = 3, 96


def read_numbers(device: Device, storage: Storage) -> None:
    """Every finite f16, to the bit; subnormals to the last one, since TVM writes 2^-24 in WGSL with seven digits."""
    every = np.arange(1 << 16, dtype=np.uint16).view(np.float16).astype(np.float32)
    values = every[np.isfinite(every)]
    with kernel() as k:
        stored, out = k.argument(*storage.tensor(len(values))), k.argument((len(values),), "float32")
        with k.threads(THREADS, ceil_div(len(values), THREADS)) as (block, thread):
            i = k.name(block * THREADS + thread)
            with k.when(i < len(values)):
                out[i] = number(storage, stored, i)
    found = np.full_like(values, np.nan)
    device.run(k.function, storage.encode(values), found)
    normal = np.abs(values) >= np.finfo(np.float16).smallest_normal
    assert np.array_equal(found[normal].view(np.uint32), values[normal].view(np.uint32))
    np.testing.assert_array_max_ulp(found, values, 1)


@pytest.mark.parametrize("storage", [F32, F16_PAIRS], ids=["f32", "pairs"])
def test_numbers(device: Device, storage: Storage) -> None:
    read_numbers(device, storage)


def test_numbers_in_f16(f16_device: Device) -> None:
    read_numbers(f16_device, F16)


def read_weights(device: Device, generator: np.random.Generator, codec: Codec) -> None:
    matrix = generator.standard_normal((ROWS, WIDTH)).astype(np.float32)
    with kernel() as k:
        stored = {suffix: k.argument(*tensor) for suffix, tensor in codec.tensors(ROWS, WIDTH).items()}
        out = k.argument((ROWS, WIDTH), "float32")
        with k.threads(WIDTH, ROWS) as (row, column):
            out[row, column] = weight(codec, stored, row, column)
    arrays, found = codec.encode(matrix, "search"), np.full_like(matrix, np.nan)
    device.run(k.function, *arrays.values(), found)
    np.testing.assert_allclose(found, codec.decode(arrays), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("name", ["q4f32_1", "q4f16_1", "q4_0", "q4_1", "q8_0"])
def test_weights(device: Device, generator: np.random.Generator, name: str) -> None:
    read_weights(device, generator, codec_named(name).without_shader_f16())


def test_weights_with_scales_in_f16(f16_device: Device, generator: np.random.Generator) -> None:
    read_weights(f16_device, generator, codec_named("q4f16_1"))
