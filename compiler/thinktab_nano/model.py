"""Nano's forward pass in PyTorch: the Qwen2 architecture, optionally with its weights rounded to 4 bits.

Parameters are one flat dict under Hugging Face's Qwen2 names, float32, weights as [out, in].
"""

from dataclasses import asdict, dataclass

import torch
from torch.nn import functional as F

Parameters = dict[str, torch.Tensor]
QUANTIZATION_GROUP = 32  # of every 4-bit format that Nano ships in: consecutive input columns that share one scale


@dataclass(frozen=True)
class NanoConfig:
    """The fields of a Hugging Face config.json that shape the network."""

    vocab_size: int
    hidden_size: int = 128
    num_hidden_layers: int = 7
    num_attention_heads: int = 4
    num_key_value_heads: int = 2
    head_dim: int = 32
    intermediate_size: int = 384
    rope_theta: float = 10000.0
    rms_norm_eps: float = 1e-6
    max_position_embeddings: int = 1024

    def to_huggingface(self) -> dict[str, object]:
        """The fields of a Hugging Face config.json."""
        return {
            "architectures": ["Qwen2ForCausalLM"],
            "model_type": "qwen2",
            **asdict(self),
            "hidden_act": "silu",
            "tie_word_embeddings": False,
            "torch_dtype": "float32",
        }


def initial_parameters(config: NanoConfig, seed: int) -> Parameters:
    """Normal weights of deviation 0.02-0.03; projections back into the residual stream at half of that."""
    c = config
    generator = torch.Generator().manual_seed(seed)

    def normal(rows: int, columns: int, deviation: float) -> torch.Tensor:
        return torch.randn(rows, columns, generator=generator) * deviation

    q_rows, kv_rows = c.num_attention_heads * c.head_dim, c.num_key_value_heads * c.head_dim
    parameters = {
        "model.embed_tokens.weight": normal(c.vocab_size, c.hidden_size, 0.02),
        "lm_head.weight": normal(c.vocab_size, c.hidden_size, 0.02),
        "model.norm.weight": torch.ones(c.hidden_size),
    }
    for layer in range(c.num_hidden_layers):
        at = f"model.layers.{layer}."
        for name, rows in (("q", q_rows), ("k", kv_rows), ("v", kv_rows)):
            parameters[f"{at}self_attn.{name}_proj.weight"] = normal(rows, c.hidden_size, 0.03)
            parameters[f"{at}self_attn.{name}_proj.bias"] = torch.zeros(rows)
        parameters |= {
            f"{at}self_attn.o_proj.weight": normal(c.hidden_size, q_rows, 0.015),
            f"{at}mlp.gate_proj.weight": normal(c.intermediate_size, c.hidden_size, 0.03),
            f"{at}mlp.up_proj.weight": normal(c.intermediate_size, c.hidden_size, 0.03),
            f"{at}mlp.down_proj.weight": normal(c.hidden_size, c.intermediate_size, 0.015),
            f"{at}input_layernorm.weight": torch.ones(c.hidden_size),
            f"{at}post_attention_layernorm.weight": torch.ones(c.hidden_size),
        }
    return parameters


def rounded(weight: torch.Tensor) -> torch.Tensor:
    """[N, K] on the 4-bit grid: integers -7..7 times a scale per group, which is max|w|/7 rounded to f16.

    With f16 scales the very same values fit q4f32_1, q4f16_1 and GGUF's Q4_0.
    """
    groups = weight.reshape(weight.shape[0], -1, QUANTIZATION_GROUP)
    scale = (groups.abs().amax(-1, keepdim=True).clamp_min(1e-4) / 7).half().float()
    return ((groups / scale).round().clamp(-7, 7) * scale).reshape(weight.shape)


def on_grid(parameters: Parameters) -> Parameters:
    """The parameters with every matrix `rounded`, detached from the given ones."""
    return {name: rounded(value.detach()) if value.ndim == 2 else value.detach() for name, value in parameters.items()}


def attention(q: torch.Tensor, k: torch.Tensor, v: torch.Tensor) -> torch.Tensor:
    """Causal attention: q [batch, heads, length, d], k and v [batch, kv heads, length, d] -> like q.

    Up to 384 tokens, plain products are three to seven times as fast as PyTorch's fused kernel (bf16, on a CPU). They
    are products of the query heads that share a KV head. Beyond that length the fused kernel is faster.
    """
    batch, heads, length, width = q.shape
    kv_heads = k.shape[1]
    if length > 384:
        k, v = (t.repeat_interleave(heads // kv_heads, 1) for t in (k, v))
        return F.scaled_dot_product_attention(q, k, v, is_causal=True)
    with torch.autocast("cpu", enabled=False):
        future = torch.full((length, length), -1e9, dtype=q.dtype).triu(1)
        scores = q.reshape(batch, kv_heads, -1, width) @ k.transpose(-1, -2) * width**-0.5
        shares = (scores.view(batch, kv_heads, -1, length, length) + future).softmax(-1)
        return (shares.view(batch, kv_heads, -1, length) @ v).view(q.shape)


def forward(
    parameters: Parameters, config: NanoConfig, ids: torch.Tensor, wanted: torch.Tensor | None = None
) -> torch.Tensor:
    """Logits [batch, length, vocabulary], or [n, vocabulary] where the mask `wanted` [batch, length] is true n times.

    ids are [batch, length]; rows may be padded at their end, for tokens see only earlier ones.
    """
    c, (batch, length) = config, ids.shape
    heads, kv_heads, width = c.num_attention_heads, c.num_key_value_heads, c.head_dim

    def norm(x: torch.Tensor, name: str) -> torch.Tensor:
        return F.rms_norm(x, (c.hidden_size,), parameters[name], c.rms_norm_eps)

    half = width // 2
    frequencies = c.rope_theta ** (-torch.arange(half) / half)
    angles = torch.arange(length)[:, None] * frequencies
    cosine, sine = angles.cos(), angles.sin()

    def rotated(x: torch.Tensor) -> torch.Tensor:
        """Rotary embedding over halves, as Qwen2 has it; x [batch, heads, length, head_dim]."""
        a, b = x.chunk(2, -1)
        return torch.cat([a * cosine - b * sine, b * cosine + a * sine], -1)

    x = parameters["model.embed_tokens.weight"][ids]
    for layer in range(c.num_hidden_layers):
        at = f"model.layers.{layer}."
        normed = norm(x, f"{at}input_layernorm.weight")
        projection = torch.cat([parameters[f"{at}self_attn.{name}_proj.weight"] for name in "qkv"])
        bias = torch.cat([parameters[f"{at}self_attn.{name}_proj.bias"] for name in "qkv"])
        qkv = F.linear(normed, projection, bias).view(batch, length, -1, width).transpose(1, 2)
        q, k, v = qkv.split([heads, kv_heads, kv_heads], 1)
        mixed = attention(rotated(q).to(v.dtype), rotated(k).to(v.dtype), v)
        x = x + F.linear(mixed.transpose(1, 2).reshape(batch, length, -1), parameters[f"{at}self_attn.o_proj.weight"])
        normed = norm(x, f"{at}post_attention_layernorm.weight")
        gated = F.silu(F.linear(normed, parameters[f"{at}mlp.gate_proj.weight"])) * F.linear(
            normed, parameters[f"{at}mlp.up_proj.weight"]
        )
        x = x + F.linear(gated, parameters[f"{at}mlp.down_proj.weight"])
    x = norm(x, "model.norm.weight")
    return F.linear(x if wanted is None else x[wanted], parameters["lm_head.weight"])
