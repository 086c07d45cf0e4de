"""Compares a compiled library in Chromium, through WebLLM, with the numpy reference."""

from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

from .browser import run_in_browser
from .chat_config import CONFIG_NAME
from .errors import CompilerError
from .files import read_json
from .reference import Reference

_DECODED = 40  # forced tokens after each prefill
_REWOUND = 17
_TIMED = 64
# Both in units of the logits' standard deviation: SwiftShader's exp, sin and cos are imprecise.
_LOGIT_TOLERANCE = 5e-3
_NEAR_TIE = 2e-3  # two logits as close as this may be ranked either way


@dataclass(frozen=True)
class CheckReport:
    """`agreed` of `compared` greedy tokens agree; the logit error is the largest absolute one, `spread` the deviation.

    Rates are tokens per second.
    """

    compared: int
    agreed: int
    near_ties: int
    logit_error: float
    spread: float
    functions: dict[str, float]
    load_seconds: float
    prefill_rate: float
    decode_rate_short: float
    decode_rate_long: float

    @property
    def passed(self) -> bool:
        """Whether logits and functions are within tolerance and all tokens agree, near ties aside."""
        return (
            self.agreed + self.near_ties == self.compared
            and self.logit_error < _LOGIT_TOLERANCE * self.spread
            and max(self.functions.values()) < 1e-5
        )


