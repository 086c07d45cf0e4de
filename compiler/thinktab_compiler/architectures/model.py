"""A decoder as a TVM model with quantised weights, f32 activations and a paged KV cache."""

from typing import Any

from tvm import te, tirx
from tvm.relax.frontend import nn
from tvm.relax.frontend.nn import op
from tvm.relax.frontend.nn.llm.kv_cache import PagedKVCache

from ..config import ModelConfig
from ..kernels import LinearSpec, Profile, dequantise
from ..kernels.attention import AttentionShape
from ..kernels.elementwise import head_norm_kernel
from ..kv_cache import attend, create_kv_cache
from ..quantization import Quantization
from .decoder import Architecture, Parameter


class DecoderModel(nn.Module):
    """The functions which WebLLM calls: embed, prefill, decode and create_tir_paged_kv_cache.

    Parameters are attributes under their full published names, so that TVM lists them by those names and in the order
    of `Architecture.parameters`. `pages` is the element type of the KV cache.
    """

    def __init__(
        self, architecture: Architecture, config: ModelConfig, quantization: Quantization, profile: Profile, pages: str
    ) -> None:
        super().__init__()
        self.architecture, self.config, self.quantization, self.profile = architecture, config, quantization, profile
        self.attention_shape = AttentionShape.of(config, pages)
        self.known = {parameter.name: parameter for parameter in architecture.parameters(config)}
        for parameter in self.known.values():
            for name, (shape, dtype) in stored_tensors(parameter, quantization).items():
                setattr(self, name, nn.Parameter(shape, dtype))

    def embed(self, input_ids: nn.Tensor) -> nn.Tensor:
        """i32 [s] -> f32 [s, hidden]"""
        codec = self.quantization.codec_of("model.embed_tokens")
        names = stored_tensors(self.known["model.embed_tokens"], self.quantization)
        suffixes = [name.rpartition(".")[2] for name in names]

        def look_up(ids: te.Tensor, *tensors: te.Tensor) -> te.Tensor:
            stored = dict(zip(suffixes, tensors, strict=True))

            def weight(i: tirx.Var, column: tirx.Var) -> Any:
                return dequantise.weight(codec, stored, ids[i], column)

            return te.compute((ids.shape[0], self.config.hidden_size), weight, name="embed")

        return op.tensor_expr_op(look_up, "embed", [input_ids, *(getattr(self, name) for name in names)])

    def prefill(self, input_embed: nn.Tensor, paged_kv_cache: PagedKVCache) -> tuple[nn.Tensor, PagedKVCache]:
        """[1, s, hidden] -> logits [1, 1, vocab] of the last position"""

        def last_row(x: te.Tensor) -> te.Tensor:
            return te.compute((1, 1, x.shape[2]), lambda b, _, k: x[b, x.shape[1] - 1, k], name="last_row")

        hidden = self._layers(input_embed, paged_kv_cache)
        return self._head(op.tensor_expr_op(last_row, "last_row", [hidden])), paged_kv_cache

    def decode(self, input_embed: nn.Tensor, paged_kv_cache: PagedKVCache) -> tuple[nn.Tensor, PagedKVCache]:
        """[1, 1, hidden] -> logits [1, 1, vocab]"""
        return self._head(self._layers(input_embed, paged_kv_cache)), paged_kv_cache

    def create_tir_paged_kv_cache(
        self,
        max_batch_size: tirx.Var,
        max_total_seq_len: tirx.Var,
        prefill_chunk_size: tirx.Var,
        page_size: tirx.Var,
        support_sliding_window: tirx.Var,
    ) -> PagedKVCache:
        """The KV cache; see `create_kv_cache`."""
        sizes = [max_batch_size, max_total_seq_len, prefill_chunk_size, page_size, support_sliding_window]
        return create_kv_cache(self.config, self.attention_shape, self.profile, sizes)

    def spec(self) -> nn.spec.ModuleSpec:
        """Argument shapes of the exported functions."""
        hidden = self.config.hidden_size
        cache = nn.spec.Object(object_type=PagedKVCache)
        with_weights = {"param_mode": "packed", "effect_mode": "none"}
        sizes = ["max_batch_size", "max_total_seq_len", "prefill_chunk_size", "page_size", "support_sliding_window"]
        return nn.spec.ModuleSpec.from_raw(
            {
                "embed": {"input_ids": nn.spec.Tensor(["seq_len"], "int32"), "$": with_weights},
                "prefill": {
                    "input_embed": nn.spec.Tensor([1, "seq_len", hidden], "float32"),
                    "paged_kv_cache": cache,
                    "$": with_weights,
                },
                "decode": {
                    "input_embed": nn.spec.Tensor([1, 1, hidden], "float32"),
                    "paged_kv_cache": cache,
                    "$": with_weights,
                },
                "create_tir_paged_kv_cache": {
                    **dict.fromkeys(sizes, int),
                    "$": {"param_mode": "none", "effect_mode": "none"},
                },
            },
            self,
        )

    def _layers(self, x: nn.Tensor, kv_cache: PagedKVCache) -> nn.Tensor:
        for i in range(self.config.num_hidden_layers):
            layer = f"model.layers.{i}"
            attention, mlp = f"{layer}.self_attn", f"{layer}.mlp"
            projection = f"{attention}.{self.architecture.qkv}"
            bias = getattr(self, f"{projection}.bias") if self.architecture.qkv_bias else None
            qkv = self.linear(projection, x, norm=f"{layer}.input_layernorm", bias=bias)
            if self.architecture.qk_norm:
                qkv = self._head_norm(attention, qkv)
            x = self.linear(f"{attention}.o_proj", attend(kv_cache, self.config, i, qkv), residual=x)
            gated = self.linear(f"{mlp}.gate_up_proj", x, norm=f"{layer}.post_attention_layernorm", gate=True)
            x = self.linear(f"{mlp}.down_proj", gated, residual=x)
        return x

    def _head(self, x: nn.Tensor) -> nn.Tensor:
        matrix = "model.embed_tokens" if self.config.tie_word_embeddings else "lm_head"
        return self.linear(matrix, x, norm="model.norm")

    def _head_norm(self, attention: str, qkv: nn.Tensor) -> nn.Tensor:
        weights = [getattr(self, f"{attention}.{name}.weight") for name in ("q_norm", "k_norm")]
        kernel = head_norm_kernel(self.attention_shape, self.quantization.vectors, self.config.rms_norm_eps)
        out = nn.Tensor.placeholder(qkv.shape, qkv.dtype)
        return op.tensor_ir_op(kernel, "head_norm", [qkv, *weights], out)

    def linear(
        self,
        matrix: str,
        x: nn.Tensor,
        norm: str | None = None,
        bias: nn.Tensor | None = None,
        residual: nn.Tensor | None = None,
        gate: bool = False,
    ) -> nn.Tensor:
        """Product of x [1, s, columns] and a matrix, with all fused operations -> [1, s, columns of the spec]."""
        parameter, quantization = self.known[matrix], self.quantization
        spec = LinearSpec(
            codec=quantization.codec_of(matrix),
            vectors=quantization.vectors,
            rows=parameter.rows,
            width=parameter.shape[-1],
            norm_eps=self.config.rms_norm_eps if norm else None,
            after="bias" if bias is not None else "residual" if residual is not None else "gate" if gate else "nothing",
        )
        inputs = [getattr(self, f"{norm}.weight")] if norm else []
        inputs += [getattr(self, name) for name in stored_tensors(parameter, quantization)]
        inputs += [extra for extra in (bias, residual) if extra is not None]
        one_row = isinstance(x.shape[1], int) and x.shape[1] == 1
        kernel = self.profile.one_row(spec) if one_row else self.profile.rows(spec)
        out = nn.Tensor.placeholder([x.shape[0], x.shape[1], spec.columns], "float32")
        name = "linear_decode" if one_row else "linear_prefill"
        return op.tensor_ir_op(kernel, name, [x, *inputs], out)


def stored_tensors(parameter: Parameter, quantization: Quantization) -> dict[str, tuple[tuple[int, ...], str]]:
    """Name -> (shape, dtype) of a parameter's tensors as the kernels read them, in storage order."""
    if parameter.columns is None:
        return {parameter.name: quantization.vectors.tensor(parameter.rows)}
    tensors = quantization.codec_of(parameter.name).tensors(*parameter.shape)
    return {f"{parameter.name}.{suffix}": tensor for suffix, tensor in tensors.items()}
