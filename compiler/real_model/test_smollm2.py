"""A real model from others, end to end: GGUF file -> convert -> kernels -> WebLLM in Chromium against numpy.

Not part of the ordinary tests: `python -m pytest -q -s real_model` downloads 93 MB once and takes some minutes. Each
printed line is a row of docs/models.md.
"""

import os
import shutil
from pathlib import Path
from typing import Any

import k_quantised
import numpy as np
import pytest
import smollm2
from tokenizers import Tokenizer

from thinktab_compiler.browser import run_in_browser
from thinktab_compiler.chat_config import Sampling
from thinktab_compiler.codecs import ScaleRule
from thinktab_compiler.compile import KernelsOptions, build_kernels, read_model
from thinktab_compiler.convert import ConvertOptions, convert
from thinktab_compiler.perplexity import Perplexity
from thinktab_compiler.reference import Reference

CHROME = os.environ.get("CHROME_PATH") or shutil.which("chromium") or shutil.which("google-chrome") or ""
NEEDS = [
    (CHROME, "no Chromium (set CHROME_PATH)"),
    (shutil.which("em++"), "no emscripten"),
    (shutil.which("node"), "no node"),
]
pytestmark = [pytest.mark.skipif(not found, reason=reason) for found, reason in NEEDS]

PARAGRAPH = (Path(__file__).parent / "paragraph.txt").read_text().strip()
# an answer must contain one of these
QUESTIONS = {"What is the capital of France?": ("paris",), "What is the opposite of hot?": ("cold", "cool")}
END = 2  # <|im_end|>
LONGEST_REPLY = 40
NEAR_TIE = 2e-3  # two logits as close as this, in units of their deviation, may be ranked either way


@pytest.fixture(scope="module")
def model() -> Path:
    try:
        return smollm2.fetch()
    except OSError as error:
        pytest.skip(str(error))


def steps_for(ids: list[int], prompts: list[list[int]]) -> list[dict[str, Any]]:
    """The paragraph a token at a time, then a greedy reply to each prompt."""
    fed = [{"do": "feed", "args": [[token]]} for token in ids[:-1]]
    return fed + [{"do": "greedy", "args": [prompt, END, LONGEST_REPLY]} for prompt in prompts]


def count_agreement(reference: Reference, prompt: list[int], reply: list[int]) -> tuple[int, int]:
    """How many tokens of a greedy reply equal the reference's after the same tokens, and how many are near ties."""
    reference.rewind(0)
    logits = reference.forward_all([*prompt, *reply[:-1]])[len(prompt) - 1 :]
    chosen = logits[np.arange(len(reply)), reply]
    behind = (logits.max(-1) - chosen) / logits.std(-1)
    return int((behind == 0).sum()), int(((behind > 0) & (behind < NEAR_TIE)).sum())


@pytest.mark.parametrize("quantization", ["gguf", "K-quants", "q4f32_1", "q4f16_1"])
def test_webllm_agrees_with_the_reference(model: Path, tmp_path: Path, quantization: str) -> None:
    own = quantization in ("gguf", "K-quants")
    if quantization == "K-quants":
        k_quantised.rewrite(model, tmp_path / "k.gguf")
        model = tmp_path / "k.gguf"
    kind = "gguf" if own else quantization
    options = ConvertOptions(kind, "search", 2048, 256, Sampling(0, 1), perplexity_text=PARAGRAPH)
    report = convert(model, options, tmp_path / "model")
    config, found = read_model(tmp_path / "model" / "mlc-chat-config.json", None)
    kernels = tmp_path / "kernels.wasm"
    # without shader-f16, which SwiftShader lacks; f16 numbers are read as u32
    build_kernels(config, KernelsOptions(found, "software", 2048, 256, shader_f16=False), kernels, "-O1")

    tokenizer = Tokenizer.from_file(str(tmp_path / "model" / "tokenizer.json"))
    ids = tokenizer.encode(PARAGRAPH).ids
    prompts = [tokenizer.encode(smollm2.prompt(question)).ids for question in QUESTIONS]
    load_ms, *results = run_in_browser(tmp_path / "model", kernels, CHROME, steps_for(ids, prompts))

    measured = report.perplexity
    assert measured is not None
    reference = Reference.load(tmp_path / "model")
    logits = np.array([result["logits"] for result in results[: len(ids) - 1]])
    expected = reference.forward_all(ids[:-1])
    error, spread = float(np.abs(logits - expected).max()), float(expected.std())
    shifted = logits - logits.max(-1, keepdims=True)
    chosen = shifted[np.arange(len(logits)), ids[1:]]
    perplexity = float(np.exp((np.log(np.exp(shifted).sum(-1)) - chosen).mean()))

    replies = results[len(ids) - 1 :]
    counts = [count_agreement(reference, *pair) for pair in zip(prompts, replies, strict=True)]
    equal, ties, compared = sum(c[0] for c in counts), sum(c[1] for c in counts), sum(map(len, replies))
    texts = [tokenizer.decode(reply) for reply in replies]
    print(
        f"\n| {quantization} | {report.totals.tensor_bytes / 2**20:.1f} MiB | {measured.before:.3f} | "
        f"{measured.after:.3f} | {perplexity:.3f} | {equal}/{compared} | {error / spread:.1e} | "
        f"{load_ms / 1e3:.1f} s | {texts} |"
    )
    assert abs(perplexity / measured.after - 1) < 0.005
    assert equal + ties == compared
    assert error < 5e-3 * spread
    for text, words in zip(texts, QUESTIONS.values(), strict=True):
        assert any(word in text.lower() for word in words), text
    if own:
        assert report.approximated == [] and measured.after == pytest.approx(measured.before, rel=1e-4)
    else:
        assert measured.after < 1.2 * measured.before


def test_the_search_beats_the_maximum(model: Path, tmp_path: Path) -> None:
    found: dict[ScaleRule, Perplexity] = {}
    rules: tuple[ScaleRule, ...] = ("max", "search")
    for rule in rules:
        options = ConvertOptions("q4f32_1", rule, 2048, 256, Sampling(0, 1), perplexity_text=PARAGRAPH)
        measured = convert(model, options, tmp_path / rule).perplexity
        assert measured is not None
        found[rule] = measured
    print(
        f"\nq4f32_1: max {found['max'].after:.3f}, search {found['search'].after:.3f}, before {found['max'].before:.3f}"
    )
    assert found["search"].after < 0.9 * found["max"].after
