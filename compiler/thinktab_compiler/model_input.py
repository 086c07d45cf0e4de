"""The input of `convert`: configuration, tokenizer and weights of a Hugging Face folder or a GGUF file."""

from dataclasses import dataclass
from pathlib import Path

from .architectures import Parameter, architecture_named
from .chat_config import TOKENIZER_NAME
from .checkpoint import SafetensorsCheckpoint, WeightSource, check_shapes
from .config import ModelConfig, load_config
from .errors import CompilerError
from .gguf_files.reader import open_gguf


@dataclass(frozen=True)
class ModelInput:
    """A model to convert; `tokenizer` is the content of a tokenizer.json."""

    config: ModelConfig
    tokenizer: bytes
    weights: WeightSource

    @property
    def parameters(self) -> list[Parameter]:
        """The parameters in storage order."""
        return architecture_named(self.config.model_type).parameters(self.config)


def open_model(path: Path) -> ModelInput:
    """Opens a folder or a .gguf file and compares the tensors' shapes with the configuration; raises CompilerError."""
    if path.suffix == ".gguf":
        model = ModelInput(*open_gguf(path))
    else:
        config, tokenizer = load_config(path / "config.json"), _read(path / TOKENIZER_NAME)
        model = ModelInput(config, tokenizer, SafetensorsCheckpoint(path))
    check_shapes(model.weights, model.parameters)
    return model


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise CompilerError(f"{path} does not exist.") from None
