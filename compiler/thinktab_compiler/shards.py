"""WebLLM's weight files: params_shard_N.bin and their index tensor-cache.json."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from .errors import CompilerError
from .files import read_json, write_atomic, write_json

SHARD_BYTES = 32 << 20
INDEX_NAME = "tensor-cache.json"


@dataclass(frozen=True)
class ShardTotals:
    """What was written: tensors, bytes and files."""

    tensors: int
    tensor_bytes: int
    files: list[str]


def write_shards(folder: Path, tensors: Iterable[tuple[str, np.ndarray]], weights: int) -> ShardTotals:
    """Writes the tensors in order into shards of at most 32 MiB (a larger tensor has its own) and the index last.

    `weights` is the number of model weights, for the index's BitsPerParam.
    """
    records: list[dict[str, Any]] = []
    pending: list[dict[str, Any]] = []
    content = bytearray()
    count = total = 0

    def flush() -> None:
        nonlocal pending, content
        if not pending:
            return
        name = f"params_shard_{len(records)}.bin"
        data = bytes(content)
        write_atomic(folder / name, data)
        records.append(
            {
                "dataPath": name,
                "format": "raw-shard",
                "nbytes": len(data),
                "records": pending,
                "md5sum": hashlib.md5(data, usedforsecurity=False).hexdigest(),
            }
        )
        pending, content = [], bytearray()

    for name, array in tensors:
        data = np.ascontiguousarray(array).astype(array.dtype.newbyteorder("<"), copy=False).tobytes()
        if pending and len(content) + len(data) > SHARD_BYTES:
            flush()
        pending.append(
            {
                "name": name,
                "shape": list(array.shape),
                "dtype": array.dtype.name,
                "format": "raw",
                "nbytes": len(data),
                "byteOffset": len(content),
            }
        )
        content += data
        count, total = count + 1, total + len(data)
    flush()
    metadata = {"ParamSize": count, "ParamBytes": total, "BitsPerParam": round(total * 8 / weights, 3)}
    write_json(folder / INDEX_NAME, {"metadata": metadata, "records": records})
    return ShardTotals(count, total, [record["dataPath"] for record in records])


def shard_names(folder: Path) -> list[str]:
    """File names of the shards in the order of the index."""
    return [shard["dataPath"] for shard in read_json(folder / INDEX_NAME)["records"]]


def read_tensors(folder: Path) -> Iterator[tuple[str, np.ndarray]]:
    """Yields every tensor of a converted folder; raises CompilerError when a shard is not as long as indexed."""
    for shard in read_json(folder / INDEX_NAME)["records"]:
        path = folder / shard["dataPath"]
        data = path.read_bytes() if path.is_file() else b""
        if len(data) != shard["nbytes"]:
            raise CompilerError(f"{path} has {len(data)} bytes, {INDEX_NAME} lists {shard['nbytes']}.")
        for record in shard["records"]:
            part = data[record["byteOffset"] : record["byteOffset"] + record["nbytes"]]
            yield record["name"], np.frombuffer(part, record["dtype"]).reshape(record["shape"])
