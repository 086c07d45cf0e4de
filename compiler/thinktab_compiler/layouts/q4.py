"""The layout of WebLLM's q4 models: a u32 array of packed codes and an array of group scales."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from ..errors import CompilerError
from ..quantize import GROUP, PER_WORD, ZERO, ScaleRule, dequantize_q4, quantize_q4


@dataclass(frozen=True)
class Q4Layout:
    """q4 with scales, vectors and activations of type `dtype`."""

    name: str
    dtype: str
    group: int = GROUP
    per_word: int = PER_WORD
    zero: int = ZERO

    def tensors(self, rows: int, columns: int) -> dict[str, tuple[tuple[int, int], str]]:
        """Stored tensors of a [rows, columns] matrix: suffix -> (shape, dtype), in storage order."""
        if columns % self.group:
            raise CompilerError(
                f"{self.name} needs a width that is a multiple of {self.group}, but a matrix has {columns} columns."
            )
        return {
            "q_weight": ((rows, columns // self.per_word), "uint32"),
            "q_scale": ((rows, columns // self.group), self.dtype),
        }

    def encode(self, matrix: np.ndarray, scale: ScaleRule) -> dict[str, np.ndarray]:
        """f32[N,K] -> the stored tensors by suffix."""
        words, scales = quantize_q4(matrix, scale)
        return {"q_weight": words, "q_scale": scales.astype(self.dtype)}

    def decode(self, stored: dict[str, np.ndarray]) -> np.ndarray:
        """The stored tensors by suffix -> f32[N,K]."""
        return dequantize_q4(stored["q_weight"], stored["q_scale"])

    def code(self, word: Any, position: Any) -> Any:
        """TIR expression: the f32 code at `position` 0..7 of a packed word; the weight is (code - zero) * scale."""
        from tvm import tirx

        shift = tirx.Cast("uint32", position * 4)
        return tirx.Cast("float32", tirx.bitwise_and(tirx.shift_right(word, shift), tirx.const(15, "uint32")))
