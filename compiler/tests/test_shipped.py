"""The kernels that ship: files, index and sizes belong together."""

import gzip
import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from thinktab_compiler.architectures import architecture_named
from thinktab_compiler.config import load_config
from thinktab_compiler.description import read_description
from thinktab_compiler.quantization import GGUF
from thinktab_compiler.shipped import INDEX_NAME, ShippedKernels, kernels_entry, shipped_kernels

FOLDER = Path(__file__).resolve().parents[2] / "public" / "models" / "libraries"
Index = dict[str, dict[str, Any]]
MOST_BYTES, MOST_GZIPPED = 3_000_000, 600_000


@pytest.fixture(scope="module")
def index() -> Index:
    path = FOLDER / INDEX_NAME
    if not path.is_file():
        pytest.skip("public/models/libraries was not built; run python -m thinktab_compiler shipped-kernels")
    return {entry["file"]: entry for entry in json.loads(path.read_text())["libraries"]}


def test_the_index_lists_what_ships(index: Index) -> None:
    assert list(index) == [shipped.file for shipped in shipped_kernels()]
    assert {path.name for path in FOLDER.glob("*.wasm")} == set(index)


@pytest.mark.parametrize("shipped", list(shipped_kernels()), ids=lambda shipped: shipped.file)
def test_kernels_are_what_the_index_says(index: Index, shipped: ShippedKernels) -> None:
    entry, data = index[shipped.file], (FOLDER / shipped.file).read_bytes()
    assert entry == kernels_entry(FOLDER, shipped)
    assert entry["sha256"] == hashlib.sha256(data).hexdigest()
    assert len(data) <= MOST_BYTES and len(gzip.compress(data, 9)) <= MOST_GZIPPED
    assert entry["features"] == (["shader-f16"] if shipped.shader_f16 else [])
    assert entry["dispatchesPerLayer"] <= 9


def test_the_catalogue_counts_parameters_as_the_configurations_do(index: Index) -> None:
    catalogue = json.loads((FOLDER.parent / "catalogue.json").read_text())["models"]
    configs = {shipped.model: shipped.config for shipped in shipped_kernels()}
    assert {model["library"] for model in catalogue} == set(configs)
    for model in catalogue:
        config = load_config(configs[model["library"]])
        parameters = architecture_named(config.model_type).parameters(config)
        assert model["parameters"] == sum(one.rows * (one.columns or 1) for one in parameters)
        offered = {entry["quantization"] for entry in index.values() if entry["model"] == model["library"]}
        # weights of a GGUF file are those of the processor's build
        assert {weights["quantization"] for weights in model["weights"]} == offered - {GGUF}


def test_kernels_for_a_gguf_file_read_what_the_recipe_gives(index: Index) -> None:
    entries = [entry for entry in index.values() if entry["quantization"] == GGUF]
    assert [entry["file"] for entry in entries] == [
        "DeepSeek-R1-Distill-Qwen-1.5B-Q4_K_M.wasm",
        "DeepSeek-R1-Distill-Qwen-1.5B-Q4_K_M-without-f16.wasm",
    ]
    for entry in entries:
        assert entry["layouts"].split()[0] == "q4_k" and entry["layouts"].split()[-1] == "q6_k"
        assert entry["layouts"].split().count("q8_mixed") == 14
        assert read_description(FOLDER / entry["file"])["layouts"] == entry["layouts"]


def test_variants_of_one_model_read_the_same_bytes(index: Index) -> None:
    limits = {name: entry["limits"]["maxBufferSize"] for name, entry in index.items()}
    for name, size in limits.items():
        if name.endswith("-without-f16.wasm"):
            assert size == limits[name.replace("-without-f16", "")]
