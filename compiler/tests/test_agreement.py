"""Kernels in Chromium against the numpy reference: every logit of a forced decoding, and every sampling function.

The decoding covers chunked prefill, a prompt longer than a page and a chunk, and further turns on a filled KV cache. It
also covers a rewind and a fork into a second sequence; see `check`.
"""

from dataclasses import replace
from pathlib import Path

import pytest
from random_models import MODELS, make_kernels, make_model

from thinktab_compiler.browser import Chromium
from thinktab_compiler.check import CheckReport, check_kernels
from thinktab_compiler.description import read_description
from thinktab_compiler.kernels import PROFILES
from thinktab_compiler.tvm_private import stock_merge_kernel

ALWAYS = {("qwen2", "q4f32_1", "software"), ("llama", "q4f16_1", "software"), ("qwen3", "q4f16_1", "gpu")}
CASES = [(a, q, p) for a in MODELS for q in ("q4f32_1", "q4f16_1") for p in ("gpu", "software")]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("agreement")


@pytest.fixture(scope="module")
def chromium(request: pytest.FixtureRequest, chrome: str) -> Chromium:
    return Chromium(chrome, tuple(request.config.getoption("--chrome-flags").split()))


def run(
    folder: Path, chromium: Chromium, architecture: str, quantization: str, profile: str, shader_f16: bool = False
) -> tuple[CheckReport, int]:
    """The report, and the dispatches a token which the description of the kernels names."""
    kernels = make_kernels(folder, architecture, quantization, shader_f16, profile)
    model = make_model(folder, architecture, quantization)
    dispatches = sum(read_description(kernels)["dispatches"].values())
    return check_kernels(model, kernels, chromium, timed=False), dispatches


@pytest.mark.parametrize("case", CASES, ids="-".join)
def test_tokens_and_logits_agree(
    request: pytest.FixtureRequest, folder: Path, chromium: Chromium, case: tuple[str, str, str]
) -> None:
    if case not in ALWAYS and not request.config.getoption("--wide"):
        pytest.skip("takes most of a minute; run with --wide")
    shader_f16 = request.config.getoption("--shader-f16") and case[1] == "q4f16_1"
    report, dispatches = run(folder, chromium, *case, shader_f16)
    print(f"\n{'-'.join(case)}: {report}")
    assert report.passed, report
    assert report.calls["dispatchWorkgroups"] == dispatches
    assert report.calls["mapAsync"] == 1
    assert report.compared >= 200 and report.agreed == report.compared - report.near_ties


def test_the_stock_merge_of_attention_states_is_wrong(
    request: pytest.FixtureRequest, folder: Path, chromium: Chromium, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The reason for a merge kernel of our own: with TVM's, any prefill on a non-empty cache comes out wrong.

    Its heads must be wider than four threads with four elements each; SwiftShader runs those in step, without a race.
    """
    if not request.config.getoption("--wide"):
        pytest.skip("shows that another kernel is wrong; run with --wide")
    sizes = MODELS["qwen3"]["num_attention_heads"], MODELS["qwen3"]["head_dim"]
    with_stock_merge = replace(PROFILES["software"], merge_state=lambda: stock_merge_kernel(*sizes))
    monkeypatch.setitem(PROFILES, "software", with_stock_merge)
    report, _ = run(folder, chromium, "qwen3", "q4f32_1", "software")
    print(f"\nstock merge: {report}")
    assert not report.passed and report.logit_error > 0.1 * report.spread
