"""Golden prompts: their greedy tokens, on which the numpy reference and WebLLM agree.

A device with other tokens computes wrongly. The site's self-test asks a device for these tokens with the kernels named
beside them, whose profile is that of the big models.
"""

import argparse
import json
from pathlib import Path

from tokenizers import Tokenizer

from thinktab_compiler.chat_templates import token_id
from thinktab_compiler.description import read_description
from thinktab_compiler.errors import CompilerError
from thinktab_compiler.files import sha256_of, write_atomic
from thinktab_compiler.options import add_kernels
from thinktab_compiler.reference import Reference

from .conversation import ConversationSampler, Example
from .evaluate import greedy_replies
from .families import FAMILIES
from .questions import LANGUAGES
from .splits import SPLITS, TURNS
from .tokenizer import END_THINK, EOS

SEED = 4242


def golden_examples(tokenizer: Tokenizer, count: int) -> list[Example]:
    """``count`` held-out questions, families and languages by turns."""
    sampler = ConversationSampler(tokenizer, SEED, SPLITS["operands"])
    kinds = [(family, language) for family in FAMILIES for language in LANGUAGES]
    return [
        sampler.example(*kinds[index % len(kinds)], turns=TURNS[index // len(kinds) % len(TURNS)])
        for index in range(count)
    ]


def agreed(reference: Reference, prompt: list[int], reply: list[int]) -> bool:
    """Whether each token of the reply is the reference's most likely one after the tokens before it."""
    reference.rewind(0)
    logits = reference.forward_all(prompt + reply[:-1])
    return logits[len(prompt) - 1 :].argmax(-1).tolist() == reply


def kernels_record(folder: Path, kernels: Path) -> dict[str, object]:
    """The entry of golden.json for the self-test's kernels, a file of ``folder``.

    Raises CompilerError if their profile is not gpu.
    """
    if kernels.resolve().parent != folder.resolve():
        raise CompilerError(f"{kernels} must lie in {folder}, from where the site fetches it.")
    profile = read_description(kernels)["profile"]
    if profile != "gpu":
        raise CompilerError(
            f"{kernels} has the profile {profile}, but a self-test needs the kernels of the big models: profile gpu."
        )
    return {"path": kernels.name, "bytes": kernels.stat().st_size, "sha256": sha256_of(kernels)}


def agreed_replies(folder: Path, kernels: Path, chrome: str, examples: list[Example], end: int) -> list[list[int]]:
    """The greedy replies of the kernels; raises CompilerError if one differs from the reference's."""
    replies = greedy_replies(folder, kernels, chrome, examples, end)
    reference = Reference.load(folder)
    different = [
        example.question.text
        for example, reply in zip(examples, replies, strict=True)
        if not agreed(reference, example.prompt, reply)
    ]
    print(f"{kernels.name}: greedy tokens equal numpy's on {len(examples) - len(different)} of {len(examples)} prompts")
    if different:
        raise CompilerError(
            f"{kernels.name} and numpy disagree on {len(different)} prompts, first on {different[0]!r}."
        )
    return replies


def golden(
    folder: Path, kernels: Path, device_kernels: Path, chrome: str, checked: int, kept: int
) -> dict[str, object]:
    """The content of golden.json: compares ``checked`` prompts with ``kernels``, ``kept`` of them with the self-test's.

    Raises CompilerError if one of the two and numpy disagree.
    """
    record = kernels_record(folder, device_kernels)
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    end = token_id(tokenizer, EOS)
    examples = golden_examples(tokenizer, checked)
    replies = agreed_replies(folder, kernels, chrome, examples, end)[:kept]
    if agreed_replies(folder, device_kernels, chrome, examples[:kept], end) != replies:
        raise CompilerError(f"{kernels.name} and {device_kernels.name} disagree where two tokens are equally likely.")
    records = []
    for example, reply in zip(examples, replies, strict=False):
        answer = tokenizer.decode(reply, skip_special_tokens=False).partition(END_THINK)[2].removesuffix(EOS).strip()
        records.append({"family": example.family, "prompt": example.prompt, "reply": reply, "answer": answer})
    return {"version": 1, "library": record, "prompts": records}


def main() -> None:
    """The command; `--help` lists its arguments."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="output of convert; golden.json is written into it")
    add_kernels(parser, "for the comparison of all prompts: profile software, which is fast without a GPU")
    parser.add_argument(
        "--device-kernels", type=Path, required=True, help="for the site's self-test: profile gpu, in the folder"
    )
    parser.add_argument("--chrome", required=True, help="a Chromium with WebGPU")
    parser.add_argument("--checked", type=int, default=200, help="prompts compared")
    parser.add_argument("--kept", type=int, default=20, help="prompts written")
    arguments = parser.parse_args()
    content = golden(
        arguments.folder,
        arguments.kernels,
        arguments.device_kernels,
        arguments.chrome,
        arguments.checked,
        arguments.kept,
    )
    write_atomic(arguments.folder / "golden.json", json.dumps(content, ensure_ascii=False).encode())


if __name__ == "__main__":
    main()
