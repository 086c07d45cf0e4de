"""GGUF's K-quants taken apart: codes, integers of the groups and f16 factors of 256 weights.

All functions take rows of blocks u8[N, bytes] and give numbers in the order of the weights. See ggml's quants
reference.
"""

from dataclasses import dataclass

import numpy as np
from gguf import GGMLQuantizationType as Type

from ..codecs.k_quants import SUPER

_BLOCK_BYTES = {Type.Q2_K: 84, Type.Q3_K: 110, Type.Q4_K: 144, Type.Q5_K: 176, Type.Q6_K: 210}
K_TYPES = frozenset(_BLOCK_BYTES)
_ZERO = {Type.Q3_K: 4, Type.Q6_K: 32}


@dataclass(frozen=True)
class KGroups:
    """Codes u8[N,K]; s i8[N,G], or s and m u8[N,G,2] of groups; d f32[N,B], or d and dmin f16[N,B,2] of 256 weights.

    w = (code - zero) * d * s, or code * d * s - dmin * m.
    """

    codes: np.ndarray
    integers: np.ndarray
    factors: np.ndarray
    zero: int


def k_groups(blocks: np.ndarray, kind: Type) -> KGroups:
    """Takes the blocks of a K-quant apart."""
    rows = blocks.reshape(len(blocks), -1, _BLOCK_BYTES[kind])
    codes, integers, factors = {
        Type.Q2_K: _q2,
        Type.Q3_K: _q3,
        Type.Q4_K: _q4,
        Type.Q5_K: _q5,
        Type.Q6_K: _q6,
    }[kind](rows)
    groups = integers.reshape(len(rows), -1, 2) if kind not in _ZERO else integers.reshape(len(rows), -1)
    return KGroups(codes.reshape(len(rows), -1), groups, factors, _ZERO.get(kind, 0))


def affine_groups(found: KGroups) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Codes u8[N,K], scales and minima f32[N,G]: w = code * scale + minimum. Every product is exact in f32."""
    if found.zero:
        d = found.factors
        scales = np.repeat(d, found.integers.shape[1] // d.shape[1], 1) * found.integers.astype(np.float32)
        return found.codes, scales, scales * np.float32(-found.zero)
    both = found.factors.astype(np.float32)
    both = np.repeat(both, found.integers.shape[1] // both.shape[1], 1) * found.integers.astype(np.float32)
    return found.codes, both[..., 0], -both[..., 1]


_Parts = tuple[np.ndarray, np.ndarray, np.ndarray]


def _q2(rows: np.ndarray) -> _Parts:
    """scales[16] (s low, m high), qs[64], d, dmin."""
    packed = rows[..., :16]
    integers = np.stack([packed & np.uint8(15), packed >> np.uint8(4)], -1)
    return _quarters(rows[..., 16:80]), integers, _f16(rows[..., 80:84])


def _q3(rows: np.ndarray) -> _Parts:
    """hmask[32], qs[64], scales[12] (16 of six bits, 32 too large), d."""
    high = np.stack([rows[..., :32] >> np.uint8(bit) & np.uint8(1) for bit in range(8)], -2)
    codes = _quarters(rows[..., 32:96]) | high.reshape(*rows.shape[:2], SUPER) << np.uint8(2)
    packed = rows[..., 96:108]
    low = np.concatenate([packed[..., :8] & np.uint8(15), packed[..., :8] >> np.uint8(4)], -1)
    top = np.concatenate([packed[..., 8:] >> np.uint8(2 * part) & np.uint8(3) for part in range(4)], -1)
    integers = (low | top << np.uint8(4)).astype(np.int8) - np.int8(32)
    return codes, integers, _f16(rows[..., 108:110])[..., 0].astype(np.float32)


def _q4(rows: np.ndarray) -> _Parts:
    """d, dmin, scales[12], qs[128]."""
    return _halves(rows[..., 16:144]), _six_bits(rows[..., 4:16]), _f16(rows[..., 0:4])


def _q5(rows: np.ndarray) -> _Parts:
    """d, dmin, scales[12], qh[32], qs[128]."""
    high = np.stack([rows[..., 16:48] >> np.uint8(bit) & np.uint8(1) for bit in range(8)], -2)
    codes = _halves(rows[..., 48:176]) | high.reshape(*rows.shape[:2], SUPER) << np.uint8(4)
    return codes, _six_bits(rows[..., 4:16]), _f16(rows[..., 0:4])


def _q6(rows: np.ndarray) -> _Parts:
    """ql[128], qh[64], scales[16] as int8, d; halves of 128 weights."""
    low = rows[..., :128].reshape(*rows.shape[:2], 2, 64)
    nibbles = np.concatenate([low & np.uint8(15), low >> np.uint8(4)], -1)
    high = _quarters(rows[..., 128:192]).reshape(*rows.shape[:2], 2, 128)
    codes = (nibbles | high << np.uint8(4)).reshape(*rows.shape[:2], SUPER)
    return codes, rows[..., 192:208].view(np.int8), _f16(rows[..., 208:210])[..., 0].astype(np.float32)


def _halves(packed: np.ndarray) -> np.ndarray:
    """u8[...,128] -> 256 nibbles: of each 32 bytes the low ones, then the high ones."""
    parts = packed.reshape(*packed.shape[:-1], 4, 1, 32)
    return np.concatenate([parts & np.uint8(15), parts >> np.uint8(4)], -2).reshape(*packed.shape[:-1], SUPER)


def _quarters(packed: np.ndarray) -> np.ndarray:
    """u8[...,64] -> 256 pairs of bits: of each 32 bytes the lowest pair, then the next."""
    parts = packed.reshape(*packed.shape[:-1], 2, 1, 32)
    pairs = [parts >> np.uint8(2 * pair) & np.uint8(3) for pair in range(4)]
    return np.concatenate(pairs, -2).reshape(*packed.shape[:-1], SUPER)


def _six_bits(packed: np.ndarray) -> np.ndarray:
    """scales[12] of Q4_K and Q5_K -> s and m of its eight groups, u8[...,8,2]."""
    first, second, third = packed[..., :4], packed[..., 4:8], packed[..., 8:]
    low = np.stack([first & np.uint8(63), second & np.uint8(63)], -1)
    s = third & np.uint8(15) | first >> np.uint8(6) << np.uint8(4)
    m = third >> np.uint8(4) | second >> np.uint8(6) << np.uint8(4)
    return np.concatenate([low, np.stack([s, m], -1)], -2)


def _f16(pairs: np.ndarray) -> np.ndarray:
    """Bytes of f16 -> f16[..., count]."""
    return np.ascontiguousarray(pairs).view("<f2")
