"""Command line: python -m thinktab_compiler COMMAND; each command's work is in a module of its own."""

import argparse
import sys
from pathlib import Path

from .chat_config import Sampling
from .errors import CompilerError
from .files import read_text
from .progress import told
from .toolchain import LinkLevel

# without em++'s dash: argparse takes a value with one for the next option
_LINK_LEVELS: dict[str, LinkLevel] = {"O1": "-O1", "Oz": "-Oz"}


_SHADER_F16 = {"auto": None, "none": False, "shader-f16": True}


def _library(arguments: argparse.Namespace) -> int:
    # TVM takes seconds to import, so only the command which needs it does
    from .library import LibraryOptions, build_library, read_model

    config, quantization = read_model(arguments.config, arguments.quantization)
    wanted = _SHADER_F16[arguments.features]
    shader_f16 = quantization.name == "q4f16_1" if wanted is None else wanted
    options = LibraryOptions(quantization, arguments.profile, arguments.context, arguments.prefill_chunk, shader_f16)
    build_library(config, options, arguments.output, _LINK_LEVELS[arguments.link], told)
    print(f"{arguments.output}: {arguments.output.stat().st_size:,} bytes")
    return 0


def _describe(arguments: argparse.Namespace) -> int:
    from .description import description_text, read_description

    print(description_text(read_description(arguments.library)))
    return 0


def _libraries(arguments: argparse.Namespace) -> int:
    from .libraries import build_libraries

    for entry in build_libraries(arguments.output, told):
        print(f"{entry['file']}: {entry['bytes']:,} bytes, {entry['gzipBytes']:,} gzipped", flush=True)
    return 0


def _convert(arguments: argparse.Namespace) -> int:
    from .convert import ConvertOptions, convert

    sampling = Sampling(arguments.temperature, arguments.top_p)
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
        sampling=Sampling(arguments.temperature, arguments.top_p),
        shader_f16=_SHADER_F16[arguments.features],
        id=arguments.id,
        name=arguments.name,
        licence=arguments.licence,
        revision=arguments.revision,
        repository=arguments.repository,
        library=arguments.library,
        chrome=arguments.chrome,
    )
    manifest = build(arguments.model, options, arguments.output, told)
    total = sum(artifact["bytes"] for artifact in manifest["artifacts"])
    print(f"{arguments.output}: {manifest['name']}, {len(manifest['artifacts'])} files, {total:,} bytes")
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
    from .manifest import ManifestOptions, write_manifest

    options = ManifestOptions(
        id=arguments.id,
        name=arguments.name,
        history_tokens=arguments.history_tokens,
        licence=arguments.licence,
        revision=arguments.revision,
        repository=arguments.repository,
        gguf=arguments.gguf,
    )
    manifest = write_manifest(arguments.folder, arguments.library, options)
    total = sum(artifact["bytes"] for artifact in manifest["artifacts"])
    print(f"{arguments.folder / 'manifest.json'}: {len(manifest['artifacts'])} files, {total:,} bytes")
    return 0


