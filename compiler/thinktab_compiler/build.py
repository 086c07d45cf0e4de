"""Builds all that the site needs of a checkpoint: weights, kernels, a check of them, and the manifest."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .browser import Chromium
from .chat_config import USUAL_SAMPLING, Sampling
from .codecs import ScaleRule
from .config import ModelConfig
from .convert import ConvertOptions, chat_of, convert
from .description import read_description
from .errors import CompilerError
from .files import read_text
from .manifest import MANIFEST_NAME, ManifestOptions, matching_description, validate_field, write_manifest
from .model_input import open_model
from .progress import Step, quiet
from .quantization import Quantization, quantization_of
from .shards import INDEX_NAME
from .toolchain import require_emscripten

SHIPPED = Path(__file__).resolve().parents[2] / "public" / "models" / "libraries"
_LONGEST_CONTEXT = 4096  # tokens, if nobody asks for another number; a longer context takes more memory of the device
_PREFILL_CHUNK = 512
_HISTORY_SHARE = 0.375  # of the context: a long thought still fits behind the earlier turns, as on the site


@dataclass(frozen=True)
class BuildOptions:
    """The options of a build. None stands for the checkpoint's value, or for the usual one.

    `kernels` is a finished .wasm file. Without it, kernels that ship with the site are used if they fit, and otherwise
    new ones are compiled. `chrome` is the Chromium in which the result is checked.
    """

    quantization: str = "q4f16_1"
    profile: str = "gpu"
    scale: ScaleRule = "search"
    context: int | None = None
    sampling: Sampling = USUAL_SAMPLING
    shader_f16: bool | None = None
    id: str | None = None
    name: str | None = None
    licence: str | None = None
    revision: str | None = None
    repository: str | None = None
    kernels: Path | None = None
    chrome: str | None = None


@dataclass(frozen=True)
class _Prepared:
    """The facts that are known before any long step begins."""

    convert: ConvertOptions
    quantization: Quantization
    config: ModelConfig
    shader_f16: bool
    manifest: ManifestOptions
    kernels: Path | None


def build(path: Path, options: BuildOptions, output: Path, step: Step = quiet) -> dict[str, Any]:
    """Writes a folder that the site can load and returns its manifest.

    `path` is a Hugging Face folder or a .gguf file. `output` is new, empty, or an earlier output. Raises CompilerError,
    before any file is written if the problem can be known by then.
    """
    with step("Looking at the checkpoint"):
        prepared = _prepare(path, options, output)
    with step(f"Converting the weights to {options.quantization}"):
        convert(path, prepared.convert, output)
    kernels = prepared.kernels or _compile(prepared, options, output, step)
    (output / MANIFEST_NAME).unlink(missing_ok=True)  # an earlier one describes other files
    if options.chrome is not None:
        with step("Checking it in Chromium"):
            _check(output, kernels, options.chrome)
    with step("Writing the manifest"):
        return write_manifest(output, kernels, prepared.manifest)


def _prepare(path: Path, options: BuildOptions, output: Path) -> _Prepared:
    """Refuses input that would fail later, after minutes."""
    if output.exists() and any(output.iterdir()) and not (output / INDEX_NAME).is_file():
        raise CompilerError(f"{output} has files of something else; name a new folder.")
    if options.chrome is not None and not Path(options.chrome).is_file():
        raise CompilerError(f"There is no Chromium at {options.chrome}.")
    model = open_model(path)
    context = options.context or min(_LONGEST_CONTEXT, model.config.max_position_embeddings)
    if not 1 <= context <= model.config.max_position_embeddings:
        raise CompilerError(
            f"The context must lie between 1 and the model's {model.config.max_position_embeddings} tokens."
        )
    converted = ConvertOptions(
        options.quantization, options.scale, context, min(_PREFILL_CHUNK, context), options.sampling
    )
    chat = chat_of(path, model, converted)
    quantization = quantization_of(chat)
    shader_f16 = quantization.uses_shader_f16(options.shader_f16)
    manifest = _manifest_options(path, options, context)
    kernels = options.kernels or _shipped(chat, options.profile, shader_f16)
    if options.kernels is not None:
        matching_description(options.kernels, chat)
    if kernels is None:
        require_emscripten()
    return _Prepared(converted, quantization, model.config, shader_f16, manifest, kernels)


def _manifest_options(path: Path, options: BuildOptions, context: int) -> ManifestOptions:
    name = options.name or path.resolve().stem
    identifier = options.id or re.sub(r"[^a-z0-9._-]+", "-", name.lower()).strip("-._")[:64]
    licence = options.licence or _licence_of(path)
    if licence is None:
        raise CompilerError(f"{path} does not say under which licence it is; give it with --licence.")
    for field, value in (("id", identifier), ("name", name), ("licence", licence)):
        validate_field(field, value)
    return ManifestOptions(
        id=identifier,
        name=name,
        history_tokens=int(context * _HISTORY_SHARE),
        licence=licence,
        revision=options.revision or "1",
        repository=options.repository,
    )


def _licence_of(path: Path) -> str | None:
    """The licence in the head of a folder's README.md, as hubs of models have it."""
    card = path / "README.md"
    if not card.is_file():
        return None
    head = re.match(r"---\n(.*?)\n---", read_text(card), re.DOTALL)
    found = re.search(r"^license:\s*['\"]?([\w.-]+)", head[1], re.MULTILINE) if head else None
    return found[1] if found else None


def _shipped(chat: Mapping[str, Any], profile: str, shader_f16: bool) -> Path | None:
    """Kernels of the site that were made for these weights, so that none need to be compiled."""
    features = ["shader-f16"] if shader_f16 else []
    for path in sorted(SHIPPED.glob("*.wasm")):
        described = read_description(path)
        fits = (
            described["quantization"] == chat["quantization"]
            and described.get("layouts") == quantization_of(chat).layouts
            and described["config"] == chat["model_config"]
            and described["context"] >= chat["context_window_size"]
        )
        if fits and described["profile"] == profile and described["features"] == features:
            return path
    return None


def _compile(prepared: _Prepared, options: BuildOptions, output: Path, step: Step) -> Path:
    # TVM takes seconds to import
    from .compile import KernelsOptions, build_kernels

    sizes = prepared.convert.context, prepared.convert.prefill_chunk
    wanted = KernelsOptions(prepared.quantization, options.profile, *sizes, prepared.shader_f16)
    path = output / f"{prepared.manifest.id}-{options.profile}.wasm"
    build_kernels(prepared.config, wanted, path, step=step)
    return path


def _check(folder: Path, kernels: Path, chrome: str) -> None:
    from .check import check_kernels

    report = check_kernels(folder, kernels, Chromium(chrome), timed=False, brief=True)
    if not report.passed:
        raise CompilerError(
            f"{folder} computes wrongly: {report.agreed} of {report.compared} tokens agree, "
            f"the largest logit error is {report.logit_error:.2g}. It got no {MANIFEST_NAME}."
        )
