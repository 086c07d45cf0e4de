"""GPUs for estimates on paper: published figures, and assumptions where nothing is published."""

from dataclasses import dataclass

from ..errors import CompilerError


@dataclass(frozen=True)
class Device:
    """A GPU as the estimate sees it.

    `cores` have workgroup memory and an L1 cache of their own; each has `lanes` FMAs a clock of `ghz`. `bandwidth` is
    the memory's, in GB/s. `conversions` is the rate of integer to float conversions as a part of that of FMAs,
    `latency` that of a load from memory in clocks, `gap` the time in us between the end of a kernel and the start of
    one that waits for it. The last three are assumptions unless `source` says otherwise.
    """

    name: str
    cores: int
    ghz: float
    lanes: int
    bandwidth: float
    conversions: float
    latency: int
    gap: float
    source: str


DEVICES = {
    "m2": Device(
        "Apple M2, 8 cores", 8, 1.4, 128, 100, 0.25, 450, 3.0,
        "Apple's technical specifications (8 cores, 100 GB/s); clock from the 3.6 TFLOPS that Apple names for 10 cores",
    ),
    "rtx3060": Device(
        "NVIDIA RTX 3060", 28, 1.78, 128, 360, 0.5, 480, 2.5,
        "NVIDIA's specifications (3,584 CUDA cores, boost clock, 360 GB/s); conversions from the CUDA C programming "
        "guide's table of throughputs for compute capability 8.6",
    ),
    "rtx4090": Device(
        "NVIDIA RTX 4090", 128, 2.52, 128, 1008, 0.5, 560, 2.0,
        "NVIDIA's specifications (16,384 CUDA cores, boost clock, 1,008 GB/s); conversions as for 8.9",
    ),
    "iris-xe": Device(
        "Intel Iris Xe, 96 EUs", 6, 1.3, 128, 68.3, 0.25, 400, 5.0,
        "Intel ARK for the Core i7-1165G7 (96 execution units, 1.3 GHz, LPDDR4x-4267 on 128 bits)",
    ),
    "adreno740": Device(
        "Qualcomm Adreno 740", 6, 0.68, 256, 67.2, 0.25, 350, 8.0,
        "Qualcomm's product brief of the Snapdragon 8 Gen 2 (LPDDR5x at 4,200 MHz on 64 bits); cores, lanes and clock "
        "are not published by Qualcomm and come from reviews",
    ),
}  # fmt: skip


def device_named(name: str) -> Device:
    """The device of that name; raises CompilerError for an unknown one."""
    if name not in DEVICES:
        raise CompilerError(f"The device '{name}' is not known; known: {', '.join(DEVICES)}.")
    return DEVICES[name]
