"""Converts a Hugging Face checkpoint or a GGUF file into WebLLM's layout of weights, configuration and tokenizer."""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from tokenizers import Tokenizer

from .architectures import Parameter
from .chat_config import CONFIG_NAME, TOKENIZER_NAME, Sampling, chat_config, read_tokenizer
from .checkpoint import stacked_blocks
from .codecs import Codec, ScaleRule, fitted_codec
from .errors import CompilerError
from .files import staging_folder, write_atomic, write_json, writing
from .gguf_files.stored import GgufWeights
from .model_input import ModelInput, open_model
from .perplexity import Perplexity, measure_perplexity
from .quantization import GGUF, Quantization, mixed_quantization, quantization_named
from .shards import INDEX_NAME, ShardTotals, write_shards


@dataclass(frozen=True)
class ConvertOptions:
    """The target that a model is converted to; `context` and `prefill_chunk` count tokens.

    The quantization "gguf" keeps a GGUF file's own numbers. With a text, the perplexity over it is measured.
    """

    quantization: str
    scale: ScaleRule
    context: int
    prefill_chunk: int
    sampling: Sampling
    perplexity_text: str | None = None


@dataclass(frozen=True)
class _Plan:
    """How a model's matrices are stored.

    `encode` gives a matrix in its codec's stored form, in blocks of rows. `approximated` names the matrices that q8_0
    only approximates.
    """

    quantization: Quantization
    encode: Callable[[Parameter, Codec], Iterator[dict[str, np.ndarray]]]
    approximated: list[str]


@dataclass(frozen=True)
class ConvertReport:
    """The written files; the matrices that q8_0 only approximates; perplexity before and after if it was asked for."""

    totals: ShardTotals
    approximated: list[str]
    perplexity: Perplexity | None


def convert(path: Path, options: ConvertOptions, output: Path) -> ConvertReport:
    """Writes shards, index, chat configuration and tokenizer into `output`; raises CompilerError.

    `path` is a Hugging Face folder or a .gguf file. All files are written beside `output` first. Then the old index is
    removed, the files take their places and the new index comes last, so that a folder with an index is complete.
    """
    model = open_model(path)
    plan = _plan_for(model, options.quantization, options.scale)
    tokenizer = read_tokenizer(model.tokenizer, str(path), model.config)
    chat = _chat_of(model, tokenizer, plan, options)
    count = sum(math.prod(parameter.shape) for parameter in model.parameters)
    with staging_folder(output) as folder:
        totals = write_shards(folder, _tensors(model, plan), count)
        write_json(folder / CONFIG_NAME, chat)
        write_atomic(folder / TOKENIZER_NAME, model.tokenizer)
        found = None
        if options.perplexity_text is not None:
            found = measure_perplexity(model, folder, tokenizer.encode(options.perplexity_text).ids)
        _publish(folder, output, [*totals.files, CONFIG_NAME, TOKENIZER_NAME])
    return ConvertReport(totals, plan.approximated, found)


def chat_of(path: Path, model: ModelInput, options: ConvertOptions) -> dict[str, Any]:
    """The mlc-chat-config.json that `convert` will write; raises CompilerError for input that it will refuse."""
    plan = _plan_for(model, options.quantization, options.scale)
    return _chat_of(model, read_tokenizer(model.tokenizer, str(path), model.config), plan, options)


def _chat_of(model: ModelInput, tokenizer: Tokenizer, plan: _Plan, options: ConvertOptions) -> dict[str, Any]:
    sizes = options.context, options.prefill_chunk
    return chat_config(model.config, tokenizer, plan.quantization, *sizes, options.sampling)


def _plan_for(model: ModelInput, name: str, rule: ScaleRule) -> _Plan:
    weights = model.weights
    if name != GGUF:

        def encode(parameter: Parameter, codec: Codec) -> Iterator[dict[str, np.ndarray]]:
            return (fitted_codec(codec.name).encode(block, rule) for block in stacked_blocks(weights, parameter))

        return _Plan(quantization_named(name), encode, [])
    if not isinstance(weights, GgufWeights):
        raise CompilerError(f"The quantization '{GGUF}' needs a .gguf file, and {weights.origin} is none.")
    codecs, approximated = weights.own_codecs([p for p in model.parameters if p.columns is not None])
    return _Plan(mixed_quantization(codecs), weights.stored_blocks, approximated)


def _tensors(model: ModelInput, plan: _Plan) -> Iterator[tuple[str, np.ndarray]]:
    for parameter in model.parameters:
        try:
            if parameter.columns is None:
                values = np.concatenate(list(stacked_blocks(model.weights, parameter)))
                yield parameter.name, plan.quantization.vectors.encode(values)
                continue
            codec = plan.quantization.codec_of(parameter.name)
            stored = _assembled(codec, parameter, plan.encode(parameter, codec))
        except CompilerError as error:
            raise CompilerError(f"{parameter.name}: {error}") from None
        for suffix in list(stored):
            yield f"{parameter.name}.{suffix}", stored.pop(suffix)


def _assembled(codec: Codec, parameter: Parameter, blocks: Iterator[dict[str, np.ndarray]]) -> dict[str, np.ndarray]:
    """The stored tensors of a matrix, made from its blocks of rows."""
    tensors = codec.tensors(*parameter.shape)
    whole = {suffix: np.empty(shape, dtype) for suffix, (shape, dtype) in tensors.items()}
    row = 0
    for block in blocks:
        rows = len(block["q_weight"])
        for suffix, array in block.items():
            whole[suffix][row : row + rows] = array
        row += rows
    return whole


def _publish(folder: Path, output: Path, names: list[str]) -> None:
    with writing(output):
        output.mkdir(exist_ok=True)
        (output / INDEX_NAME).unlink(missing_ok=True)
        for stale in output.glob("params_shard_*.bin"):
            stale.unlink()
        for name in (*names, INDEX_NAME):
            (folder / name).chmod(0o644)
            (folder / name).replace(output / name)
