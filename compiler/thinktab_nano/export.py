"""Nano's weights as a Hugging Face checkpoint folder: the input of `thinktab_compiler convert` and `gguf`.

Matrices lie on the 4-bit grid and vectors are rounded to f16, so every format Nano ships in holds the same numbers.
"""

import argparse
import json
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer

from .model import NanoConfig, Parameters, rounded


def write_checkpoint(
    parameters: Parameters, config: NanoConfig, tokenizer: Tokenizer, folder: Path, on_grid: bool
) -> None:
    """Writes config.json, tokenizer.json and model.safetensors, with standard Qwen2 names; rounded if ``on_grid``."""
    folder.mkdir(parents=True, exist_ok=True)
    with torch.no_grad():
        tensors = {
            name: (value if not on_grid else rounded(value) if value.ndim == 2 else value.half().float()).contiguous()
            for name, value in parameters.items()
        }
    save_file(tensors, folder / "model.safetensors")
    tokenizer.save(str(folder / "tokenizer.json"))
    (folder / "config.json").write_text(json.dumps(config.to_huggingface(), indent=2) + "\n")


def read_config(folder: Path) -> NanoConfig:
    """The shape of a checkpoint."""
    fields = json.loads((folder / "config.json").read_text())
    return NanoConfig(**{name: fields[name] for name in NanoConfig.__dataclass_fields__})


def main() -> None:
    """The command; `--help` lists its arguments."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("source", type=Path, help="the checkpoint folder of a training run")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--unfinished", action="store_true", help="in f16, to go on training: not rounded to the grid")
    arguments = parser.parse_args()
    tokenizer = Tokenizer.from_file(str(arguments.source / "tokenizer.json"))
    parameters = load_file(arguments.source / "model.safetensors")
    config, folder = read_config(arguments.source), arguments.folder
    if arguments.unfinished:
        parameters = {name: value.half() for name, value in parameters.items()}
    write_checkpoint(parameters, config, tokenizer, folder, on_grid=not arguments.unfinished)


if __name__ == "__main__":
    main()
