"""GGUF: every architecture written and read back, its own formats kept exactly, other types, and damage."""

import json
from pathlib import Path

import gguf
import numpy as np
import pytest
from checkpoints import TINY, write_random_checkpoint
from gguf import GGMLQuantizationType as Type
from random_blocks import K_TYPES, TYPES, random_blocks
from tokenizers import Tokenizer

from thinktab_compiler.chat_config import Sampling
from thinktab_compiler.codecs import codec_named, fitted_codec
from thinktab_compiler.convert import ConvertOptions, convert
from thinktab_compiler.errors import CompilerError
from thinktab_compiler.gguf_files.blocks import EXACT_IN, blocks_of, exact_codec, stored_exactly
from thinktab_compiler.gguf_files.writer import write_gguf
from thinktab_compiler.model_input import open_model
from thinktab_compiler.quantization import quantization_named
from thinktab_compiler.reference import Reference

NANO = Path(__file__).parent.parent / "nano" / "checkpoint"
SCALING = {
    "rope_type": "llama3",
    "factor": 8.0,
    "low_freq_factor": 1.0,
    "high_freq_factor": 4.0,
    "original_max_position_embeddings": 8192,
}
CONFIGS = {
    "qwen2": TINY,
    "tied": {**TINY, "tie_word_embeddings": True},
    "llama": {**TINY, "model_type": "llama", "rope_theta": 500_000.0, "rope_scaling": SCALING},
    "qwen3": {**TINY, "model_type": "qwen3", "head_dim": 32},
}


def options(quantization: str) -> ConvertOptions:
    return ConvertOptions(quantization, "search", 256, 64, Sampling(0.6, 0.95))


@pytest.mark.parametrize("name", CONFIGS)
def test_a_model_comes_back_from_gguf(tmp_path: Path, name: str) -> None:
    write_random_checkpoint(tmp_path / "hf", CONFIGS[name])
    write_gguf(tmp_path / "hf", "f32", "Tiny", tmp_path / "tiny.gguf")
    convert(tmp_path / "hf", options("q4f32_1"), tmp_path / "direct")
    convert(tmp_path / "tiny.gguf", options("q4f32_1"), tmp_path / "through")
    for file in ("params_shard_0.bin", "tensor-cache.json", "mlc-chat-config.json"):
        assert (tmp_path / "direct" / file).read_bytes() == (tmp_path / "through" / file).read_bytes(), file


def test_rows_which_llama_cpp_rotates_are_reordered_for_llama_only(tmp_path: Path) -> None:
    for name, moved in (("llama", True), ("qwen2", False)):
        write_random_checkpoint(tmp_path / name, CONFIGS[name])
        write_gguf(tmp_path / name, "f32", "Tiny", tmp_path / f"{name}.gguf")
        tensors = {tensor.name: tensor.data for tensor in gguf.GGUFReader(tmp_path / f"{name}.gguf").tensors}
        own = open_model(tmp_path / name).weights
        rows = np.concatenate(list(own.blocks("model.layers.0.self_attn.q_proj.weight")))
        assert np.array_equal(tensors["blk.0.attn_q.weight"], rows) is not moved
        # row 1 of a head of 16 is the second half's first
        assert np.array_equal(tensors["blk.0.attn_q.weight"][1], rows[8 if moved else 1])


def test_the_tokenizer_comes_back_from_gguf(tmp_path: Path) -> None:
    write_gguf(NANO, "q8_0", "Nano", tmp_path / "nano.gguf")
    own, back = (
        Tokenizer.from_file(str(NANO / "tokenizer.json")),
        Tokenizer.from_str(open_model(tmp_path / "nano.gguf").tokenizer.decode()),
    )
    text = "<｜User｜>How many r's are in “strawberry”?\n\n  12 + 345 = 思考<think>\né😀"
    assert own.encode(text).ids == back.encode(text).ids
    assert back.decode(back.encode(text).ids, skip_special_tokens=False) == text
    assert own.get_vocab(with_added_tokens=True) == back.get_vocab(with_added_tokens=True)
    fields = gguf.GGUFReader(tmp_path / "nano.gguf").fields
    assert fields["tokenizer.ggml.eos_token_id"].contents() == own.token_to_id("<｜end▁of▁sentence｜>")
    assert "<｜User｜>" in fields["tokenizer.chat_template"].contents()


@pytest.mark.parametrize("kind", TYPES, ids=lambda kind: str(kind.name))
def test_blocks_are_kept_exactly(kind: Type) -> None:
    """Against the gguf package, in every codec that holds the type."""
    raw = random_blocks(np.random.default_rng(3), kind, 6, 1024)
    expected = gguf.quants.dequantize(raw, kind)
    held = [name for name, kinds in EXACT_IN.items() if kind in kinds]
    assert exact_codec([kind]) == held[0] and held[-1] == "q8_mixed"
    for name in held:
        codec = codec_named(name)
        stored = stored_exactly(raw, kind, codec)
        assert {s: (a.shape, a.dtype.name) for s, a in stored.items()} == codec.tensors(6, 1024)
        np.testing.assert_allclose(codec.decode(stored), expected, rtol=2e-7, atol=1e-6)
        if name in ("q4_0", "q4_1", "q8_0") and kind.name.lower() == name:
            assert np.array_equal(blocks_of(stored, fitted_codec(name), kind), raw)


