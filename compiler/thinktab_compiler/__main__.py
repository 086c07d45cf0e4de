"""Command line: python -m thinktab_compiler COMMAND; each command's work is in a module of its own."""

import argparse
import sys
from pathlib import Path
from typing import Any

from . import options as given
from .chat_config import USUAL_SAMPLING
from .errors import CompilerError
from .files import read_text
from .progress import told
from .toolchain import LinkLevel

# without em++'s dash: argparse takes a value with one for the next option
_LINK_LEVELS: dict[str, LinkLevel] = {"O1": "-O1", "Oz": "-Oz"}


def _kernels(arguments: argparse.Namespace) -> int:
    # TVM takes seconds to import, so only the command which needs it does
    from .compile import KernelsOptions, build_kernels, read_model

    config, quantization = read_model(arguments.config, arguments.quantization)
    shader_f16 = quantization.uses_shader_f16(given.shader_f16(arguments))
    options = KernelsOptions(quantization, arguments.profile, arguments.context, arguments.prefill_chunk, shader_f16)
    build_kernels(config, options, arguments.output, _LINK_LEVELS[arguments.link], told)
    print(f"{arguments.output}: {arguments.output.stat().st_size:,} bytes")
    return 0


def _describe(arguments: argparse.Namespace) -> int:
    from .description import description_text, read_description

    description = read_description(arguments.kernels)
    print(description_text(description))
    if arguments.device is not None:
        from .roofline.devices import device_named
        from .roofline.estimate import estimate_text

        print(f"\n{estimate_text(description, device_named(arguments.device))}")
    return 0


def _shipped(arguments: argparse.Namespace) -> int:
    from .shipped import build_shipped

    for entry in build_shipped(arguments.output, told):
        print(f"{entry['file']}: {entry['bytes']:,} bytes, {entry['gzipBytes']:,} gzipped", flush=True)
    return 0


def _convert(arguments: argparse.Namespace) -> int:
    from .convert import ConvertOptions, convert

    sampling = given.sampling(arguments)
    text = None if arguments.perplexity is None else read_text(arguments.perplexity)
    options = ConvertOptions(
        arguments.quantization, arguments.scale, arguments.context, arguments.prefill_chunk, sampling, text
    )
    with told(f"Converting the weights to {arguments.quantization}"):
        report = convert(arguments.model, options, arguments.output)
    totals = report.totals
    print(f"{arguments.output}: {totals.tensors} tensors, {totals.tensor_bytes:,} bytes, {len(totals.files)} shard(s)")
    if report.approximated:
        print(f"requantised to q8_0, because no layout holds their numbers: {', '.join(report.approximated)}")
    if report.perplexity:
        found = report.perplexity
        print(f"perplexity over {found.tokens} tokens: {found.before:.3f} before, {found.after:.3f} after")
    return 0


def _build(arguments: argparse.Namespace) -> int:
    from .build import BuildOptions, build

    options = BuildOptions(
        quantization=arguments.quantization,
        profile=arguments.profile,
        scale=arguments.scale,
        context=arguments.context,
        sampling=given.sampling(arguments),
        shader_f16=given.shader_f16(arguments),
        **given.about(arguments),
        kernels=arguments.kernels,
        chrome=arguments.chrome,
    )
    manifest = build(arguments.model, options, arguments.output, told)
    print(f"{arguments.output}: {manifest['name']}, {_size(manifest)}")
    if arguments.chrome is None:
        print("not run yet: --chrome PATH compares it with the numpy model in a Chromium")
    return 0


def _gguf(arguments: argparse.Namespace) -> int:
    from .gguf_files.writer import write_gguf

    name = arguments.name or arguments.model.resolve().stem
    size = write_gguf(arguments.model, arguments.type, name, arguments.output)
    print(f"{arguments.output}: {size:,} bytes")
    return 0


def _manifest(arguments: argparse.Namespace) -> int:
    from .manifest import MANIFEST_NAME, ManifestOptions, write_manifest

    options = ManifestOptions(history_tokens=arguments.history_tokens, gguf=arguments.gguf, **given.about(arguments))
    manifest = write_manifest(arguments.folder, arguments.kernels, options)
    print(f"{arguments.folder / MANIFEST_NAME}: {_size(manifest)}")
    return 0


def _size(manifest: dict[str, Any]) -> str:
    """The size of a manifest's lists, for a reader."""
    total = sum(artifact["bytes"] for artifact in manifest["artifacts"])
    return f"{len(manifest['artifacts'])} files, {total:,} bytes"


