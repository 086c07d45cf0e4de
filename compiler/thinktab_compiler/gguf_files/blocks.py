"""GGUF's block formats whose numbers a codec holds exactly: Q4_0 to Q8_0 here, K-quants in k_blocks.py.

Each block has 32 weights. It starts with an f16 scale, then has an f16 minimum (Q4_1, Q5_1), a u32 of fifth bits (Q5_0,
Q5_1), and the codes. In a byte of nibbles, the low nibble is weight i, the high nibble weight i + 16. See ggml's quants
reference.
"""

from collections.abc import Sequence

import numpy as np
from gguf import GGMLQuantizationType as Type

from ..codecs import Codec, FittedCodec, KMinimumCodec, KSignedCodec, MinimumCodec
from ..codecs.words import unpack
from .k_blocks import K_TYPES, affine_groups, k_groups

BLOCK = 32
BLOCK_BYTES = {Type.Q4_0: 18, Type.Q4_1: 20, Type.Q5_0: 22, Type.Q5_1: 24, Type.Q8_0: 34}
EXACT_IN = {
    "q4_0": {Type.Q4_0},
    "q4_1": {Type.Q4_0, Type.Q4_1},
    "q8_0": {Type.Q4_0, Type.Q5_0, Type.Q8_0},
    **{kind.name.lower(): {kind} for kind in K_TYPES},
    "q8_mixed": {*BLOCK_BYTES, *K_TYPES},
}


def exact_codec(types: Sequence[Type]) -> str | None:
    """The smallest codec that holds matrices of all these types exactly, or None."""
    return next((name for name, held in EXACT_IN.items() if held.issuperset(types)), None)


def stored_exactly(blocks: np.ndarray, kind: Type, codec: Codec) -> dict[str, np.ndarray]:
    """Rows of blocks u8[N, bytes] -> the codec's stored tensors, with every weight unchanged."""
    if isinstance(codec, KMinimumCodec | KSignedCodec):
        found = k_groups(blocks, kind)
        return codec.store(found.codes, found.integers, found.factors)
    if kind in K_TYPES:
        codes, scales, minima = affine_groups(k_groups(blocks, kind))
    else:
        codes, scales, minima = _affine_blocks(blocks, kind)
    if isinstance(codec, MinimumCodec):
        repeats = scales.shape[1] * codec.group
        wide = codes.shape[1] // repeats  # groups of the codec in one of the file's
        return codec.store(codes, np.repeat(scales, wide, 1), np.repeat(minima, wide, 1))
    # Only the zero point gives a minimum, so codes move to the codec's own.
    zero = _ZERO[kind]
    return codec.store((codes.astype(np.int16) - zero + codec.zero).astype(np.uint8), scales)


_ZERO = {Type.Q4_0: 8, Type.Q4_1: 0, Type.Q5_0: 16, Type.Q5_1: 0, Type.Q8_0: 128}


def _affine_blocks(blocks: np.ndarray, kind: Type) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Codes u8[N,K], scales and minima f32[N,K/32] of blocks of 32 weights: w = code * scale + minimum."""
    rows = blocks.reshape(len(blocks), -1, BLOCK_BYTES[kind])
    scales = _f16(rows[..., 0:2])
    # int8 + 128, or the low and high halves of the last bytes
    codes = rows[..., 2:] ^ np.uint8(128) if kind == Type.Q8_0 else _nibbles(rows[..., -BLOCK // 2 :])
    if kind in (Type.Q5_0, Type.Q5_1):
        first = 2 if kind == Type.Q5_0 else 4
        codes = codes | np.unpackbits(rows[..., first : first + 4], axis=-1, bitorder="little") << np.uint8(4)
    # -8 d is d with another exponent: exact in f16 as long as it does not overflow, which `store` would notice
    minima = _f16(rows[..., 2:4]) if kind in (Type.Q4_1, Type.Q5_1) else scales * np.float32(-_ZERO[kind])
    return codes.reshape(len(rows), -1), scales, minima


def blocks_of(stored: dict[str, np.ndarray], codec: FittedCodec, kind: Type) -> np.ndarray:
    """Stored tensors of q4_0, q4_1 or q8_0 -> rows of blocks u8[N, bytes] of the GGUF type with the same name."""
    codes = unpack(stored["q_weight"], codec.bits)
    groups = codes.reshape(len(codes), -1, BLOCK)
    values = [codec.scales.decode(stored[suffix], groups.shape[1]) for suffix in list(stored)[1:]]
    parts = [value.astype("<f2")[..., None].view(np.uint8) for value in values]
    if kind == Type.Q8_0:
        parts.append(groups ^ np.uint8(128))  # code - 128 as int8
    else:
        parts.append(groups[..., : BLOCK // 2] | groups[..., BLOCK // 2 :] << np.uint8(4))
    return np.concatenate(parts, -1).reshape(len(codes), -1)


def _f16(pairs: np.ndarray) -> np.ndarray:
    return np.ascontiguousarray(pairs).view("<f2")[..., 0].astype(np.float32)


def _nibbles(packed: np.ndarray) -> np.ndarray:
    return np.concatenate([packed & np.uint8(15), packed >> np.uint8(4)], -1)
