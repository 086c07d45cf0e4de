"""Qwen2: its parameters and how they come from a Hugging Face checkpoint."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..config import ModelConfig
from ..layouts import Q4Layout

if TYPE_CHECKING:  # TVM takes a second to import and `convert` does without it
    from ..kernels import SoftwareProfile
    from .qwen2_model import Qwen2


@dataclass(frozen=True)
class Parameter:
    """A matrix [rows, columns] to quantise, or a vector (columns None), stacked along the rows from `sources`."""

    name: str
    sources: tuple[str, ...]
    rows: int
    columns: int | None


def parameters(config: ModelConfig) -> list[Parameter]:
    """All parameters in the order of the library's `_metadata` and of the shards.

    A matrix keeps the name without a suffix, its stored tensors add the layout's. Query, key and value, and gate and
    up, are fused, so that each takes one kernel.
    """
    hidden, ffn = config.hidden_size, config.intermediate_size
    found = [Parameter("model.embed_tokens", ("model.embed_tokens.weight",), config.vocab_size, hidden)]
    for i in range(config.num_hidden_layers):
        layer = f"model.layers.{i}"
        attention = f"{layer}.self_attn"
        found += [
            Parameter(
                f"{attention}.c_attn", tuple(f"{attention}.{p}_proj.weight" for p in "qkv"), config.qkv_rows, hidden
            ),
            Parameter(
                f"{attention}.c_attn.bias", tuple(f"{attention}.{p}_proj.bias" for p in "qkv"), config.qkv_rows, None
            ),
            Parameter(
                f"{attention}.o_proj",
                (f"{attention}.o_proj.weight",),
                hidden,
                config.num_attention_heads * config.head_dim,
            ),
            Parameter(
                f"{layer}.mlp.gate_up_proj",
                (f"{layer}.mlp.gate_proj.weight", f"{layer}.mlp.up_proj.weight"),
                2 * ffn,
                hidden,
            ),
            Parameter(f"{layer}.mlp.down_proj", (f"{layer}.mlp.down_proj.weight",), hidden, ffn),
            Parameter(f"{layer}.input_layernorm.weight", (f"{layer}.input_layernorm.weight",), hidden, None),
            Parameter(
                f"{layer}.post_attention_layernorm.weight", (f"{layer}.post_attention_layernorm.weight",), hidden, None
            ),
        ]
    found.append(Parameter("model.norm.weight", ("model.norm.weight",), hidden, None))
    if not config.tie_word_embeddings:
        found.append(Parameter("lm_head", ("lm_head.weight",), config.vocab_size, hidden))
    return found


def build_model(config: ModelConfig, layout: Q4Layout, profile: SoftwareProfile) -> Qwen2:
    """The TVM model, ready for `export_tvm(spec=model.spec())`."""
    from .qwen2_model import Qwen2

    return Qwen2(config, layout, profile)
