"""Parameters against tables of MLC's published checkpoints, so that those load unchanged."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from thinktab_compiler.architectures import architecture_named
from thinktab_compiler.config import ModelConfig
from thinktab_compiler.quantization import quantization_named

MODELS = json.loads((Path(__file__).parent / "data" / "mlc_parameters.json").read_text())["models"]


def own_tensors(config: ModelConfig, quantization_name: str) -> dict[str, tuple[tuple[int, ...], str]]:
    """Name -> (shape, dtype) of every tensor in the shards."""
    quantization, found = quantization_named(quantization_name), {}
    for parameter in architecture_named(config.model_type).parameters(config):
        if parameter.columns is None:
            found[parameter.name] = quantization.vectors.tensor(parameter.rows)
            continue
        for suffix, stored in quantization.codec_of(parameter.name).tensors(parameter.rows, parameter.columns).items():
            found[f"{parameter.name}.{suffix}"] = stored
    return found


def published(table: dict[str, Any], value_type: str) -> dict[str, tuple[tuple[int, ...], str]]:
    layers = range(table["config"]["num_hidden_layers"])
    shapes = {
        **table["outer"],
        **{f"model.layers.{i}.{n}": shape for i in layers for n, shape in table["layer"].items()},
    }
    return {n: (tuple(shape), "uint32" if n.endswith("q_weight") else value_type) for n, shape in shapes.items()}


@pytest.mark.parametrize(("quantization", "value_type"), [("q4f16_1", "float16"), ("q4f32_1", "float32")])
@pytest.mark.parametrize("name", MODELS)
def test_names_shapes_and_types_equal_the_table(name: str, quantization: str, value_type: str) -> None:
    table = MODELS[name]
    tensors = own_tensors(ModelConfig.from_json(table["config"], name), quantization)
    assert tensors == published(table, value_type)
    assert len(tensors) == table.get("tensors", len(tensors))
    if quantization == "q4f16_1" and "mebibytes" in table:
        size = sum(int(np.prod(shape)) * np.dtype(dtype).itemsize for shape, dtype in tensors.values())
        assert round(size / 2**20, 1) == table["mebibytes"]
