"""The pass pipeline from the model's relax module to WebGPU kernels and VM bytecode."""

from collections.abc import Callable
from typing import Any

import tvm
from tvm import relax
from tvm.s_tir import dlight


def web_pipeline(target: tvm.target.Target) -> Callable[..., tvm.IRModule]:
    """The pipeline which `relax.build` runs.

    All hot kernels arrive scheduled; dlight's fallback schedules the elementwise rest, without barriers. Indices are
    narrowed because WGSL has no 64-bit integers.
    """
    r = relax.transform

    @tvm.transform.module_pass(opt_level=0)
    def run(module: tvm.IRModule, _: Any) -> tvm.IRModule:
        with target:
            return tvm.transform.Sequential(
                [
                    tvm.tirx.transform.BindTarget(target),
                    r.LegalizeOps(),
                    r.AnnotateTIROpPattern(),
                    r.FoldConstant(),
                    r.FuseOps(),
                    r.FuseTIR(),
                    r.DeadCodeElimination(),
                    dlight.ApplyDefaultSchedule(dlight.gpu.Fallback()),
                    tvm.tirx.transform.ForceNarrowIndexToInt32(),
                    r.RewriteDataflowReshape(),
                    r.DeadCodeElimination(),  # the reshape kernels which became views
                    r.ToNonDataflow(),
                    r.RemovePurityChecking(),
                    r.CallTIRRewrite(),
                    r.StaticPlanBlockMemory(),
                    r.LowerAllocTensor(),
                    r.KillAfterLastUse(),
                    r.LowerRuntimeBuiltin(),
                    r.ComputePrimValue(),
                    r.VMShapeLower(),
                    r.AttachGlobalSymbol(),
                ]
            )(module)

    return run
