"""GGUF's block formats whose numbers a codec holds exactly: Q4_0, Q4_1, Q5_0 and Q8_0; Q5_0 is only read.

Each block has 32 weights: an f16 scale, with Q4_1 an f16 minimum, with Q5_0 a u32 of fifth bits, then the codes. Of a
byte of nibbles the low one is weight i, the high one weight i + 16. See ggml's quants reference.
"""

from collections.abc import Sequence

import numpy as np
from gguf import GGMLQuantizationType as Type

from ..codecs import Codec, MinimumCodec
from ..codecs.words import unpack

BLOCK = 32
BLOCK_BYTES = {Type.Q4_0: 18, Type.Q4_1: 20, Type.Q5_0: 22, Type.Q8_0: 34}
EXACT_IN = {
    "q4_0": {Type.Q4_0},
    "q4_1": {Type.Q4_0, Type.Q4_1},
    "q8_0": {Type.Q4_0, Type.Q5_0, Type.Q8_0},
}


def exact_codec(types: Sequence[Type]) -> str | None:
    """The smallest codec that holds matrices of all those types exactly, or None."""
    return next((name for name, held in EXACT_IN.items() if held.issuperset(types)), None)


def stored_exactly(blocks: np.ndarray, kind: Type, codec: Codec) -> dict[str, np.ndarray]:
    """Rows of blocks u8[N, bytes] -> the codec's stored tensors, with every weight unchanged."""
    rows = blocks.reshape(len(blocks), -1, BLOCK_BYTES[kind])
    scales = _f16(rows[..., 0:2])
    minima, zero = None, {Type.Q4_0: 8, Type.Q4_1: 0, Type.Q5_0: 16, Type.Q8_0: 0}[kind]
    if kind == Type.Q8_0:
        codes = rows[..., 2:].view(np.int8).astype(np.int16)
    elif kind == Type.Q5_0:
        fifth = np.unpackbits(rows[..., 2:6], axis=-1, bitorder="little")
        codes = _nibbles(rows[..., 6:]) | fifth.astype(np.int16) << 4
    else:
        codes = _nibbles(rows[..., rows.shape[-1] - BLOCK // 2 :])
        minima = _f16(rows[..., 2:4]) if kind == Type.Q4_1 else None
    codes = codes.reshape(len(rows), -1)
    if isinstance(codec, MinimumCodec):
        # -8 d is d with another exponent: exact in f16 as long as it does not overflow, which `store` would notice
        return codec.store(codes.astype(np.uint8), scales, scales * np.float32(-zero) if minima is None else minima)
    return codec.store((codes - zero + codec.zero).astype(np.uint8), scales)


def blocks_of(stored: dict[str, np.ndarray], codec: Codec, kind: Type) -> np.ndarray:
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
    return np.concatenate([packed & 15, packed >> 4], -1).astype(np.int16)
