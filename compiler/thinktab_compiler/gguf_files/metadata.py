"""The key-value part of a GGUF file, and the model's configuration from it."""

from typing import Any

import gguf
import numpy as np

from ..config import ModelConfig
from ..errors import CompilerError
from ..rope import frequencies, read_scaling
from .names import ARCHITECTURES

# Llama 3.1 and later; a GGUF file holds only the factors by which the frequencies are divided
_LLAMA_3 = {
    "rope_type": "llama3",
    "low_freq_factor": 1.0,
    "high_freq_factor": 4.0,
    "original_max_position_embeddings": 8192,
}
ROPE_FACTORS = "rope_freqs.weight"
REQUIRED = object()


class Metadata:
    """The fields of a GGUF file; `origin` names it in errors."""

    def __init__(self, reader: gguf.GGUFReader, origin: str) -> None:
        self.origin, self._fields = origin, reader.fields
        self._tensors = {tensor.name: tensor for tensor in reader.tensors}
        self.architecture = str(self.get("general.architecture"))
        if self.architecture not in ARCHITECTURES:
            known = ", ".join(sorted(ARCHITECTURES))
            raise CompilerError(f"{origin}: the architecture '{self.architecture}' is not supported; known: {known}.")

    def get(self, key: str, default: Any = REQUIRED) -> Any:
        """The value of a field; raises CompilerError when a required one is missing."""
        if key in self._fields:
            return self._fields[key].contents()
        if default is REQUIRED:
            raise CompilerError(f"{self.origin} lacks the field {key}.")
        return default

    def model(self, key: str, default: Any = REQUIRED) -> Any:
        """Like `get`, for a field of the architecture, such as qwen2.block_count."""
        return self.get(f"{self.architecture}.{key}", default)

    def config(self) -> ModelConfig:
        """The dimensions in Hugging Face's terms; raises CompilerError."""
        hidden, heads = self.model("embedding_length"), self.model("attention.head_count")
        if "token_embd.weight" not in self._tensors:
            raise CompilerError(f"{self.origin} lacks the tensor token_embd.weight.")
        raw = {
            "model_type": self.architecture,
            "vocab_size": int(self._tensors["token_embd.weight"].shape[1]),
            "hidden_size": hidden,
            "num_hidden_layers": self.model("block_count"),
            "num_attention_heads": heads,
            "num_key_value_heads": self.model("attention.head_count_kv", heads),
            "head_dim": self.model("attention.key_length", None),
            "intermediate_size": self.model("feed_forward_length"),
            "rope_theta": self.model("rope.freq_base", 10_000.0),
            "rms_norm_eps": self.model("attention.layer_norm_rms_epsilon"),
            "max_position_embeddings": self.model("context_length"),
            "tie_word_embeddings": "output.weight" not in self._tensors,
        }
        # f32 in the file: 1e-6 would come out as 9.999999974752427e-07, and the bytes of the kernels depend on it
        for name in ("rope_theta", "rms_norm_eps"):
            raw[name] = float(str(np.float32(raw[name])))
        raw["rope_scaling"] = self._scaling(raw)
        return ModelConfig.from_json(raw, self.origin)

    def _scaling(self, raw: dict[str, Any]) -> dict[str, Any] | None:
        kind = self.model("rope.scaling.type", "none")
        if kind == "yarn":
            return {
                "rope_type": "yarn",
                "factor": self.model("rope.scaling.factor"),
                "original_max_position_embeddings": self.model("rope.scaling.original_context_length"),
                "attn_factor": self.model("rope.scaling.attn_factor", 1.0),
            }
        if kind != "none":
            raise CompilerError(f"{self.origin}: the rope scaling '{kind}' is not supported; known: none, yarn.")
        if ROPE_FACTORS not in self._tensors:
            return None
        factors = np.asarray(self._tensors[ROPE_FACTORS].data, np.float64)
        scaling = {**_LLAMA_3, "factor": float(factors.max())}
        size, theta = 2 * len(factors), raw["rope_theta"]
        plain, stretched = (frequencies(size, theta, read_scaling(s, self.origin)) for s in (None, scaling))
        if not np.allclose(plain / stretched, factors, rtol=1e-3):
            raise CompilerError(f"{self.origin}: the factors in {ROPE_FACTORS} are not those of Llama 3.")
        return scaling