@pytest.mark.parametrize("kind", K_TYPES, ids=lambda kind: str(kind.name))
def test_a_k_quant_takes_hardly_more_room_than_in_its_file(kind: Type) -> None:
    raw = random_blocks(np.random.default_rng(3), kind, 6, 1024)
    stored = stored_exactly(raw, kind, codec_named(kind.name.lower()))
    bits = {Type.Q2_K: 5.125, Type.Q3_K: 4.5625, Type.Q4_K: 4.625, Type.Q5_K: 8.625, Type.Q6_K: 8.5625}[kind]
    assert sum(array.nbytes for array in stored.values()) * 8 / (6 * 1024) == bits


def test_rows_that_are_no_multiple_of_256_have_no_k_quants() -> None:
    with pytest.raises(CompilerError, match="a multiple of 256"):
        codec_named("q4_k").tensors(1, 576)


def test_other_numbers_are_not_brought_into_a_k_quant() -> None:
    with pytest.raises(CompilerError, match="not one for any numbers"):
        fitted_codec("q4_k")
    with pytest.raises(CompilerError, match="is not supported"):
        quantization_named("q4_k")


@pytest.mark.parametrize("kind", ["q4_0", "q4_1", "q8_0"])
def test_a_files_own_formats_are_kept(tmp_path: Path, kind: str) -> None:
    write_random_checkpoint(tmp_path / "hf", CONFIGS["llama"])
    write_gguf(tmp_path / "hf", kind, "Tiny", tmp_path / "tiny.gguf")
    report = convert(tmp_path / "tiny.gguf", options("gguf"), tmp_path / "out")
    assert report.approximated == []
    chat = json.loads((tmp_path / "out" / "mlc-chat-config.json").read_text())
    assert chat["quantization"] == "gguf" and set(chat["matrix_layouts"].values()) == {kind}
    weights, source = Reference.load(tmp_path / "out").weights, open_model(tmp_path / "tiny.gguf")
    for parameter in source.parameters:
        blocks = [block for name in parameter.sources for block in source.weights.blocks(name)]
        np.testing.assert_allclose(weights[parameter.name], np.concatenate(blocks), rtol=2e-7, atol=1e-7)


def test_fused_matrices_of_different_types_get_the_codec_that_holds_both() -> None:
    assert exact_codec([Type.Q4_0, Type.Q4_0]) == "q4_0"
    assert exact_codec([Type.Q4_0, Type.Q4_1, Type.Q4_1]) == "q4_1"
    assert exact_codec([Type.Q4_0, Type.Q8_0, Type.Q5_0]) == "q8_0"
    assert exact_codec([Type.Q4_K, Type.Q4_K]) == "q4_k"
    assert exact_codec([Type.Q4_K, Type.Q6_K]) == exact_codec([Type.Q4_1, Type.Q8_0]) == "q8_mixed"
    assert exact_codec([Type.Q4_0, Type.F32]) is None and exact_codec([Type.IQ4_XS]) is None


def encoded(values: np.ndarray, kind: Type) -> np.ndarray:
    """f32 [rows, columns] as rows of blocks; for K-quants, which the gguf package cannot make, other weights."""
    if kind in K_TYPES:
        return random_blocks(np.random.default_rng(5), kind, *values.shape)
    return gguf.quants.quantize(values, kind)


def rewritten(path: Path, output: Path, kinds: dict[str, Type], fields: dict[str, str]) -> None:
    """The file again with matrices of other types (by a part of their name) and string fields changed."""
    reader = gguf.GGUFReader(path)
    writer = gguf.GGUFWriter(output, reader.fields["general.architecture"].contents())
    for name, field in reader.fields.items():
        if name.startswith("GGUF.") or name == "general.architecture":
            continue
        inner = field.types[-1] if len(field.types) > 1 else None
        writer.add_key_value(name, fields.get(name, field.contents()), field.types[0], sub_type=inner)
    for tensor in reader.tensors:
        kind = next((kind for part, kind in kinds.items() if part in tensor.name), None)
        data = tensor.data if kind is None else encoded(tensor.data, kind)
        writer.add_tensor(tensor.name, data, raw_dtype=kind or tensor.tensor_type)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("gguf")
    write_random_checkpoint(folder / "hf", TINY)
    write_gguf(folder / "hf", "f32", "Tiny", folder / "tiny.gguf")
    return folder / "tiny.gguf"


