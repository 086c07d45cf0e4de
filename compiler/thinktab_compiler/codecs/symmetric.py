"""Codecs with one scale a group and a fixed zero point: q4f32_1, q4f16_1, Q4_0 and Q8_0."""

from dataclasses import dataclass, replace

import numpy as np

from .fitting import ScaleRule, fit_symmetric
from .storage import F16, F16_PAIRS, Storage
from .words import PackedCodes, check_width, pack, unpack


@dataclass(frozen=True)
class SymmetricCodec(PackedCodes):
    """w = (code - zero) * scale: `q_weight` holds codes of `bits` bits, `q_scale` a scale for each group."""

    zero: int
    scales: Storage
    group: int = 32

    def tensors(self, rows: int, columns: int) -> dict[str, tuple[tuple[int, ...], str]]:
        """Tensors of a [rows, columns] matrix: suffix -> (shape, dtype), in storage order; raises CompilerError."""
        check_width(self.name, self.group, columns)
        return {
            "q_weight": ((rows, columns // self.per_word), "uint32"),
            "q_scale": self.scales.tensor(rows, columns // self.group),
        }

    def encode(self, matrix: np.ndarray, rule: ScaleRule) -> dict[str, np.ndarray]:
        """f32[N,K] -> the stored tensors by suffix; raises CompilerError."""
        codes, scales = fit_symmetric(matrix, self.group, self.zero, (1 << self.bits) - 1, rule, self.scales.values)
        return self.store(codes, scales)

    def store(self, codes: np.ndarray, scales: np.ndarray) -> dict[str, np.ndarray]:
        """Codes u8[N,K] and scales f32[N,K/group] -> the stored tensors by suffix."""
        return {"q_weight": pack(codes, self.bits), "q_scale": self.scales.encode(scales)}

    def decode(self, stored: dict[str, np.ndarray]) -> np.ndarray:
        """The stored tensors by suffix -> f32[N,K]."""
        codes = unpack(stored["q_weight"], self.bits).astype(np.float32)
        scales = np.repeat(self.scales.decode(stored["q_scale"], codes.shape[1] // self.group), self.group, 1)
        codes -= np.float32(self.zero)
        codes *= scales
        return codes

    def without_shader_f16(self) -> "SymmetricCodec":
        """The same bytes, read as u32 where they are f16."""
        return replace(self, scales=F16_PAIRS) if self.scales == F16 else self
