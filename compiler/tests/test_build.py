"""One command from a checkpoint to a folder that the site accepts."""

import json
import shutil
import sys
import time
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from pathlib import Path

import pytest
from checkpoints import TINY, byte_tokenizer, write_random_checkpoint
from test_manifest import write_kernels
from tokenizers import Tokenizer

from thinktab_compiler import build as build_module
from thinktab_compiler.__main__ import main
from thinktab_compiler.build import BuildOptions, build
from thinktab_compiler.chat_templates import manifest_template, template_for
from thinktab_compiler.errors import CompilerError
from thinktab_compiler.gguf_files.writer import write_gguf
from thinktab_compiler.manifest import validate_manifest
from thinktab_compiler.progress import told

CHATML = ("<|im_start|>", "<|im_end|>", "<|endoftext|>")
LLAMA3 = ("<|begin_of_text|>", "<|start_header_id|>", "<|end_header_id|>", "<|eot_id|>", "<|end_of_text|>")


def tokenizer_with(*tokens: str) -> Tokenizer:
    """The tokenizer of bytes with other control tokens."""
    content = json.loads(byte_tokenizer().to_str())
    content["added_tokens"] = []
    tokenizer = Tokenizer.from_str(json.dumps(content))
    tokenizer.add_special_tokens(list(tokens))
    return tokenizer


@pytest.fixture
def checkpoint(tmp_path: Path) -> Path:
    folder = tmp_path / "Tiny Model"
    write_random_checkpoint(folder, TINY)
    (folder / "README.md").write_text("---\nlanguage: en\nlicense: apache-2.0\n---\n# Tiny\n")
    return folder


@pytest.fixture
def kernels(tmp_path: Path) -> Path:
    path = tmp_path / "tiny.wasm"
    write_kernels(path, quantization="q4f32_1")
    return path


def test_a_folder_that_the_site_takes(checkpoint: Path, kernels: Path, tmp_path: Path) -> None:
    steps: list[str] = []

    def step(what: str) -> AbstractContextManager[None]:
        steps.append(what)
        return nullcontext()

    options = BuildOptions(quantization="q4f32_1", kernels=kernels)
    manifest = build(checkpoint, options, tmp_path / "out", step)
    validate_manifest(json.loads((tmp_path / "out/manifest.json").read_text()))
    assert (manifest["id"], manifest["name"], manifest["licence"]) == ("tiny-model", "Tiny Model", "apache-2.0")
    assert (manifest["contextWindow"], manifest["historyTokens"]) == (512, 192)
    assert [what.split()[0] for what in steps] == ["Looking", "Converting", "Writing"]
    # Once more, over its own output.
    assert build(checkpoint, options, tmp_path / "out") == manifest


@pytest.mark.parametrize(
    ("tokens", "begin", "stop"),
    [(CHATML, [], ["<|im_end|>", "<|endoftext|>"]), (LLAMA3, LLAMA3[:1], ["<|eot_id|>", "<|end_of_text|>"])],
    ids=["ChatML", "Llama 3"],
)
def test_a_template_that_the_site_has_no_name_for_goes_as_data(
    checkpoint: Path, kernels: Path, tmp_path: Path, tokens: tuple[str, ...], begin: list[str], stop: list[str]
) -> None:
    tokenizer_with(*tokens).save(str(checkpoint / "tokenizer.json"))
    options = BuildOptions(quantization="q4f32_1", kernels=kernels)
    template = build(checkpoint, options, tmp_path / "out")["template"]
    assert [part["content"] for part in template["begin"]] == list(begin)
    assert template["stop"] == stop
    spoken = [part.get("text", part.get("content")) for part in template["user"]["before"]]
    assert spoken[-1] == ("user\n" if tokens is CHATML else "\n\n")


def test_names_that_the_site_knows_stay_names() -> None:
    assert manifest_template("deepseek-r1", byte_tokenizer()) == "deepseek-r1"
    with pytest.raises(CompilerError, match="There is no chat template 'alpaca'"):
        manifest_template("alpaca", byte_tokenizer())


def test_the_template_of_llama_3_is_told_by_its_tokens() -> None:
    assert template_for(tokenizer_with(*LLAMA3)).name == "llama-3"


