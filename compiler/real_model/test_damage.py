"""The page's known text tells damaged numbers from right ones: SmolLM2 in numpy, right and damaged in ten ways.

The page lets a large model read src/state/models/known-text.txt, and refuses one that finds it too improbable
(src/state/models/plausibility.ts). Each printed line is a row of docs/models.md.
"""

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import smollm2
from tokenizers import Tokenizer

from thinktab_compiler.chat_config import Sampling
from thinktab_compiler.convert import ConvertOptions, convert
from thinktab_compiler.reference import Reference, attention

TEXT = (Path(__file__).parents[2] / "src/state/models/known-text.txt").read_text().strip()
# Mean log-probabilities of a token: of the catalogue's models, and of any large one.
LOWEST_OF_THE_CATALOGUE, LOWEST = -6.0, -8.0
GROUP = 32  # weights with one scale
Weights = dict[str, np.ndarray]


def scaled(names: str, factor: float, share: float = 1.0) -> Callable[[Weights], Weights]:
    """Multiplies the scales of a share of the groups of the matrices with such names."""

    def change(weights: Weights) -> Weights:
        rng, changed = np.random.default_rng(1), dict(weights)
        for name, value in weights.items():
            if value.ndim == 2 and re.search(names, name):
                groups = value.copy().reshape(-1, GROUP)
                groups[rng.random(len(groups)) < share] *= np.float32(factor)
                changed[name] = groups.reshape(value.shape)
        return changed

    return change


class Damaged(Reference):
    """Attention that sees only the last keys, has lost heads, or whose caches are clipped."""

    last_keys: int = 1 << 30
    lost_heads: int = 0
    clipped_to = 1.0  # of the largest number of each cache

    def _attend(self, i: int, q: np.ndarray, k: np.ndarray, v: np.ndarray, positions: np.ndarray) -> np.ndarray:
        self._keys[i], self._values[i] = np.concatenate([self._keys[i], k]), np.concatenate([self._values[i], v])
        keys, values = (
            np.clip(cache, -limit, limit)
            for cache in (self._keys[i], self._values[i])
            for limit in (self.clipped_to * float(np.abs(cache).max()),)
        )
        at = np.arange(len(keys))
        seen = (at <= positions[:, None]) & (at > positions[:, None] - self.last_keys)
        mixed, _ = attention(q, keys, values, seen, self.config.head_dim**-0.5)
        mixed[:, mixed.shape[1] - self.lost_heads :] = 0
        return mixed.reshape(len(q), -1)


def with_attention(last_keys: int = 1 << 30, lost_heads: int = 0, clipped_to: float = 1.0) -> Callable[[Damaged], None]:
    """Damages the attention of a model."""

    def change(model: Damaged) -> None:
        model.last_keys, model.lost_heads, model.clipped_to = last_keys, lost_heads, clipped_to

    return change


SCALES = {
    "scales of qkv halved": scaled("qkv", 0.5),
    "a tenth of all scales lost": scaled("proj|qkv", 0, 0.1),
    "a tenth of all scales with the wrong sign": scaled("proj|qkv", -1, 0.1),
    "a hundredth of all scales eight times too large": scaled("proj|qkv", 8, 0.01),
    "scales of one layer's MLP four times too large": scaled(r"layers\.10\.mlp", 4),
}
ATTENTION = {
    "only the last key of the cache seen": with_attention(last_keys=1),
    "half of the heads lost": with_attention(lost_heads=4),
    "all heads lost": with_attention(lost_heads=9),
    "caches clipped to a tenth": with_attention(clipped_to=0.1),
    "caches clipped to a twentieth": with_attention(clipped_to=0.05),
}


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> tuple[Reference, list[int]]:
    try:
        path = smollm2.fetch()
    except OSError as error:
        pytest.skip(str(error))
    folder = tmp_path_factory.mktemp("damage") / "model"
    convert(path, ConvertOptions("gguf", "search", 2048, 256, Sampling(0, 1)), folder)
    return Reference.load(folder), Tokenizer.from_file(str(folder / "tokenizer.json")).encode(TEXT).ids


def mean_log_probability(model: Reference, ids: list[int]) -> float:
    """Of the tokens after the first, each given those before it."""
    logits = model.forward_all(ids[:-1]).astype(np.float64)
    logits -= logits.max(-1, keepdims=True)
    return float((logits[np.arange(len(logits)), ids[1:]] - np.log(np.exp(logits).sum(-1))).mean())


def test_damage_is_told_by_the_known_text(model: tuple[Reference, list[int]]) -> None:
    reference, ids = model
    right = mean_log_probability(reference, ids)
    print(f"\n| nothing | {right:.2f} |")
    assert right > LOWEST_OF_THE_CATALOGUE + 2
    found: dict[str, float] = {}
    with np.errstate(over="ignore"):  # SiLU of what damage has made very large
        for name, change in SCALES.items():
            damaged = Reference(reference.config, change(reference.weights))
            found[name] = mean_log_probability(damaged, ids)
        for name, change_model in ATTENTION.items():
            other = Damaged(reference.config, reference.weights)
            change_model(other)
            found[name] = mean_log_probability(other, ids)
    for name, value in found.items():
        print(f"| {name} | {value:.2f} |")
    assert all(value < LOWEST_OF_THE_CATALOGUE for value in found.values())
    assert sum(value < LOWEST for value in found.values()) >= 7