def test_types_without_a_codec_are_approximated_and_named(tiny: Path, tmp_path: Path) -> None:
    kinds = {
        "attn_q.": Type.Q4_1,
        "attn_k.": Type.F16,
        "ffn_down": Type.F16,
        "ffn_up": Type.BF16,
        "attn_output": Type.Q5_0,
    }
    rewritten(tiny, tmp_path / "mixed.gguf", kinds, {})
    report = convert(tmp_path / "mixed.gguf", options("gguf"), tmp_path / "out")
    named = {line.split(" ", 1)[0]: line.split(" ", 1)[1] for line in report.approximated}
    assert named["model.layers.0.self_attn.c_attn"] == "(F16, F32, Q4_1)"
    assert named["model.layers.0.mlp.gate_up_proj"] == "(BF16, F32)" and named["model.embed_tokens"] == "(F32)"
    assert "model.layers.0.self_attn.o_proj" not in named
    weights, source = Reference.load(tmp_path / "out").weights, open_model(tmp_path / "mixed.gguf")
    for parameter in source.parameters:
        expected = np.concatenate([block for name in parameter.sources for block in source.weights.blocks(name)])
        assert np.abs(weights[parameter.name] - expected).max() < 0.01 * np.abs(expected).max()


def test_k_quants_are_kept_as_a_file_mixes_them(tmp_path: Path) -> None:
    """As in Q4_K_M: Q6_K for v among Q4_K, and for some of the down projections."""
    wide = {**TINY, "hidden_size": 256, "intermediate_size": 256, "num_attention_heads": 16, "num_hidden_layers": 2}
    write_random_checkpoint(tmp_path / "hf", wide)
    write_gguf(tmp_path / "hf", "q8_0", "Tiny", tmp_path / "q8.gguf")
    kinds = {
        "attn_v.weight": Type.Q6_K,
        "0.ffn_down": Type.Q6_K,
        "ffn_gate": Type.Q5_K,
        "ffn_up": Type.Q5_K,
        "token_embd": Type.Q3_K,
        "attn_q.weight": Type.Q4_K,
        "attn_k.weight": Type.Q4_K,
        "attn_output": Type.Q4_K,
        "ffn_down": Type.Q4_K,
    }
    rewritten(tmp_path / "q8.gguf", tmp_path / "k.gguf", kinds, {})
    report = convert(tmp_path / "k.gguf", options("gguf"), tmp_path / "out")
    assert report.approximated == []
    chat = json.loads((tmp_path / "out" / "mlc-chat-config.json").read_text())
    layer = {name.removeprefix("model.layers.0."): codec for name, codec in chat["matrix_layouts"].items()}
    assert layer["self_attn.c_attn"] == "q8_mixed" and layer["self_attn.o_proj"] == "q4_k"
    assert layer["mlp.gate_up_proj"] == "q5_k" and layer["mlp.down_proj"] == "q6_k"
    assert chat["matrix_layouts"]["model.layers.1.mlp.down_proj"] == "q4_k"
    assert chat["matrix_layouts"]["model.embed_tokens"] == "q3_k"
    weights, source = Reference.load(tmp_path / "out").weights, open_model(tmp_path / "k.gguf")
    for parameter in source.parameters:
        blocks = [block for name in parameter.sources for block in source.weights.blocks(name)]
        np.testing.assert_allclose(weights[parameter.name], np.concatenate(blocks), rtol=2e-7, atol=1e-6)


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"tokenizer.ggml.model": "llama"}, "tokenizer model 'llama'"),
        ({"tokenizer.ggml.pre": "viking"}, "pre-tokenizer 'viking'"),
    ],
)
def test_unknown_tokenizers_are_named(tiny: Path, tmp_path: Path, fields: dict[str, str], named: str) -> None:
    rewritten(tiny, tmp_path / "other.gguf", {}, fields)
    with pytest.raises(CompilerError, match=f"{named} is not supported; known:"):
        convert(tmp_path / "other.gguf", options("gguf"), tmp_path / "out")


def test_damaged_files_and_wrong_uses_are_one_sentence(tiny: Path, tmp_path: Path) -> None:
    path = tmp_path / "broken.gguf"
    whole = tiny.read_bytes()
    for damaged in (b"", b"GGUF", b"nothing at all, and not a GGUF file", whole[:3000], whole[:-1]):
        path.write_bytes(damaged)
        with pytest.raises(CompilerError, match=r"broken.gguf is (not a whole GGUF file|truncated).*\.$"):
            convert(path, options("gguf"), tmp_path / "out")
    with pytest.raises(CompilerError, match=r"absent.gguf does not exist\.$"):
        convert(tmp_path / "absent.gguf", options("gguf"), tmp_path / "out")
    with pytest.raises(CompilerError, match="needs a .gguf file"):
        convert(tiny.parent / "hf", options("gguf"), tmp_path / "out")
    with pytest.raises(CompilerError, match="GGUF type 'q3' is not supported"):
        write_gguf(tiny.parent / "hf", "q3", "Tiny", tmp_path / "out.gguf")
    assert not (tmp_path / "out").exists() and not (tmp_path / "out.gguf").exists()
