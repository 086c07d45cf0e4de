"""q4f16_1 kernels with shader-f16 on Mesa's lavapipe, through WebLLM in Node; see check/lavapipe.sh."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from checkpoints import write_random_checkpoint
from random_models import CHUNK, CONTEXT, MODELS, make_kernels, make_model
from safetensors.numpy import load_file, save_file
from tvm import tirx
from tvm.relax.frontend import nn
from tvm.relax.frontend.nn import op

from thinktab_compiler.architectures.model import DecoderModel
from thinktab_compiler.browser import Lavapipe
from thinktab_compiler.chat_config import Sampling
from thinktab_compiler.check import check_kernels
from thinktab_compiler.convert import ConvertOptions, convert
from thinktab_compiler.errors import CompilerError
from thinktab_compiler.kernels.builder import ceil_div, kernel
from thinktab_compiler.reference import Reference

F16_LARGEST = 65504
SCALED = ("embed_tokens", "o_proj", "down_proj")  # the terms added to the residual stream
SCALE = 1e5


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("f16")


@pytest.mark.parametrize("architecture", MODELS)
def test_tokens_and_logits_agree(folder: Path, lavapipe: Lavapipe, architecture: str) -> None:
    kernels = make_kernels(folder, architecture, "q4f16_1", shader_f16=True, profile="gpu")
    report = check_kernels(make_model(folder, architecture, "q4f16_1"), kernels, lavapipe, timed=False)
    print(f"\n{architecture}: {report}")
    assert report.passed, report
    assert report.compared >= 200


def loud_model(folder: Path) -> Path:
    """A model whose residual stream leaves the range of f16, as Qwen2's is known to do in places."""
    output = folder / "loud"
    if not output.is_dir():
        write_random_checkpoint(folder / "loud-checkpoint", MODELS["qwen2"])
        path = folder / "loud-checkpoint" / "model.safetensors"
        weights = load_file(path)
        for name in weights:
            if any(part in name for part in SCALED):
                weights[name] = weights[name] * np.float32(SCALE)
        save_file(weights, path)
        convert(folder / "loud-checkpoint", ConvertOptions("q4f16_1", "max", CONTEXT, CHUNK, Sampling(0, 1)), output)
    assert np.abs(Reference.load(output).weights["model.embed_tokens"]).max() > F16_LARGEST
    return output


def test_activations_beyond_f16_do_no_harm(folder: Path, lavapipe: Lavapipe) -> None:
    kernels = make_kernels(folder, "qwen2", "q4f16_1", shader_f16=True, profile="gpu")
    report = check_kernels(loud_model(folder), kernels, lavapipe, timed=False)
    print(f"\nf32 activations: {report}")
    assert report.passed, report


def stored_as(x: nn.Tensor, dtype: str) -> nn.Tensor:
    """x written to memory with that element type, by a kernel of its own: Mesa removes a pair of casts within one."""
    columns = x.shape[2]
    with kernel() as k:
        rows = x.shape[1] if isinstance(x.shape[1], int) else k.size()
        source, target = (k.argument((1, rows, columns), kind) for kind in (x.dtype, dtype))
        with k.threads(32, rows) as (row, thread), k.loop(ceil_div(columns, 32)) as step:
            column = k.name(step * 32 + thread)
            with k.when(column < columns):
                target[0, row, column] = tirx.Cast(dtype, source[0, row, column])
    opaque = k.function.with_attr("op_pattern", 8)
    return op.tensor_ir_op(opaque, "stored_as", [x], nn.Tensor.placeholder(x.shape, dtype))


def test_f16_activations_fail_on_the_same_model(
    folder: Path, lavapipe: Lavapipe, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The result of a pipeline with f16 activations, even with f32 sums: each result is rounded to f16."""
    own = DecoderModel.linear

    def rounded(self: DecoderModel, *arguments: Any, **options: Any) -> nn.Tensor:
        return stored_as(stored_as(own(self, *arguments, **options), "float16"), "float32")

    monkeypatch.setattr(DecoderModel, "linear", rounded)
    kernels = make_kernels(folder / "rounded", "qwen2", "q4f16_1", shader_f16=True, profile="gpu")
    quiet = check_kernels(make_model(folder, "qwen2", "q4f16_1"), kernels, lavapipe, timed=False)
    print(f"\nf16 activations: {quiet}")
    assert quiet.agreed > 0.9 * quiet.compared
    # all logits are NaN
    with pytest.raises(CompilerError, match="failed to sample a valid token"):
        check_kernels(loud_model(folder), kernels, lavapipe, timed=False)
