"""How numbers beside the codes (scales, minima, norms, biases) lie in a buffer."""

from dataclasses import dataclass

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
        """f32 -> the stored tensor, rounded to nearest; raises CompilerError for a value outside the type's range."""
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


F32 = Storage("float32")
F16 = Storage("float16")
F16_PAIRS = Storage("float16", pairs=True)
