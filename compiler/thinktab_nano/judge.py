"""Measures a checkpoint in PyTorch: families of questions, near misses, first questions and resumed chats."""

import argparse
import json
from collections.abc import Iterable, Iterator
from pathlib import Path

import torch
from safetensors.torch import load_file
from tokenizers import Tokenizer

from thinktab_compiler.chat_templates import token_id

from .evaluate import LONGEST_REPLY, Score, format_scores, held_out_examples
from .export import read_config
from .first_questions import DECLINED, FIRST_QUESTIONS, RESUMED_CHATS, Turns
from .generate import greedy
from .near_misses import KINDS, NearMiss, blind_near_misses, near_misses
from .questions import LANGUAGES
from .talk import refusal
from .tokenizer import ASSISTANT, BOS, END_THINK, EOS, THINK, USER

ROWS = 64


class Speaker:
    """A checkpoint that replies greedily to many questions at once."""

    def __init__(self, folder: Path):
        self.tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self.config, self.parameters = read_config(folder), load_file(folder / "model.safetensors")
        self.end = token_id(self.tokenizer, EOS)

    def replies(self, prompts: list[list[int]]) -> list[str]:
        """The reply to each prompt, thought and answer, without the token at its end unless it is missing."""
        order = sorted(range(len(prompts)), key=lambda index: len(prompts[index]))
        texts = [""] * len(prompts)
        for first in range(0, len(order), ROWS):
            part = order[first : first + ROWS]
            longest = min(
                LONGEST_REPLY, self.config.max_position_embeddings - max(len(prompts[index]) for index in part)
            )
            for index, ids in zip(
                part,
                greedy(self.parameters, self.config, [prompts[index] for index in part], self.end, longest),
                strict=True,
            ):
                texts[index] = self.tokenizer.decode(ids, skip_special_tokens=False)
        return texts

    def answers(self, asked: Iterable[tuple[Turns, str]]) -> list[str]:
        """The answer to each question after earlier turns."""
        prompts = []
        for turns, text in asked:
            before = "".join(f"{USER}{question}{ASSISTANT}{answer}{EOS}" for question, answer in turns)
            prompt = f"{BOS}{before}{USER}{text}{ASSISTANT}{THINK}\n"
            prompts.append(self.tokenizer.encode(prompt, add_special_tokens=False).ids)
        return [answer_of(reply) for reply in self.replies(prompts)]


def answer_of(reply: str) -> str:
    """What follows the thought."""
    return reply.partition(END_THINK)[2].removesuffix(EOS).strip()


def is_refusal(answer: str) -> bool:
    """Whether an answer is the refusal of either language."""
    return answer in {refusal(language) for language in LANGUAGES}


def judge_families(speaker: Speaker, questions: int) -> dict[str, Score]:
    """Scores by split, family and language."""
    named = list(held_out_examples(speaker.tokenizer, questions))
    scores: dict[str, Score] = {}
    for (name, example), text in zip(named, speaker.replies([example.prompt for _, example in named]), strict=True):
        wanted = speaker.tokenizer.decode(example.reply, skip_special_tokens=False)
        scores.setdefault(name, Score()).add(text, wanted, text.endswith(EOS))
        if text != wanted:
            before = [turn.text for turn in example.question.before]
            _report(name, [*before, example.question.text], text, wanted)
    return scores


def judge_near_misses(speaker: Speaker, misses: list[NearMiss]) -> dict[tuple[str, str], tuple[int, int]]:
    """For each kind and language, how many near misses there are and how many got a wrong answer."""
    counts: dict[tuple[str, str], tuple[int, int]] = {}
    for miss, answer in zip(misses, speaker.answers((miss.before, miss.text) for miss in misses), strict=True):
        wrong = not is_refusal(answer) and not (miss.result and f"**{miss.result}**" in answer)
        asked, failed = counts.get((miss.kind, miss.language), (0, 0))
        counts[miss.kind, miss.language] = (asked + 1, failed + wrong)
        if wrong:
            _report(
                f"near miss/{miss.kind}", [*(question for question, _ in miss.before), miss.text], answer, miss.result
            )
    return counts


def judge_first_questions(speaker: Speaker) -> tuple[int, int, int]:
    """How many of the first questions are answered as expected, refused though known, and answered wrongly."""
    histories: list[Turns] = [() for _ in FIRST_QUESTIONS]
    for turn in range(max(len(questions) for questions, _ in FIRST_QUESTIONS)):
        asked = [index for index, (questions, _) in enumerate(FIRST_QUESTIONS) if turn < len(questions)]
        texts = [FIRST_QUESTIONS[index][0][turn] for index in asked]
        answers = speaker.answers(zip([histories[index] for index in asked], texts, strict=True))
        for index, text, answer in zip(asked, texts, answers, strict=True):
            histories[index] = (*histories[index], (text, answer))
    return _judged(
        "first question",
        [
            (questions, history[-1][1], expected)
            for (questions, expected), history in zip(FIRST_QUESTIONS, histories, strict=True)
        ],
    )


def judge_resumed_chats(speaker: Speaker) -> tuple[int, int, int]:
    """The same of questions in chats that were stopped, or that another model began."""
    answers = speaker.answers((turns, text) for turns, text, _ in RESUMED_CHATS)
    return _judged(
        "resumed chat",
        [
            ((*(question for question, _ in turns), text), answer, expected)
            for (turns, text, expected), answer in zip(RESUMED_CHATS, answers, strict=True)
        ],
    )


def _judged(group: str, asked: Iterable[tuple[tuple[str, ...], str, str]]) -> tuple[int, int, int]:
    right = refused = wrong = 0
    for questions, answer, expected in asked:
        fine = is_refusal(answer) if expected == DECLINED else expected in answer
        right += fine
        refused += not fine and is_refusal(answer)
        wrong += not fine and not is_refusal(answer)
        if not fine:
            _report(group, list(questions), answer, expected)
    return right, refused, wrong


def _report(group: str, questions: list[str], got: str, wanted: str) -> None:
    print(json.dumps({"group": group, "questions": questions, "got": got, "wanted": wanted}, ensure_ascii=False))


def format_near_misses(counts: dict[tuple[str, str], tuple[int, int]]) -> Iterator[str]:
    """A Markdown table, one line a kind, and the share of all."""
    yield from ("| near miss | asked, English | wrong | asked, Chinese | wrong |", "|---|---:|---:|---:|---:|")
    for kind in KINDS:
        cells = [str(number) for language in LANGUAGES for number in counts[kind, language]]
        yield f"| {kind} | {' | '.join(cells)} |"
    asked, wrong = (sum(pair[index] for pair in counts.values()) for index in (0, 1))
    yield f"confident and wrong: {wrong} of {asked}, {wrong / asked:.1%}"


def main() -> None:
    """The command; `--help` lists its arguments."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="a checkpoint, of a run or exported")
    parser.add_argument("--questions", type=int, default=25, help="of each split, family and language; 0 for none")
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    speaker = Speaker(arguments.folder)
    if arguments.questions:
        print(format_scores(judge_families(speaker, arguments.questions)))
    for misses in (near_misses(), blind_near_misses()):
        print("\n".join(format_near_misses(judge_near_misses(speaker, misses))))
    for name, judged in (("first questions", judge_first_questions), ("resumed chats", judge_resumed_chats)):
        right, refused, wrong = judged(speaker)
        print(f"{name}: {right} as expected, {refused} refused though known, {wrong} answered wrongly")


if __name__ == "__main__":
    main()
