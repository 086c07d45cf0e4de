"""Codes of 4 or 8 bits in u32 words, the first in the lowest bits."""

from dataclasses import dataclass

import numpy as np

from ..errors import CompilerError


@dataclass(frozen=True)
class PackedCodes:
    """The base of all codecs: its name, and codes of `bits` bits in u32 words."""

    name: str
    bits: int

    @property
    def per_word(self) -> int:
        """Codes in a u32 word."""
        return 32 // self.bits


def check_width(codec: str, group: int, columns: int) -> None:
    """Raises CompilerError if a row does not consist of whole groups."""
    if columns % group:
        raise CompilerError(f"{codec} needs rows of a multiple of {group} weights, but a matrix has rows of {columns}.")


def pack(codes: np.ndarray, bits: int) -> np.ndarray:
    """Codes u8[N,K] -> words u32[N,K*bits/32]."""
    if bits == 4:
        codes = codes[:, ::2] | codes[:, 1::2] << np.uint8(4)
    return np.ascontiguousarray(codes).view("<u4").astype(np.uint32, copy=False)


def unpack(words: np.ndarray, bits: int) -> np.ndarray:
    """Words u32[N,W] -> codes u8[N,W*32/bits]."""
    packed = np.ascontiguousarray(words.astype("<u4", copy=False)).view(np.uint8)
    if bits == 8:
        return packed
    return np.stack([packed & np.uint8(15), packed >> np.uint8(4)], -1).reshape(len(packed), -1)
