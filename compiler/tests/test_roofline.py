"""The estimate on paper: its counts are those of the kernels, and the goals for R1-Distill-Qwen-1.5B hold on paper."""

import copy
import re
import sys
from pathlib import Path
from typing import Any

import pytest
from tvm import tirx

from thinktab_compiler.__main__ import main
from thinktab_compiler.codecs import F16, F16_PAIRS, codec_named
from thinktab_compiler.description import read_description
from thinktab_compiler.errors import CompilerError
from thinktab_compiler.kernels import LinearSpec, profile_named
from thinktab_compiler.kernels.attention import AttentionShape
from thinktab_compiler.roofline.devices import DEVICES, device_named
from thinktab_compiler.roofline.estimate import CONTEXTS, decode_rule, estimate, token_estimate
from thinktab_compiler.roofline.work import Work, attend_work, matvec_work, token_kernels
from thinktab_compiler.tvm_private import webgpu_kernel

LIBRARIES = Path(__file__).resolve().parents[2] / "public" / "models" / "libraries"
SMALL = LIBRARIES / "DeepSeek-R1-Distill-Qwen-1.5B-q4f16_1.wasm"
# at a context of 4,096: the least share of the bandwidth limit that the kernels should reach
GOALS = {"m2": 0.75, "rtx3060": 0.65, "rtx4090": 0.55, "iris-xe": 0.75}


@pytest.fixture(scope="module")
def description() -> dict[str, Any]:
    return read_description(SMALL)


def text_of(function: tirx.PrimFunc) -> str:
    return webgpu_kernel(function)[0]


@pytest.mark.parametrize("path", sorted(LIBRARIES.glob("*.wasm")), ids=lambda path: path.stem)
def test_launches_are_the_dispatches_of_the_description(path: Path) -> None:
    described = read_description(path)
    launches = sum(kernel.launches for kernel in token_kernels(described, 1000))
    assert launches == sum(described["dispatches"].values())


@pytest.mark.parametrize("width", [1536, 8960])
def test_a_matrix_has_the_conversions_and_workgroups_of_its_kernel(width: int) -> None:
    """A thread's conversions of codes stand in the WGSL once for each turn of the loop over slices of x."""
    spec = LinearSpec(codec_named("q4f16_1"), F16, 2048, width, 1e-6, "bias")
    work, wgsl = matvec_work(spec), text_of(profile_named("gpu").one_row(spec))
    turns = 1 if width == 1536 else 5
    conversions = len(re.findall(r"f32\(\(v\w*\[\d+i\] & \d+u\)\)", wgsl))
    assert work.conversions == work.groups * work.threads * turns * conversions
    assert work.groups == 256 and f"@workgroup_size({work.threads}," in wgsl


def test_attention_has_the_loads_of_its_kernel() -> None:
    """Loads of keys and values stand in the WGSL once for each turn of their loops: two and four."""
    shape = AttentionShape(12, 2, 128, "float16")
    wgsl = text_of(profile_named("gpu").attention(shape).decode)
    keys, values = (
        len(re.findall(rf"f32\(_ptr_\d\[.*{last}\)\]\)", wgsl)) for last in (r"\+ podArgs\.n\d+\) \+ \d+i", "")
    )
    work = attend_work(shape, 64)
    assert (keys, values) != (0, 0)
    every = len(re.findall(r"f32\(_ptr_\d\[", wgsl))
    assert work.loads == work.groups * work.threads * (every - 8) * 2 + work.groups * work.threads * 8 * 4


def test_the_goals_hold_on_paper(description: dict[str, Any]) -> None:
    for name, goal in GOALS.items():
        device = device_named(name)
        short, usual, long = (token_estimate(description, context, device) for context in CONTEXTS)
        assert usual.share(device) >= goal, name
        assert long.milliseconds / short.milliseconds <= 1.3, name


def test_the_limit_counts_every_weight_but_the_embedding(description: dict[str, Any]) -> None:
    token = token_estimate(description, 4096, device_named("m2"))
    weights = 999_612_000 - 151_936 * 1536 * 4.5 / 8  # of the published shards
    assert token.needed_bytes == pytest.approx(weights + 4096 * 28_672, rel=1e-3)


def test_a_launch_takes_as_long_as_its_scarcest_part() -> None:
    device = device_named("m2")
    idle = Work(0, 0, 0, 0, 0, 0, groups=8, threads=64, waits=1)
    cases = {
        "memory": Work(1e8, 0, 0, 0, 0, 0, 8, 64, 1),
        "instructions": Work(0, 0, 1e10, 0, 0, 0, 8, 64, 1),
        "L1": Work(0, 0, 0, 0, 0, 1e9, 8, 64, 1),
        "waits": Work(0, 0, 0, 0, 0, 0, 8, 64, 1000),
    }
    for bound, work in cases.items():
        found = estimate(work, device)
        assert found[1] == bound and found[0] > estimate(idle, device)[0]
    memory, _ = estimate(cases["memory"], device)
    assert memory == pytest.approx(1e8 / 90e3 + 4.07, rel=1e-3)


def test_numbers_in_pairs_cost_instructions_and_no_bytes() -> None:
    plain = LinearSpec(codec_named("q4f16_1"), F16, 2048, 1536, 1e-6, "bias")
    pairs = LinearSpec(codec_named("q4f16_1").without_shader_f16(), F16_PAIRS, 2048, 1536, 1e-6, "bias")
    assert matvec_work(pairs).bytes == matvec_work(plain).bytes
    assert matvec_work(pairs).instructions > matvec_work(plain).instructions


def test_the_rule_of_the_site_is_near_the_estimate(description: dict[str, Any]) -> None:
    """For each device within a quarter, though one overhead and one share stand for all."""
    rule = decode_rule(description)
    assert 0.5 < rule["bandwidthShare"] <= 1
    for device in DEVICES.values():
        token = token_estimate(description, 4096, device)
        read = token.needed_bytes / (device.bandwidth * 0.9 * rule["bandwidthShare"] * 1e6)
        assert read + rule["overheadMilliseconds"] == pytest.approx(token.milliseconds, rel=0.25)


def test_every_device_names_its_source() -> None:
    for device in DEVICES.values():
        assert device.source and min(device.cores, device.ghz, device.bandwidth, device.latency, device.gap) > 0


@pytest.mark.parametrize(
    ("changes", "message"),
    [({"profile": "software"}, "profile gpu"), ({"quantization": "gguf"}, "GGUF file's own layouts")],
)
def test_what_cannot_be_estimated_is_refused(
    description: dict[str, Any], changes: dict[str, str], message: str
) -> None:
    with pytest.raises(CompilerError, match=message):
        token_kernels({**copy.deepcopy(description), **changes}, 200)


def test_the_command_prints_a_table_or_names_the_known_devices(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for device, code in (("m2", 0), ("m9", 1)):
        monkeypatch.setattr(sys, "argv", ["thinktab_compiler", "describe", str(SMALL), "--device", device])
        assert main() == code
    found = capsys.readouterr()
    assert "on paper, not measured: Apple M2" in found.out and found.out.count("of the bandwidth limit") == 3
    assert "'m9' is not known; known: m2, rtx3060" in found.err
