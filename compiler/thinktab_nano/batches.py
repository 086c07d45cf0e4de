"""Training batches: examples of similar length together, with the question masked out of the loss.

Each row has one example, so it needs neither packing nor a mask between segments. The cost of attention follows the
length of the examples.
"""

from dataclasses import dataclass

import numpy as np
from tokenizers import Tokenizer

from .conversation import ConversationSampler, Example

TOKENS_PER_STEP = 8_192
# tokens; a row is padded to the next of these lengths. A longer example is left out: a row of 1,024 costs ten times as
# much a token.
LENGTHS = (64, 96, 128, 160, 192, 256, 320, 384, 512)


@dataclass(frozen=True)
class Batch:
    """Both arrays are [rows, length]; ``predicted`` is true where the token belongs to a reply."""

    ids: np.ndarray
    predicted: np.ndarray


def _padded(examples: list[Example], length: int) -> Batch:
    ids = np.zeros((len(examples), length), np.int64)
    predicted = np.zeros(ids.shape, bool)
    for row, example in enumerate(examples):
        tokens = example.prompt + example.reply
        ids[row, : len(tokens)] = tokens
        predicted[row, len(example.prompt) : len(tokens)] = True
    return Batch(ids, predicted)


def batches_at(tokenizer: Tokenizer, seed: int, step: int) -> list[Batch]:
    """The batches of a step, one for each row length.

    They depend only on the seed and the step, so that a resumed run sees the same data.
    """
    groups: dict[int, list[Example]] = {}
    total = 0
    for example in ConversationSampler(tokenizer, hash((seed, step))):
        size = len(example.prompt) + len(example.reply)
        if size > LENGTHS[-1]:
            continue
        groups.setdefault(next(length for length in LENGTHS if size <= length), []).append(example)
        total += size
        if total >= TOKENS_PER_STEP:
            return [_padded(examples, length) for length, examples in sorted(groups.items())]
    raise AssertionError("the sampler never ends")
