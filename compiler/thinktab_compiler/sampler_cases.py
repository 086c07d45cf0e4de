"""Calls of the functions in every .wasm, logit changes and sampling, with numpy's results for them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

DRAWS = 512  # of the distribution test, in one call
_EXACT = 1e-5
_DRAWS_MISPLACED = 0.01  # of all; a draw may fall on the border between two tokens, where f32 sums decide


@dataclass(frozen=True)
class FunctionCase:
    """A step of page.mjs; `error` compares its result with numpy, at most `tolerance` is right."""

    title: str
    step: dict[str, Any]
    error: Callable[[np.ndarray], float]
    tolerance: float


def function_cases(vocab: int) -> Iterator[FunctionCase]:
    """The cases for a vocabulary of that size."""
    generator = np.random.default_rng(11)
    logits = generator.standard_normal(vocab).astype(np.float32) * 3
    yield from _logit_changes(generator, logits)
    for temperature in (0.3, 0.7, 1.5):
        arguments = [_tensor([1, 1, vocab], "float32", logits), _tensor([1], "float32", [temperature])]
        call = _call("softmax_with_temperature", arguments, "float32")
        yield FunctionCase("softmax_with_temperature", call, _largest(softmax(logits, temperature)), _EXACT)
    probs = softmax(logits, 0.7)
    for uniform in (0.0, 0.3, 0.999):
        for top_p in (1e-5, 0.5, 0.95):
            tokens = draw(probs, top_p, np.array([uniform]))
            yield FunctionCase("sample_with_top_p", _draws(probs, [uniform], top_p), _largest(tokens), 0)
    uniforms = generator.random(DRAWS)
    expected = np.bincount(draw(probs, 0.9, uniforms), minlength=vocab)

    def misplaced(tokens: np.ndarray) -> float:
        counts = np.bincount(tokens.astype(int), minlength=vocab)
        return float(np.abs(counts - expected).sum()) / 2 / DRAWS

    title = f"top-p distribution ({DRAWS} draws)"
    yield FunctionCase(title, _draws(probs, uniforms, 0.9), misplaced, _DRAWS_MISPLACED)


def softmax(logits: np.ndarray, temperature: float) -> np.ndarray:
    """Probabilities f32 [vocab]."""
    probs = np.exp((logits - logits.max()) / temperature)
    return (probs / probs.sum()).astype(np.float32)


def draw(probs: np.ndarray, top_p: float, uniforms: np.ndarray) -> np.ndarray:
    """The tokens which uniform numbers pick from the smallest set of likeliest tokens with `top_p` of the mass."""
    order = np.argsort(-probs, kind="stable")
    held = np.cumsum(probs[order].astype(np.float64))
    nucleus = np.sort(order[: int(np.searchsorted(held, top_p * held[-1])) + 1])
    mass = np.cumsum(probs[nucleus].astype(np.float64))
    return nucleus[np.searchsorted(mass, uniforms * mass[-1], side="right")]


def _logit_changes(generator: np.random.Generator, logits: np.ndarray) -> Iterator[FunctionCase]:
    vocab = len(logits)
    tokens = generator.permutation(vocab)[:70]  # more than one workgroup
    row, count = _tensor([1, vocab], "float32", logits), [len(tokens)]
    zeros, chosen, sequence = (
        _tensor(count, "int32", np.zeros(len(tokens))),
        _tensor(count, "int32", tokens),
        _tensor([1], "int32", [0]),
    )

    def changed(name: str, arguments: list[Any], expected: np.ndarray) -> FunctionCase:
        return FunctionCase(name, _call(name, arguments, "float32", in_place=True), _largest(expected), _EXACT)

    bias = generator.standard_normal(len(tokens)).astype(np.float32)
    expected = logits.copy()
    expected[tokens] += bias
    yield changed("apply_logit_bias_inplace", [row, zeros, chosen, _tensor(count, "float32", bias)], expected)

    seen = generator.integers(1, 5, len(tokens))
    reduced = logits[tokens] - 0.5 - seen * 0.25
    expected = logits.copy()
    expected[tokens] = np.where(reduced < 0, reduced * 1.5, reduced / 1.5)
    arguments = [row, sequence, zeros, chosen, _tensor(count, "int32", seen)]
    arguments.append(_tensor([1, 3], "float32", [0.5, 0.25, 1.5]))  # presence, frequency, repetition
    yield changed("apply_penalty_inplace", arguments, expected)

    words = (vocab + 31) // 32
    mask = generator.integers(-(2**31), 2**31, words)
    allowed = ((mask[:, None] >> np.arange(32)) & 1).ravel()[:vocab].astype(bool)
    expected = np.where(allowed, logits, np.finfo(np.float32).min)
    yield changed("apply_bitmask_inplace", [row, sequence, _tensor([1, words], "int32", mask)], expected)


def _largest(expected: np.ndarray) -> Callable[[np.ndarray], float]:
    # relative where the value is large: the bitmask writes the lowest f32, which WGSL has in decimal
    return lambda found: float((np.abs(found - expected) / np.maximum(np.abs(expected), 1)).max())


def _draws(probs: np.ndarray, uniforms: Any, top_p: float) -> dict[str, Any]:
    distribution = _tensor([1, len(probs)], "float32", probs)
    rows = _tensor([len(uniforms)], "int32", np.zeros(len(uniforms)))
    arguments = [distribution, distribution, _tensor([len(uniforms)], "float32", uniforms), rows]
    return _call("sample_with_top_p", [*arguments, _tensor([1], "float32", [top_p])], "int32")


def _tensor(shape: list[int], dtype: str, data: Any) -> dict[str, Any]:
    return {"shape": shape, "dtype": dtype, "data": np.asarray(data).ravel().tolist()}


def _call(name: str, arguments: list[Any], dtype: str, in_place: bool = False) -> dict[str, Any]:
    return {"do": "call", "args": [name, arguments, dtype, in_place]}
