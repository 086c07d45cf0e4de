"""Compares compiled kernels with the numpy reference, through WebLLM."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

from .browser import Runner, run_steps
from .chat_config import CONFIG_NAME
from .errors import CompilerError
from .files import read_json
from .reference import Reference
from .sampler_cases import FunctionCase, function_cases

_TIMED = 64
_FORKED = 2 * 16 + 5  # positions before a fork: two full pages of the KV cache and a part of one
# in units of the logits' standard deviation: SwiftShader's exp, sin and cos are imprecise, and a KV cache may be f16
_LOGIT_TOLERANCE = 5e-3


@dataclass(frozen=True)
class CheckReport:
    """`agreed` of `compared` greedy tokens agree; the logit error is the largest absolute one, `spread` the deviation.

    `near_ties` did not agree, but the reference's two best logits are closer than twice the logit error. `functions`
    maps titles to (error, tolerance). `calls` counts WebGPU's calls for one decoded token. Rates are tokens per second,
    None if no time was measured.
    """

    compared: int
    agreed: int
    near_ties: int
    logit_error: float
    spread: float
    functions: dict[str, tuple[float, float]]
    calls: dict[str, int]
    load_seconds: float
    prefill_rate: float | None = None
    decode_rate_short: float | None = None
    decode_rate_long: float | None = None

    @property
    def passed(self) -> bool:
        """Whether logits and functions are within tolerance and all tokens agree, near ties aside."""
        return (
            self.agreed + self.near_ties == self.compared
            and self.logit_error < _LOGIT_TOLERANCE * self.spread
            and all(error <= tolerance for error, tolerance in self.functions.values())
        )


def _plan(context: int, chunk: int, vocab: int) -> Iterator[dict[str, Any]]:
    """Forced decoding: a prompt longer than the chunk, two turns on the filled cache, a rewind and more, a fork."""
    generator = np.random.default_rng(5)

    def feed(count: int) -> dict[str, Any]:
        return {"do": "feed", "args": [generator.integers(0, vocab, count).tolist()]}

    prompt = min(chunk + 44, context // 2)
    steps = min((context - prompt - 48) // 4, 56)  # decoded after each prefill
    for length in (prompt, 23, 2):
        yield feed(length)
        yield from (feed(1) for _ in range(steps))
    yield {"do": "rewind", "args": [min(17, steps)]}
    yield feed(9)
    yield from (feed(1) for _ in range(steps // 2))
    yield {"do": "openSequences", "args": [2]}
    yield feed(_FORKED + 4)
    yield {"do": "fork", "args": [0, 1, _FORKED]}
    for sequence, length in ((1, 3), (0, 2), (1, 1)):
        yield {"do": "use", "args": [sequence]}
        yield feed(length)
        yield from (feed(1) for _ in range(min(steps, 12)))


def _brief_plan(vocab: int) -> list[dict[str, Any]]:
    """A prompt and three tokens, for models of which a software adapter decodes one in seconds."""
    generator = np.random.default_rng(5)
    return [{"do": "feed", "args": [generator.integers(0, vocab, count).tolist()]} for count in (8, 1, 1, 1)]


def _timing(context: int, vocab: int) -> list[dict[str, Any]]:
    generator = np.random.default_rng(3)
    short, long = (generator.integers(0, vocab, n).tolist() for n in (16, context - _TIMED - 16))
    reset, time = {"do": "openSequences", "args": [1]}, "time"
    return [
        *(reset, {"do": "timePrefill", "args": [long]}),
        *(reset, {"do": time, "args": [short, _TIMED]}),
        *(reset, {"do": time, "args": [long, _TIMED]}),
    ]


def check_kernels(folder: Path, kernels: Path, runner: Runner, timed: bool = True, brief: bool = False) -> CheckReport:
    """Runs the kernels over a converted folder and compares every logit of the plan with `Reference`.

    `timed` measures speed too, for contexts of more than 80 tokens. `brief` decodes three tokens and leaves the
    sampling functions out. Raises CompilerError.
    """
    if not kernels.is_file():
        raise CompilerError(f"{kernels} does not exist.")
    chat = read_json(folder / CONFIG_NAME)
    context, vocab = chat["context_window_size"], chat["vocab_size"]
    plan = _brief_plan(vocab) if brief else list(_plan(context, chat["prefill_chunk_size"], vocab))
    cases = [] if brief else list(function_cases(vocab))
    counting = [{"do": "openSequences", "args": [1]}, {"do": "countCalls", "args": [0]}]
    timing = _timing(context, vocab) if timed else []
    steps = [*plan, *counting, *(case.step for case in cases), *timing]
    load_ms, *results = run_steps(folder, kernels, runner, steps)
    compared = _compare(Reference.load(folder), plan, results[: len(plan)])
    _, calls, *results = results[len(plan) :]
    functions = _function_errors(cases, results[: len(cases)])
    report = CheckReport(**compared, functions=functions, calls=calls, load_seconds=load_ms / 1e3)
    if not timed:
        return report
    prefill_ms, short_ms, long_ms = (results[i] for i in (-5, -3, -1))
    rates = (context - _TIMED - 16) / prefill_ms, 1 / median(short_ms), 1 / median(long_ms)
    named = zip(("prefill_rate", "decode_rate_short", "decode_rate_long"), (1e3 * rate for rate in rates), strict=True)
    return CheckReport(**{**vars(report), **dict(named)})


def _compare(reference: Reference, plan: list[dict[str, Any]], results: list[Any]) -> dict[str, Any]:
    """The report's figures about tokens and logits."""
    sequences, active = {0: reference}, 0
    margins: list[float] = []  # of the reference's best logit, if the kernels chose another token
    compared, error, spread = 0, 0.0, 0.0
    for step, result in zip(plan, results, strict=True):
        if step["do"] == "rewind":
            sequences[active].rewind(sequences[active].length - step["args"][0])
        elif step["do"] == "openSequences":
            sequences, active = {0: reference}, 0
            reference.rewind(0)
        elif step["do"] == "fork":
            parent, child, length = step["args"]
            sequences[child] = sequences[parent].fork(length)
        elif step["do"] == "use":
            active = step["args"][0]
        else:
            expected = sequences[active].forward(step["args"][0])
            found = np.array(result["logits"], np.float64)  # the runner writes NaN and infinities as strings
            compared += 1
            if int(expected.argmax()) != result["token"]:
                margins.append(float(expected.max() - expected[result["token"]]))
            error = max(error, float(np.nan_to_num(np.abs(found - expected), nan=np.inf).max()))
            spread = float(expected.std())
    near_ties = sum(margin <= 2 * error for margin in margins)
    return {
        "compared": compared,
        "agreed": compared - len(margins),
        "near_ties": near_ties,
        "logit_error": error,
        "spread": spread,
    }


def _function_errors(cases: list[FunctionCase], results: list[Any]) -> dict[str, tuple[float, float]]:
    """Title -> the largest error of its cases, and the tolerance."""
    found: dict[str, tuple[float, float]] = {}
    for case, result in zip(cases, results, strict=True):
        error = case.error(np.array(result, np.float64))
        found[case.title] = (max(error, found.get(case.title, (0.0, 0.0))[0]), case.tolerance)
    return found
