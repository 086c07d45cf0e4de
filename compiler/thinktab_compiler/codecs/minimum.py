"""The codec with a scale and a minimum a group: Q4_1."""

from dataclasses import dataclass, replace

import numpy as np

from .fitting import ScaleRule, fit_minimum
from .storage import F16, F16_PAIRS, Storage
from .words import PackedCodes, check_width, pack, unpack


@dataclass(frozen=True)
class MinimumCodec(PackedCodes):
    """w = code * scale + min: `q_weight` holds codes of `bits` bits, `q_scale` and `q_min` a value for each group."""

    scales: Storage
    group: int = 32

    def tensors(self, rows: int, columns: int) -> dict[str, tuple[tuple[int, ...], str]]:
        """Tensors of a [rows, columns] matrix: suffix -> (shape, dtype), in storage order; raises CompilerError."""
        check_width(self.name, self.group, columns)
        values = self.scales.tensor(rows, columns // self.group)
        return {"q_weight": ((rows, columns // self.per_word), "uint32"), "q_scale": values, "q_min": values}

    def encode(self, matrix: np.ndarray, rule: ScaleRule) -> dict[str, np.ndarray]:
        """f32[N,K] -> the stored tensors by suffix; raises CompilerError."""
        return self.store(*fit_minimum(matrix, self.group, (1 << self.bits) - 1, rule, self.scales.values))

    def store(self, codes: np.ndarray, scales: np.ndarray, minima: np.ndarray) -> dict[str, np.ndarray]:
        """Codes u8[N,K], scales and minima f32[N,K/group] -> the stored tensors by suffix."""
        return {
            "q_weight": pack(codes, self.bits),
            "q_scale": self.scales.encode(scales),
            "q_min": self.scales.encode(minima),
        }

    def decode(self, stored: dict[str, np.ndarray]) -> np.ndarray:
        """The stored tensors by suffix -> f32[N,K]."""
        matrix = unpack(stored["q_weight"], self.bits).astype(np.float32)
        groups = matrix.shape[1] // self.group
        matrix *= np.repeat(self.scales.decode(stored["q_scale"], groups), self.group, 1)
        matrix += np.repeat(self.scales.decode(stored["q_min"], groups), self.group, 1)
        return matrix

    def without_shader_f16(self) -> "MinimumCodec":
        """The same bytes, read as u32 where they are f16."""
        return replace(self, scales=F16_PAIRS) if self.scales == F16 else self
