"""Accuracy of shipped files, measured in Chromium on questions that were held out of training.

Through llama.cpp or through WebLLM, the page's two engines.
"""

import argparse
import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tokenizers import Tokenizer

from thinktab_compiler.browser import llama_replies, run_in_browser
from thinktab_compiler.chat_templates import token_id
from thinktab_compiler.files import read_json

from .conversation import ConversationSampler, Example
from .families import FAMILIES
from .questions import LANGUAGES
from .splits import SPLITS, TURNS
from .tokenizer import END_THINK, EOS

SEED = 20261122
LONGEST_REPLY = 600  # tokens; a longer one counts as one that never ends
PART = 500  # questions that one load of the model answers, after which the progress is told


@dataclass
class Score:
    """Of ``asked`` questions: right answers, answers whose thought is right in every step too, replies that end."""

    asked: int = 0
    right: int = 0
    exact: int = 0
    ended: int = 0

    def add(self, reply: str, wanted: str, ended: bool) -> None:
        """Counts one reply."""
        right = outcome(reply) == outcome(wanted)
        self.asked += 1
        self.right += right
        self.exact += right and reply == wanted
        self.ended += ended


def outcome(reply: str) -> str:
    """The answer; for a calculation its result, because ``3 + 4`` may as well be written ``4 + 3``."""
    return reply.partition(END_THINK)[2].rpartition(" = ")[2]


def held_out_examples(tokenizer: Tokenizer, questions: int) -> Iterator[tuple[str, Example]]:
    """``questions`` of each split, family and language, under the name of their group; some after earlier turns."""
    for split_name, split in SPLITS.items():
        sampler = ConversationSampler(tokenizer, SEED, split)
        for family in FAMILIES:
            for language in LANGUAGES:
                for index in range(questions):
                    yield (
                        f"{split_name}/{family}/{language}",
                        sampler.example(family, language, TURNS[index % len(TURNS)]),
                    )


def greedy_replies(folder: Path, kernels: Path, chrome: str, examples: list[Example], end: int) -> list[list[int]]:
    """WebLLM's greedy reply to each prompt: token ids up to and with ``end``, or LONGEST_REPLY of them."""
    steps = [{"do": "greedy", "args": [example.prompt, end, LONGEST_REPLY]} for example in examples]
    return run_in_browser(folder, kernels, chrome, steps)[1:]  # the first result is the time of the load


Replies = Callable[[list[Example]], list[list[int]]]


def measure(tokenizer: Tokenizer, replies: Replies, questions: int) -> dict[str, Score]:
    """Scores by group; ``replies`` gives the reply to each of at most PART questions: token ids up to the end's."""
    end = token_id(tokenizer, EOS)
    named = list(held_out_examples(tokenizer, questions))
    scores: dict[str, Score] = {}
    for first in range(0, len(named), PART):
        part = named[first : first + PART]
        for (name, example), reply in zip(part, replies([example for _, example in part]), strict=True):
            text, wanted = (tokenizer.decode(ids, skip_special_tokens=False) for ids in (reply, example.reply))
            scores.setdefault(name, Score()).add(text, wanted, reply[-1:] == [end])
            if text != wanted:
                print(
                    json.dumps(
                        {"group": name, "question": example.question.text, "got": text, "wanted": wanted},
                        ensure_ascii=False,
                    )
                )
        print(f"{first + len(part)} of {len(named)} questions", file=sys.stderr)
    return scores


def format_scores(scores: dict[str, Score]) -> str:
    """A Markdown table, one line a group."""
    lines = [
        "| held out | family | language | asked | right | right, and every step too |",
        "|---|---|---|---:|---:|---:|",
    ]
    for name, score in scores.items():
        cells = [*name.split("/"), str(score.asked), *(f"{n / score.asked:.1%}" for n in (score.right, score.exact))]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def main() -> None:
    """The command; `--help` lists its arguments."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="output of convert")
    where = parser.add_mutually_exclusive_group(required=True)
    where.add_argument("--kernels", "--library", type=Path, help="output of kernels: through WebLLM")
    where.add_argument("--gguf", type=Path, help="output of gguf: through llama.cpp, eight times as fast without a GPU")
    parser.add_argument("--chrome", required=True, help="a Chromium, with WebGPU for kernels")
    parser.add_argument("--questions", type=int, default=50, help="of each split, family and language")
    arguments = parser.parse_args()
    folder, chrome = arguments.folder, arguments.chrome
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    end = token_id(tokenizer, EOS)
    context = read_json(folder / "mlc-chat-config.json")["context_window_size"]

    def replies(examples: list[Example]) -> list[list[int]]:
        if arguments.kernels:
            return greedy_replies(folder, arguments.kernels, chrome, examples, end)
        prompts = [example.prompt for example in examples]
        return llama_replies(arguments.gguf, chrome, prompts, context, end, LONGEST_REPLY)

    scores = measure(tokenizer, replies, arguments.questions)
    print(format_scores(scores))
    ended, asked = (sum(getattr(score, name) for score in scores.values()) for name in ("ended", "asked"))
    print(f"replies that ended by themselves: {ended} of {asked}")


if __name__ == "__main__":
    main()
