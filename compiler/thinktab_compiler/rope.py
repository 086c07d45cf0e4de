"""Rotary position embeddings: frequencies of plain RoPE and of the scalings by which models stretch their context."""

import math
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from .errors import CompilerError


@dataclass(frozen=True)
class Llama3Scaling:
    """Llama 3.1: `factor` stretches long wavelengths, short ones stay, those between are interpolated."""

    factor: float
    low_freq_factor: float
    high_freq_factor: float
    original_max_position_embeddings: float

    @property
    def magnitude(self) -> float:
        """Factor of cosine and sine."""
        return 1.0

    def scaled(self, frequencies: np.ndarray, _: float) -> np.ndarray:
        """f64 [d/2] -> f64 [d/2], in radians a position."""
        turns = frequencies * self.original_max_position_embeddings / (2 * math.pi)
        kept = np.clip((turns - self.low_freq_factor) / (self.high_freq_factor - self.low_freq_factor), 0, 1)
        return frequencies * (kept + (1 - kept) / self.factor)


@dataclass(frozen=True)
class YarnScaling:
    """YaRN (Peng et al., 2023): a ramp over the dimensions between kept and stretched frequencies.

    `attention_factor` multiplies cosine and sine. If a config.json lacks it, it is 0.1 ln(factor) + 1, times the
    config's `attn_factor` if there is one. DeepSeek-R1-0528-Qwen3-8B sets `attn_factor` so that the product is 1.
    """

    factor: float
    original_max_position_embeddings: float
    attention_factor: float
    beta_fast: float = 32.0
    beta_slow: float = 1.0

    @property
    def magnitude(self) -> float:
        """Factor of cosine and sine."""
        return self.attention_factor

    def scaled(self, frequencies: np.ndarray, theta: float) -> np.ndarray:
        """f64 [d/2] -> f64 [d/2], in radians a position."""
        count = len(frequencies)

        def dimension(rotations: float) -> float:
            return count * math.log(self.original_max_position_embeddings / (rotations * 2 * math.pi)) / math.log(theta)

        low = max(math.floor(dimension(self.beta_fast)), 0)
        high = min(math.ceil(dimension(self.beta_slow)), 2 * count - 1)
        stretched = np.clip((np.arange(count) - low) / max(high - low, 1e-3), 0, 1)
        return frequencies * (1 - stretched + stretched / self.factor)


RopeScaling = Llama3Scaling | YarnScaling
_SCALINGS: dict[str, type[RopeScaling]] = {"llama3": Llama3Scaling, "yarn": YarnScaling}


def read_scaling(raw: Any, origin: str) -> RopeScaling | None:
    """The `rope_scaling` of a config.json, None for plain RoPE; `origin` names the file in a CompilerError."""
    if not raw:
        return None
    if not isinstance(raw, dict):
        raise CompilerError(f"{origin}: rope_scaling must be an object.")
    kind = raw.get("rope_type", raw.get("type"))
    if kind == "default":
        return None
    if kind not in _SCALINGS:
        known = ", ".join(sorted(_SCALINGS))
        raise CompilerError(f"{origin}: the rope_scaling '{kind}' is not supported; known: {known}.")
    values = dict(raw)
    if kind == "yarn" and _is_positive(values.get("factor")) and values.get("attention_factor") is None:
        values["attention_factor"] = (0.1 * math.log(values["factor"]) + 1) * values.get("attn_factor", 1.0)
    found = {}
    for name, field in _SCALINGS[kind].__dataclass_fields__.items():
        value = values.get(name)
        if value is None and isinstance(field.default, float):
            continue
        if value is None or not _is_positive(value):
            raise CompilerError(f"{origin}: rope_scaling.{name} must be a positive number, not {value!r}.")
        found[name] = float(value)
    return _SCALINGS[kind](**found)


def scaling_json(scaling: RopeScaling | None) -> dict[str, Any] | None:
    """The object which `read_scaling` reads back."""
    if scaling is None:
        return None
    kind = next(name for name, made in _SCALINGS.items() if isinstance(scaling, made))
    return {"rope_type": kind, **asdict(scaling)}


def frequencies(head_dim: int, theta: float, scaling: RopeScaling | None) -> np.ndarray:
    """Radians a position of each pair of dimensions, f64 [head_dim / 2]."""
    plain = theta ** (-np.arange(head_dim // 2, dtype=np.float64) * 2 / head_dim)
    return plain if scaling is None else scaling.scaled(plain, theta)


def _is_positive(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and value > 0
