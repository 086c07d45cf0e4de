"""How a kernel reads the tensors of codecs/: TIR expressions, all f32.

`stored` holds the buffers of a matrix by suffix, and a buffer is anything that takes indices: `Array` or TVM's tensors.
"""

from collections.abc import Mapping
from typing import Any, assert_never

from tvm import tirx

from ..codecs import F16_PAIRS, Codec, KMinimumCodec, KSignedCodec, MinimumCodec, Storage, SymmetricCodec
from ..codecs.k_quants import SUPER
from .builder import Expression, f32


def number(storage: Storage, buffer: Any, *indices: Expression) -> Any:
    """The number at `indices` of a tensor that `storage` stored."""
    if not storage.pairs:
        value = buffer[indices]
        return value if storage.values == "float32" else tirx.Cast("float32", value)
    last = indices[-1]
    shift = tirx.Cast("uint32", tirx.floormod(last, 2) * 16)
    return _f16_bits_to_f32(tirx.shift_right(buffer[(*indices[:-1], tirx.floordiv(last, 2))], shift))


def code(codec: Codec, word: Expression, position: Expression) -> Any:
    """The code at `position` of a packed u32 word, the first in its lowest bits."""
    return _integer(tirx.shift_right(word, _bits(position * codec.bits)), (1 << codec.bits) - 1)


def code_in_place(codec: Codec, word: Expression, position: int) -> Any:
    """`code` times 2^(bits * position), exactly: the bits stay where they are, which saves the shift."""
    return tirx.Cast("float32", tirx.bitwise_and(word, _u32(((1 << codec.bits) - 1) << codec.bits * position)))


def affine(codec: Codec, stored: Mapping[str, Any], row: Expression, group: Expression) -> tuple[Any, Any]:
    """(scale, offset) of a group of a row: w = code * scale + offset."""
    match codec:
        case SymmetricCodec():
            scale = number(codec.scales, stored["q_scale"], row, group)
            return scale, scale * f32(-codec.zero)
        case MinimumCodec():
            scale = number(codec.scales, stored["q_scale"], row, group)
            return scale, number(codec.scales, stored["q_min"], row, group)
        case KMinimumCodec():
            factors = stored["q_super"][row, group // (SUPER // codec.group)]
            both = tirx.shift_right(stored["q_scale"][row, group // 2], _bits(group % 2 * 16))
            minimum = _integer(tirx.shift_right(both, _u32(6)), 63)
            scale = _f16_bits_to_f32(factors) * _integer(both, 63)
            return scale, _f16_bits_to_f32(tirx.shift_right(factors, _u32(16))) * (f32(0) - minimum)
        case KSignedCodec():
            byte = _integer(tirx.shift_right(stored["q_scale"][row, group // 4], _bits(group % 4 * 8)), 255)
            signed = byte - tirx.Select(byte < f32(128), f32(0), f32(256))
            scale = number(F16_PAIRS, stored["q_super"], row, group // (SUPER // codec.group)) * signed
            return scale, scale * f32(-codec.zero)
        case _:
            assert_never(codec)


def weight(codec: Codec, stored: Mapping[str, Any], row: Expression, column: Expression) -> Any:
    """One weight of the matrix; kernels that read many share the word and the scale of several."""
    found = code(codec, stored["q_weight"][row, column // codec.per_word], column % codec.per_word)
    scale, offset = affine(codec, stored, row, column // codec.group)
    return found * scale + offset


def _u32(value: int) -> Any:
    return tirx.const(value, "uint32")


def _bits(count: Expression) -> Any:
    return tirx.Cast("uint32", count)


def _integer(word: Expression, mask: int) -> Any:
    """The lowest bits of a word, as f32."""
    return tirx.Cast("float32", tirx.bitwise_and(word, _u32(mask)))


def _f16_bits_to_f32(bits: Expression) -> Any:
    """The low half of a u32 read as IEEE 754 binary16, finite, with integers and f32 only.

    Subnormals are converted as integers, because GPUs may flush the f32 subnormals which a plain shift would give.
    """
    magnitude = tirx.bitwise_and(bits, _u32(0x7FFF))
    sign = tirx.shift_left(tirx.bitwise_and(bits, _u32(0x8000)), _u32(16))
    # f16 exponents are biased by 15, those of f32 by 127
    normal = tirx.reinterpret("float32", tirx.shift_left(magnitude, _u32(13)) + _u32((127 - 15) << 23))
    subnormal = tirx.Cast("float32", magnitude) * tirx.const(2.0**-24, "float32")
    absolute = tirx.Select(magnitude < _u32(0x0400), subnormal, normal)
    return tirx.reinterpret("float32", tirx.bitwise_or(tirx.reinterpret("uint32", absolute), sign))
