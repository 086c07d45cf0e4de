"""Options that several commands have, each defined once: its argument, and the value made from it.

An option is required if it has no default, no value, and no `usual`, which describes the value taken without it.
"""

import argparse
from pathlib import Path
from typing import Any

from .chat_config import Sampling

_SHADER_F16 = {"auto": None, "none": False, "shader-f16": True}
# the facts in a manifest that no file of the model has; and the values for the optional ones
_ABOUT = {
    "id": ("identifier of the model on a site", "made of the name"),
    "name": ("name that the site shows", "the name of the folder or file"),
    "licence": ("SPDX identifier of the weights' licence", "what README.md says"),
    "revision": ("revision of the weights' source", "1"),
}


def add_model(command: argparse.ArgumentParser) -> None:
    """The weights that are read."""
    command.add_argument("model", type=Path, help="a Hugging Face folder or a .gguf file")


def add_output(command: argparse.ArgumentParser, text: str) -> None:
    """The folder for the result."""
    command.add_argument("-o", "--output", type=Path, required=True, help=text)


def add_quantization(command: argparse.ArgumentParser, default: str | None = None, usual: str | None = None) -> None:
    """How matrices are stored."""
    _add(command, "--quantization", "q4f16_1 or q4f32_1, for example", default, usual)


def add_profile(command: argparse.ArgumentParser, default: str | None = None) -> None:
    """The kind of adapter that the kernels are for."""
    _add(command, "--profile", "kernel profile", default, choices=("gpu", "software"))


def add_context(command: argparse.ArgumentParser, usual: str | None = None) -> None:
    """The context window."""
    _add(command, "--context", "context window in tokens", usual=usual, type=int)


def add_prefill_chunk(command: argparse.ArgumentParser) -> None:
    """The largest number of rows that the prefill kernels get."""
    _add(command, "--prefill-chunk", "most tokens of one prefill", type=int)


def add_kernels(command: argparse.ArgumentParser, text: str, usual: str | None = None) -> None:
    """A compiled .wasm file; `--library` is the option's earlier name."""
    _add(command, "--kernels", text, None, usual, "--library", type=Path)


def add_scale(command: argparse.ArgumentParser) -> None:
    """The rule by which matrices are quantised."""
    _add(command, "--scale", "how group scales are chosen", "search", choices=("max", "search"))


def add_sampling(command: argparse.ArgumentParser, default: Sampling | None = None) -> None:
    """The sampling of a model's replies if nobody chooses another; `sampling` reads it."""
    temperature, top_p = (default.temperature, default.top_p) if default else (None, None)
    _add(command, "--temperature", "default sampling temperature", temperature, type=float)
    _add(command, "--top-p", "default top-p", top_p, type=float)


def sampling(arguments: argparse.Namespace) -> Sampling:
    """The value of the options of `add_sampling`; raises CompilerError for numbers outside their ranges."""
    return Sampling(arguments.temperature, arguments.top_p)


def add_features(command: argparse.ArgumentParser) -> None:
    """The optional features of WebGPU that the kernels use; `shader_f16` reads it."""
    text = "WebGPU features to use; auto takes shader-f16 for q4f16_1"
    _add(command, "--features", text, "auto", choices=tuple(_SHADER_F16))


def shader_f16(arguments: argparse.Namespace) -> bool | None:
    """The value of the option of `add_features`; None leaves it to the quantization."""
    return _SHADER_F16[arguments.features]


def add_about(command: argparse.ArgumentParser, required: bool) -> None:
    """Facts about a model that no file has; `about` reads it."""
    for name, (text, usual) in _ABOUT.items():
        _add(command, f"--{name}", text, usual=None if required else usual)
    _add(command, "--repository", "repository of the weights' source", usual="none")


def about(arguments: argparse.Namespace) -> dict[str, Any]:
    """The values of the options of `add_about`, by field of `ManifestOptions` and `BuildOptions`."""
    return {name: getattr(arguments, name) for name in (*_ABOUT, "repository")}


def _add(
    command: argparse.ArgumentParser,
    name: str,
    text: str,
    default: Any = None,
    usual: str | None = None,
    *former: str,
    **kind: Any,
) -> None:
    taken = default if usual is None else usual
    text = text if taken is None else f"{text}; default: {taken}"
    command.add_argument(name, *former, default=default, required=taken is None, help=text, **kind)
