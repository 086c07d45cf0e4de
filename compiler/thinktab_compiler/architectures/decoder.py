"""Common parts and differences of the supported architectures; parameters and their Hugging Face sources."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..config import ModelConfig

if TYPE_CHECKING:  # TVM takes a second to import and `convert` does without it
    from ..kernels import Profile
    from ..quantization import Quantization
    from .model import DecoderModel


@dataclass(frozen=True)
class Parameter:
    """A matrix [rows, columns] to quantise, or a vector (columns None), stacked along the rows from `sources`."""

    name: str
    sources: tuple[str, ...]
    rows: int
    columns: int | None

    @property
    def shape(self) -> tuple[int, ...]:
        """[rows, columns], or [rows] of a vector."""
        return (self.rows,) if self.columns is None else (self.rows, self.columns)


@dataclass(frozen=True)
class Architecture:
    """A pre-norm decoder with grouped queries, rotary positions and a gated feed-forward network.

    `qkv` is the name of the fused projection in MLC's published checkpoints; `qkv_bias` tells whether it has a bias.
    `qk_norm` tells whether every head of query and key passes an RMS norm before the rotation.
    """

    model_type: str
    qkv: str
    qkv_bias: bool
    qk_norm: bool

    def parameters(self, config: ModelConfig) -> list[Parameter]:
        """All parameters in the order of the `_metadata` of the kernels and of the shards.

        A matrix keeps the name without a suffix, its stored tensors add the codec's. Query, key and value, and gate
        and up, are fused, so that each takes one kernel.
        """
        hidden = config.hidden_size
        found = [Parameter("model.embed_tokens", ("model.embed_tokens.weight",), config.vocab_size, hidden)]
        for i in range(config.num_hidden_layers):
            found += self._layer(config, f"model.layers.{i}")
        found.append(_own("model.norm.weight", hidden))
        if not config.tie_word_embeddings:
            found.append(Parameter("lm_head", ("lm_head.weight",), config.vocab_size, hidden))
        return found

    def build_model(
        self, config: ModelConfig, quantization: Quantization, profile: Profile, pages: str
    ) -> DecoderModel:
        """The TVM model, ready for `export_tvm(spec=model.spec())`; `pages` is the element type of the KV cache."""
        from .model import DecoderModel

        return DecoderModel(self, config, quantization, profile, pages)

    def _layer(self, config: ModelConfig, layer: str) -> Iterator[Parameter]:
        hidden, ffn, attention = config.hidden_size, config.intermediate_size, f"{layer}.self_attn"
        mixed = config.num_attention_heads * config.head_dim

        def projections(kind: str) -> tuple[str, ...]:
            return tuple(f"{attention}.{letter}_proj.{kind}" for letter in "qkv")

        yield Parameter(f"{attention}.{self.qkv}", projections("weight"), config.qkv_rows, hidden)
        if self.qkv_bias:
            yield Parameter(f"{attention}.{self.qkv}.bias", projections("bias"), config.qkv_rows, None)
        if self.qk_norm:
            yield _own(f"{attention}.q_norm.weight", config.head_dim)
            yield _own(f"{attention}.k_norm.weight", config.head_dim)
        yield Parameter(f"{attention}.o_proj", (f"{attention}.o_proj.weight",), hidden, mixed)
        gate_up = (f"{layer}.mlp.gate_proj.weight", f"{layer}.mlp.up_proj.weight")
        yield Parameter(f"{layer}.mlp.gate_up_proj", gate_up, 2 * ffn, hidden)
        yield Parameter(f"{layer}.mlp.down_proj", (f"{layer}.mlp.down_proj.weight",), hidden, ffn)
        yield _own(f"{layer}.input_layernorm.weight", hidden)
        yield _own(f"{layer}.post_attention_layernorm.weight", hidden)


def _own(name: str, size: int) -> Parameter:
    """A vector which has the same name in the checkpoint."""
    return Parameter(name, (name,), size, None)
