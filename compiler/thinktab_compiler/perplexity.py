"""Perplexity of a text under the numpy reference: the cost of quantisation as one number."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from .checkpoint import stacked_blocks
from .errors import CompilerError
from .model_input import ModelInput
from .reference import Reference

_TOKENS_AT_ONCE = 64  # bounds the memory of their logits


@dataclass(frozen=True)
class Perplexity:
    """exp of the mean negative log-likelihood of `tokens` predicted tokens, before and after quantisation."""

    tokens: int
    before: float
    after: float


def perplexity(model: Reference, ids: list[int]) -> float:
    """Perplexity of ids[1:], each given all tokens before it; the model's cache is used from empty."""
    if len(ids) < 2:
        raise CompilerError("Perplexity needs a text of at least two tokens.")
    model.rewind(0)
    total = 0.0
    for first in range(0, len(ids) - 1, _TOKENS_AT_ONCE):
        part = slice(first, min(first + _TOKENS_AT_ONCE, len(ids) - 1))
        logits = model.forward_all(ids[part]).astype(np.float64)
        logits -= logits.max(-1, keepdims=True)
        chosen = logits[np.arange(len(logits)), ids[part.start + 1 : part.stop + 1]]
        total += float((np.log(np.exp(logits).sum(-1)) - chosen).sum())
    return float(np.exp(total / (len(ids) - 1)))


def measure_perplexity(source: ModelInput, converted: Path, ids: list[int]) -> Perplexity:
    """Of the source's own weights and of the converted folder; each model in turn takes 4 bytes a weight of memory."""
    weights = {p.name: np.concatenate(list(stacked_blocks(source.weights, p))) for p in source.parameters}
    before = perplexity(Reference(source.config, weights), ids)
    del weights
    return Perplexity(len(ids) - 1, before, perplexity(Reference.load(converted), ids))
