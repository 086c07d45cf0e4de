"""Conversion: layout of the folder, values, and nothing half-written."""

import hashlib
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from checkpoints import TINY, write_random_checkpoint
from safetensors.numpy import load_file
from tokenizers import Tokenizer

from thinktab_compiler import shards
from thinktab_compiler.chat_config import Sampling
from thinktab_compiler.chat_templates import ASSISTANT, BEGIN, END, TEMPLATES, USER, template_for
from thinktab_compiler.convert import ConvertOptions, convert
from thinktab_compiler.errors import CompilerError
from thinktab_compiler.reference import Reference

OPTIONS = ConvertOptions("q4f32_1", "max", 256, 64, Sampling(0.6, 0.95))


@pytest.fixture
def checkpoint(tmp_path: Path) -> Path:
    write_random_checkpoint(tmp_path / "hf", TINY)
    return tmp_path / "hf"


def test_fused_matrices_hold_the_rows_in_order(checkpoint: Path, tmp_path: Path) -> None:
    convert(checkpoint, OPTIONS, tmp_path / "out")
    source, weights = load_file(checkpoint / "model.safetensors"), Reference.load(tmp_path / "out").weights
    layer = "model.layers.1"
    names = [f"{layer}.self_attn.{p}_proj" for p in "qkv"]
    expected = np.concatenate([source[f"{name}.weight"] for name in names])
    step = np.abs(expected).max() / 7
    np.testing.assert_allclose(weights[f"{layer}.self_attn.c_attn"], expected, atol=step / 2 + 1e-6)
    bias = np.concatenate([source[f"{name}.bias"] for name in names])
    assert np.array_equal(weights[f"{layer}.self_attn.c_attn.bias"], bias)
    expected = np.concatenate([source[f"{layer}.mlp.{p}_proj.weight"] for p in ("gate", "up")])
    np.testing.assert_allclose(weights[f"{layer}.mlp.gate_up_proj"], expected, atol=np.abs(expected).max() / 14 + 1e-6)


def test_index_and_chat_configuration(checkpoint: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shards, "SHARD_BYTES", 20_000)
    totals = convert(checkpoint, OPTIONS, tmp_path / "out").totals
    index = json.loads((tmp_path / "out/tensor-cache.json").read_text())
    assert len(index["records"]) == len(totals.files) > 2
    for shard in index["records"]:
        data = (tmp_path / "out" / shard["dataPath"]).read_bytes()
        assert len(data) == shard["nbytes"] and hashlib.md5(data).hexdigest() == shard["md5sum"]
        assert len(data) <= 20_000 or len(shard["records"]) == 1
        assert sum(record["nbytes"] for record in shard["records"]) == len(data)
    chat = json.loads((tmp_path / "out/mlc-chat-config.json").read_text())
    tokenizer, template = Tokenizer.from_file(str(tmp_path / "out/tokenizer.json")), chat["conv_template"]
    assert template["roles"] == {"user": USER, "assistant": ASSISTANT}
    assert template["stop_token_ids"] == [tokenizer.token_to_id(END)]
    assert template["system_prefix_token_ids"] == [tokenizer.token_to_id(BEGIN)]
    assert (template["system_message"], chat["temperature"], chat["top_p"]) == ("", 0.6, 0.95)
    assert Reference.load(tmp_path / "out").forward([1, 2, 3]).shape == (TINY["vocab_size"],)


def test_a_tokenizer_without_the_template_is_refused(checkpoint: Path, tmp_path: Path) -> None:
    path = checkpoint / "tokenizer.json"
    path.write_text(path.read_text().replace(USER, "<user>"))
    with pytest.raises(CompilerError, match=USER):
        convert(checkpoint, OPTIONS, tmp_path / "out")


def test_a_short_shard_is_noticed(checkpoint: Path, tmp_path: Path) -> None:
    convert(checkpoint, OPTIONS, tmp_path / "out")
    shard = tmp_path / "out/params_shard_0.bin"
    shard.write_bytes(shard.read_bytes()[:-1])
    with pytest.raises(CompilerError, match="params_shard_0.bin has"):
        Reference.load(tmp_path / "out")


