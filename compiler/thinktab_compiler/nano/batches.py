"""Training batches: examples packed into rows with separate attention, the question masked out of the loss."""

from dataclasses import dataclass

import numpy as np
from tokenizers import Tokenizer

from .conversation import ConversationSampler

TOKENS_PER_STEP = 12_288
MISSES_PER_ROW = 6  # a row is full when so many examples in turn were too long for what is left of it
SHORT, LONG = 256, 512  # row lengths; every fifth step has long rows, for conversations of several turns


@dataclass(frozen=True)
class Batch:
    """All arrays are [rows, length]; ``weights`` is 1 where the token is to be predicted."""

    ids: np.ndarray
    positions: np.ndarray
    segments: np.ndarray
    weights: np.ndarray


def batch_at(tokenizer: Tokenizer, seed: int, step: int) -> Batch:
    """The batch of a step, a function of the seed and the step alone, so that a resumed run sees the same data."""
    length = LONG if step % 5 == 4 else SHORT
    shape = (TOKENS_PER_STEP // length, length)
    batch = Batch(np.zeros(shape, np.int32), np.zeros(shape, np.int32), np.zeros(shape, np.int32), np.zeros(shape, np.float32))
    stream = iter(ConversationSampler(tokenizer, hash((seed, step))))
    for row in range(shape[0]):
        start, segment, misses = 0, 0, 0
        while misses < MISSES_PER_ROW:
            example = next(stream)
            tokens = example.prompt + example.reply
            if start + len(tokens) > length:
                misses += 1
                continue
            segment += 1
            end = start + len(tokens)
            batch.ids[row, start:end] = tokens
            batch.positions[row, start:end] = np.arange(len(tokens))
            batch.segments[row, start:end] = segment
            batch.weights[row, start + len(example.prompt) : end] = 1
            start = end
    return batch
