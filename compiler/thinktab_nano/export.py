"""Nano's weights as a Hugging Face checkpoint folder: the input of `thinktab_compiler convert` and `gguf`.

Matrices lie on the 4-bit grid and vectors are rounded to f16, so every format Nano ships in holds the same numbers.
"""

import argparse
import json
from pathlib import Path

import numpy as np
import torch
from safetensors.numpy import save_file

from .conversation import nano_tokenizer
from .model import NanoConfig, rounded


def export(weights: Path, folder: Path) -> None:
    """Writes config.json, tokenizer.json and model.safetensors (f32, standard Qwen2 names) from a run's weights.npz."""
    tokenizer = nano_tokenizer()
    config = NanoConfig(tokenizer.get_vocab_size())
    tensors = {}
    for name, value in np.load(weights).items():
        given = torch.from_numpy(value)
        tensors[name] = np.ascontiguousarray((rounded(given) if given.ndim == 2 else given.half().float()).numpy())
    folder.mkdir(parents=True, exist_ok=True)
    save_file(tensors, folder / "model.safetensors")
    tokenizer.save(str(folder / "tokenizer.json"))
    (folder / "config.json").write_text(json.dumps(config.to_huggingface(), indent=2) + "\n")


def main() -> None:
    """The command; `--help` lists its arguments."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("weights", type=Path, help="weights.npz of a training run")
    parser.add_argument("folder", type=Path)
    arguments = parser.parse_args()
    export(arguments.weights, arguments.folder)


if __name__ == "__main__":
    main()
