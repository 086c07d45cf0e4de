"""Qwen2 as a TVM model with quantised weights and a paged KV cache."""

from typing import Any

from tvm import te, tirx
from tvm.relax.frontend import nn
from tvm.relax.frontend.nn import op
from tvm.relax.frontend.nn.llm.kv_cache import PagedKVCache

from ..config import ModelConfig
from ..kernels import LinearSpec, SoftwareProfile
from ..kv_cache import attend, create_kv_cache
from ..layouts import Q4Layout


class Matrix(nn.Module):
    """A quantised matrix: the layout's stored tensors as parameters."""

    def __init__(self, layout: Q4Layout, rows: int, columns: int) -> None:
        super().__init__()
        self.rows, self.columns = rows, columns
        self.suffixes = list(layout.tensors(rows, columns))
        for suffix, (shape, dtype) in layout.tensors(rows, columns).items():
            setattr(self, suffix, nn.Parameter(shape, dtype))

    @property
    def stored(self) -> list[nn.Tensor]:
        """The stored tensors in the layout's order."""
        return [getattr(self, suffix) for suffix in self.suffixes]


class RmsNorm(nn.Module):
    """The weight of an RMS norm, whose arithmetic is part of the following linear kernel."""

    def __init__(self, size: int, dtype: str) -> None:
        super().__init__()
        self.weight = nn.Parameter((size,), dtype)


class Attention(nn.Module):
    """Projections of one attention layer."""

    def __init__(self, config: ModelConfig, layout: Q4Layout) -> None:
        super().__init__()
        self.c_attn = Matrix(layout, config.qkv_rows, config.hidden_size)
        self.c_attn.bias = nn.Parameter((config.qkv_rows,), layout.dtype)
        self.o_proj = Matrix(layout, config.hidden_size, config.num_attention_heads * config.head_dim)


class FeedForward(nn.Module):
    """The gated feed-forward network of one layer."""

    def __init__(self, config: ModelConfig, layout: Q4Layout) -> None:
        super().__init__()
        self.gate_up_proj = Matrix(layout, 2 * config.intermediate_size, config.hidden_size)
        self.down_proj = Matrix(layout, config.hidden_size, config.intermediate_size)


class Layer(nn.Module):
    """One transformer layer."""

    def __init__(self, config: ModelConfig, layout: Q4Layout) -> None:
        super().__init__()
        self.self_attn = Attention(config, layout)
        self.mlp = FeedForward(config, layout)
        self.input_layernorm = RmsNorm(config.hidden_size, layout.dtype)
        self.post_attention_layernorm = RmsNorm(config.hidden_size, layout.dtype)


class Decoder(nn.Module):
    """Everything under the name `model`."""

    def __init__(self, config: ModelConfig, layout: Q4Layout) -> None:
        super().__init__()
        self.embed_tokens = Matrix(layout, config.vocab_size, config.hidden_size)
        self.layers = nn.ModuleList([Layer(config, layout) for _ in range(config.num_hidden_layers)])
        self.norm = RmsNorm(config.hidden_size, layout.dtype)


