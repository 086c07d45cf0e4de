"""Files that are either complete or absent."""

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from .errors import CompilerError

_READ_BYTES = 1 << 20


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Turns an error of the operating system (no space, no permission) into a CompilerError that names `path`."""
    try:
        yield
    except OSError as error:
        # numpy raises an OSError without a number when a write comes back short
        reason = error.strerror or "No space left on device"
        raise CompilerError(f"{path} cannot be written: {reason}.") from None


def write_atomic(path: Path, data: bytes) -> None:
    """Writes `data` to a temporary file beside `path`, then renames it into place; raises CompilerError."""
    with writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(data)
            Path(temporary).chmod(0o644)  # mkstemp gives 0600, which a web server may not read
            Path(temporary).replace(path)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise


@contextmanager
def staging_folder(output: Path) -> Iterator[Path]:
    """A temporary folder beside `output` for files which are to appear there together; gone when the block ends."""
    with writing(output):
        output.parent.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(dir=output.parent, prefix=f".{output.name}."))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def write_json(path: Path, value: Any) -> None:
    """Writes `value` as readable UTF-8 JSON with a final newline, atomically."""
    write_atomic(path, (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode())


def read_text(path: Path) -> str:
    """The content of a UTF-8 file; raises CompilerError when it cannot be read."""
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise CompilerError(f"{path} does not exist.") from None
    except (ValueError, OSError) as error:
        raise CompilerError(f"{path} cannot be read as text: {error}.") from None


def read_json(path: Path) -> Any:
    """Parses the JSON file `path`; raises CompilerError when it is missing or not JSON."""
    try:
        return json.loads(read_text(path))
    except ValueError as error:
        raise CompilerError(f"{path} cannot be read as JSON: {error}.") from None


def sha256_of(path: Path) -> str:
    """SHA-256 of a file's content, in hexadecimal."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while block := stream.read(_READ_BYTES):
            digest.update(block)
    return digest.hexdigest()
