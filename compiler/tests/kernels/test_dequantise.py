"""kernels/dequantise.py: a kernel reads the numbers and weights that numpy decodes."""

import numpy as np
import pytest
from gguf import GGMLQuantizationType as Type
from kernels.device import Device
from random_blocks import K_TYPES, random_blocks

from thinktab_compiler.codecs import F16, F16_PAIRS, F32, Codec, FittedCodec, Storage, codec_named, fitted_codec
from thinktab_compiler.gguf_files.blocks import stored_exactly
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


def read_weights(device: Device, codec: Codec, arrays: dict[str, np.ndarray], width: int) -> None:
    with kernel() as k:
        stored = {suffix: k.argument(*tensor) for suffix, tensor in codec.tensors(ROWS, width).items()}
        out = k.argument((ROWS, width), "float32")
        with k.threads(width, ROWS) as (row, column):
            out[row, column] = weight(codec, stored, row, column)
    found = np.full((ROWS, width), np.nan, np.float32)
    device.run(k.function, *arrays.values(), found)
    np.testing.assert_allclose(found, codec.decode(arrays), rtol=1e-5, atol=1e-6)


def read_fitted(device: Device, generator: np.random.Generator, codec: FittedCodec) -> None:
    matrix = generator.standard_normal((ROWS, WIDTH)).astype(np.float32)
    read_weights(device, codec, codec.encode(matrix, "search"), WIDTH)


@pytest.mark.parametrize("name", ["q4f32_1", "q4f16_1", "q4_0", "q4_1", "q8_0", "q8_mixed"])
def test_weights(device: Device, generator: np.random.Generator, name: str) -> None:
    read_fitted(device, generator, fitted_codec(name).without_shader_f16())


def test_weights_with_scales_in_f16(f16_device: Device, generator: np.random.Generator) -> None:
    read_fitted(f16_device, generator, fitted_codec("q4f16_1"))


@pytest.mark.parametrize("kind", K_TYPES, ids=lambda kind: str(kind.name))
def test_weights_of_k_quants(device: Device, generator: np.random.Generator, kind: Type) -> None:
    codec = codec_named(kind.name.lower())
    read_weights(device, codec, stored_exactly(random_blocks(generator, kind, ROWS, 256), kind, codec), 256)
