"""Golden prompts: their greedy tokens, on which the numpy reference and WebLLM agree. A device that gives others computes wrongly."""

import argparse
import json
from pathlib import Path

from tokenizers import Tokenizer

from ..errors import CompilerError
from ..files import write_atomic
from ..reference import Reference
from .conversation import ConversationSampler, Example
from .evaluate import greedy_replies
from .families import FAMILIES
from .splits import SPLITS, TURNS
from .tokenizer import END_THINK, EOS

SEED = 4242


def golden_examples(tokenizer: Tokenizer, count: int) -> list[Example]:
    """``count`` held-out questions, families and languages by turns."""
    sampler = ConversationSampler(tokenizer, SEED, SPLITS["operands"])
    kinds = [(family, language) for family in FAMILIES for language in ("en", "zh")]
    return [sampler.example(*kinds[index % len(kinds)], turns=TURNS[index // len(kinds) % len(TURNS)]) for index in range(count)]


def agreed(reference: Reference, prompt: list[int], reply: list[int]) -> bool:
    """Whether each token of the reply is the reference's most likely one after what precedes it."""
    reference.rewind(0)
    logits = reference.forward_all(prompt + reply[:-1])
    return logits[len(prompt) - 1 :].argmax(-1).tolist() == reply


def golden(folder: Path, library: Path, chrome: str, checked: int, kept: int) -> dict[str, object]:
    """Compares ``checked`` prompts and returns the first ``kept`` for golden.json; raises CompilerError where the two disagree."""
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    examples = golden_examples(tokenizer, checked)
    replies = greedy_replies(folder, library, chrome, examples, tokenizer.token_to_id(EOS))
    reference = Reference.load(folder)
    different = [example.question.text for example, reply in zip(examples, replies, strict=True) if not agreed(reference, example.prompt, reply)]
    print(f"greedy tokens equal numpy's on {checked - len(different)} of {checked} prompts")
    if different:
        raise CompilerError(f"WebLLM and numpy disagree on {len(different)} prompts, first on {different[0]!r}.")
    records = []
    for example, reply in zip(examples[:kept], replies, strict=False):
        answer = tokenizer.decode(reply, skip_special_tokens=False).partition(END_THINK)[2].removesuffix(EOS).strip()
        records.append({"family": example.family, "prompt": example.prompt, "reply": reply, "answer": answer})
    return {"version": 1, "prompts": records}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="output of convert; golden.json is written into it")
    parser.add_argument("--library", type=Path, required=True)
    parser.add_argument("--chrome", required=True, help="a Chromium with WebGPU")
    parser.add_argument("--checked", type=int, default=200, help="prompts compared")
    parser.add_argument("--kept", type=int, default=20, help="prompts written")
    arguments = parser.parse_args()
    content = golden(arguments.folder, arguments.library, arguments.chrome, arguments.checked, arguments.kept)
    write_atomic(arguments.folder / "golden.json", json.dumps(content, ensure_ascii=False).encode())


if __name__ == "__main__":
    main()
