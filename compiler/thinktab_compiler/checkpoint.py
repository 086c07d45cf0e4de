"""Reads the weights of a Hugging Face folder: model.safetensors, or the files of model.safetensors.index.json."""

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np

from .architectures import Parameter
from .errors import CompilerError
from .files import read_json

_FILE = "model.safetensors"
_INDEX = "model.safetensors.index.json"
_WEIGHTS_AT_ONCE = 1 << 22  # 16 MiB as f32
# bfloat16 is the upper half of a float32; numpy has no such type
_DTYPES = {"F32": "<f4", "F16": "<f2", "BF16": "<u2"}


class WeightSource(Protocol):
    """Tensors by their Hugging Face names, read in blocks of rows so that a large one never lies in memory whole."""

    origin: Path

    def shape(self, name: str) -> tuple[int, ...]:
        """The tensor's shape; raises CompilerError when there is no such tensor."""

    def blocks(self, name: str) -> Iterator[np.ndarray]:
        """The tensor as f32, in blocks along its first axis."""


def check_shapes(source: WeightSource, parameters: list[Parameter]) -> None:
    """Raises CompilerError, naming the first tensor that is missing or does not have the configuration's shape."""
    for parameter in parameters:
        shapes = [source.shape(name) for name in parameter.sources]
        stackable = all(shape and shape[1:] == parameter.shape[1:] for shape in shapes)
        if not stackable or sum(shape[0] for shape in shapes) != parameter.rows:
            found = ", ".join(f"{n} has shape {list(s)}" for n, s in zip(parameter.sources, shapes, strict=True))
            wanted = f"{list(parameter.shape)}{' in all' if len(shapes) > 1 else ''}"
            raise CompilerError(f"{source.origin}: {found}, but the configuration asks for {wanted}.")


def stacked_blocks(source: WeightSource, parameter: Parameter) -> Iterator[np.ndarray]:
    """The parameter's sources stacked as rows, f32, in blocks of rows."""
    for name in parameter.sources:
        yield from source.blocks(name)


@dataclass(frozen=True)
class _Tensor:
    path: Path
    dtype: str
    shape: tuple[int, ...]
    offset: int  # bytes from the start of the file


def _read_header(path: Path) -> dict[str, _Tensor]:
    """The tensors of a safetensors file: 8 bytes with the header's length, a JSON header, the data."""
    try:
        with path.open("rb") as stream:
            length = int.from_bytes(stream.read(8), "little")
            size = path.stat().st_size
            if size < 8 or length > size - 8:
                raise ValueError(f"it has {size} bytes, its header alone asks for {8 + length}")
            header = json.loads(stream.read(length))
        tensors = {}
        for name, entry in header.items():
            if name == "__metadata__":
                continue
            first, last = entry["data_offsets"]
            tensor = _Tensor(path, entry["dtype"], tuple(entry["shape"]), 8 + length + first)
            if 8 + length + last > size:
                raise ValueError(f"it has {size} bytes, its tensor {name} ends at byte {8 + length + last}")
            itemsize = np.dtype(_DTYPES.get(tensor.dtype, "V")).itemsize  # 0 for a type that is not read
            if itemsize and last - first != itemsize * math.prod(tensor.shape):
                raise ValueError(f"the shape of its tensor {name} does not match its length")
            tensors[name] = tensor
    except FileNotFoundError:
        raise CompilerError(f"{path} does not exist.") from None
    except OSError as error:
        raise CompilerError(f"{path} cannot be read: {error.strerror}.") from None
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise CompilerError(f"{path} is not a whole safetensors file: {error}.") from None
    return tensors


class SafetensorsCheckpoint:
    """The weights of `folder`, in f32, f16 or bf16, in one file or several; raises CompilerError for damaged files."""

    def __init__(self, folder: Path) -> None:
        self.origin = folder
        if not (folder / _INDEX).is_file():
            self._tensors = _read_header(folder / _FILE)
            return
        places = read_json(folder / _INDEX)
        places = places.get("weight_map") if isinstance(places, dict) else None
        if not isinstance(places, dict) or any(Path(str(file)).name != file for file in places.values()):
            raise CompilerError(f"{folder / _INDEX} has no weight_map from tensors to files beside it.")
        files = {file: _read_header(folder / file) for file in sorted(set(places.values()))}
        for name, file in places.items():
            if name not in files[file]:
                raise CompilerError(f"{folder / file} lacks the tensor {name}, which {_INDEX} places there.")
        self._tensors = {name: files[file][name] for name, file in places.items()}

    def shape(self, name: str) -> tuple[int, ...]:
        """The tensor's shape; raises CompilerError when there is no such tensor."""
        if name not in self._tensors:
            raise CompilerError(f"{self.origin} lacks the tensor {name}.")
        return self._tensors[name].shape

    def blocks(self, name: str) -> Iterator[np.ndarray]:
        """The tensor as f32, in blocks along its first axis."""
        tensor = self._tensors[name]
        if tensor.dtype not in _DTYPES:
            raise CompilerError(f"{tensor.path}: {name} has the type {tensor.dtype}; known: {', '.join(_DTYPES)}.")
        dtype, width = np.dtype(_DTYPES[tensor.dtype]), int(np.prod(tensor.shape[1:]))
        step = max(1, _WEIGHTS_AT_ONCE // width)
        for first in range(0, tensor.shape[0], step):
            rows = min(step, tensor.shape[0] - first)
            offset = tensor.offset + first * width * dtype.itemsize
            values = np.fromfile(tensor.path, dtype, rows * width, offset=offset)
            if values.size != rows * width:
                raise CompilerError(f"{tensor.path} became shorter while {name} was read.")
            if tensor.dtype == "BF16":
                values = (values.astype(np.uint32) << np.uint32(16)).view(np.float32)
            yield values.astype(np.float32, copy=False).reshape(rows, *tensor.shape[1:])