def test_a_full_disk_is_one_sentence_and_leaves_what_was_there(checkpoint: Path, tmp_path: Path) -> None:
    """A limit on the size of files stands for a full disk: both fail in the middle of a write."""
    convert(checkpoint, OPTIONS, tmp_path / "out")
    before = {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()}
    code = "import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000)); "
    code += "from thinktab_compiler.__main__ import main; sys.exit(main())"
    command = [sys.executable, "-c", code, "convert", str(checkpoint), "--quantization", "q4f32_1", "--context", "256"]
    command += ["--prefill-chunk", "64", "--temperature", "0", "--top-p", "1", "-o", str(tmp_path / "out")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1 and done.stdout == ""
    begun, error = done.stderr.splitlines()
    assert begun == "Converting the weights to q4f32_1 …"
    assert error.endswith("params_shard_0.bin cannot be written: File too large.")
    assert {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()} == before
    assert {path.name for path in tmp_path.iterdir()} == {"hf", "out"}


def test_the_report_names_the_perplexity_before_and_after(checkpoint: Path, tmp_path: Path) -> None:
    options = ConvertOptions("q4f32_1", "search", 256, 64, Sampling(0, 1), perplexity_text="abracadabra")
    found = convert(checkpoint, options, tmp_path / "out").perplexity
    assert found is not None
    # a random model knows nothing: the perplexity is near the vocabulary's size or above it
    assert found.tokens == 10 and found.before > 100 and found.after > 100
    assert 0.5 < found.after / found.before < 2 and found.after != found.before


def test_the_template_follows_the_tokens(checkpoint: Path, tmp_path: Path) -> None:
    path = checkpoint / "tokenizer.json"
    path.write_text(path.read_text().replace(USER, "<|im_start|>").replace(END, "<|im_end|>"))
    convert(checkpoint, OPTIONS, tmp_path / "out")
    chat = json.loads((tmp_path / "out/mlc-chat-config.json").read_text())
    tokenizer, template = Tokenizer.from_file(str(path)), chat["conv_template"]
    assert template["name"] == "chatml" and template["system_prefix_token_ids"] == []
    assert template["stop_token_ids"] == [tokenizer.token_to_id("<|im_end|>")] == [chat["eos_token_id"]]


def test_a_tokenizer_of_chatml_that_can_think_is_qwen3s(checkpoint: Path) -> None:
    tokenizer = Tokenizer.from_file(str(checkpoint / "tokenizer.json"))
    tokenizer.add_special_tokens(["<|im_start|>", "<|im_end|>", "<|endoftext|>"])
    tokenizer.add_tokens(["<think>", "</think>"])
    plain = Tokenizer.from_str(tokenizer.to_str().replace(BEGIN, "<bos>"))
    assert template_for(plain).name == "qwen3"
    assert template_for(Tokenizer.from_str(plain.to_str().replace("</think>", "</thought>"))).name == "chatml"
    assert template_for(tokenizer).name == "deepseek-r1"


def test_qwen3s_template_leaves_earlier_thoughts_out() -> None:
    jinja2 = pytest.importorskip("jinja2", reason="comes with torch, see the oracle extra")
    turns = [
        {"role": "user", "content": "1 + 1?"},
        {"role": "assistant", "content": "<think>\nOne and one.\n</think>\n\n2"},
        {"role": "user", "content": "And 3 more?"},
    ]
    qwen3 = next(template for template in TEMPLATES if template.name == "qwen3")
    written = jinja2.Template(qwen3.jinja).render(messages=turns, add_generation_prompt=True)
    # what Qwen/Qwen3-8B's tokenizer_config.json gives for these turns
    assert written == (
        "<|im_start|>user\n1 + 1?<|im_end|>\n<|im_start|>assistant\n2<|im_end|>\n"
        "<|im_start|>user\nAnd 3 more?<|im_end|>\n<|im_start|>assistant\n"
    )
