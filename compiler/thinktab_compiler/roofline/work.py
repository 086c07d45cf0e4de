"""The work of each kernel of the profile gpu for a decoded token, counted from the kernels' own tiles."""

import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..architectures import architecture_named
from ..codecs import F16_PAIRS, F32
from ..config import ModelConfig
from ..errors import CompilerError
from ..kernels import LinearSpec
from ..kernels.attention import AttentionShape
from ..kernels.gpu import decode, matvec, sampling
from ..quantization import GGUF, Quantization, mixed_quantization, quantization_named

WARP = 32  # threads whose access to one line of 128 bytes counts once
KEPT_TOKENS = 1000  # assumed for a nucleus's candidates, of which top-p's second launch searches the threshold
_CACHED_LOAD = 0.3  # of a load from memory, for one that a cache answers
_BARRIER = 60  # clocks
_SHARED_LOAD = 30  # clocks until the result of a load from workgroup memory is there
_ROW_SUM = 16 * _SHARED_LOAD + 2 * _BARRIER  # of a reduction over 256 threads: each level adds up sixteen numbers


@dataclass(frozen=True)
class Work:
    """One launch of a kernel.

    `bytes` come from memory. `fmas`, `instructions` (those among them) and `conversions` (beside them) count lanes, and
    so do `loads` from buffers. `lines` counts accesses of 32 lanes to a line of L1 or of workgroup memory. A workgroup
    of `threads` takes at least `waits` loads from memory that depend on each other, and `clocks` beside them.
    """

    bytes: float
    fmas: float
    instructions: float
    conversions: float
    loads: float
    lines: float
    groups: int
    threads: int
    waits: float
    clocks: float = 0


@dataclass(frozen=True)
class Kernel:
    """A kernel of a token: its name for a reader, how often it is launched, its work, the weights that it reads."""

    name: str
    launches: int
    work: Work
    weight_bytes: int = 0


def token_kernels(description: dict[str, Any], context: int) -> list[Kernel]:
    """All kernels of a decoded token at `context` positions, for the description of compiled kernels.

    Raises CompilerError for another profile than gpu, and for a GGUF file's own layouts that it does not name.
    """
    if description["profile"] != "gpu":
        raise CompilerError(f"Only kernels of the profile gpu can be estimated, not {description['profile']}.")
    config = ModelConfig.from_json(description["config"], "the description")
    quantization = _quantization_of(description, config)
    if "shader-f16" not in description["features"]:
        quantization = quantization.without_shader_f16()
    shape = AttentionShape.of(config, description["kvCache"]["dtype"])
    layers = config.num_hidden_layers
    found = [
        Kernel(name, launches, matvec_work(spec), matrix_bytes(spec))
        for name, spec, launches in _matrices(config, quantization)
    ]
    if architecture_named(config.model_type).qk_norm:
        found.append(Kernel("head norm", layers, _head_norm_work(shape)))
    per_row = (shape.heads + 2 * shape.kv_heads) * shape.head_dim
    found += [
        Kernel("rotary", layers, _elementwise_work(per_row, 2)),
        Kernel("append", layers, _elementwise_work(2 * shape.kv_heads * shape.head_dim, 2)),
        Kernel("attention", layers, attend_work(shape, context)),
        Kernel("attention, merge", layers, merge_work(shape, context)),
        Kernel("embedding", 1, _elementwise_work(config.hidden_size, 2)),
        *_sampling(config.vocab_size),
    ]
    return found


def _quantization_of(description: dict[str, Any], config: ModelConfig) -> Quantization:
    if description["quantization"] != GGUF:
        return quantization_named(description["quantization"])
    if "layouts" not in description:
        raise CompilerError("Kernels for a GGUF file's own layouts cannot be estimated; they do not name them.")
    parameters = architecture_named(config.model_type).parameters(config)
    matrices = [parameter.name for parameter in parameters if parameter.columns is not None]
    return mixed_quantization(dict(zip(matrices, description["layouts"].split(), strict=True)))


