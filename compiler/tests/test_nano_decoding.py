"""The shipped Nano: PyTorch, numpy, llama.cpp and golden.json decode greedily to the same; the files fit together."""

import hashlib
import json
from pathlib import Path

import pytest
from tokenizers import Tokenizer

from thinktab_compiler.browser import llama_replies
from thinktab_compiler.errors import CompilerError
from thinktab_compiler.reference import Reference
from thinktab_nano.golden import agreed, kernels_record
from thinktab_nano.tokenizer import EOS

SHIPPED = Path(__file__).resolve().parents[2] / "public/models/nano"
CHECKPOINT = Path(__file__).resolve().parents[1] / "nano/checkpoint"
GOLDEN = json.loads((SHIPPED / "golden.json").read_text())
PROMPTS = GOLDEN["prompts"]


def test_golden_replies_are_the_reference_s_most_likely_ones() -> None:
    reference = Reference.load(SHIPPED)
    assert len(PROMPTS) >= 20
    for golden in PROMPTS:
        assert agreed(reference, golden["prompt"], golden["reply"]), golden["answer"]
    changed = [*PROMPTS[0]["reply"]]
    changed[3] += 1
    assert not agreed(reference, PROMPTS[0]["prompt"], changed)


def test_golden_kernels_are_the_shipped_ones_made_as_those_of_the_big_models(tmp_path: Path) -> None:
    assert GOLDEN["library"] == kernels_record(SHIPPED, SHIPPED / GOLDEN["library"]["path"])
    with pytest.raises(CompilerError, match="profile software"):
        kernels_record(SHIPPED, SHIPPED / "nano-software.wasm")
    with pytest.raises(CompilerError, match="must lie in"):
        kernels_record(tmp_path, SHIPPED / "nano-gpu.wasm")


def test_golden_answers_are_what_the_replies_say() -> None:
    tokenizer = Tokenizer.from_file(str(SHIPPED / "tokenizer.json"))
    for golden in PROMPTS:
        text = tokenizer.decode(golden["reply"], skip_special_tokens=False)
        assert text.endswith(EOS)
        assert golden["answer"] == text.partition("</think>")[2].removesuffix(EOS).strip()


def test_llama_cpp_gives_the_golden_replies(chrome: str) -> None:
    prompts, replies = ([golden[name] for golden in PROMPTS] for name in ("prompt", "reply"))
    found = llama_replies(SHIPPED / "nano.gguf", chrome, prompts, 1024, replies[0][-1], 600)
    assert found == replies
    # A reply ends where the context or the limit does.
    short = len(prompts[0]) + 3
    assert llama_replies(SHIPPED / "nano.gguf", chrome, prompts[:1], short, replies[0][-1], 600) == [replies[0][:3]]
    assert llama_replies(SHIPPED / "nano.gguf", chrome, prompts[:1], 1024, replies[0][-1], 2) == [replies[0][:2]]


def test_the_shipped_files_are_those_of_the_manifest() -> None:
    manifest = json.loads((SHIPPED / "manifest.json").read_text())
    for artifact in manifest["artifacts"]:
        data = (SHIPPED / artifact["path"]).read_bytes()
        assert (len(data), hashlib.sha256(data).hexdigest()) == (artifact["bytes"], artifact["sha256"]), artifact[
            "path"
        ]
    assert sum(path.stat().st_size for path in SHIPPED.iterdir()) <= 8_000_000


def test_many_prompts_at_once_are_decoded_as_one_by_one() -> None:
    torch = pytest.importorskip("torch", reason="torch is not installed; it comes with the extra `train`")
    from safetensors.torch import load_file

    from thinktab_nano.export import read_config
    from thinktab_nano.generate import greedy
    from thinktab_nano.model import forward, rounded

    parameters, config = load_file(CHECKPOINT / "model.safetensors"), read_config(CHECKPOINT)
    end = PROMPTS[0]["reply"][-1]
    prompts = [golden["prompt"] for golden in PROMPTS[:6]]
    assert greedy(parameters, config, prompts, end, 600) == [golden["reply"] for golden in PROMPTS[:6]]
    tokens = torch.tensor([PROMPTS[0]["prompt"] + PROMPTS[0]["reply"]])
    picks = forward(parameters, config, tokens)[0].argmax(-1).tolist()
    start = len(PROMPTS[0]["prompt"]) - 1
    assert picks[start:-1] == PROMPTS[0]["reply"]
    assert all(torch.equal(rounded(value), value) for value in parameters.values() if value.ndim == 2)
