"""Names and row order of tensors in Hugging Face's files and in llama.cpp's."""

import gguf
import numpy as np

from ..config import ModelConfig
from ..errors import CompilerError

ARCHITECTURES = {
    "llama": gguf.MODEL_ARCH.LLAMA,
    "qwen2": gguf.MODEL_ARCH.QWEN2,
    "qwen3": gguf.MODEL_ARCH.QWEN3,
}


class Names:
    """Translates the tensor names of one model."""

    def __init__(self, config: ModelConfig) -> None:
        if config.model_type not in ARCHITECTURES:
            known = ", ".join(sorted(ARCHITECTURES))
            raise CompilerError(f"The model_type '{config.model_type}' has no GGUF form here; known: {known}.")
        self._map = gguf.get_tensor_name_map(ARCHITECTURES[config.model_type], config.num_hidden_layers)

    def gguf_name(self, name: str) -> str:
        """llama.cpp's name of a Hugging Face tensor."""
        found = self._map.get_name(name, try_suffixes=(".weight", ".bias"))
        if found is None:
            raise CompilerError(f"GGUF has no name for the tensor {name}.")
        return found


def permuted_heads(name: str, config: ModelConfig) -> int | None:
    """How many heads a tensor's rows form if llama.cpp reorders them, otherwise None.

    llama.cpp rotates neighbouring rows of a head for Llama, Hugging Face rotates halves; Qwen is left as it is.
    """
    if config.model_type != "llama":
        return None
    if name.endswith("q_proj.weight"):
        return config.num_attention_heads
    return config.num_key_value_heads if name.endswith("k_proj.weight") else None


def to_halves(rows: np.ndarray, heads: int) -> np.ndarray:
    """Rows in llama.cpp's order -> in Hugging Face's."""
    return rows.reshape(heads, -1, 2, rows.shape[-1]).swapaxes(1, 2).reshape(rows.shape)


def to_neighbours(rows: np.ndarray, heads: int) -> np.ndarray:
    """Rows in Hugging Face's order -> in llama.cpp's."""
    return rows.reshape(heads, 2, -1, rows.shape[-1]).swapaxes(1, 2).reshape(rows.shape)
