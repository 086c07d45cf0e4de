"""The tensors of a GGUF file as a source of weights."""

from collections.abc import Iterator
from pathlib import Path

import gguf
import numpy as np
from gguf import GGMLQuantizationType as Type

from ..architectures import Parameter
from ..codecs import Codec, fitted_codec
from ..config import ModelConfig
from ..errors import CompilerError
from .blocks import exact_codec, stored_exactly
from .names import Names, permuted_heads, to_halves

_FALLBACK = "q8_0"  # for matrices which no codec holds exactly
_WEIGHTS_AT_ONCE = 1 << 22


class GgufWeights:
    """The tensors under their Hugging Face names, with llama.cpp's reordering of Llama's rows undone."""

    def __init__(self, path: Path, reader: gguf.GGUFReader, config: ModelConfig) -> None:
        self.origin, self._config, self._names = path, config, Names(config)
        self._tensors = {tensor.name: tensor for tensor in reader.tensors}

    def shape(self, name: str) -> tuple[int, ...]:
        """The tensor's shape; raises CompilerError when there is no such tensor."""
        tensor = self._tensors.get(self._names.gguf_name(name))
        if tensor is None:
            raise CompilerError(f"{self.origin} lacks the tensor {name}.")
        return tuple(int(size) for size in reversed(tensor.shape))

    def blocks(self, name: str) -> Iterator[np.ndarray]:
        """The tensor as f32, dequantised where needed, in blocks of rows."""
        kind = self._kind(name)
        for raw in self._raw_blocks(name):
            try:
                # NotImplementedError for a type which the gguf package cannot dequantise
                values = gguf.quants.dequantize(raw, kind).astype(np.float32, copy=False)
            except NotImplementedError:
                raise CompilerError(
                    f"{self.origin}: {name} has the type {kind.name}, which is not supported."
                ) from None
            yield values.reshape(-1) if len(self.shape(name)) == 1 else values

    def own_codecs(self, matrices: list[Parameter]) -> tuple[dict[str, str], list[str]]:
        """The codec of each matrix by parameter name, and the matrices (with their types) that it only approximates."""
        codecs, approximated = {}, []
        for parameter in matrices:
            kinds = [self._kind(name) for name in parameter.sources]
            exact = exact_codec(kinds)
            codecs[parameter.name] = exact or _FALLBACK
            if exact is None:
                approximated.append(f"{parameter.name} ({', '.join(sorted({kind.name for kind in kinds}))})")
        return codecs, approximated

    def stored_blocks(self, parameter: Parameter, codec: Codec) -> Iterator[dict[str, np.ndarray]]:
        """The matrix in its codec's stored form, in blocks of rows, unchanged if the codec can hold its numbers."""
        exact = exact_codec([self._kind(name) for name in parameter.sources]) is not None
        for name in parameter.sources:
            if exact:
                yield from (stored_exactly(raw, self._kind(name), codec) for raw in self._raw_blocks(name))
            else:
                yield from (fitted_codec(codec.name).encode(block, "max") for block in self.blocks(name))

    def _kind(self, name: str) -> Type:
        return self._tensors[self._names.gguf_name(name)].tensor_type

    def _raw_blocks(self, name: str) -> Iterator[np.ndarray]:
        """The stored rows, u8 or a float type, in blocks; without a memory map, whose pages would stay resident."""
        tensor, shape = self._tensors[self._names.gguf_name(name)], self.shape(name)
        data = tensor.data.reshape(1, -1) if len(shape) == 1 else tensor.data
        heads = permuted_heads(name, self._config)
        step = len(data) if heads else max(1, _WEIGHTS_AT_ONCE // shape[-1])
        for first in range(0, len(data), step):
            rows = min(step, len(data) - first)
            offset = int(tensor.data_offset) + first * data.strides[0]
            block = np.fromfile(self.origin, data.dtype, rows * data.shape[1], offset=offset).reshape(rows, -1)
            yield to_halves(block, heads) if heads else block