def _matrices(config: ModelConfig, quantization: Quantization) -> Iterator[tuple[str, LinearSpec, int]]:
    """The matrices of the layers and the head, by their names for a reader, with their number for each layout."""
    architecture = architecture_named(config.model_type)
    hidden, ffn, eps = config.hidden_size, config.intermediate_size, config.rms_norm_eps
    mixed = config.num_attention_heads * config.head_dim

    after_qkv = "bias" if architecture.qkv_bias else "nothing"
    in_layers: list[tuple[str, str, int, int, bool, Any]] = [
        ("qkv", "self_attn.c_attn", config.qkv_rows, hidden, True, after_qkv),
        ("o", "self_attn.o_proj", hidden, mixed, False, "residual"),
        ("gate_up", "mlp.gate_up_proj", 2 * ffn, hidden, True, "gate"),
        ("down", "mlp.down_proj", hidden, ffn, False, "residual"),
    ]
    for name, parameter, rows, width, normed, after in in_layers:
        codecs = Counter(
            quantization.codec_of(f"model.layers.{layer}.{parameter}") for layer in range(config.num_hidden_layers)
        )
        for codec, launches in codecs.items():
            label = name if len(codecs) == 1 else f"{name}, {codec.name}"
            yield label, LinearSpec(codec, quantization.vectors, rows, width, eps if normed else None, after), launches
    head = "model.embed_tokens" if config.tie_word_embeddings else "lm_head"
    spec = LinearSpec(quantization.codec_of(head), quantization.vectors, config.vocab_size, hidden, eps, "nothing")
    yield "head", spec, 1


def matrix_bytes(spec: LinearSpec) -> int:
    """Bytes of a matrix as its codec stores it."""
    tensors = spec.codec.tensors(spec.rows, spec.width).values()
    return sum(math.prod(shape) * np.dtype(dtype).itemsize for shape, dtype in tensors)


