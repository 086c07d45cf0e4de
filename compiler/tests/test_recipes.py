"""llama.cpp's recipes, and the file by which the page's tests know how blocks are packed."""

import json
from dataclasses import replace

import pytest
from block_fixture import PATH, packed_blocks
from gguf import GGML_QUANT_SIZES
from gguf import GGMLQuantizationType as Type

from thinktab_compiler.architectures import architecture_named
from thinktab_compiler.config import load_config
from thinktab_compiler.errors import CompilerError
from thinktab_compiler.gguf_files.recipes import Q4_K_M, recipe_quantization
from thinktab_compiler.shipped import shipped_kernels

(R1,) = {shipped.config for shipped in shipped_kernels() if shipped.quantization == Q4_K_M}
# llama.cpp gives these layers of 28 more bits: the first and the last eighth, and every third between
MORE_BITS = {0, 1, 2, 5, 8, 11, 14, 17, 20, 23, 24, 25, 26, 27}


def test_the_pages_tests_know_the_packing_of_today() -> None:
    assert json.loads(PATH.read_text()) == packed_blocks(), "run python tests/block_fixture.py"


def test_q4_k_m_is_what_llama_cpp_makes() -> None:
    codecs = {name: codec.name for name, codec in recipe_quantization(Q4_K_M, load_config(R1)).codecs.items()}
    assert codecs["model.embed_tokens"] == "q4_k" and codecs["lm_head"] == "q6_k"
    for layer in range(28):
        more = layer in MORE_BITS
        own = f"model.layers.{layer}"
        assert codecs[f"{own}.self_attn.c_attn"] == ("q8_mixed" if more else "q4_k")
        assert codecs[f"{own}.mlp.down_proj"] == ("q6_k" if more else "q4_k")
        assert codecs[f"{own}.self_attn.o_proj"] == codecs[f"{own}.mlp.gate_up_proj"] == "q4_k"


def test_the_recipe_has_the_size_of_the_published_files() -> None:
    config = load_config(R1)
    bits = {kind: 8 * GGML_QUANT_SIZES[kind][1] / GGML_QUANT_SIZES[kind][0] for kind in (Type.Q4_K, Type.Q6_K)}
    size = 0.0
    for parameter in architecture_named(config.model_type).parameters(config):
        if parameter.columns is None:
            size += 4 * parameter.rows
            continue
        for source in parameter.sources:
            rows = {"q_proj": 1536, "k_proj": 256, "v_proj": 256, "gate_proj": 8960, "up_proj": 8960}
            count = rows.get(source.split(".")[-2], parameter.rows) * parameter.columns
            more = source == "lm_head.weight" or (
                source.endswith(("v_proj.weight", "down_proj.weight")) and int(source.split(".")[2]) in MORE_BITS
            )
            size += count * bits[Type.Q6_K if more else Type.Q4_K] / 8
    # the rest is the header, with the vocabulary and its merges
    assert 1_117_320_000 - 8e6 < size < 1_117_320_000


def test_a_tied_head_gets_more_bits() -> None:
    config = replace(load_config(R1), tie_word_embeddings=True)
    quantization = recipe_quantization(Q4_K_M, config)
    assert quantization.codec_of("model.embed_tokens").name == "q6_k" and "lm_head" not in quantization.codecs


def test_other_recipes_and_widths_are_refused() -> None:
    config = load_config(R1)
    with pytest.raises(CompilerError, match="Q9_K"):
        recipe_quantization("Q9_K", config)
    with pytest.raises(CompilerError, match="multiple of 256"):
        recipe_quantization(Q4_K_M, replace(config, hidden_size=1500))
