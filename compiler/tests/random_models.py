"""Small random models of every architecture, with the kernels that run them."""

from pathlib import Path
from typing import Any

from checkpoints import TINY, write_random_checkpoint

from thinktab_compiler.chat_config import Sampling
from thinktab_compiler.compile import KernelsOptions, build_kernels
from thinktab_compiler.config import ModelConfig
from thinktab_compiler.convert import ConvertOptions, convert
from thinktab_compiler.quantization import quantization_named

CONTEXT, CHUNK = 512, 96
_SIZES = {**TINY, "intermediate_size": 128, "max_position_embeddings": 1024}  # an even number of groups in every row
_LLAMA3 = {"factor": 8.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0, "original_max_position_embeddings": 64}
MODELS: dict[str, dict[str, Any]] = {
    "qwen2": _SIZES,
    "llama": {
        **_SIZES,
        "model_type": "llama",
        "tie_word_embeddings": True,
        "rope_theta": 5e5,
        "rope_scaling": {"rope_type": "llama3", **_LLAMA3},
    },
    "qwen3": {
        **_SIZES,
        "model_type": "qwen3",
        "head_dim": 32,  # heads wider than the hidden size's share
        "rope_theta": 1e6,
        "rope_scaling": {"rope_type": "yarn", "factor": 4.0, "original_max_position_embeddings": 64},
    },
}


def make_model(folder: Path, architecture: str, quantization: str) -> Path:
    """A converted folder with random weights, shared by the tests of a session."""
    output = folder / f"{architecture}-{quantization}"
    if not output.is_dir():
        write_random_checkpoint(folder / architecture, MODELS[architecture])
        convert(folder / architecture, ConvertOptions(quantization, "max", CONTEXT, CHUNK, Sampling(0, 1)), output)
    return output


def make_kernels(folder: Path, architecture: str, quantization: str, shader_f16: bool, profile: str) -> Path:
    """The kernels for a model, linked quickly."""
    kernels = folder / f"{architecture}-{quantization}-{shader_f16}-{profile}.wasm"
    options = KernelsOptions(quantization_named(quantization), profile, CONTEXT, CHUNK, shader_f16)
    build_kernels(ModelConfig.from_json(MODELS[architecture], architecture), options, kernels, "-O1")
    return kernels
