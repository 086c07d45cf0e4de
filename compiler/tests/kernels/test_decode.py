"""kernels/gpu/decode.py: contexts on both sides of every border between workgroups, and groups of any size."""

import numpy as np
import pytest
from kernels.device import Device
from kernels.test_attention import Cache, compare, decode_arguments, heads_of, outputs, queries

from thinktab_compiler.kernels import profile_named
from thinktab_compiler.kernels.attention import AttentionShape
from thinktab_compiler.kernels.gpu.decode import heads_of_workgroup
from thinktab_compiler.reference import attention

SCALE = 0.3
# groups of 1, 2, 6 and 7 heads; one whose heads need two workgroups; head_dims that are no power of two
SHAPES = [
    AttentionShape(3, 3, 64, "float32"),
    AttentionShape(4, 2, 112, "float32"),
    AttentionShape(12, 2, 128, "float32"),
    AttentionShape(7, 1, 128, "float32"),
    AttentionShape(12, 1, 16, "float32"),
    AttentionShape(8, 1, 80, "float32"),
]


def attend(device: Device, generator: np.random.Generator, shape: AttentionShape, lengths: list[int]) -> None:
    """Each length alone, as the runtime decodes one sequence."""
    function = profile_named("gpu").attention(shape).decode
    for length in lengths:
        cache, query, found = (
            Cache.random(generator, shape, length),
            queries(generator, 1, shape),
            outputs(1, shape),
        )
        device.run(function, *decode_arguments(cache, query, found, SCALE))
        keys, values = cache.sequence(0)
        compare(found, attention(query.astype(np.float64), keys, values, np.ones((1, length), bool), SCALE))


@pytest.mark.parametrize("shape", SHAPES, ids=heads_of)
def test_contexts_around_every_border(device: Device, generator: np.random.Generator, shape: AttentionShape) -> None:
    """Of one key, a page, a workgroup, two of them, and the step by which the workspace grows."""
    attend(device, generator, shape, [1, 15, 16, 17, 63, 64, 65, 128, 129])


def test_a_workspace_that_has_grown(device: Device, generator: np.random.Generator) -> None:
    """32 splits of 64 keys fill the first workspace; 257 splits are more than the merge has threads."""
    attend(device, generator, AttentionShape(2, 1, 16, "float32"), [2047, 2048, 2049, 64 * 256 + 1])


@pytest.mark.parametrize("group", [1, 6, 7])
def test_f16_pages(f16_device: Device, generator: np.random.Generator, group: int) -> None:
    attend(f16_device, generator, AttentionShape(2 * group, 2, 128, "float16"), [1, 64, 200])


def test_a_group_is_divided_evenly() -> None:
    heads = {group: heads_of_workgroup(AttentionShape(group, 1, 128, "float32")) for group in (1, 2, 6, 7, 12, 11, 16)}
    assert heads == {1: 1, 2: 2, 6: 6, 7: 7, 12: 6, 11: 1, 16: 8}
