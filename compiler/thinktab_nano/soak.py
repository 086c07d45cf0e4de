"""Tests whether every reply of Nano ends by itself.

Greedy replies to random inputs, in PyTorch, on the exported checkpoint.
"""

import argparse
import json
from pathlib import Path

import torch
from safetensors.torch import load_file
from tokenizers import Tokenizer

from thinktab_compiler.chat_templates import token_id

from .evaluate import LONGEST_REPLY
from .export import read_config
from .generate import greedy
from .inputs import random_inputs
from .tokenizer import ASSISTANT, BOS, EOS, THINK, USER

ROWS = 64


def encoded(tokenizer: Tokenizer, text: str, room: int) -> list[int]:
    """The prompt of a question; its middle is cut out if it would not leave ``room`` tokens of the context."""
    head, body, tail = (
        tokenizer.encode(part, add_special_tokens=False).ids for part in (f"{BOS}{USER}", text, f"{ASSISTANT}{THINK}\n")
    )
    return head + body[: room - len(head) - len(tail)] + tail


def soak(folder: Path, count: int) -> list[str]:
    """The inputs whose reply did not end within 600 tokens."""
    config = read_config(folder)
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    parameters, end = load_file(folder / "model.safetensors"), token_id(tokenizer, EOS)
    prompts = [
        (encoded(tokenizer, text, config.max_position_embeddings - LONGEST_REPLY), text)
        for text in random_inputs(count)
    ]
    prompts.sort(key=lambda pair: len(pair[0]))
    endless = []
    for first in range(0, len(prompts), ROWS):
        part = prompts[first : first + ROWS]
        replies = greedy(parameters, config, [ids for ids, _ in part], end, LONGEST_REPLY)
        endless += [text for (_, text), reply in zip(part, replies, strict=True) if reply[-1] != end]
        print(f"{first + len(part)} of {len(prompts)}, {len(endless)} without end", flush=True)
    return endless


def main() -> None:
    """The command; `--help` lists its arguments."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="a checkpoint, output of export")
    parser.add_argument("--inputs", type=int, default=2000)
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    for text in soak(arguments.folder, arguments.inputs):
        print(json.dumps(text, ensure_ascii=False))


if __name__ == "__main__":
    main()