def _check(arguments: argparse.Namespace) -> int:
    from .browser import Chromium, Lavapipe
    from .check import check_kernels

    runner = Lavapipe(arguments.lavapipe) if arguments.lavapipe else Chromium(arguments.chrome)
    report = check_kernels(arguments.folder, arguments.kernels, runner, timed=not arguments.untimed)
    print(f"greedy tokens      {report.agreed}/{report.compared} agree, {report.near_ties} near tie(s)")
    print(f"logit error        {report.logit_error:.2e} at most (the logits' deviation is {report.spread:.2f})")
    for title, (error, tolerance) in report.functions.items():
        print(f"{title:32} error {error:.1e}, at most {tolerance:.0e}")
    calls = ", ".join(f"{count} {name}" for name, count in report.calls.items())
    print(f"a decoded token    {calls}")
    print(f"load               {report.load_seconds:.1f} s")
    if report.prefill_rate:
        print(f"prefill            {report.prefill_rate:.0f} tokens/s over nearly the whole context")
        rates = (
            f"{report.decode_rate_short:.1f} tokens/s in a short context, {report.decode_rate_long:.1f} in a full one"
        )
        print(f"decode             {rates}")
    print("passed" if report.passed else "FAILED")
    return 0 if report.passed else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="thinktab_compiler", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="command")

    build = commands.add_parser("build", help="make all that the site needs of a checkpoint: the other commands in one")
    given.add_model(build)
    given.add_output(build, "a new folder, or an earlier output")
    given.add_quantization(build, "q4f16_1")
    given.add_profile(build, "gpu")
    given.add_context(build, "4096 at most")
    given.add_scale(build)
    given.add_sampling(build, USUAL_SAMPLING)
    given.add_about(build, required=False)
    given.add_kernels(build, "kernels for these weights", "those of the site that fit, or new ones")
    build.add_argument("--chrome", help="path of a Chromium in which the result is checked")
    given.add_features(build)
    build.set_defaults(run=_build)

    kernels = commands.add_parser("kernels", aliases=["library"], help="compile a model's kernels")
    kernels.add_argument("config", type=Path, help="a Hugging Face config.json, or the mlc-chat-config.json of convert")
    given.add_quantization(kernels, usual="what mlc-chat-config.json says")
    given.add_profile(kernels)
    given.add_features(kernels)
    given.add_context(kernels)
    given.add_prefill_chunk(kernels)
    kernels.add_argument("--link", choices=tuple(_LINK_LEVELS), default="Oz", help="O1 links in seconds, Oz is small")
    given.add_output(kernels, "the .wasm file")
    kernels.set_defaults(run=_kernels)

    everything = commands.add_parser(
        "shipped-kernels", aliases=["libraries"], help="rebuild all kernels that ship with the site"
    )
    shipped = Path(__file__).resolve().parents[2] / "public" / "models" / "libraries"
    everything.add_argument("-o", "--output", type=Path, default=shipped, help="default: public/models/libraries")
    everything.set_defaults(run=_shipped)

    describe = commands.add_parser("describe", help="show what compiled kernels need and how they run")
    describe.add_argument("kernels", type=Path, help="output of kernels")
    describe.add_argument(
        "--device", help="estimate a decoded token on paper: m2, rtx3060, rtx4090, iris-xe, adreno740"
    )
    describe.set_defaults(run=_describe)

    convert = commands.add_parser("convert", help="quantise a checkpoint into WebLLM's layout")
    given.add_model(convert)
    given.add_quantization(convert)
    given.add_scale(convert)
    given.add_context(convert)
    given.add_prefill_chunk(convert)
    given.add_sampling(convert)
    convert.add_argument("--perplexity", type=Path, metavar="TEXT", help="measure it over this text file, on the CPU")
    given.add_output(convert, "a new folder, or an earlier output")
    convert.set_defaults(run=_convert)

    gguf = commands.add_parser("gguf", help="write a checkpoint as a GGUF file for llama.cpp")
    given.add_model(gguf)
    gguf.add_argument("--type", default="f16", help="type of the matrices: f32, f16, q4_0, q4_1 or q8_0")
    gguf.add_argument("--name", help="the model's name in the file, otherwise the folder's")
    given.add_output(gguf, "the .gguf file")
    gguf.set_defaults(run=_gguf)

    manifest = commands.add_parser("manifest", help="describe a converted folder for the site")
    manifest.add_argument("folder", type=Path, help="output of convert")
    given.add_about(manifest, required=True)
    given.add_kernels(manifest, "output of kernels")
    manifest.add_argument("--history-tokens", type=int, required=True, help="what a prompt keeps of earlier turns")
    manifest.add_argument("--gguf", type=Path, help="the same weights for llama.cpp: output of gguf")
    manifest.set_defaults(run=_manifest)

    check = commands.add_parser("check", help="compare kernels with the numpy reference, through WebLLM")
    check.add_argument("folder", type=Path, help="output of convert")
    given.add_kernels(check, "output of kernels")
    where = check.add_mutually_exclusive_group(required=True)
    where.add_argument("--chrome", help="path of a Chromium")
    where.add_argument("--lavapipe", type=Path, metavar="FOLDER", help="made by check/lavapipe.sh: f16 without a GPU")
    check.add_argument("--untimed", action="store_true", help="leave the measurement of speed out")
    check.set_defaults(run=_check)
    return parser


def main() -> int:
    """Runs one command; a CompilerError becomes one line on stderr and exit status 1."""
    arguments = _parser().parse_args()
    try:
        return arguments.run(arguments)
    except CompilerError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