def _check(arguments: argparse.Namespace) -> int:
    from .browser import Chromium, Lavapipe
    from .check import check_library

    runner = Lavapipe(arguments.lavapipe) if arguments.lavapipe else Chromium(arguments.chrome)
    report = check_library(arguments.folder, arguments.library, runner, timed=not arguments.untimed)
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

    def sized(command: argparse.ArgumentParser, quantized: bool) -> None:
        command.add_argument("--quantization", required=quantized, help="q4f16_1 or q4f32_1, for example")
        command.add_argument("--context", type=int, required=True, help="context window in tokens")
        command.add_argument("--prefill-chunk", type=int, required=True, help="most tokens of one prefill")
        command.add_argument("-o", "--output", type=Path, required=True)

    def featured(command: argparse.ArgumentParser) -> None:
        command.add_argument(
            "--features",
            choices=tuple(_SHADER_F16),
            default="auto",
            help="WebGPU features to use; auto takes shader-f16 for q4f16_1",
        )

    build = commands.add_parser("build", help="make all that the site needs of a checkpoint: the other commands in one")
    build.add_argument("model", type=Path, help="a Hugging Face folder or a .gguf file")
    build.add_argument("-o", "--output", type=Path, required=True, help="a new folder, or an earlier output")
    build.add_argument("--quantization", default="q4f16_1", help="default: q4f16_1")
    build.add_argument("--profile", default="gpu", choices=("gpu", "software"), help="kernel profile; default: gpu")
    build.add_argument("--context", type=int, help="context window in tokens; default: 4096 at most")
    build.add_argument("--scale", choices=("max", "search"), default="search", help="how group scales are chosen")
    build.add_argument("--temperature", type=float, default=0.6, help="default sampling temperature; default: 0.6")
    build.add_argument("--top-p", type=float, default=0.95, help="default top-p; default: 0.95")
    build.add_argument("--id", help="default: made of the name")
    build.add_argument("--name", help="default: the name of the folder or file")
    build.add_argument("--licence", help="SPDX identifier of the weights' licence; default: what README.md says")
    build.add_argument("--revision", default="1", help="revision of the weights' source; default: 1")
    build.add_argument("--repository", help="repository of the weights' source")
    build.add_argument("--library", type=Path, help="a library for these weights; default: one that fits, or a new one")
    build.add_argument("--chrome", help="path of a Chromium in which the result is checked")
    featured(build)
    build.set_defaults(run=_build)

    library = commands.add_parser("library", help="compile a model library")
    library.add_argument("config", type=Path, help="a Hugging Face config.json, or the mlc-chat-config.json of convert")
    library.add_argument("--profile", required=True, help="kernel profile: gpu or software")
    featured(library)
    library.add_argument("--link", choices=tuple(_LINK_LEVELS), default="Oz", help="O1 links in seconds, Oz is small")
    sized(library, quantized=False)
    library.set_defaults(run=_library)

    libraries = commands.add_parser("libraries", help="rebuild all libraries that ship with the site")
    shipped = Path(__file__).resolve().parents[2] / "public" / "models" / "libraries"
    libraries.add_argument("-o", "--output", type=Path, default=shipped, help="default: public/models/libraries")
    libraries.set_defaults(run=_libraries)

    describe = commands.add_parser("describe", help="show what a library needs and how it runs")
    describe.add_argument("library", type=Path, help="output of library")
    describe.set_defaults(run=_describe)

    convert = commands.add_parser("convert", help="quantise a checkpoint into WebLLM's layout")
    convert.add_argument("model", type=Path, help="a Hugging Face folder or a .gguf file")
    convert.add_argument("--perplexity", type=Path, metavar="TEXT", help="measure it over this text file, on the CPU")
    convert.add_argument("--scale", choices=("max", "search"), default="search", help="how group scales are chosen")
    convert.add_argument("--temperature", type=float, required=True, help="default sampling temperature")
    convert.add_argument("--top-p", type=float, required=True, help="default top-p")
    sized(convert, quantized=True)
    convert.set_defaults(run=_convert)

    gguf = commands.add_parser("gguf", help="write a checkpoint as a GGUF file for llama.cpp")
    gguf.add_argument("model", type=Path, help="a Hugging Face folder or a .gguf file")
    gguf.add_argument("--type", default="f16", help="type of the matrices: f32, f16, q4_0, q4_1 or q8_0")
    gguf.add_argument("--name", help="the model's name in the file, otherwise the folder's")
    gguf.add_argument("-o", "--output", type=Path, required=True)
    gguf.set_defaults(run=_gguf)

    manifest = commands.add_parser("manifest", help="describe a converted folder for the site")
    manifest.add_argument("folder", type=Path, help="output of convert")
    manifest.add_argument("--id", required=True)
    manifest.add_argument("--name", required=True)
    manifest.add_argument("--library", type=Path, required=True, help="output of library")
    manifest.add_argument("--history-tokens", type=int, required=True)
    manifest.add_argument("--licence", required=True, help="SPDX identifier of the weights' licence")
    manifest.add_argument("--revision", required=True, help="revision of the weights' source")
    manifest.add_argument("--repository", help="repository of the weights' source")
    manifest.add_argument("--gguf", type=Path, help="the same weights for llama.cpp: output of gguf")
    manifest.set_defaults(run=_manifest)

    check = commands.add_parser("check", help="compare a library with the numpy reference, through WebLLM")
    check.add_argument("folder", type=Path, help="output of convert")
    check.add_argument("--library", type=Path, required=True)
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
