"""Codecs of GGUF's K-quants: 256 weights share f16 factors, which multiply small integers of each group.

The numbers are exactly those of the file. An f16 product would round them, so scale and offset are multiplied out in
f32, which can hold 11 bits times 8. See ggml's quants reference, `block_q4_K` and similar ones.
"""

from dataclasses import dataclass

import numpy as np

from .storage import F16_PAIRS
from .words import PackedCodes, check_width, pack, unpack

SUPER = 256  # weights that share the f16 factors
_GROUPS_OF_16_BITS = 2  # whose integers share a u32 word
_GROUPS_OF_A_BYTE = 4


@dataclass(frozen=True)
class KMinimumCodec(PackedCodes):
    """w = code * (d * s) - dmin * m: Q4_K, with codes of 8 bits Q5_K, and with groups of 16 Q2_K.

    `q_scale` holds s and m, six bits each, in 16 bits for each group. `q_super` holds d in the low half of a word, dmin
    in the high half.
    """

    group: int = 32

    def tensors(self, rows: int, columns: int) -> dict[str, tuple[tuple[int, ...], str]]:
        """Tensors of a [rows, columns] matrix: suffix -> (shape, dtype), in storage order; raises CompilerError."""
        check_width(self.name, SUPER, columns)
        return {
            "q_weight": ((rows, columns // self.per_word), "uint32"),
            "q_scale": ((rows, columns // self.group // _GROUPS_OF_16_BITS), "uint32"),
            "q_super": ((rows, columns // SUPER), "uint32"),
        }

    def store(self, codes: np.ndarray, integers: np.ndarray, factors: np.ndarray) -> dict[str, np.ndarray]:
        """Codes u8[N,K], s and m u8[N,K/group,2], d and dmin f16[N,K/256,2] -> the stored tensors by suffix."""
        both = integers[..., 0].astype(np.uint16) | integers[..., 1].astype(np.uint16) << np.uint16(6)
        return {
            "q_weight": pack(codes, self.bits),
            "q_scale": np.ascontiguousarray(both).view("<u4").astype(np.uint32, copy=False),
            "q_super": np.ascontiguousarray(factors).view("<u4")[..., 0].astype(np.uint32, copy=False),
        }

    def decode(self, stored: dict[str, np.ndarray]) -> np.ndarray:
        """The stored tensors by suffix -> f32[N,K]."""
        matrix = unpack(stored["q_weight"], self.bits).astype(np.float32)
        both = np.ascontiguousarray(stored["q_scale"].astype("<u4", copy=False)).view("<u2")
        factors = np.ascontiguousarray(stored["q_super"].astype("<u4", copy=False)).view("<f2").astype(np.float32)
        groups = SUPER // self.group
        scales = np.repeat(factors[:, ::2], groups, 1) * (both & 63)
        minima = np.repeat(factors[:, 1::2], groups, 1) * (both >> 6)
        matrix *= np.repeat(scales.astype(np.float32), self.group, 1)
        matrix -= np.repeat(minima.astype(np.float32), self.group, 1)
        return matrix

    def without_shader_f16(self) -> "KMinimumCodec":
        """Itself: its f16 are read as u32 everywhere."""
        return self


@dataclass(frozen=True)
class KSignedCodec(PackedCodes):
    """w = (code - zero) * (d * s): Q6_K, and with codes of 4 bits Q3_K; groups of 16.

    `q_scale` holds s as int8, four to a word; `q_super` d as f16, two to a word.
    """

    zero: int
    group: int = 16

    def tensors(self, rows: int, columns: int) -> dict[str, tuple[tuple[int, ...], str]]:
        """Tensors of a [rows, columns] matrix: suffix -> (shape, dtype), in storage order; raises CompilerError."""
        check_width(self.name, SUPER, columns)
        return {
            "q_weight": ((rows, columns // self.per_word), "uint32"),
            "q_scale": ((rows, columns // self.group // _GROUPS_OF_A_BYTE), "uint32"),
            "q_super": F16_PAIRS.tensor(rows, columns // SUPER),
        }

    def store(self, codes: np.ndarray, integers: np.ndarray, factors: np.ndarray) -> dict[str, np.ndarray]:
        """Codes u8[N,K], s i8[N,K/16], d f32[N,K/256] -> the stored tensors by suffix."""
        return {
            "q_weight": pack(codes, self.bits),
            "q_scale": np.ascontiguousarray(integers).view("<u4").astype(np.uint32, copy=False),
            "q_super": F16_PAIRS.encode(factors),
        }

    def decode(self, stored: dict[str, np.ndarray]) -> np.ndarray:
        """The stored tensors by suffix -> f32[N,K]."""
        matrix = unpack(stored["q_weight"], self.bits).astype(np.float32)
        integers = np.ascontiguousarray(stored["q_scale"].astype("<u4", copy=False)).view(np.int8)
        factors = F16_PAIRS.decode(stored["q_super"], matrix.shape[1] // SUPER)
        scales = np.repeat(factors, SUPER // self.group, 1) * integers
        matrix -= np.float32(self.zero)
        matrix *= np.repeat(scales.astype(np.float32), self.group, 1)
        return matrix

    def without_shader_f16(self) -> "KSignedCodec":
        """Itself: its f16 are read as u32 everywhere."""
        return self
