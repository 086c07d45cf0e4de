"""Command line: python -m thinktab_compiler {library, convert, manifest, check}."""

import argparse
import sys
from pathlib import Path

from .chat_config import Sampling
from .errors import CompilerError


def _library(arguments: argparse.Namespace) -> int:
    # TVM takes seconds to import, so only the command which needs it does
    from .config import load_config
    from .library import LibraryOptions, build_library

    options = LibraryOptions(arguments.quantization, arguments.profile, arguments.context, arguments.prefill_chunk)
    build_library(load_config(arguments.config), options, arguments.output)
    print(f"{arguments.output}: {arguments.output.stat().st_size:,} bytes")
    return 0


def _convert(arguments: argparse.Namespace) -> int:
    from .convert import ConvertOptions, convert

    sampling = Sampling(arguments.temperature, arguments.top_p)
    options = ConvertOptions(
        arguments.quantization, arguments.scale, arguments.context, arguments.prefill_chunk, sampling
    )
    totals = convert(arguments.checkpoint, options, arguments.output)
    print(f"{arguments.output}: {totals.tensors} tensors, {totals.tensor_bytes:,} bytes, {len(totals.files)} shard(s)")
    return 0


def _manifest(arguments: argparse.Namespace) -> int:
    from .manifest import ManifestOptions, write_manifest

    options = ManifestOptions(
        id=arguments.id,
        name=arguments.name,
        profile=arguments.profile,
        history_tokens=arguments.history_tokens,
        licence=arguments.licence,
        revision=arguments.revision,
        repository=arguments.repository,
    )
    manifest = write_manifest(arguments.folder, arguments.library, options)
    total = sum(artifact["bytes"] for artifact in manifest["artifacts"])
    print(f"{arguments.folder / 'manifest.json'}: {len(manifest['artifacts'])} files, {total:,} bytes")
    return 0


def _check(arguments: argparse.Namespace) -> int:
    from .check import check_library

    report = check_library(arguments.folder, arguments.library, arguments.chrome)
    print(f"greedy tokens      {report.agreed}/{report.compared} agree, {report.near_ties} near tie(s)")
    print(f"logit error        {report.logit_error:.2e} at most (the logits' deviation is {report.spread:.2f})")
    for name, error in report.functions.items():
        print(f"{name:26} error {error:.1e}")
    print(f"load               {report.load_seconds:.1f} s")
    print(f"prefill            {report.prefill_rate:.0f} tokens/s over nearly the whole context")
    rates = f"{report.decode_rate_short:.0f} tokens/s in a short context, {report.decode_rate_long:.0f} in a full one"
    print(f"decode             {rates}")
    print("passed" if report.passed else "FAILED")
    return 0 if report.passed else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="thinktab_compiler", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="command")

    def sized(command: argparse.ArgumentParser) -> None:
        command.add_argument("--quantization", required=True, help="weight layout, e.g. q4f32_1")
        command.add_argument("--context", type=int, required=True, help="context window in tokens")
        command.add_argument("--prefill-chunk", type=int, required=True, help="most tokens of one prefill")
        command.add_argument("-o", "--output", type=Path, required=True)

    library = commands.add_parser("library", help="compile a model library")
    library.add_argument("config", type=Path, help="a Hugging Face config.json")
    library.add_argument("--profile", required=True, help="kernel profile, e.g. software")
    sized(library)
    library.set_defaults(run=_library)

    convert = commands.add_parser("convert", help="quantise a checkpoint into WebLLM's layout")
    convert.add_argument("checkpoint", type=Path, help="a Hugging Face folder")
    convert.add_argument("--scale", choices=("max", "search"), default="search", help="how group scales are chosen")
    convert.add_argument("--temperature", type=float, required=True, help="default sampling temperature")
    convert.add_argument("--top-p", type=float, required=True, help="default top-p")
    sized(convert)
    convert.set_defaults(run=_convert)

    manifest = commands.add_parser("manifest", help="describe a converted folder for the site")
    manifest.add_argument("folder", type=Path, help="output of convert")
    manifest.add_argument("--id", required=True)
    manifest.add_argument("--name", required=True)
    manifest.add_argument("--library", type=Path, required=True, help="output of library")
    manifest.add_argument("--profile", required=True, help="the library's kernel profile")
    manifest.add_argument("--history-tokens", type=int, required=True)
    manifest.add_argument("--licence", required=True, help="SPDX identifier of the weights' licence")
    manifest.add_argument("--revision", required=True, help="revision of the weights' source")
    manifest.add_argument("--repository", help="repository of the weights' source")
    manifest.set_defaults(run=_manifest)

    check = commands.add_parser("check", help="compare a library in Chromium with the numpy reference")
    check.add_argument("folder", type=Path, help="output of convert")
    check.add_argument("--library", type=Path, required=True)
    check.add_argument("--chrome", required=True, help="path of a Chromium")
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