def test_a_ggufs_own_numbers_get_through_to_the_manifest(checkpoint: Path, tmp_path: Path) -> None:
    write_gguf(checkpoint, "q8_0", "Tiny", tmp_path / "tiny.gguf")
    layouts = " ".join(["q8_0"] * 10)  # the embedding, four matrices of each layer, the head
    write_kernels(tmp_path / "own.wasm", quantization="gguf", layouts=layouts)
    options = BuildOptions(quantization="gguf", kernels=tmp_path / "own.wasm", licence="MIT", id="tiny")
    write_kernels(tmp_path / "other.wasm", quantization="gguf", layouts=layouts.replace("q8_0", "q4_0", 1))
    with pytest.raises(CompilerError, match="another mixture of layouts"):
        build(tmp_path / "tiny.gguf", replace(options, kernels=tmp_path / "other.wasm"), tmp_path / "out")
    manifest = build(tmp_path / "tiny.gguf", options, tmp_path / "out")
    assert (manifest["quantization"], manifest["licence"], manifest["name"]) == ("gguf", "MIT", "tiny")


def test_kernels_that_ship_are_taken(checkpoint: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(build_module, "SHIPPED", tmp_path / "shipped")
    (tmp_path / "shipped").mkdir()
    write_kernels(tmp_path / "shipped/a.wasm", quantization="q4f32_1", profile="software")
    write_kernels(tmp_path / "shipped/b.wasm", quantization="q4f32_1", profile="gpu")
    manifest = build(checkpoint, BuildOptions(quantization="q4f32_1"), tmp_path / "out")
    assert manifest["library"] == {"profile": "gpu"} and (tmp_path / "out/b.wasm").is_file()


def test_what_would_fail_later_is_refused_before_anything_is_written(
    checkpoint: Path, kernels: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = BuildOptions(quantization="q4f32_1", kernels=kernels)
    write_kernels(tmp_path / "other.wasm", quantization="q4f16_1")
    monkeypatch.setattr(shutil, "which", lambda _: None)
    monkeypatch.setattr(build_module, "SHIPPED", tmp_path / "none")
    monkeypatch.setattr(build_module, "convert", lambda *_: pytest.fail("it began to convert"))
    for options, said in (
        (replace(good, quantization="q9"), "The quantization 'q9' is not supported"),
        (replace(good, quantization="gguf"), "needs a .gguf file"),
        (replace(good, context=100_000), "The context must lie between 1 and the model's 512 tokens"),
        (replace(good, id="Not an id"), "The id 'Not an id' is not valid"),
        (replace(good, name="n" * 101), "The name 'n+' is not valid"),
        (replace(good, kernels=tmp_path / "other.wasm"), "was compiled for another quantization"),
        (replace(good, kernels=None), "em\\+\\+ was not found"),
        (replace(good, chrome="/no/chromium"), "There is no Chromium at /no/chromium"),
    ):
        with pytest.raises(CompilerError, match=said):
            build(checkpoint, options, tmp_path / "out")
    tokenizer_with("<s>").save(str(checkpoint / "tokenizer.json"))
    with pytest.raises(CompilerError, match="fits no known prompt template"):
        build(checkpoint, good, tmp_path / "out")
    (checkpoint / "README.md").unlink()
    byte_tokenizer().save(str(checkpoint / "tokenizer.json"))
    with pytest.raises(CompilerError, match="give it with --licence"):
        build(checkpoint, good, tmp_path / "out")
    assert not (tmp_path / "out").exists()
    (tmp_path / "full").mkdir()
    (tmp_path / "full/letter.txt").write_text("Dear")
    with pytest.raises(CompilerError, match="has files of something else"):
        build(checkpoint, good, tmp_path / "full")


@pytest.mark.parametrize("option", ["--kernels", "--library"])  # the latter is its earlier name
def test_the_command_says_what_it_is_at(
    checkpoint: Path,
    kernels: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    option: str,
) -> None:
    arguments = ["build", checkpoint, "-o", tmp_path / "out", "--quantization", "q4f32_1", option, kernels]
    monkeypatch.setattr(sys, "argv", ["thinktab_compiler", *map(str, arguments)])
    assert main() == 0
    printed = capsys.readouterr()
    assert "Converting the weights to q4f32_1 …" in printed.err and "Tiny Model, 5 files" in printed.out
    assert "--chrome PATH" in printed.out


def test_a_long_step_says_that_it_goes_on(capsys: pytest.CaptureFixture[str]) -> None:
    with told("Waiting", again=0.05):
        time.sleep(0.2)
    lines = capsys.readouterr().err.splitlines()
    assert (
        lines[0] == "Waiting …" and lines[1].startswith("Waiting … 0 s so far") and lines[-1].startswith("Waiting: 0.")
    )