def _plan(context: int, chunk: int, vocab: int) -> list[dict[str, Any]]:
    """Forced decoding: a prompt longer than the chunk, two turns on the filled cache, a rewind, a new branch."""
    generator = np.random.default_rng(5)

    def feed(count: int) -> dict[str, Any]:
        return {"do": "feed", "args": [generator.integers(0, vocab, count).tolist()]}

    steps = []
    for prompt in (min(chunk + 44, context // 2), 23, 2):
        steps += [feed(prompt), *(feed(1) for _ in range(_DECODED))]
    steps += [{"do": "rewind", "args": [_REWOUND]}, feed(9), *(feed(1) for _ in range(_DECODED // 2))]
    return steps


def _function_cases(vocab: int) -> list[tuple[dict[str, Any], np.ndarray]]:
    """Calls of the library's own functions with what numpy expects of them."""
    generator = np.random.default_rng(11)
    logits = generator.standard_normal(vocab).astype(np.float32) * 3
    tokens = generator.permutation(vocab)[:70]  # more than one workgroup

    def tensor(shape: list[int], dtype: str, data: Any) -> dict[str, Any]:
        return {"shape": shape, "dtype": dtype, "data": np.asarray(data).ravel().tolist()}

    def call(name: str, args: list[Any], dtype: str, in_place: bool) -> dict[str, Any]:
        return {"do": "call", "args": [name, args, dtype, in_place]}

    row, zeros = tensor([1, vocab], "float32", logits), tensor([len(tokens)], "int32", np.zeros(len(tokens)))
    chosen, cases = tensor([len(tokens)], "int32", tokens), []

    bias = generator.standard_normal(len(tokens)).astype(np.float32)
    expected = logits.copy()
    expected[tokens] += bias
    arguments = [row, zeros, chosen, tensor([len(tokens)], "float32", bias)]
    cases.append((call("apply_logit_bias_inplace", arguments, "float32", True), expected))

    seen = generator.integers(1, 5, len(tokens))
    reduced = logits[tokens] - 0.5 - seen * 0.25
    expected = logits.copy()
    expected[tokens] = np.where(reduced < 0, reduced * 1.5, reduced / 1.5)
    arguments = [row, tensor([1], "int32", [0]), zeros, chosen, tensor([len(tokens)], "int32", seen)]
    arguments.append(tensor([1, 3], "float32", [0.5, 0.25, 1.5]))
    cases.append((call("apply_penalty_inplace", arguments, "float32", True), expected))

    words = (vocab + 31) // 32
    mask = generator.integers(-(2**31), 2**31, words)
    allowed = ((mask[:, None] >> np.arange(32)) & 1).ravel()[:vocab].astype(bool)
    expected = np.where(allowed, logits, np.finfo(np.float32).min)
    arguments = [row, tensor([1], "int32", [0]), tensor([1, words], "int32", mask)]
    cases.append((call("apply_bitmask_inplace", arguments, "float32", True), expected))

    probs = np.exp((logits - logits.max()) / 0.7)
    probs = (probs / probs.sum()).astype(np.float32)
    arguments = [tensor([1, 1, vocab], "float32", logits), tensor([1], "float32", [0.7])]
    cases.append((call("softmax_with_temperature", arguments, "float32", False), probs))

    order = np.argsort(-probs, kind="stable")
    distribution = tensor([1, vocab], "float32", probs)
    for uniform in (0.0, 0.3, 0.999):
        for top_p in (1e-5, 0.5, 0.95):
            held = np.cumsum(probs[order].astype(np.float64))
            nucleus = np.sort(order[: int(np.searchsorted(held, top_p * held[-1])) + 1])
            mass = np.cumsum(probs[nucleus].astype(np.float64))
            token = nucleus[np.searchsorted(mass, uniform * mass[-1], side="right")]
            arguments = [distribution, distribution, tensor([1], "float32", [uniform]), tensor([1], "int32", [0])]
            arguments.append(tensor([1], "float32", [top_p]))
            cases.append((call("sample_with_top_p", arguments, "int32", False), np.array([token])))
    return cases


def check_library(folder: Path, library: Path, chrome: str) -> CheckReport:
    """Runs the library over a converted folder in Chromium and compares every logit of the plan with `Reference`."""
    if not library.is_file():
        raise CompilerError(f"{library} does not exist.")
    chat = read_json(folder / CONFIG_NAME)
    context, chunk, vocab = chat["context_window_size"], chat["prefill_chunk_size"], chat["vocab_size"]
    plan, cases = _plan(context, chunk, vocab), _function_cases(vocab)
    reference = Reference.load(folder)

    generator = np.random.default_rng(3)
    short, long = (generator.integers(0, vocab, n).tolist() for n in (16, context - _TIMED - 16))
    reset = {"do": "reset", "args": []}
    timing = [reset, {"do": "timePrefill", "args": [long]}, reset, {"do": "time", "args": [short, _TIMED]}]
    timing += [reset, {"do": "time", "args": [long, _TIMED]}]
    results = run_in_browser(folder, library, chrome, [*plan, *(step for step, _ in cases), *timing])
    load_ms, results = results[0], results[1:]

    compared = agreed = near_ties = 0
    error = spread = 0.0
    for step, result in zip(plan, results[: len(plan)], strict=True):
        if step["do"] == "rewind":
            reference.rewind(reference.length - step["args"][0])
            continue
        expected = reference.forward(step["args"][0])
        top = np.sort(expected)[-2:]
        compared += 1
        if int(expected.argmax()) == result["token"]:
            agreed += 1
        elif top[1] - top[0] < _NEAR_TIE * float(expected.std()):
            near_ties += 1
        error = max(error, float(np.abs(np.array(result["logits"]) - expected).max()))
        spread = float(expected.std())
    functions: dict[str, float] = {}
    for (step, expected), result in zip(cases, results[len(plan) : -len(timing)], strict=True):
        # relative where the value is large: the bitmask writes the lowest f32, which WGSL has in decimal
        difference = float((np.abs(np.array(result, np.float64) - expected) / np.maximum(np.abs(expected), 1)).max())
        functions[step["args"][0]] = max(functions.get(step["args"][0], 0.0), difference)
    prefill_ms, short_ms, long_ms = (results[i] for i in (-5, -3, -1))
    return CheckReport(
        compared, agreed, near_ties, error, spread, functions, load_ms / 1e3,
        len(long) / prefill_ms * 1e3, 1e3 / median(short_ms), 1e3 / median(long_ms),
    )  # fmt: skip
