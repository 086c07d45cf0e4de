"""Model architectures. Each one has a parameter list (`parameters`, no TVM needed) and a TVM model (`build_model`)."""

from types import ModuleType

from ..errors import CompilerError
from . import qwen2
from .qwen2 import Parameter

__all__ = ["Parameter", "architecture_named"]

_ARCHITECTURES: dict[str, ModuleType] = {"qwen2": qwen2}


def architecture_named(model_type: str) -> ModuleType:
    """The module of a Hugging Face `model_type`; raises CompilerError for an unknown one."""
    if model_type not in _ARCHITECTURES:
        raise CompilerError(
            f"The model_type '{model_type}' is not supported; known: {', '.join(sorted(_ARCHITECTURES))}."
        )
    return _ARCHITECTURES[model_type]
