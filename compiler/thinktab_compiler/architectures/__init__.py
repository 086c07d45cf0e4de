"""Model architectures: decoders which differ in a few options, so one parameter list and one TVM model serve all."""

from ..errors import CompilerError
from .decoder import Architecture, Parameter

__all__ = ["Architecture", "Parameter", "architecture_named"]

_ARCHITECTURES = {
    architecture.model_type: architecture
    for architecture in (
        Architecture("qwen2", qkv="c_attn", qkv_bias=True, qk_norm=False),
        Architecture("llama", qkv="qkv_proj", qkv_bias=False, qk_norm=False),
        Architecture("qwen3", qkv="c_attn", qkv_bias=False, qk_norm=True),
    )
}


def architecture_named(model_type: str) -> Architecture:
    """The architecture of a Hugging Face `model_type`; raises CompilerError for an unknown one."""
    if model_type not in _ARCHITECTURES:
        raise CompilerError(
            f"The model_type '{model_type}' is not supported; known: {', '.join(sorted(_ARCHITECTURES))}."
        )
    return _ARCHITECTURES[model_type]
