"""WebLLM's weight files: params_shard_N.bin and their index tensor-cache.json."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from .errors import CompilerError
from .files import read_json, write_json, writing

SHARD_BYTES = 32 << 20
INDEX_NAME = "tensor-cache.json"


@dataclass(frozen=True)
class ShardTotals:
    """The written shards: tensors, bytes and files."""

    tensors: int
    tensor_bytes: int
    files: list[str]


@dataclass
class _Shard:
    """One file that is being written."""

    path: Path
    stream: BinaryIO
    digest: Any = field(default_factory=lambda: hashlib.md5(usedforsecurity=False))
    size: int = 0
    records: list[dict[str, Any]] = field(default_factory=list)

    def add(self, name: str, array: np.ndarray) -> None:
        data = np.ascontiguousarray(array, array.dtype.newbyteorder("<")).data.cast("B")
        self.stream.write(data)
        self.digest.update(data)
        self.records.append(
            {
                "name": name,
                "shape": list(array.shape),
                "dtype": array.dtype.name,
                "format": "raw",
                "nbytes": len(data),
                "byteOffset": self.size,
            }
        )
        self.size += len(data)

    def close(self) -> dict[str, Any]:
        """The index's entry for this file."""
        self.stream.close()
        return {
            "dataPath": self.path.name,
            "format": "raw-shard",
            "nbytes": self.size,
            "records": self.records,
            "md5sum": self.digest.hexdigest(),
        }


def write_shards(folder: Path, tensors: Iterable[tuple[str, np.ndarray]], weights: int) -> ShardTotals:
    """Writes the tensors in order into shards of at most 32 MiB (a larger tensor has its own) and the index last.

    `weights` is the number of model weights, for the index's BitsPerParam. Only one tensor is in memory at a time.
    Raises CompilerError when a file cannot be written; `folder` should be one that is thrown away then.
    """
    entries: list[dict[str, Any]] = []
    shard: _Shard | None = None
    for name, array in tensors:
        if shard and shard.size + array.nbytes > SHARD_BYTES:
            with writing(shard.path):
                entries.append(shard.close())
            shard = None
        path = folder / f"params_shard_{len(entries)}.bin"
        with writing(path):
            shard = shard or _Shard(path, path.open("wb"))
            shard.add(name, array)
    if shard:
        with writing(shard.path):
            entries.append(shard.close())
    count = sum(len(entry["records"]) for entry in entries)
    total = sum(entry["nbytes"] for entry in entries)
    metadata = {"ParamSize": count, "ParamBytes": total, "BitsPerParam": round(total * 8 / weights, 3)}
    write_json(folder / INDEX_NAME, {"metadata": metadata, "records": entries})
    return ShardTotals(count, total, [entry["dataPath"] for entry in entries])


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
