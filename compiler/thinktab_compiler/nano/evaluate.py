"""Greedy accuracy on held-out operands, words and phrasings, in JAX. The shipped files are measured again through WebLLM."""

from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
from tokenizers import Tokenizer

from .conversation import ConversationSampler, Example
from .model import NanoConfig, Parameters, forward
from .questions import FAMILIES
from .splits import SPLITS, TURNS

ROWS, LENGTH = 16, 512


@partial(jax.jit, static_argnames=("config", "quantized"))
def _greedy(parameters: Parameters, config: NanoConfig, ids: np.ndarray, quantized: bool) -> jax.Array:
    positions = jnp.broadcast_to(jnp.arange(LENGTH), ids.shape)
    return forward(parameters, config, ids, positions, jnp.ones_like(ids), quantized).argmax(-1)


def exact_replies(parameters: Parameters, config: NanoConfig, examples: list[Example], quantized: bool) -> list[bool]:
    """Whether greedy decoding reproduces each reply, thought and answer, token for token.

    One forward pass over prompt and reply decides it: if every token of the reply is the most likely one after its
    predecessors, then greedy decoding takes that very path.
    """
    results: list[bool] = []
    for first in range(0, len(examples), ROWS):
        part = examples[first : first + ROWS]
        ids = np.zeros((ROWS, LENGTH), np.int32)
        for row, example in enumerate(part):
            tokens = example.prompt + example.reply
            ids[row, : len(tokens)] = tokens
        picks = np.asarray(_greedy(parameters, config, ids, quantized))
        for row, example in enumerate(part):
            start = len(example.prompt) - 1
            results.append(picks[row, start : start + len(example.reply)].tolist() == example.reply)
    return results


def accuracy_table(parameters: Parameters, config: NanoConfig, tokenizer: Tokenizer, questions: int, quantized: bool) -> dict[str, float]:
    """Share of replies that are exact, for every split, family and language; up to two earlier turns each."""
    table: dict[str, float] = {}
    for split_name, split in SPLITS.items():
        sampler = ConversationSampler(tokenizer, 12345, split)
        for family in FAMILIES:
            for language in ("en", "zh"):
                examples = [sampler.example(family, language, TURNS[index % len(TURNS)]) for index in range(questions)]
                fitting = [example for example in examples if len(example.prompt) + len(example.reply) <= LENGTH]
                table[f"{split_name}/{family}/{language}"] = round(float(np.mean(exact_replies(parameters, config, fitting, quantized))), 4)
    return table


def format_table(table: dict[str, float]) -> str:
    """The table in Markdown."""
    rows = [f"| {' | '.join(name.split('/'))} | {share:.1%} |" for name, share in table.items()]
    return "\n".join(["| held out | family | language | thought and answer exact |", "|---|---|---|---|", *rows])
