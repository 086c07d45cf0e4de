"""A float32 numpy decoder over the dequantised weights of a converted folder; kernels must agree with it."""

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from .architectures import architecture_named
from .chat_config import CONFIG_NAME
from .config import ModelConfig
from .files import read_json
from .quantization import quantization_of
from .rope import frequencies
from .shards import read_tensors


def rms_norm(x: np.ndarray, weight: np.ndarray, eps: float) -> np.ndarray:
    """RMS norm of x [.., n] along its last axis, times weight [n]."""
    return x / np.sqrt(np.square(x).mean(-1, keepdims=True) + np.float32(eps)) * weight


def rotate(x: np.ndarray, angles: np.ndarray, magnitude: float) -> np.ndarray:
    """Rotary embedding of x [n, heads, d] in halves by angles f64 [n, d/2], as Hugging Face lays out its weights."""
    half = x.shape[-1] // 2
    cos, sin = ((turn(angles) * magnitude).astype(np.float32)[:, None] for turn in (np.cos, np.sin))
    low, high = x[..., :half], x[..., half:]
    return np.concatenate([low * cos - high * sin, high * cos + low * sin], -1)


def gated(gate: np.ndarray, up: np.ndarray) -> np.ndarray:
    """SiLU(gate) * up, element by element."""
    return gate / (1 + np.exp(-gate)) * up


def attention(
    q: np.ndarray, keys: np.ndarray, values: np.ndarray, seen: np.ndarray, scale: float
) -> tuple[np.ndarray, np.ndarray]:
    """Grouped attention of q [n, heads, d] to keys and values [m, kv heads, d] where seen [n, m] is true.

    Returns the mixed values [n, heads, d] and the natural log-sum-exp [n, heads] of the scores. Each row sees at least
    one position.
    """
    group = q.shape[1] // keys.shape[1]
    scores = np.einsum("thd,shd->hts", q, np.repeat(keys, group, 1)) * np.float32(scale)
    scores = np.where(seen, scores, -np.inf)
    largest = scores.max(-1, keepdims=True)
    weights = np.exp(scores - largest)
    total = weights.sum(-1, keepdims=True)
    mixed = np.einsum("hts,shd->thd", weights / total, np.repeat(values, group, 1))
    return mixed, (np.log(total) + largest)[..., 0].T


@dataclass
class Reference:
    """The model with its KV cache: `forward` appends to the cache, `rewind` shortens it."""

    config: ModelConfig
    weights: dict[str, np.ndarray]
    _keys: list[np.ndarray] = field(default_factory=list)
    _values: list[np.ndarray] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.rewind(self.length)

    @staticmethod
    def load(folder: Path) -> "Reference":
        """Reads a converted folder."""
        chat = read_json(Path(folder) / CONFIG_NAME)
        quantization = quantization_of(chat)
        weights: dict[str, np.ndarray] = {}
        matrices: dict[str, dict[str, np.ndarray]] = {}
        for name, array in read_tensors(Path(folder)):
            base, _, suffix = name.rpartition(".")
            if suffix.startswith("q_"):
                matrices.setdefault(base, {})[suffix] = array
            else:
                weights[name] = quantization.vectors.decode(array, array.shape[-1])
        for base, stored in matrices.items():
            weights[base] = quantization.codec_of(base).decode(stored)
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

    def fork(self, length: int) -> "Reference":
        """Another model on the same weights whose cache begins with the first `length` positions of this one."""
        keys, values = ([array[:length] for array in arrays] for arrays in (self._keys, self._values))
        return Reference(self.config, self.weights, keys, values)

    def forward(self, ids: list[int]) -> np.ndarray:
        """Appends token ids to the cache and returns the logits f32 [vocab] of the last one."""
        return self._head(self._layers(ids)[-1])

    def forward_all(self, ids: list[int]) -> np.ndarray:
        """Appends token ids to the cache and returns the logits f32 [len(ids), vocab] of each."""
        return self._head(self._layers(ids))

    def greedy(self, ids: list[int], count: int) -> list[int]:
        """Appends `ids`, then returns the `count` most likely continuations; all but the last are in the cache."""
        found: list[int] = []
        for _ in range(count):
            found.append(int(self.forward(found[-1:] or ids).argmax()))
        return found

    def _layers(self, ids: list[int]) -> np.ndarray:
        c, w = self.config, self.weights
        positions = np.arange(self.length, self.length + len(ids))
        x = w["model.embed_tokens"][np.asarray(ids)]
        for i in range(c.num_hidden_layers):
            layer = f"model.layers.{i}"
            h = rms_norm(x, w[f"{layer}.input_layernorm.weight"], c.rms_norm_eps)
            q, k, v = self._heads(f"{layer}.self_attn", h, positions)
            x = x + self._attend(i, q, k, v, positions) @ w[f"{layer}.self_attn.o_proj"].T
            h = rms_norm(x, w[f"{layer}.post_attention_layernorm.weight"], c.rms_norm_eps)
            gate, up = np.split(h @ w[f"{layer}.mlp.gate_up_proj"].T, 2, axis=-1)
            x = x + gated(gate, up) @ w[f"{layer}.mlp.down_proj"].T
        return x

    def _head(self, x: np.ndarray) -> np.ndarray:
        c, w = self.config, self.weights
        matrix = w["model.embed_tokens"] if c.tie_word_embeddings else w["lm_head"]
        return rms_norm(x, w["model.norm.weight"], c.rms_norm_eps) @ matrix.T

    def _heads(self, name: str, h: np.ndarray, positions: np.ndarray) -> list[np.ndarray]:
        """Query and key, normed and rotated, and value, each [n, heads, head_dim]."""
        c, w, options = self.config, self.weights, architecture_named(self.config.model_type)
        qkv = h @ w[f"{name}.{options.qkv}"].T
        if options.qkv_bias:
            qkv = qkv + w[f"{name}.{options.qkv}.bias"]
        heads, kv_heads = c.num_attention_heads, c.num_key_value_heads
        q, k, v = np.split(qkv.reshape(len(h), -1, c.head_dim), [heads, heads + kv_heads], axis=1)
        if options.qk_norm:
            q = rms_norm(q, w[f"{name}.q_norm.weight"], c.rms_norm_eps)
            k = rms_norm(k, w[f"{name}.k_norm.weight"], c.rms_norm_eps)
        angles = positions[:, None] * frequencies(c.head_dim, c.rope_theta, c.rope_scaling)
        magnitude = c.rope_scaling.magnitude if c.rope_scaling else 1.0
        return [rotate(q, angles, magnitude), rotate(k, angles, magnitude), v]

    def _attend(self, i: int, q: np.ndarray, k: np.ndarray, v: np.ndarray, positions: np.ndarray) -> np.ndarray:
        c = self.config
        self._keys[i], self._values[i] = np.concatenate([self._keys[i], k]), np.concatenate([self._values[i], v])
        seen = np.arange(len(self._keys[i])) <= positions[:, None]
        return attention(q, self._keys[i], self._values[i], seen, c.head_dim**-0.5)[0].reshape(len(q), -1)
