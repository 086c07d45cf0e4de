"""config.json: the values that are read, and one sentence for each mistake."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from checkpoints import TINY

from thinktab_compiler.architectures import architecture_named
from thinktab_compiler.codecs import codec_named
from thinktab_compiler.compile import KernelsOptions
from thinktab_compiler.config import ModelConfig, load_config
from thinktab_compiler.errors import CompilerError
from thinktab_compiler.kernels import profile_named
from thinktab_compiler.quantization import quantization_named


def load(folder: Path, **changes: object) -> ModelConfig:
    path = folder / "config.json"
    path.write_text(json.dumps({k: v for k, v in {**TINY, **changes}.items() if v != "absent"}))
    return load_config(path)


def test_missing_optional_fields_follow_hugging_face(tmp_path: Path) -> None:
    config = load(tmp_path, head_dim="absent", num_key_value_heads="absent", tie_word_embeddings="absent")
    assert (config.head_dim, config.num_key_value_heads, config.tie_word_embeddings) == (16, 4, False)


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"vocab_size": "absent"}, "vocab_size"),
        ({"hidden_size": "wide"}, "hidden_size"),
        ({"hidden_size": 63.5}, "hidden_size"),
        ({"num_hidden_layers": 0}, "num_hidden_layers"),
        ({"num_key_value_heads": 3}, "num_key_value_heads"),
        ({"head_dim": 15}, "head_dim"),
        ({"hidden_act": "gelu"}, "gelu"),
        ({"rope_scaling": {"type": "yarn"}}, "rope_scaling"),
        ({"rope_scaling": {"type": "dynamic", "factor": 2.0}}, "dynamic"),
        ({"attention_bias": True}, "attention_bias"),
    ],
)
def test_errors_are_one_sentence_naming_the_field(tmp_path: Path, changes: dict[str, object], named: str) -> None:
    with pytest.raises(CompilerError) as caught:
        load(tmp_path, **changes)
    message = str(caught.value)
    assert named in message and message.endswith(".") and "\n" not in message


def test_missing_and_broken_files(tmp_path: Path) -> None:
    with pytest.raises(CompilerError, match="does not exist"):
        load_config(tmp_path / "config.json")
    (tmp_path / "config.json").write_text("{")
    with pytest.raises(CompilerError, match="cannot be read as JSON"):
        load_config(tmp_path / "config.json")


@pytest.mark.parametrize("find", [architecture_named, codec_named, profile_named, quantization_named])
def test_unknown_names_are_refused_with_the_known_ones(find: Callable[[str], object]) -> None:
    with pytest.raises(CompilerError, match=r"'nothing' is not supported; known: \w+"):
        find("nothing")


@pytest.mark.parametrize(("context", "chunk"), [(0, 1), (513, 64), (256, 257), (256, 0)])
def test_kernels_sizes_are_checked(tmp_path: Path, context: int, chunk: int) -> None:
    options = KernelsOptions(quantization_named("q4f32_1"), "software", context, chunk, shader_f16=False)
    config = load(tmp_path)
    with pytest.raises(CompilerError, match="must lie between"):
        options.check(config)
