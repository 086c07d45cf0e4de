"""Codecs: numpy code that turns one matrix into the tensors of the shards, and back.

Every layout is affine within a group of consecutive columns of a row: w[n, k] = code[n, k] * scale[n, g] + offset[n, g]
with g = k // group. Codes lie in `q_weight`, a u32 tensor [rows, columns / per_word]; the other tensors differ. A
layout with another kind of scales needs one more class in the union `Codec`. It also needs a case in
kernels/dequantise.py, where a kernel reads the same tensors. Nothing here needs TVM.

A `Quantization` (quantization.py) names the codec of each matrix of a model, and the storage of its vectors (norms,
biases). `Storage` (storage.py) stores the f32 or f16 values of vectors, scales and minima. `F16` needs WebGPU's
`shader-f16` in a kernel; `F16_PAIRS` stores the same bytes as u32 and needs no feature.
"""

from ..errors import CompilerError
from .fitting import ScaleRule
from .k_quants import KMinimumCodec, KSignedCodec
from .minimum import MinimumCodec
from .storage import F16, F16_PAIRS, F32, Storage
from .symmetric import SymmetricCodec

__all__ = [
    "F16",
    "F16_PAIRS",
    "F32",
    "Codec",
    "FittedCodec",
    "KMinimumCodec",
    "KSignedCodec",
    "MinimumCodec",
    "ScaleRule",
    "Storage",
    "SymmetricCodec",
    "codec_named",
    "fitted_codec",
]


# For any matrix; its numbers are fitted.
FittedCodec = SymmetricCodec | MinimumCodec
# The others only hold the numbers of a GGUF file.
Codec = FittedCodec | KMinimumCodec | KSignedCodec

_FITTED: dict[str, FittedCodec] = {
    codec.name: codec
    for codec in (
        SymmetricCodec("q4f32_1", bits=4, zero=7, scales=F32),
        SymmetricCodec("q4f16_1", bits=4, zero=7, scales=F16),
        SymmetricCodec("q4_0", bits=4, zero=8, scales=F16_PAIRS),
        MinimumCodec("q4_1", bits=4, scales=F16_PAIRS),
        SymmetricCodec("q8_0", bits=8, zero=128, scales=F16_PAIRS),
        # For a matrix whose rows have several types: in f32 each of their scales and minima is exact.
        MinimumCodec("q8_mixed", bits=8, scales=F32, group=16),
    )
}
_CODECS: dict[str, Codec] = _FITTED | {
    codec.name: codec
    for codec in (
        KMinimumCodec("q2_k", bits=4, group=16),
        KSignedCodec("q3_k", bits=4, zero=4),
        KMinimumCodec("q4_k", bits=4),
        KMinimumCodec("q5_k", bits=8),
        KSignedCodec("q6_k", bits=8, zero=32),
    )
}


def codec_named(name: str) -> Codec:
    """The codec of the layout with that name; raises CompilerError for an unknown one."""
    if name not in _CODECS:
        raise CompilerError(f"The weight layout '{name}' is not supported; known: {', '.join(sorted(_CODECS))}.")
    return _CODECS[name]


def fitted_codec(name: str) -> FittedCodec:
    """The same, among codecs that can hold any matrix; raises CompilerError."""
    if name not in _FITTED:
        raise CompilerError(
            f"The weight layout '{name}' is not one for any numbers; known: {', '.join(sorted(_FITTED))}."
        )
    return _FITTED[name]
