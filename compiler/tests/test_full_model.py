"""DeepSeek-R1-Distill-Qwen-1.5B's whole configuration with synthetic weights, in Chromium against the reference."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from checkpoints import byte_tokenizer

from thinktab_compiler.architectures import Parameter, architecture_named
from thinktab_compiler.browser import Chromium
from thinktab_compiler.chat_config import CONFIG_NAME, TOKENIZER_NAME, Sampling, chat_config
from thinktab_compiler.check import check_kernels
from thinktab_compiler.codecs import SymmetricCodec
from thinktab_compiler.compile import KernelsOptions, build_kernels
from thinktab_compiler.config import load_config
from thinktab_compiler.files import write_atomic, write_json
from thinktab_compiler.quantization import Quantization, quantization_named
from thinktab_compiler.shards import write_shards

CONFIG = Path(__file__).resolve().parent.parent / "configs" / "DeepSeek-R1-Distill-Qwen-1.5B.json"
CONTEXT, CHUNK = 4096, 512
_CODES = 15  # 0..14 around the zero point, of unit variance when scaled by this:
_SCALE = 1 / np.sqrt((_CODES**2 - 1) / 12)


def synthetic(parameters: list[Parameter], quantization: Quantization) -> Iterator[tuple[str, np.ndarray]]:
    """Random codes whose products keep the magnitude of their input; norms of one, small biases."""
    generator = np.random.default_rng(7)
    for parameter in parameters:
        if parameter.columns is None:
            noise = generator.standard_normal(parameter.rows).astype(np.float32)
            value = np.ones_like(noise) if "norm" in parameter.name else noise / 10
            yield parameter.name, quantization.vectors.encode(value)
            continue
        codec, columns = quantization.codec_of(parameter.name), parameter.columns
        codes = generator.integers(0, _CODES, (parameter.rows, columns), np.uint8)
        size = _SCALE if "embed" in parameter.name else _SCALE / np.sqrt(columns)
        scales = np.full((parameter.rows, columns // codec.group), size, np.float32)
        assert isinstance(codec, SymmetricCodec)
        for suffix, array in codec.store(codes, scales).items():
            yield f"{parameter.name}.{suffix}", array


@pytest.mark.parametrize("quantization", ["q4f16_1", "q4f32_1"])
def test_tokens_equal_the_reference(
    request: pytest.FixtureRequest, tmp_path: Path, chrome: str, quantization: str
) -> None:
    if not request.config.getoption("--full"):
        pytest.skip("takes minutes and 8 GB of memory; run with --full")
    config, chosen = load_config(CONFIG), quantization_named(quantization)
    parameters = architecture_named(config.model_type).parameters(config)
    count = sum(parameter.rows * (parameter.columns or 1) for parameter in parameters)
    totals = write_shards(tmp_path, synthetic(parameters, chosen), count)
    tokenizer = byte_tokenizer()
    write_json(tmp_path / CONFIG_NAME, chat_config(config, tokenizer, chosen, CONTEXT, CHUNK, Sampling(0, 1)))
    write_atomic(tmp_path / TOKENIZER_NAME, tokenizer.to_str().encode())
    kernels = tmp_path / "kernels.wasm"
    build_kernels(config, KernelsOptions(chosen, "software", CONTEXT, CHUNK, shader_f16=False), kernels, "-O1")
    report = check_kernels(tmp_path, kernels, Chromium(chrome), timed=False, brief=True)
    print(f"\n{quantization}: {totals.tensors} tensors, {totals.tensor_bytes:,} bytes; {report}")
    assert report.passed and report.agreed == report.compared == 4
