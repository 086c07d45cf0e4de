"""kernels/linear.py, kernels/gpu/linear.py, kernels/software/linear.py: every codec, ending and norm, any rows."""

import numpy as np
import pytest
from gguf import GGMLQuantizationType as Type
from kernels.device import Device
from random_blocks import random_blocks

from thinktab_compiler.codecs import F16, F16_PAIRS, F32, KMinimumCodec, KSignedCodec, Storage, codec_named
from thinktab_compiler.gguf_files.blocks import stored_exactly
from thinktab_compiler.kernels import LinearSpec, Profile
from thinktab_compiler.reference import gated, rms_norm

ROWS = 134  # of W; no tile divides it or its half, which is odd, so a vector in pairs ends with a zero
WIDTH = 96  # three groups, so that a row of scales in pairs ends with a zero too
PAIRS = codec_named("q4f16_1").without_shader_f16()

SPECS = [
    LinearSpec(codec_named("q4f32_1"), F32, ROWS, WIDTH, None, "nothing"),
    LinearSpec(codec_named("q4_0"), F32, ROWS, WIDTH, 1e-5, "residual"),
    LinearSpec(codec_named("q4_1"), F32, ROWS, WIDTH, 1e-6, "gate"),
    LinearSpec(codec_named("q8_0"), F32, ROWS, WIDTH, None, "gate"),
    LinearSpec(PAIRS, F16_PAIRS, ROWS - 1, WIDTH, 1e-5, "bias"),
    LinearSpec(codec_named("q8_mixed"), F32, ROWS, WIDTH, None, "bias"),
    LinearSpec(codec_named("q2_k"), F32, ROWS, 256, None, "nothing"),
    LinearSpec(codec_named("q3_k"), F32, ROWS, 256, None, "residual"),
    LinearSpec(codec_named("q4_k"), F32, ROWS, 512, 1e-6, "gate"),
    LinearSpec(codec_named("q5_k"), F32, ROWS, 256, None, "bias"),
    LinearSpec(codec_named("q6_k"), F32, ROWS, 768, 1e-5, "gate"),
]
F16_SPECS = [
    LinearSpec(codec_named("q4f16_1"), F16, ROWS, WIDTH, 1e-5, "gate"),
    LinearSpec(codec_named("q4f16_1"), F16, ROWS - 1, WIDTH, None, "bias"),
]


def name_of(spec: LinearSpec) -> str:
    return f"{spec.codec.name}-{spec.after}"


def stored_vector(generator: np.random.Generator, vectors: Storage, length: int) -> tuple[np.ndarray, np.ndarray]:
    """A vector as its storage rounds it, in f64, and its stored form."""
    stored = vectors.encode(generator.standard_normal(length).astype(np.float32))
    return vectors.decode(stored, length).astype(np.float64), stored


def stored_matrix(generator: np.random.Generator, spec: LinearSpec) -> dict[str, np.ndarray]:
    if isinstance(spec.codec, KMinimumCodec | KSignedCodec):
        kind = Type[spec.codec.name.upper()]
        return stored_exactly(random_blocks(generator, kind, spec.rows, spec.width), kind, spec.codec)
    return spec.codec.encode(generator.standard_normal((spec.rows, spec.width)).astype(np.float32), "max")


def multiply(
    device: Device,
    generator: np.random.Generator,
    profile: Profile,
    spec: LinearSpec,
    one_row: bool,
    lengths: list[int],
) -> None:
    """Compares products of x [1, length, width] with numpy's in f64."""
    function = profile.one_row(spec) if one_row else profile.rows(spec)
    stored = stored_matrix(generator, spec)
    weights = spec.codec.decode(stored).astype(np.float64)
    norm, stored_norm = stored_vector(generator, spec.vectors, spec.width)
    bias, stored_bias = stored_vector(generator, spec.vectors, spec.rows)
    for length in lengths:
        x = (generator.standard_normal((1, length, spec.width)) * 0.1).astype(np.float32)
        residual = generator.standard_normal((1, length, spec.columns)).astype(np.float32)
        found = np.full_like(residual, np.nan)
        extra = {"bias": [stored_bias], "residual": [residual]}.get(spec.after, [])
        norms = [stored_norm] if spec.norm_eps is not None else []
        device.run(function, x, *norms, *stored.values(), *extra, found)
        entering = x.astype(np.float64)
        if spec.norm_eps is not None:
            entering = rms_norm(entering, norm, spec.norm_eps)
        expected = entering @ weights.T
        if spec.after == "gate":
            expected = gated(*np.split(expected, 2, axis=-1))
        elif spec.after != "nothing":
            expected = expected + (bias if spec.after == "bias" else residual)
        scale = np.abs(expected).max()
        np.testing.assert_allclose(found / scale, expected / scale, atol=2e-6, rtol=0)


@pytest.mark.parametrize("spec", SPECS, ids=name_of)
def test_one_row(device: Device, profile: Profile, generator: np.random.Generator, spec: LinearSpec) -> None:
    multiply(device, generator, profile, spec, one_row=True, lengths=[1])


@pytest.mark.parametrize("spec", SPECS, ids=name_of)
def test_rows_known_at_run_time(
    device: Device, profile: Profile, generator: np.random.Generator, spec: LinearSpec
) -> None:
    """One row; one row more than a full tile of `software`; one row more than a full tile of `gpu`."""
    multiply(device, generator, profile, spec, one_row=False, lengths=[1, 9, 65])


@pytest.mark.parametrize("one_row", [True, False])
@pytest.mark.parametrize("spec", F16_SPECS, ids=name_of)
def test_f16(
    f16_device: Device, profile: Profile, generator: np.random.Generator, spec: LinearSpec, one_row: bool
) -> None:
    multiply(f16_device, generator, profile, spec, one_row, [1] if one_row else [65])
