"""How llama.cpp's pre-tokenizers split text before BPE, and the same rules for a tokenizer.json.

In a GGUF file, llama.cpp keeps only the name of a pre-tokenizer, and its own code has the pattern; a tokenizer.json
contains the pattern. The patterns come from the models' own tokenizer.json files.
"""

from typing import Any

from ..errors import CompilerError

# Qwen2, Qwen3 and DeepSeek's distills of them: one digit a piece
QWEN = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
# Llama 3: up to three digits a piece
_LLAMA_3 = QWEN.replace(r"|\p{N}|", r"|\p{N}{1,3}|")


def _byte_level(use_regex: bool) -> dict[str, Any]:
    return {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": use_regex}


def _split(pattern: str) -> dict[str, Any]:
    return {"type": "Split", "pattern": {"Regex": pattern}, "behavior": "Isolated", "invert": False}


_STEPS: dict[str, list[dict[str, Any]]] = {
    "qwen2": [_split(QWEN), _byte_level(use_regex=False)],
    "deepseek-r1-qwen": [_split(QWEN), _byte_level(use_regex=False)],  # pre-tokenizers that llama.cpp treats like qwen2
    "llama-bpe": [_split(_LLAMA_3), _byte_level(use_regex=False)],
    "smollm": [{"type": "Digits", "individual_digits": True}, _byte_level(use_regex=True)],
}
_NORMALIZERS = {"qwen2": {"type": "NFC"}, "deepseek-r1-qwen": {"type": "NFC"}}


def pre_tokenizer(name: str, origin: str) -> dict[str, Any]:
    """The `pre_tokenizer` of a tokenizer.json for llama.cpp's name of it; raises CompilerError for an unknown one."""
    if name not in _STEPS:
        known = ", ".join(sorted(_STEPS))
        raise CompilerError(f"{origin}: the pre-tokenizer '{name}' is not supported; known: {known}.")
    return {"type": "Sequence", "pretokenizers": _STEPS[name]}


def normalizer(name: str) -> dict[str, Any] | None:
    """The `normalizer` that goes with it."""
    return _NORMALIZERS.get(name)


def name_of(tokenizer: dict[str, Any], origin: str) -> str:
    """llama.cpp's name for the pre-tokenizer of a parsed tokenizer.json; raises CompilerError for an unknown one."""
    found = tokenizer.get("pre_tokenizer") or {}
    steps = found.get("pretokenizers", [found])
    patterns = [step["pattern"].get("Regex") for step in steps if step.get("type") == "Split"]
    if patterns == [QWEN]:
        return "qwen2"
    if patterns == [_LLAMA_3]:
        return "llama-bpe"
    if not patterns and [step.get("type") for step in steps] == ["Digits", "ByteLevel"]:
        return "smollm"
    raise CompilerError(f"{origin}: GGUF has no name for its pre-tokenizer here; known: {', '.join(sorted(_STEPS))}.")
