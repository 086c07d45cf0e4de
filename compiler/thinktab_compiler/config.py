"""A model's dimensions, read from a Hugging Face config.json."""

from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, get_type_hints

from .errors import CompilerError
from .files import read_json
from .rope import RopeScaling, read_scaling, scaling_json

KV_PAGE = 16  # positions in a page of the KV cache; WebLLM creates its cache with this page size


@dataclass(frozen=True)
class ModelConfig:
    """Dimensions of a decoder-only transformer; names follow Hugging Face's config.json."""

    model_type: str
    vocab_size: int
    hidden_size: int
    num_hidden_layers: int
    num_attention_heads: int
    num_key_value_heads: int
    head_dim: int
    intermediate_size: int
    rope_theta: float
    rms_norm_eps: float
    max_position_embeddings: int
    tie_word_embeddings: bool
    rope_scaling: RopeScaling | None

    @property
    def qkv_rows(self) -> int:
        """Rows of the fused query, key and value projection."""
        return (self.num_attention_heads + 2 * self.num_key_value_heads) * self.head_dim

    def to_json(self) -> dict[str, Any]:
        """The same fields as a JSON object; `from_json` reads it back."""
        return {**asdict(self), "rope_scaling": scaling_json(self.rope_scaling)}

    @staticmethod
    def from_json(raw: dict[str, Any], origin: str) -> "ModelConfig":
        """Checks a parsed config.json; `origin` names it in errors."""
        values = dict(raw)
        if values.get("hidden_act", "silu") != "silu":
            raise CompilerError(f"{origin}: hidden_act '{values['hidden_act']}' is not supported, only silu.")
        for refused in ("use_sliding_window", "attention_bias", "mlp_bias"):
            if values.get(refused):
                raise CompilerError(f"{origin}: {refused} is not supported.")
        # transformers 5 keeps the base and the scaling in one object
        if isinstance(values.get("rope_parameters"), dict):
            values.setdefault("rope_scaling", values["rope_parameters"])
            values.setdefault("rope_theta", values["rope_parameters"].get("rope_theta"))
        values.setdefault("num_key_value_heads", values.get("num_attention_heads"))
        values.setdefault("tie_word_embeddings", False)
        if values.get("head_dim") is None and _is_positive(values.get("num_attention_heads")):
            values["head_dim"] = values.get("hidden_size", 0) // values["num_attention_heads"]
        known: dict[str, Any] = {"rope_scaling": read_scaling(values.get("rope_scaling"), origin)}
        for field in fields(ModelConfig):
            if field.name in known:
                continue
            if values.get(field.name) is None:
                raise CompilerError(f"{origin}: the field {field.name} is missing.")
            value = values[field.name]
            kind = _FIELD_TYPES[field.name]
            if kind in (int, float) and not _is_positive(value):
                raise CompilerError(f"{origin}: {field.name} must be a positive number, not {value!r}.")
            if kind is int and value != int(value):
                raise CompilerError(f"{origin}: {field.name} must be a whole number, not {value!r}.")
            known[field.name] = kind(value)
        config = ModelConfig(**known)
        if config.num_attention_heads % config.num_key_value_heads:
            raise CompilerError(f"{origin}: num_attention_heads must be a multiple of num_key_value_heads.")
        if config.head_dim % 2:
            raise CompilerError(f"{origin}: head_dim must be even for rotary position embeddings.")
        return config


_FIELD_TYPES = get_type_hints(ModelConfig)


def _is_positive(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and value > 0


def load_config(path: Path) -> ModelConfig:
    """Reads and checks a Hugging Face config.json; raises CompilerError."""
    raw = read_json(path)
    if not isinstance(raw, dict):
        raise CompilerError(f"{path} must hold a JSON object.")
    return ModelConfig.from_json(raw, str(path))
