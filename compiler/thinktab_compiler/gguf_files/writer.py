"""Writes a model as a GGUF file, for llama.cpp and programs built on it (wllama)."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import gguf
import numpy as np
from gguf import GGMLQuantizationType as Type

from ..codecs import fitted_codec
from ..config import ModelConfig
from ..errors import CompilerError
from ..files import staging_folder, writing
from ..model_input import ModelInput, open_model
from ..rope import Llama3Scaling, YarnScaling, frequencies
from .blocks import BLOCK_BYTES, blocks_of
from .metadata import ROPE_FACTORS
from .names import ARCHITECTURES, Names, permuted_heads, to_neighbours
from .vocabulary import add_tokenizer

_FLOATS = {"f32": (Type.F32, np.float32), "f16": (Type.F16, np.float16)}
_QUANTIZED = {"q4_0": Type.Q4_0, "q4_1": Type.Q4_1, "q8_0": Type.Q8_0}
TYPES = (*_FLOATS, *_QUANTIZED)
_FILE_TYPES = {
    "f32": gguf.LlamaFileType.ALL_F32,
    "f16": gguf.LlamaFileType.MOSTLY_F16,
    "q4_0": gguf.LlamaFileType.MOSTLY_Q4_0,
    "q4_1": gguf.LlamaFileType.MOSTLY_Q4_1,
    "q8_0": gguf.LlamaFileType.MOSTLY_Q8_0,
}


@dataclass(frozen=True)
class _Entry:
    """A tensor to write: its GGUF name, its Hugging Face name and its shape."""

    name: str
    source: str
    shape: tuple[int, ...]


def write_gguf(path: Path, kind: str, name: str, output: Path) -> int:
    """Writes the model in `path` with matrices of the type `kind` (one of TYPES) and vectors in f32; returns the bytes.

    Scales of quantised matrices come from the least-squares search. Raises CompilerError; the file appears whole or
    not at all.
    """
    if kind not in TYPES:
        raise CompilerError(f"The GGUF type '{kind}' is not supported; known: {', '.join(TYPES)}.")
    model = open_model(path)
    names = Names(model.config)
    entries = [
        _Entry(names.gguf_name(source), source, model.weights.shape(source))
        for parameter in model.parameters
        for source in parameter.sources
    ]
    with staging_folder(output) as folder, writing(output):
        file = folder / output.name
        writer = gguf.GGUFWriter(file, gguf.MODEL_ARCH_NAMES[ARCHITECTURES[model.config.model_type]])
        _add_metadata(writer, model.config, name, kind)
        add_tokenizer(writer, model, path)
        for entry in entries:
            dtype, size, raw = _stored_as(entry, kind)
            raw_type = _QUANTIZED[kind] if raw else None
            writer.add_tensor_info(entry.name, raw or entry.shape, dtype, size, raw_dtype=raw_type)
        factors = _rope_factors(model.config)
        if factors is not None:
            writer.add_tensor_info(ROPE_FACTORS, factors.shape, factors.dtype, factors.nbytes)
        writer.write_header_to_file()
        writer.write_kv_data_to_file()
        writer.write_ti_data_to_file()
        for entry in entries:
            writer.write_tensor_data(_content(model, entry, kind))
        if factors is not None:
            writer.write_tensor_data(factors)
        writer.close()
        file.replace(output)
    return output.stat().st_size


def _stored_as(entry: _Entry, kind: str) -> tuple[np.dtype, int, tuple[int, ...] | None]:
    """numpy type, bytes, and for quantised matrices the shape in bytes."""
    if len(entry.shape) == 1 or kind in _FLOATS:
        dtype = np.dtype(np.float32 if len(entry.shape) == 1 else _FLOATS[kind][1])
        return dtype, int(np.prod(entry.shape)) * dtype.itemsize, None
    rows, columns = entry.shape
    if columns % 32:
        raise CompilerError(f"{entry.source} has {columns} columns, and the GGUF type {kind} needs a multiple of 32.")
    width = columns // 32 * BLOCK_BYTES[_QUANTIZED[kind]]
    return np.dtype(np.uint8), rows * width, (rows, width)


def _content(model: ModelInput, entry: _Entry, kind: str) -> np.ndarray:
    """The arrays that are written for a tensor."""
    if len(entry.shape) == 1:
        return np.concatenate(list(model.weights.blocks(entry.source)))
    whole = np.concatenate(list(_encoded(model, entry, kind)))
    heads = permuted_heads(entry.source, model.config)
    return to_neighbours(whole, heads) if heads else whole


def _encoded(model: ModelInput, entry: _Entry, kind: str) -> Iterator[np.ndarray]:
    for block in model.weights.blocks(entry.source):
        if kind in _FLOATS:
            yield block.astype(_FLOATS[kind][1])
            continue
        codec = fitted_codec(kind)
        yield blocks_of(codec.encode(block, "search"), codec, _QUANTIZED[kind])


def _add_metadata(writer: gguf.GGUFWriter, config: ModelConfig, name: str, kind: str) -> None:
    writer.add_name(name)
    writer.add_file_type(_FILE_TYPES[kind])
    writer.add_quantization_version(gguf.GGML_QUANT_VERSION)
    writer.add_vocab_size(config.vocab_size)
    writer.add_context_length(config.max_position_embeddings)
    writer.add_embedding_length(config.hidden_size)
    writer.add_block_count(config.num_hidden_layers)
    writer.add_feed_forward_length(config.intermediate_size)
    writer.add_head_count(config.num_attention_heads)
    writer.add_head_count_kv(config.num_key_value_heads)
    writer.add_key_length(config.head_dim)
    writer.add_value_length(config.head_dim)
    writer.add_rope_dimension_count(config.head_dim)
    writer.add_rope_freq_base(config.rope_theta)
    writer.add_layer_norm_rms_eps(config.rms_norm_eps)
    if isinstance(config.rope_scaling, YarnScaling):
        scaling = config.rope_scaling
        default = 0.1 * math.log(scaling.factor) + 1  # llama.cpp multiplies this itself
        writer.add_rope_scaling_type(gguf.RopeScalingType.YARN)
        writer.add_rope_scaling_factor(scaling.factor)
        writer.add_rope_scaling_orig_ctx_len(int(scaling.original_max_position_embeddings))
        writer.add_rope_scaling_yarn_attn_factor(scaling.attention_factor / default)


def _rope_factors(config: ModelConfig) -> np.ndarray | None:
    """The divisors of llama.cpp's frequencies, f32 [head_dim / 2]; None where it computes them itself."""
    if not isinstance(config.rope_scaling, Llama3Scaling):
        return None
    plain, scaled = (frequencies(config.head_dim, config.rope_theta, s) for s in (None, config.rope_scaling))
    return (plain / scaled).astype(np.float32)
