"""kernels/gpu/matvec.py: matrices of both sizes of workgroups, and rows of one slice, of part of one and of several."""

import numpy as np
import pytest
from kernels.device import Device
from kernels.test_linear import PAIRS, multiply

from thinktab_compiler.codecs import F16, F16_PAIRS, F32, codec_named
from thinktab_compiler.kernels import LinearSpec, profile_named
from thinktab_compiler.kernels.gpu.matvec import tile_of

SPECS = [
    LinearSpec(codec_named("q4f32_1"), F32, 10, 32, 1e-6, "nothing"),  # fewer words than lanes
    LinearSpec(PAIRS, F16_PAIRS, 22, 1536, 1e-6, "bias"),  # one slice of three words a thread
    LinearSpec(codec_named("q4f32_1"), F32, 9, 2560, 1e-6, "residual"),  # two slices, the second not full
    LinearSpec(codec_named("q4f32_1"), F32, 6, 8960, None, "residual"),  # five slices
    LinearSpec(codec_named("q8_0"), F32, 11, 2112, 1e-5, "nothing"),  # four codes a word
    LinearSpec(codec_named("q4f32_1"), F32, 8192 + 2, 64, 1e-6, "gate"),  # large workgroups
    LinearSpec(codec_named("q4f32_1"), F32, 8192 + 3, 64, 1e-6, "nothing"),
]


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: f"{spec.codec.name}-{spec.rows}x{spec.width}")
def test_any_matrix(device: Device, generator: np.random.Generator, spec: LinearSpec) -> None:
    multiply(device, generator, profile_named("gpu"), spec, one_row=True, lengths=[1])


def test_f16(f16_device: Device, generator: np.random.Generator) -> None:
    spec = LinearSpec(codec_named("q4f16_1"), F16, 22, 3584, 1e-6, "bias")
    multiply(f16_device, generator, profile_named("gpu"), spec, one_row=True, lengths=[1])


def test_large_matrices_get_large_workgroups() -> None:
    small, large = (
        tile_of(LinearSpec(codec_named("q4f32_1"), F32, rows, 64, None, "nothing")) for rows in (8191, 8192)
    )
    assert (small.weight_rows, large.weight_rows) == (8, 16)
