"""The functions of a .wasm which do not depend on the architecture: metadata, softmax, sampling, logit changes."""

import json
from typing import Any

import tvm
from tvm import ir, relax, tirx

from .kernels import Profile
from .kernels.logits import logit_kernels


def _f32(*shape: Any) -> relax.TensorType:
    return relax.TensorType(shape, "float32")


def add_common_functions(
    module: tvm.IRModule, profile: Profile, metadata: dict[str, Any], bounds: dict[str, int]
) -> tvm.IRModule:
    """Adds the functions that WebLLM calls beside the model;

    `bounds` are upper bounds of shape variables for the memory planner.
    """
    builder = relax.BlockBuilder(module)
    with builder.function("_metadata", []):
        builder.emit_func_output(ir.StringImm(json.dumps(metadata)))
    _add_softmax(builder, profile)
    _add_argsort(builder)
    _add_top_p(builder, profile)
    module = builder.finalize()
    for name, function in list(module.functions_items()):
        if isinstance(function, relax.Function):
            bounded = function.with_attr("tir_var_upper_bound", bounds)
            bounded = bounded.with_attr("tir_non_negative_var", ["vocab_size"])
            module[name] = bounded.with_attr("relax.memory_plan_dynamic_func_output", True)
    for kernel in logit_kernels():
        module[kernel.attrs["global_symbol"]] = kernel
    return module


def _add_softmax(builder: relax.BlockBuilder, profile: Profile) -> None:
    batch, vocab = tirx.Var("batch_size", "int64"), tirx.Var("vocab_size", "int64")
    logits = relax.Var("logits", _f32(batch, 1, vocab))
    temperature = relax.Var("temperature", _f32(batch))
    with builder.function("softmax_with_temperature", [logits, temperature]):
        kernel = builder.add_func(profile.softmax(), "softmax")
        with builder.dataflow():
            probs = builder.emit_output(relax.call_tir(kernel, [logits, temperature], out_ty=_f32(batch, 1, vocab)))
        builder.emit_func_output(probs)


def _add_argsort(builder: relax.BlockBuilder) -> None:
    # WebLLM only hands both results on to sample_with_top_p, whose kernel needs no sorting
    probs = relax.Var("probs", _f32(tirx.Var("batch_size", "int64"), tirx.Var("vocab_size", "int64")))
    with builder.function("argsort_probs", [probs]):
        builder.emit_func_output(relax.Tuple([probs, probs]))


def _add_top_p(builder: relax.BlockBuilder, profile: Profile) -> None:
    batch, vocab, count = (tirx.Var(name, "int64") for name in ("batch_size", "vocab_size", "num_samples"))
    probs = relax.Var("probs", _f32(batch, vocab))
    again = relax.Var("probs_again", _f32(batch, vocab))
    uniform = relax.Var("uniform_samples", _f32(count))
    rows = relax.Var("sample_indices", relax.TensorType((count,), "int32"))
    top_p = relax.Var("top_p", _f32(batch))
    with builder.function("sample_with_top_p", [probs, again, uniform, rows, top_p]):
        kernel = builder.add_func(profile.top_p(), "top_p_sample")
        with builder.dataflow():
            tokens = builder.emit_output(
                relax.call_tir(kernel, [probs, uniform, rows, top_p], out_ty=relax.TensorType((count,), "int32"))
            )
        builder.emit_func_output(tokens)
