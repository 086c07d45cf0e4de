"""Converts a Hugging Face checkpoint into WebLLM's layout of weights, configuration and tokenizer."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from .architectures import Parameter, architecture_named
from .chat_config import CONFIG_NAME, TOKENIZER_NAME, Sampling, chat_config, load_tokenizer
from .checkpoint import Weights, open_weights
from .config import load_config
from .errors import CompilerError
from .files import write_atomic, write_json
from .layouts import Q4Layout, layout_named
from .quantize import ScaleRule
from .shards import INDEX_NAME, ShardTotals, write_shards


@dataclass(frozen=True)
class ConvertOptions:
    """What a checkpoint is converted to; `context` and `prefill_chunk` count tokens."""

    quantization: str
    scale: ScaleRule
    context: int
    prefill_chunk: int
    sampling: Sampling


def _tensors(
    weights: Weights, parameters: list[Parameter], layout: Q4Layout, scale: ScaleRule
) -> Iterator[tuple[str, np.ndarray]]:
    for parameter in parameters:
        value = weights.stacked(parameter)
        if parameter.columns is None:
            yield parameter.name, value.astype(layout.dtype)
            continue
        try:
            stored = layout.encode(value, scale)
        except CompilerError as error:
            raise CompilerError(f"{parameter.name}: {error}") from None
        for suffix, array in stored.items():
            yield f"{parameter.name}.{suffix}", array


def convert(checkpoint: Path, options: ConvertOptions, output: Path) -> ShardTotals:
    """Writes shards, index, chat configuration and tokenizer into `output`; raises CompilerError.

    The index is removed first and written after all shards, so that a folder with an index is whole.
    """
    config = load_config(checkpoint / "config.json")
    layout = layout_named(options.quantization)
    parameters = architecture_named(config.model_type).parameters(config)
    tokenizer = load_tokenizer(checkpoint / TOKENIZER_NAME, config)
    chat = chat_config(config, tokenizer, layout.name, options.context, options.prefill_chunk, options.sampling)
    count = sum(parameter.rows * (parameter.columns or 1) for parameter in parameters)
    with open_weights(checkpoint) as weights:
        output.mkdir(parents=True, exist_ok=True)
        (output / INDEX_NAME).unlink(missing_ok=True)
        for stale in output.glob("params_shard_*.bin"):
            stale.unlink()
        write_json(output / CONFIG_NAME, chat)
        write_atomic(output / TOKENIZER_NAME, (checkpoint / TOKENIZER_NAME).read_bytes())
        return write_shards(output, _tensors(weights, parameters, layout, options.scale), count)
