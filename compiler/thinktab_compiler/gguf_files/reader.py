"""Opens a GGUF file as a model to convert."""

from pathlib import Path

import gguf

from ..config import ModelConfig
from ..errors import CompilerError
from .metadata import Metadata
from .stored import GgufWeights
from .tokenizer import tokenizer_json


def open_gguf(path: Path) -> tuple[ModelConfig, bytes, GgufWeights]:
    """Configuration, content of tokenizer.json and weights of a GGUF file; raises CompilerError."""
    if not path.is_file():
        raise CompilerError(f"{path} does not exist.")
    try:
        reader = gguf.GGUFReader(path)
    except (ValueError, KeyError, IndexError, OverflowError) as error:  # errors of the reader for damaged headers
        raise CompilerError(f"{path} is not a whole GGUF file: {error}.") from None
    size = path.stat().st_size
    for tensor in reader.tensors:
        if int(tensor.data_offset) + int(tensor.n_bytes) > size:
            raise CompilerError(f"{path} is truncated: its tensor {tensor.name} reaches beyond its {size} bytes.")
    metadata = Metadata(reader, str(path))
    config = metadata.config()
    return config, tokenizer_json(metadata), GgufWeights(path, reader, config)
