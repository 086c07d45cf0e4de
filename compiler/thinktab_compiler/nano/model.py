"""Nano's forward pass in JAX: the Qwen2 architecture with packed segments, optionally with its weights rounded to 4 bits.

Parameters are one flat dict under Hugging Face's Qwen2 names, float32, weights as [out, in].
"""

from dataclasses import asdict, dataclass

import jax
import jax.numpy as jnp
import numpy as np

Parameters = dict[str, jax.Array]
QUANTIZATION_GROUP = 32  # of q4f32_1: consecutive input columns that share one scale


@dataclass(frozen=True)
class NanoConfig:
    """The fields of a Hugging Face config.json that shape the network."""

    vocab_size: int
    hidden_size: int = 128
    num_hidden_layers: int = 4
    num_attention_heads: int = 4
    num_key_value_heads: int = 2
    head_dim: int = 32
    intermediate_size: int = 384
    rope_theta: float = 10000.0
    rms_norm_eps: float = 1e-6
    max_position_embeddings: int = 1024

    def to_huggingface(self) -> dict[str, object]:
        return {
            "architectures": ["Qwen2ForCausalLM"], "model_type": "qwen2", **asdict(self), "hidden_act": "silu",
            "tie_word_embeddings": False, "torch_dtype": "float32",
        }


def initial_parameters(config: NanoConfig, seed: int) -> Parameters:
    """Normal weights of deviation 0.02-0.03; projections back into the residual stream at half of that."""
    c = config
    keys = iter(jax.random.split(jax.random.PRNGKey(seed), 8 * c.num_hidden_layers + 2))

    def normal(rows: int, columns: int, deviation: float) -> jax.Array:
        return jax.random.normal(next(keys), (rows, columns)) * deviation

    q_rows, kv_rows = c.num_attention_heads * c.head_dim, c.num_key_value_heads * c.head_dim
    parameters = {
        "model.embed_tokens.weight": normal(c.vocab_size, c.hidden_size, 0.02),
        "lm_head.weight": normal(c.vocab_size, c.hidden_size, 0.02),
        "model.norm.weight": jnp.ones(c.hidden_size),
    }
    for layer in range(c.num_hidden_layers):
        at = f"model.layers.{layer}."
        for name, rows in (("q", q_rows), ("k", kv_rows), ("v", kv_rows)):
            parameters[f"{at}self_attn.{name}_proj.weight"] = normal(rows, c.hidden_size, 0.03)
            parameters[f"{at}self_attn.{name}_proj.bias"] = jnp.zeros(rows)
        parameters |= {
            f"{at}self_attn.o_proj.weight": normal(c.hidden_size, q_rows, 0.015),
            f"{at}mlp.gate_proj.weight": normal(c.intermediate_size, c.hidden_size, 0.03),
            f"{at}mlp.up_proj.weight": normal(c.intermediate_size, c.hidden_size, 0.03),
            f"{at}mlp.down_proj.weight": normal(c.hidden_size, c.intermediate_size, 0.015),
            f"{at}input_layernorm.weight": jnp.ones(c.hidden_size),
            f"{at}post_attention_layernorm.weight": jnp.ones(c.hidden_size),
        }
    return parameters


def fake_quantize(weight: jax.Array) -> jax.Array:
    """[N, K] rounded to q4f32_1 with scale max|w|/7; gradients pass straight through (Bengio et al. 2013, arXiv:1308.3432)."""
    groups = weight.reshape(weight.shape[0], -1, QUANTIZATION_GROUP)
    scale = jnp.maximum(jnp.abs(groups).max(-1, keepdims=True), 1e-6) / 7
    rounded = (jnp.round(groups / scale) * scale).reshape(weight.shape)
    return weight + jax.lax.stop_gradient(rounded - weight)


def rms_norm(x: jax.Array, weight: jax.Array, epsilon: float) -> jax.Array:
    return x * jax.lax.rsqrt((x * x).mean(-1, keepdims=True) + epsilon) * weight


def rotate(x: jax.Array, positions: jax.Array, config: NanoConfig) -> jax.Array:
    """Rotary embedding over halves, as Qwen2 has it; x [batch, length, heads, head_dim], positions [batch, length]."""
    half = config.head_dim // 2
    frequencies = 1.0 / config.rope_theta ** (np.arange(half) / half)
    angles = positions[..., None, None] * frequencies
    a, b = x[..., :half], x[..., half:]
    cos, sin = jnp.cos(angles), jnp.sin(angles)
    return jnp.concatenate([a * cos - b * sin, b * cos + a * sin], -1)


def forward(parameters: Parameters, config: NanoConfig, ids: jax.Array, positions: jax.Array, segments: jax.Array, quantized: bool) -> jax.Array:
    """Logits [batch, length, vocabulary]. ids, positions and segments are [batch, length]; tokens see only earlier ones of their segment."""
    c, batch, length = config, *ids.shape

    def weight(name: str) -> jax.Array:
        value = parameters[name]
        return fake_quantize(value) if quantized else value

    visible = jnp.tril(jnp.ones((length, length), bool))[None] & (segments[:, :, None] == segments[:, None, :])
    x = weight("model.embed_tokens.weight")[ids]
    for layer in range(c.num_hidden_layers):
        at = f"model.layers.{layer}."
        normed = rms_norm(x, parameters[f"{at}input_layernorm.weight"], c.rms_norm_eps)
        q, k, v = (
            (normed @ weight(f"{at}self_attn.{name}_proj.weight").T + parameters[f"{at}self_attn.{name}_proj.bias"]).reshape(batch, length, -1, c.head_dim)
            for name in "qkv"
        )
        q, k = rotate(q, positions, c), rotate(k, positions, c)
        q = q.reshape(batch, length, c.num_key_value_heads, -1, c.head_dim)
        scores = jnp.einsum("btgrd,bsgd->bgrts", q, k) / c.head_dim**0.5
        attention = jax.nn.softmax(jnp.where(visible[:, None, None], scores, -1e9), -1)
        mixed = jnp.einsum("bgrts,bsgd->btgrd", attention, v).reshape(batch, length, -1)
        x = x + mixed @ weight(f"{at}self_attn.o_proj.weight").T
        normed = rms_norm(x, parameters[f"{at}post_attention_layernorm.weight"], c.rms_norm_eps)
        gated = jax.nn.silu(normed @ weight(f"{at}mlp.gate_proj.weight").T) * (normed @ weight(f"{at}mlp.up_proj.weight").T)
        x = x + gated @ weight(f"{at}mlp.down_proj.weight").T
    return rms_norm(x, parameters["model.norm.weight"], c.rms_norm_eps) @ weight("lm_head.weight").T