class Qwen2(nn.Module):
    """The functions which WebLLM calls: embed, prefill, decode and create_tir_paged_kv_cache."""

    def __init__(self, config: ModelConfig, layout: Q4Layout, profile: SoftwareProfile) -> None:
        super().__init__()
        self.config, self.layout, self.profile = config, layout, profile
        self.model = Decoder(config, layout)
        if not config.tie_word_embeddings:
            self.lm_head = Matrix(layout, config.vocab_size, config.hidden_size)

    def embed(self, input_ids: nn.Tensor) -> nn.Tensor:
        """i32 [s] -> [s, hidden]"""
        layout, hidden = self.layout, self.config.hidden_size

        def look_up(ids: te.Tensor, codes: te.Tensor, scales: te.Tensor) -> te.Tensor:
            def weight(i: tirx.Var, k: tirx.Var) -> Any:
                code = layout.code(codes[ids[i], k // layout.per_word], k % layout.per_word)
                scale = scales[ids[i], k // layout.group].astype("float32")
                return ((code - tirx.const(layout.zero, "float32")) * scale).astype(layout.dtype)

            return te.compute((ids.shape[0], hidden), weight, name="embed")

        return op.tensor_expr_op(look_up, "embed", [input_ids, *self.model.embed_tokens.stored])

    def prefill(self, input_embed: nn.Tensor, paged_kv_cache: PagedKVCache) -> tuple[nn.Tensor, PagedKVCache]:
        """[1, s, hidden] -> f32 logits [1, 1, vocab] of the last position"""

        def last_row(x: te.Tensor) -> te.Tensor:
            return te.compute((1, 1, x.shape[2]), lambda b, _, k: x[b, x.shape[1] - 1, k], name="last_row")

        hidden = self._layers(input_embed, paged_kv_cache)
        return self._head(op.tensor_expr_op(last_row, "last_row", [hidden])), paged_kv_cache

    def decode(self, input_embed: nn.Tensor, paged_kv_cache: PagedKVCache) -> tuple[nn.Tensor, PagedKVCache]:
        """[1, 1, hidden] -> f32 logits [1, 1, vocab]"""
        return self._head(self._layers(input_embed, paged_kv_cache)), paged_kv_cache

    def create_tir_paged_kv_cache(
        self,
        max_batch_size: tirx.Var,
        max_total_seq_len: tirx.Var,
        prefill_chunk_size: tirx.Var,
        page_size: tirx.Var,
        support_sliding_window: tirx.Var,
    ) -> PagedKVCache:
        """The KV cache of one sequence; see `create_kv_cache`."""
        sizes = [max_batch_size, max_total_seq_len, prefill_chunk_size, page_size, support_sliding_window]
        return create_kv_cache(self.config, self.layout.dtype, self.profile, sizes)

    def spec(self) -> nn.spec.ModuleSpec:
        """Argument shapes of the exported functions."""
        hidden, dtype = self.config.hidden_size, self.layout.dtype
        cache = nn.spec.Object(object_type=PagedKVCache)
        with_weights = {"param_mode": "packed", "effect_mode": "none"}
        sizes = ["max_batch_size", "max_total_seq_len", "prefill_chunk_size", "page_size", "support_sliding_window"]
        return nn.spec.ModuleSpec.from_raw(
            {
                "embed": {"input_ids": nn.spec.Tensor(["seq_len"], "int32"), "$": with_weights},
                "prefill": {
                    "input_embed": nn.spec.Tensor([1, "seq_len", hidden], dtype),
                    "paged_kv_cache": cache,
                    "$": with_weights,
                },
                "decode": {
                    "input_embed": nn.spec.Tensor([1, 1, hidden], dtype),
                    "paged_kv_cache": cache,
                    "$": with_weights,
                },
                "create_tir_paged_kv_cache": {
                    **{size: int for size in sizes},
                    "$": {"param_mode": "none", "effect_mode": "none"},
                },
            },
            self,
        )

    def _layers(self, x: nn.Tensor, kv_cache: PagedKVCache) -> nn.Tensor:
        for i, layer in enumerate(self.model.layers):
            attention, mlp = layer.self_attn, layer.mlp
            qkv = self._linear(attention.c_attn, x, norm=layer.input_layernorm, bias=attention.c_attn.bias)
            x = self._linear(attention.o_proj, attend(kv_cache, self.config, i, qkv), residual=x)
            gated = self._linear(mlp.gate_up_proj, x, norm=layer.post_attention_layernorm, gate=True)
            x = self._linear(mlp.down_proj, gated, residual=x)
        return x

    def _head(self, x: nn.Tensor) -> nn.Tensor:
        matrix = self.model.embed_tokens if self.config.tie_word_embeddings else self.lm_head
        return self._linear(matrix, x, norm=self.model.norm)

    def _linear(
        self,
        matrix: Matrix,
        x: nn.Tensor,
        norm: RmsNorm | None = None,
        bias: nn.Tensor | None = None,
        residual: nn.Tensor | None = None,
        gate: bool = False,
    ) -> nn.Tensor:
        after = "bias" if bias is not None else "residual" if residual is not None else "gate" if gate else "nothing"
        spec = LinearSpec(matrix.columns, matrix.rows, self.config.rms_norm_eps if norm else None, after)
        inputs = [norm.weight] if norm else []
        inputs += matrix.stored
        inputs += [extra for extra in (bias, residual) if extra is not None]
        return self.profile.linear(self.layout, spec, x, inputs)
