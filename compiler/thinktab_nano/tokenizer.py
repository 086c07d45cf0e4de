"""Nano's vocabulary: a byte-level BPE that joins only the bytes of one character, with DeepSeek's special tokens.

One character is one token, so letters and digits can be counted and aligned; a character outside the vocabulary falls
back to its UTF-8 bytes. Pre-tokenizer and normaliser are those of Qwen2, so one vocabulary fits tokenizer.json and
GGUF.
"""

from collections.abc import Iterable

from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers

BOS, EOS = "<｜begin▁of▁sentence｜>", "<｜end▁of▁sentence｜>"
USER, ASSISTANT = "<｜User｜>", "<｜Assistant｜>"
THINK, END_THINK = "<think>", "</think>"
CONTROL_TOKENS = (EOS, USER, ASSISTANT, BOS)
# As in R1's own tokenizer, the tags are added tokens but not special ones: decoding keeps them.
TAG_TOKENS = (THINK, END_THINK)

# The pattern by which Qwen2 splits text before BPE (tokenizer.json of the Qwen2 family).
QWEN2_SPLIT = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)


def byte_symbols() -> list[str]:
    """The printable character for each byte 0..255 in a byte-level BPE (GPT-2's convention)."""
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    spare = iter(range(256, 512))
    return [chr(byte) if byte in printable else chr(next(spare)) for byte in range(256)]


def build_tokenizer(characters: Iterable[str], multiple_of: int = 32) -> Tokenizer:
    """A tokenizer whose single-token characters are ASCII and ``characters``.

    The vocabulary is padded to ``multiple_of``.
    """
    symbols = byte_symbols()
    vocabulary = {symbol: index for index, symbol in enumerate(symbols)}
    merges: list[tuple[str, str]] = []
    for character in sorted(set(characters)):
        parts = [symbols[byte] for byte in character.encode()]
        joined = parts[0]
        for part in parts[1:]:
            if joined + part not in vocabulary:
                vocabulary[joined + part] = len(vocabulary)
                merges.append((joined, part))
            joined += part
    tokenizer = Tokenizer(models.BPE(vocabulary, merges))
    tokenizer.normalizer = normalizers.NFC()
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(QWEN2_SPLIT), behavior="isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens([AddedToken(token, normalized=False) for token in CONTROL_TOKENS])
    tokenizer.add_tokens([AddedToken(token, normalized=False) for token in TAG_TOKENS])
    missing = -tokenizer.get_vocab_size() % multiple_of
    tokenizer.add_special_tokens([AddedToken(f"<｜reserved▁{index}｜>", normalized=False) for index in range(missing)])
    return tokenizer