def matvec_work(spec: LinearSpec) -> Work:
    """Of kernels/gpu/matvec.py: a thread reads words of some rows, and every workgroup brings x into its memory."""
    tile, part, normed = matvec.tile_of(spec), matvec.Slice.of(spec), spec.norm_eps is not None
    per_word, rows = spec.codec.per_word, tile.rows
    groups = math.ceil(spec.columns / (tile.weight_rows // (2 if spec.after == "gate" else 1)))
    turns = math.ceil(spec.words / part.words)
    steps = turns * part.steps  # words of a row that a thread reads
    staged = turns * math.ceil(part.elements / tile.threads)  # elements of x that it brings in
    pairs = getattr(spec.codec, "scales", F32) == F16_PAIRS
    # a word: its load with the address; a mask and an FMA a code; the scale, a product and two FMAs with it
    per_row = 2 + 2 * per_word + 3 + 3 + (9 if pairs else 0)
    of_x = 2 * per_word  # an element of x and its share of the sum
    per_element = (10 if normed else 6) + (9 if normed and spec.vectors == F16_PAIRS else 0)
    lanes = groups * tile.threads
    fmas = steps * (rows * (per_word + 2) + per_word) + (2 * staged if normed else staged)
    instructions = steps * (rows * per_row + of_x) + staged * per_element + 60 + 10 * rows
    lines = steps * (2 * rows + per_word) + staged * (3 if normed else 2) + rows + 10
    return Work(
        bytes=matrix_bytes(spec) + 4 * (spec.width + spec.columns),
        fmas=lanes * fmas,
        instructions=lanes * instructions,
        conversions=lanes * steps * rows * per_word,
        loads=lanes * (steps * 2 * rows + staged * (1 + normed)),
        lines=lanes / WARP * lines,
        groups=groups,
        threads=tile.threads,
        waits=turns * (1 + _CACHED_LOAD) + 1,
        clocks=turns * 2 * _BARRIER + 2 * (8 * _SHARED_LOAD + _BARRIER),
    )


def attend_work(shape: AttentionShape, context: int) -> Work:
    """Of the first launch of kernels/gpu/decode.py."""
    heads, size, threads = decode.heads_of_workgroup(shape), shape.head_dim, decode.THREADS
    splits, per_sequence = math.ceil(context / decode.KEYS), shape.heads // heads
    groups = splits * per_sequence
    keys, values = decode.PER_THREAD * size // decode.LANES, decode.KEYS // decode.halves_of(shape)  # of a thread
    sums = math.ceil(heads * decode.LINES / threads) * decode.PER_THREAD
    converted = keys + values if shape.pages == "float16" else 0
    element = np.dtype(shape.pages).itemsize
    per_key_load = max(1.0, WARP / decode.LANES)  # lines: each eight threads read another key
    fmas = heads * (keys + values)
    instructions = (
        fmas
        + 3 * (keys + 4 * values)
        + heads * (keys / decode.PER_THREAD + values)
        + sums * 24
        + heads * size / threads * 12
        + 150
    )
    lines = keys * per_key_load + heads * keys / decode.PER_THREAD + values * (1 + heads) + sums * 10 + heads * 3
    lanes = groups * threads
    rounds = keys / decode.PER_THREAD / decode.IN_FLIGHT + values / decode.IN_FLIGHT  # loads that wait for others
    return Work(
        bytes=2 * context * shape.kv_heads * size * element * (per_sequence / shape.kv_heads)
        + groups * heads * size * 4,
        fmas=lanes * fmas,
        instructions=lanes * instructions,
        conversions=lanes * converted,
        loads=lanes * (keys + values),
        lines=lanes / WARP * lines,
        groups=groups,
        threads=threads,
        waits=2 + rounds + 1,
        clocks=8 * _BARRIER + 4 * 8 * _SHARED_LOAD,
    )


def merge_work(shape: AttentionShape, context: int) -> Work:
    """Of the second launch of kernels/gpu/decode.py."""
    splits, threads = math.ceil(context / decode.KEYS), decode.THREADS
    groups = shape.head_dim // decode.COLUMNS * shape.heads
    rounds = math.ceil(splits / decode.ROWS)
    lanes = groups * threads
    return Work(
        bytes=splits * shape.heads * (shape.head_dim + 2) * 4,
        fmas=lanes * 2 * rounds,
        instructions=lanes * (10 * rounds + 80),
        conversions=0,
        loads=lanes * (3 * rounds + math.ceil(splits / threads)),
        lines=lanes / WARP * (5 * rounds + 20),
        groups=groups,
        threads=threads,
        waits=math.ceil(splits / threads) + rounds + 1,
        clocks=2 * _ROW_SUM,
    )


def _elementwise_work(elements: int, waits: float, clocks: float = 200) -> Work:
    """A kernel with a thread for each of a few thousand elements."""
    groups = math.ceil(elements / 64)
    return Work(8 * elements, 2 * elements, 30 * elements, 0, 2 * elements, 4 * groups, groups, 64, waits, clocks)


def _head_norm_work(shape: AttentionShape) -> Work:
    """A thread for each head, which walks its dimensions twice; most loads come from L1, four at a time."""
    heads, size = shape.heads + 2 * shape.kv_heads, shape.head_dim
    waits = 2 + 2 * size / 4 * _CACHED_LOAD
    return Work(
        12 * heads * size, 2 * heads * size, 12 * heads * size, 0, 4 * heads * size, 4 * heads * size, 1, 64, waits
    )


def _sampling(vocab: int) -> Iterator[Kernel]:
    """Of kernels/gpu/sampling.py: two launches of softmax, two of top-p."""
    threads = sampling.THREADS
    length = max(math.ceil(vocab / sampling.SEGMENTS), threads)
    groups, rounds = math.ceil(vocab / length), math.ceil(length / threads)  # rounds: numbers of a thread

    def launch(name: str, per_number: int, waits: float, sums: int, bytes_: int) -> Kernel:
        lanes = groups * threads
        instructions = lanes * (rounds * per_number + sums * 60)
        lines = lanes / WARP * (2 * rounds + sums * 8)
        loads = lanes * rounds * 2
        work = Work(bytes_, vocab, instructions, 0, loads, lines, groups, threads, waits, sums * 2 * _ROW_SUM)
        return Kernel(name, 1, work)

    yield launch("softmax, segments", 40, rounds * (1 + _CACHED_LOAD) + 1, 2, 4 * vocab)
    yield launch("softmax, whole", 40, rounds + 2, 2, 8 * vocab)
    yield launch("top-p, candidates", 30, rounds * (1 + _CACHED_LOAD) + 1, 2, 4 * vocab)
    passes = 30 // sampling.BITS
    kept = math.ceil(KEPT_TOKENS / threads)
    clocks = passes * (2 * _ROW_SUM + sampling.CANDIDATES * 16 * threads / WARP + kept * 60) + 6 * 2 * _ROW_SUM
    work = Work(8 * KEPT_TOKENS, 0, threads * clocks / 8, 0, 4 * threads, clocks, 1, threads, 6 + kept, clocks)
    yield Kernel("top-p, draw", 1, work)
