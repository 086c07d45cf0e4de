"""The time of a decoded token on a device, on paper, and a table of it."""

import math
from dataclasses import dataclass
from statistics import median
from typing import Any

from .devices import DEVICES, Device
from .work import Kernel, Work, token_kernels

_USUAL_CONTEXT = 4096
CONTEXTS = (200, _USUAL_CONTEXT, 8192)
BANDWIDTH_SHARE = 0.9  # of the memory's bandwidth that a kernel which only reads gets
_RESIDENT_THREADS = 1024  # of a core
_EDGE_CLOCKS = 600  # of a kernel's beginning and end, beside two loads


@dataclass(frozen=True)
class Estimate:
    """A kernel's time for a token: us of one launch, and what bounds it."""

    kernel: Kernel
    microseconds: float
    bound: str


@dataclass(frozen=True)
class Token:
    """A decoded token at a context: its kernels, and the bytes that it cannot do without."""

    context: int
    kernels: list[Estimate]
    needed_bytes: float

    @property
    def milliseconds(self) -> float:
        """Of all kernels, one after the other."""
        return sum(found.kernel.launches * found.microseconds for found in self.kernels) / 1e3

    def share(self, device: Device) -> float:
        """The time that the needed bytes take at the device's full bandwidth, as a part of the token's time."""
        return self.needed_bytes / device.bandwidth / 1e6 / self.milliseconds


def edge_microseconds(device: Device) -> float:
    """us of a launch in which memory is idle: the wait for the kernel before, the first loads, the last stores."""
    return device.gap + (2 * device.latency + _EDGE_CLOCKS) / device.ghz / 1e3


def estimate(work: Work, device: Device) -> tuple[float, str]:
    """us of a launch on a device, and what bounds it.

    The largest of four times counts, because a GPU does all of them side by side: bytes from memory, instructions,
    accesses to L1 and workgroup memory (a line a clock), and the chain of waits of one workgroup after the other.
    """
    clock = device.ghz * 1e3  # a microsecond
    cores = min(device.cores, work.groups)
    waves = math.ceil(work.groups / (device.cores * (_RESIDENT_THREADS // work.threads)))
    edge = edge_microseconds(device)
    times = {
        "memory": work.bytes / (device.bandwidth * BANDWIDTH_SHARE * 1e3) + edge,
        "instructions": (work.instructions + work.conversions / device.conversions) / (cores * device.lanes * clock)
        + edge,
        "L1": work.lines / (cores * clock) + edge,
        "waits": waves * (work.waits * device.latency + work.clocks) / clock + device.gap,
    }
    bound = max(times, key=lambda name: times[name])
    return times[bound], bound


def token_estimate(description: dict[str, Any], context: int, device: Device) -> Token:
    """A decoded token at `context` positions; raises CompilerError as `token_kernels`."""
    kernels = token_kernels(description, context)
    found = [Estimate(kernel, *estimate(kernel.work, device)) for kernel in kernels]
    weights = sum(kernel.launches * kernel.weight_bytes for kernel in kernels)
    return Token(context, found, weights + description["kvCache"]["bytesPerToken"] * context)


def decode_rule(description: dict[str, Any]) -> dict[str, float]:
    """What the site predicts a token's time from, on a device of which it knows only the bandwidth that a kernel gets.

    Time = bytes / (bandwidth * `bandwidthShare`) + `overheadMilliseconds`. The overhead is that of the edges of all
    launches, the share is the part of the rest in which memory would be busy; both are the medians of the devices, at a
    context of 4,096 positions. Raises CompilerError as `token_kernels`.
    """
    overheads, shares = [], []
    for device in DEVICES.values():
        token = token_estimate(description, _USUAL_CONTEXT, device)
        overheads.append(sum(found.kernel.launches for found in token.kernels) * edge_microseconds(device) / 1e3)
        reading = token.needed_bytes / (device.bandwidth * BANDWIDTH_SHARE * 1e6)
        shares.append(reading / (token.milliseconds - overheads[-1]))
    return {"overheadMilliseconds": round(median(overheads), 2), "bandwidthShare": round(median(shares), 2)}


def estimate_text(description: dict[str, Any], device: Device) -> str:
    """Tables of a decoded token at each of CONTEXTS, for a reader; raises CompilerError."""
    lines = [
        f"on paper, not measured: {device.name} ({device.bandwidth} GB/s)",
        f"source       {device.source}",
    ]
    for context in CONTEXTS:
        token = token_estimate(description, context, device)
        lines += ["", f"context {context:,}", _HEAD, *(_line(found) for found in token.kernels)]
        share = f"{token.share(device):.0%} of the bandwidth limit"
        launches = sum(found.kernel.launches for found in token.kernels)
        lines.append(f"{'total':18} {launches:8}{'':54} {token.milliseconds:8.3f}  {share}")
    return "\n".join(lines)


_HEAD = (
    f"{'kernel':18} {'launches':>8} {'groups':>7} {'MB':>8} {'M FMAs':>8} {'M instr.':>9} {'M loads':>8} "
    f"{'us each':>9} {'ms':>8}  bound by"
)


def _line(found: Estimate) -> str:
    kernel, work = found.kernel, found.kernel.work
    return (
        f"{kernel.name:18} {kernel.launches:8} {work.groups:7} {work.bytes / 1e6:8.3f} {work.fmas / 1e6:8.2f} "
        f"{(work.instructions + work.conversions) / 1e6:9.2f} {work.loads / 1e6:8.2f} {found.microseconds:9.2f} "
        f"{kernel.launches * found.microseconds / 1e3:8.3f}  {found.bound}"
    )
