"""How numbers beside the codes (scales, minima, norms, biases) lie in a buffer, in numpy and in a kernel."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from ..errors import CompilerError


@dataclass(frozen=True)
class Storage:
    """Values of numpy type `values`; with `pairs`, two f16 share a u32 word, the first in its low half.

    Pairs have the same bytes as f16 (a row of odd length ends with a zero), but a kernel reads them without WebGPU's
    feature `shader-f16`.
    """

    values: str
    pairs: bool = False

    @property
    def dtype(self) -> str:
        """Element type of the stored tensor."""
        return "uint32" if self.pairs else self.values

    def tensor(self, *shape: int) -> tuple[tuple[int, ...], str]:
        """Shape and dtype of the tensor that stores values of `shape`."""
        return ((*shape[:-1], (shape[-1] + 1) // 2), "uint32") if self.pairs else (shape, self.values)

    def encode(self, values: np.ndarray) -> np.ndarray:
        """f32 -> the stored tensor, rounded to nearest; raises CompilerError for what the type cannot hold."""
        with np.errstate(over="ignore"):
            stored = np.ascontiguousarray(values.astype(self.values))
        if not np.isfinite(stored).all():
            raise CompilerError(
                f"A tensor of shape {list(values.shape)} holds values beyond the range of {self.values}."
            )
        if not self.pairs:
            return stored
        if stored.shape[-1] % 2:
            stored = np.concatenate([stored, np.zeros((*stored.shape[:-1], 1), stored.dtype)], -1)
        return stored.view("uint32")

    def decode(self, stored: np.ndarray, length: int) -> np.ndarray:
        """The stored tensor -> f32 of the values' shape, whose last axis has that length."""
        return np.ascontiguousarray(stored).view(self.values)[..., :length].astype(np.float32)

    def read(self, buffer: Any, *indices: Any) -> Any:
        """TIR expression: the value at `indices` of a buffer with this storage, as f32."""
        from tvm import tirx

        if not self.pairs:
            value = buffer[indices]
            return value if self.values == "float32" else tirx.Cast("float32", value)
        last = indices[-1]
        shift = tirx.Cast("uint32", tirx.floormod(last, 2) * 16)
        return _f16_bits_to_f32(tirx.shift_right(buffer[(*indices[:-1], tirx.floordiv(last, 2))], shift))


def _f16_bits_to_f32(bits: Any) -> Any:
    """TIR expression: the low half of a u32 read as IEEE 754 binary16, finite, with integers and f32 only.

    Subnormals are converted as integers, because GPUs may flush the f32 subnormals which a plain shift would give.
    """
    from tvm import tirx

    def u32(value: int) -> Any:
        return tirx.const(value, "uint32")

    magnitude = tirx.bitwise_and(bits, u32(0x7FFF))
    sign = tirx.shift_left(tirx.bitwise_and(bits, u32(0x8000)), u32(16))
    # f16 exponents are biased by 15, those of f32 by 127
    normal = tirx.reinterpret("float32", tirx.shift_left(magnitude, u32(13)) + u32((127 - 15) << 23))
    subnormal = tirx.Cast("float32", magnitude) * tirx.const(2.0**-24, "float32")
    absolute = tirx.Select(magnitude < u32(0x0400), subnormal, normal)
    return tirx.reinterpret("float32", tirx.bitwise_or(tirx.reinterpret("uint32", absolute), sign))


F32 = Storage("float32")
F16 = Storage("float16")
F16_PAIRS = Storage("float16", pairs=True)
