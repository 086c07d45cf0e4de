"""The self-test in f16 on lavapipe: golden.json's replies by public/models/self-test-f16, through WebLLM in Node."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from thinktab_compiler.browser import Lavapipe, run_steps
from thinktab_compiler.description import read_description
from thinktab_compiler.files import read_json
from thinktab_compiler.reference import Reference

MODELS = Path(__file__).resolve().parents[2] / "public" / "models"
FOLDER = MODELS / "self-test-f16"
KERNELS = FOLDER / "nano-q4f16_1.wasm"


@pytest.fixture(scope="module")
def prompts() -> list[dict[str, Any]]:
    return read_json(MODELS / "nano" / "golden.json")["prompts"]


def replies_on(runner: Lavapipe, kernels: Path, prompts: list[dict[str, Any]]) -> list[list[int]]:
    """Greedy, and no longer than the golden ones, as the site asks."""
    steps = [{"do": "greedy", "args": [p["prompt"], p["reply"][-1], len(p["reply"])]} for p in prompts]
    return run_steps(FOLDER, kernels, runner, steps)[1:]


def test_the_weights_are_nanos_own() -> None:
    """The same numbers in another layout, so that the golden replies are the same too."""
    own, nano = (Reference.load(folder).weights for folder in (FOLDER, MODELS / "nano"))
    assert own.keys() == nano.keys()
    assert all(np.array_equal(own[name], nano[name]) for name in nano)


def test_the_kernels_are_of_the_big_models_make() -> None:
    big = read_description(min((MODELS / "libraries").glob("*-q4f16_1.wasm")))
    own = read_description(KERNELS)
    for name in ("profile", "quantization", "features"):
        assert own[name] == big[name]
    assert own["kvCache"]["dtype"] == big["kvCache"]["dtype"] == "float16"


def test_the_kernels_give_the_golden_replies(lavapipe: Lavapipe, prompts: list[dict[str, Any]]) -> None:
    replies = replies_on(lavapipe, KERNELS, prompts)
    equal = [p["reply"] == reply for p, reply in zip(prompts, replies, strict=True)]
    print(f"\ngolden replies equal in f16: {sum(equal)} of {len(equal)}")
    assert all(equal)


@pytest.mark.parametrize(
    ("kernel", "right", "wrong"),
    [
        ("batch_decode_paged_kv", b" + 224i)]", b" + 192i)]"),  # a part of the last sum twice, another not at all
        ("kv_cache_transpose_append", b"6.550400e+04f", b"1.000000e-01f"),  # values for the f16 cache are clipped
    ],
)
def test_a_wrong_kernel_gives_another_reply(
    lavapipe: Lavapipe, tmp_path: Path, prompts: list[dict[str, Any]], kernel: str, right: bytes, wrong: bytes
) -> None:
    code = bytearray(KERNELS.read_bytes())
    start = code.index(f"fn {kernel}_kernel".encode())
    end = code.index(b"@compute", start)
    assert right in code[start:end]
    code[start:end] = code[start:end].replace(right, wrong)
    kernels = tmp_path / "wrong.wasm"
    kernels.write_bytes(code)
    first = {**prompts[0], "reply": prompts[0]["reply"][:16]}
    assert replies_on(lavapipe, kernels, [first]) != [first["reply"]]
