"""A float32 numpy Qwen2 over the dequantised weights of a converted folder: what a library must agree with."""

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from .chat_config import CONFIG_NAME
from .config import ModelConfig
from .files import read_json
from .layouts import layout_named
from .shards import read_tensors


def _rms_norm(x: np.ndarray, weight: np.ndarray, eps: float) -> np.ndarray:
    return x / np.sqrt(np.square(x).mean(-1, keepdims=True) + np.float32(eps)) * weight


def _rotate(x: np.ndarray, positions: np.ndarray, theta: float) -> np.ndarray:
    """Rotary embedding of x [n, heads, d] in halves, as Hugging Face's Llama and Qwen2 lay out their weights."""
    half = x.shape[-1] // 2
    angles = positions[:, None] * theta ** (-np.arange(half) / half)
    cos, sin = np.cos(angles).astype(np.float32)[:, None], np.sin(angles).astype(np.float32)[:, None]
    low, high = x[..., :half], x[..., half:]
    return np.concatenate([low * cos - high * sin, high * cos + low * sin], -1)


@dataclass
class Reference:
    """The model with its KV cache: `forward` appends to the cache, `rewind` shortens it."""

    config: ModelConfig
    weights: dict[str, np.ndarray]
    _keys: list[np.ndarray] = field(default_factory=list)
    _values: list[np.ndarray] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.rewind(0)

    @staticmethod
    def load(folder: Path) -> "Reference":
        """Reads a converted folder."""
        chat = read_json(Path(folder) / CONFIG_NAME)
        layout = layout_named(chat["quantization"])
        stored = dict(read_tensors(Path(folder)))
        suffixes = list(layout.tensors(layout.group, layout.group))
        weights = {}
        for name in stored:
            base, _, suffix = name.rpartition(".")
            if suffix == suffixes[0]:
                weights[base] = layout.decode({s: stored[f"{base}.{s}"] for s in suffixes})
            elif suffix not in suffixes:
                weights[name] = stored[name].astype(np.float32)
        return Reference(ModelConfig.from_json(chat["model_config"], CONFIG_NAME), weights)

    @property
    def length(self) -> int:
        """Positions in the cache."""
        return len(self._keys[0]) if self._keys else 0

    def rewind(self, length: int) -> None:
        """Keeps only the first `length` positions of the cache."""
        c = self.config
        empty = np.zeros((0, c.num_key_value_heads, c.head_dim), np.float32)
        self._keys = [k[:length] for k in self._keys] or [empty] * c.num_hidden_layers
        self._values = [v[:length] for v in self._values] or [empty] * c.num_hidden_layers

    def forward(self, ids: list[int]) -> np.ndarray:
        """Appends token ids to the cache and returns the logits f32 [vocab] of the last one."""
        c, w = self.config, self.weights
        heads, kv_heads = c.num_attention_heads, c.num_key_value_heads
        positions = np.arange(self.length, self.length + len(ids))
        x = w["model.embed_tokens"][np.asarray(ids)]
        for i in range(c.num_hidden_layers):
            layer = f"model.layers.{i}"
            h = _rms_norm(x, w[f"{layer}.input_layernorm.weight"], c.rms_norm_eps)
            qkv = h @ w[f"{layer}.self_attn.c_attn"].T + w[f"{layer}.self_attn.c_attn.bias"]
            q, k, v = np.split(qkv.reshape(len(ids), -1, c.head_dim), [heads, heads + kv_heads], axis=1)
            mixed = self._attend(
                i, _rotate(q, positions, c.rope_theta), _rotate(k, positions, c.rope_theta), v, positions
            )
            x = x + mixed @ w[f"{layer}.self_attn.o_proj"].T
            h = _rms_norm(x, w[f"{layer}.post_attention_layernorm.weight"], c.rms_norm_eps)
            gate, up = np.split(h @ w[f"{layer}.mlp.gate_up_proj"].T, 2, axis=-1)
            x = x + (gate / (1 + np.exp(-gate)) * up) @ w[f"{layer}.mlp.down_proj"].T
        head = w["model.embed_tokens"] if c.tie_word_embeddings else w["lm_head"]
        return _rms_norm(x[-1], w["model.norm.weight"], c.rms_norm_eps) @ head.T

    def greedy(self, ids: list[int], count: int) -> list[int]:
        """Appends `ids`, then returns the `count` most likely continuations; all but the last are in the cache."""
        found: list[int] = []
        for _ in range(count):
            found.append(int(self.forward(found[-1:] or ids).argmax()))
        return found

    def _attend(self, i: int, q: np.ndarray, k: np.ndarray, v: np.ndarray, positions: np.ndarray) -> np.ndarray:
        c = self.config
        self._keys[i], self._values[i] = np.concatenate([self._keys[i], k]), np.concatenate([self._values[i], v])
        group = c.num_attention_heads // c.num_key_value_heads
        keys, values = np.repeat(self._keys[i], group, 1), np.repeat(self._values[i], group, 1)
        scores = np.einsum("thd,shd->hts", q, keys) * np.float32(c.head_dim**-0.5)
        scores = np.where(np.arange(len(keys)) <= positions[:, None], scores, -np.inf)
        scores = np.exp(scores - scores.max(-1, keepdims=True))
        scores /= scores.sum(-1, keepdims=True)
        return np.einsum("hts,shd->thd", scores, values).reshape(len(q), -1)
