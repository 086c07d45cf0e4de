"""Greedy accuracy on held-out operands, words and phrasings, in PyTorch.

The shipped files are measured again through WebLLM; see `evaluate`.
"""

import numpy as np
import torch
from tokenizers import Tokenizer

from .conversation import ConversationSampler, Example
from .families import FAMILIES
from .model import NanoConfig, Parameters, forward
from .splits import SPLITS, TURNS

ROWS = 16


def exact_replies(parameters: Parameters, config: NanoConfig, examples: list[Example]) -> list[bool]:
    """Whether greedy decoding reproduces each reply, thought and answer, token for token.

    One forward pass over prompt and reply decides it. If every token of the reply is the most likely one after its
    predecessors, greedy decoding writes the same tokens.
    """
    results: list[bool] = []
    for first in range(0, len(examples), ROWS):
        part = examples[first : first + ROWS]
        length = max(len(example.prompt) + len(example.reply) for example in part)
        ids = np.zeros((len(part), length), np.int64)
        for row, example in enumerate(part):
            tokens = example.prompt + example.reply
            ids[row, : len(tokens)] = tokens
        with torch.inference_mode():
            given = torch.from_numpy(ids)
            picks = forward(parameters, config, given).argmax(-1).numpy()
        for row, example in enumerate(part):
            start = len(example.prompt) - 1
            results.append(picks[row, start : start + len(example.reply)].tolist() == example.reply)
    return results


def accuracy_table(
    parameters: Parameters, config: NanoConfig, tokenizer: Tokenizer, questions: int
) -> dict[str, float]:
    """Share of replies that are exact, for every split, family and language; up to two earlier turns each."""
    table: dict[str, float] = {}
    for split_name, split in SPLITS.items():
        sampler = ConversationSampler(tokenizer, 12345, split)
        for family in FAMILIES:
            for language in ("en", "zh"):
                examples = [sampler.example(family, language, TURNS[index % len(TURNS)]) for index in range(questions)]
                table[f"{split_name}/{family}/{language}"] = round(
                    float(np.mean(exact_replies(parameters, config, examples))), 4
                )
    return table


def format_table(table: dict[str, float]) -> str:
    """The table in Markdown."""
    rows = [f"| {' | '.join(name.split('/'))} | {share:.1%} |" for name, share in table.items()]
    return "\n".join(["| held out | family | language | thought and answer exact |", "|---|---|---|---|", *rows])
