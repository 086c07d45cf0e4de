"""Reads a Hugging Face checkpoint folder: config.json, model.safetensors and tokenizer.json."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import ml_dtypes  # noqa: F401  numpy learns bfloat16 from it
import numpy as np
from safetensors import SafetensorError, safe_open

from .architectures import Parameter
from .errors import CompilerError


class Weights:
    """The tensors of an open model.safetensors, read one at a time."""

    def __init__(self, path: Path, tensors: safe_open) -> None:
        self._path, self._tensors = path, tensors
        self._names = set(tensors.keys())

    def stacked(self, parameter: Parameter) -> np.ndarray:
        """f32 [rows, columns] or [rows]: the parameter's sources one below the other. Raises CompilerError."""
        parts = []
        for name in parameter.sources:
            if name not in self._names:
                raise CompilerError(f"{self._path} lacks the tensor {name}.")
            parts.append(self._tensors.get_tensor(name).astype(np.float32))
        expected = (parameter.rows,) if parameter.columns is None else (parameter.rows, parameter.columns)
        if len({part.shape[1:] for part in parts}) != 1 or (whole := np.concatenate(parts)).shape != expected:
            shapes = ", ".join(str(list(part.shape)) for part in parts)
            raise CompilerError(
                f"{self._path}: {parameter.sources[0]} has shape {shapes}, config.json asks for {list(expected)}."
            )
        return whole


@contextmanager
def open_weights(folder: Path) -> Iterator[Weights]:
    """Opens `folder`/model.safetensors; raises CompilerError when it is missing or damaged."""
    path = folder / "model.safetensors"
    if not path.is_file():
        raise CompilerError(f"{path} does not exist.")
    try:
        with safe_open(path, framework="numpy") as tensors:
            yield Weights(path, tensors)
    except SafetensorError as error:
        raise CompilerError(f"{path} is not a valid safetensors file: {error}.") from None
