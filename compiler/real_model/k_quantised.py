"""SmolLM2 with K-quants in llama.cpp's places: the down projections, whose rows are six times 256 weights.

The gguf package reads K-quants and does not write them. Their fit does not matter here: the gguf package, whose
dequantisation is ggml's, and WebLLM read the same numbers from the file.
"""

from collections.abc import Callable
from pathlib import Path

import gguf
import numpy as np
from gguf import GGMLQuantizationType as Type

Change = Callable[[str, np.ndarray, Type], tuple[np.ndarray, Type]]


def rewrite(path: Path, output: Path) -> None:
    """The file again, with the down projections in Q4_K and Q6_K by turns."""
    _changed(path, output, _with_k_quants)


def dequantise(path: Path, output: Path) -> None:
    """The file again, with the same numbers in f32: llama.cpp then rounds no activations."""
    _changed(path, output, lambda _, data, kind: (gguf.quants.dequantize(data, kind), Type.F32))


def _with_k_quants(name: str, data: np.ndarray, kind: Type) -> tuple[np.ndarray, Type]:
    if "ffn_down" not in name:
        return data, kind
    values = gguf.quants.dequantize(data, kind)
    return (q4_k(values), Type.Q4_K) if int(name.split(".")[1]) % 2 == 0 else (q6_k(values), Type.Q6_K)


def _changed(path: Path, output: Path, change: Change) -> None:
    reader = gguf.GGUFReader(path)
    writer = gguf.GGUFWriter(output, reader.fields["general.architecture"].contents())
    for name, field in reader.fields.items():
        if name.startswith("GGUF.") or name == "general.architecture":
            continue
        inner = field.types[-1] if len(field.types) > 1 else None
        writer.add_key_value(name, field.contents(), field.types[0], sub_type=inner)
    for tensor in reader.tensors:
        data, kind = change(tensor.name, tensor.data, tensor.tensor_type)
        writer.add_tensor(tensor.name, data, raw_dtype=kind)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def q4_k(values: np.ndarray) -> np.ndarray:
    """f32 [N,K] -> rows of Q4_K blocks, u8."""
    groups = values.reshape(len(values), -1, 8, 32)
    low = np.minimum(groups.min(-1), 0)
    scales, minima = (groups.max(-1) - low) / 15, -low
    d, dmin = (np.float16(part.max(-1, keepdims=True) / 63) for part in (scales, minima))
    s, m = (np.rint(a / np.maximum(np.float32(b), 1e-12)).clip(0, 63) for a, b in ((scales, d), (minima, dmin)))
    step, offset = (np.float32(d) * s)[..., None], (np.float32(dmin) * m)[..., None]
    codes = np.rint((groups + offset) / np.maximum(step, 1e-12)).clip(0, 15).astype(np.uint8)
    s, m = s.astype(np.uint8), m.astype(np.uint8)
    packed = [
        s[..., :4] | s[..., 4:] >> 4 << 6,
        m[..., :4] | m[..., 4:] >> 4 << 6,
        s[..., 4:] & 15 | (m[..., 4:] & 15) << 4,
    ]
    nibbles = codes[..., ::2, :] | codes[..., 1::2, :] << 4
    factors = np.concatenate([d, dmin], -1).view(np.uint8)
    return np.concatenate([factors, *packed, nibbles.reshape(*factors.shape[:2], 128)], -1).reshape(len(values), -1)


def q6_k(values: np.ndarray) -> np.ndarray:
    """f32 [N,K] -> rows of Q6_K blocks, u8."""
    groups = values.reshape(len(values), -1, 16, 16)
    scales = np.abs(groups).max(-1) / 31
    d = np.float16(scales.max(-1, keepdims=True) / 127)
    s = np.rint(scales / np.maximum(np.float32(d), 1e-12)).clip(0, 127)
    step = np.maximum((np.float32(d) * s)[..., None], 1e-12)
    codes = (np.rint(groups / step).clip(-32, 31) + 32).astype(np.uint8).reshape(*groups.shape[:2], 2, 4, 32)
    low, high = codes & 15, codes >> 4
    ql = np.concatenate([low[..., 0, :] | low[..., 2, :] << 4, low[..., 1, :] | low[..., 3, :] << 4], -1)
    qh = high[..., 0, :] | high[..., 1, :] << 2 | high[..., 2, :] << 4 | high[..., 3, :] << 6
    parts = [ql, qh, s.astype(np.int8).view(np.uint8), d.view(np.uint8)]
    return np.concatenate([part.reshape(*groups.shape[:2], -1) for part in parts], -1).reshape(len(values), -1)
