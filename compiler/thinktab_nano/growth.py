"""A smaller Nano grown into a larger one that says the same.

New tokens get fresh rows, new layers add nothing yet.
"""

import json
from pathlib import Path

import torch
from safetensors.torch import load_file
from tokenizers import Tokenizer

from .model import NanoConfig, Parameters, initial_parameters

OUTPUTS = ("self_attn.o_proj.weight", "mlp.down_proj.weight")  # what a layer adds to the residual stream


def grown(folder: Path, config: NanoConfig, tokenizer: Tokenizer, seed: int) -> Parameters:
    """The parameters of a checkpoint folder, grown to ``config`` and the tokens of ``tokenizer``.

    New layers stand in the middle. Raises ValueError if the widths differ or if the checkpoint has more layers.
    """
    old = {name: value.float() for name, value in load_file(folder / "model.safetensors").items()}
    rows = _rows(folder, tokenizer)
    layers = int(json.loads((folder / "config.json").read_text())["num_hidden_layers"])
    added = config.num_hidden_layers - layers
    if added < 0 or old["model.norm.weight"].shape[0] != config.hidden_size:
        raise ValueError(f"{folder} has {layers} layers or another width; it cannot grow into {config}.")
    parameters = initial_parameters(config, seed)
    for name in ("model.embed_tokens.weight", "lm_head.weight"):
        # an unused row of the head must not win; a fresh embedding is as long as the others
        fresh = parameters[name] * (old[name].std() / parameters[name].std() if "embed" in name else 1)
        known = torch.tensor([row >= 0 for row in rows])
        fresh[known] = old[name][torch.tensor(rows)[known]]
        parameters[name] = fresh
    parameters["model.norm.weight"] = old["model.norm.weight"]
    for layer in range(config.num_hidden_layers):
        source = layer if layer < layers // 2 else layer - added
        fresh_layer = layers // 2 <= layer < layers // 2 + added
        for name in [name for name in parameters if name.startswith(f"model.layers.{layer}.")]:
            part = name.removeprefix(f"model.layers.{layer}.")
            if not fresh_layer:
                parameters[name] = old[f"model.layers.{source}.{part}"]
            elif part in OUTPUTS:
                parameters[name] = torch.zeros_like(parameters[name])
    return parameters


def _rows(folder: Path, tokenizer: Tokenizer) -> list[int]:
    """For each token of ``tokenizer`` its row in the checkpoint, or -1."""
    ids = Tokenizer.from_file(str(folder / "tokenizer.json")).get_vocab()
    tokens = sorted(tokenizer.get_vocab().items(), key=lambda pair: pair[1])
    return [ids.get(token, -1) for token, _ in tokens]
