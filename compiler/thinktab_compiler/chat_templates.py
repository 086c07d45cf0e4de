"""Prompt templates in WebLLM's form, chosen by the special tokens which a tokenizer has."""

from dataclasses import dataclass
from typing import Any

from tokenizers import Tokenizer

from .errors import CompilerError

# DeepSeek-R1's own tokens, see chat_template in its tokenizer_config.json
BEGIN = "<｜begin▁of▁sentence｜>"
END = "<｜end▁of▁sentence｜>"
USER = "<｜User｜>"
ASSISTANT = "<｜Assistant｜>"


@dataclass(frozen=True)
class Template:
    """`begin` opens a conversation (None: nothing does), `end` closes a reply; `others` only have to exist.

    `jinja` is the template as llama.cpp wants it, `fields` are those of WebLLM.
    """

    name: str
    begin: str | None
    end: str
    others: tuple[str, ...]
    jinja: str
    fields: dict[str, Any]

    @property
    def tokens(self) -> tuple[str, ...]:
        """All tokens which the template needs."""
        return tuple(token for token in (self.begin, self.end, *self.others) if token is not None)

    def to_json(self, tokenizer: Tokenizer) -> dict[str, Any]:
        """WebLLM's `conv_template`."""
        return {
            "name": self.name,
            "system_message": "",
            "system_prefix_token_ids": [] if self.begin is None else [token_id(tokenizer, self.begin)],
            "render_empty_system_message": False,
            "add_role_after_system_message": True,
            "role_templates": {"user": "{user_message}", "assistant": "{assistant_message}"},
            **self.fields,
            "stop_str": [],
            "stop_token_ids": [token_id(tokenizer, self.end)],
        }


# For GGUF files whose source brings no template: what DeepSeek's own one renders for plain messages. Earlier thoughts
# are left out, and a reply begins with an open thought.
_R1_JINJA = (
    "{{ bos_token }}{% for message in messages %}"
    "{% if message.role == 'system' %}{{ message.content }}"
    f"{{% elif message.role == 'user' %}}{USER}{{{{ message.content }}}}"
    f"{{% else %}}{ASSISTANT}{{{{ message.content.split('</think>')[-1] }}}}{END}{{% endif %}}{{% endfor %}}"
    f"{{% if add_generation_prompt %}}{ASSISTANT}<think>\n{{% endif %}}"
)
_CHATML_JINJA = (
    "{% for message in messages %}<|im_start|>{{ message.role }}\n{{ message.content }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
# As _CHATML_JINJA, and earlier thoughts are left out, as Qwen3's own template does. The model opens its thought itself.
_QWEN3_JINJA = (
    "{% for message in messages %}<|im_start|>{{ message.role }}\n"
    "{{ message.content.split('</think>')[-1].lstrip('\n') if message.role == 'assistant' else message.content }}"
    "<|im_end|>\n{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
_CHATML_FIELDS = {
    "system_template": "<|im_start|>system\n{system_message}<|im_end|>\n",
    "roles": {"user": "<|im_start|>user", "assistant": "<|im_start|>assistant"},
    "seps": ["<|im_end|>\n"],
    "role_content_sep": "\n",
    "role_empty_sep": "\n",
}

TEMPLATES = (
    Template(
        "deepseek-r1", BEGIN, END, (USER, ASSISTANT), _R1_JINJA,
        {
            "system_template": "{system_message}",
            "roles": {"user": USER, "assistant": ASSISTANT},
            "seps": ["", END],
            "role_content_sep": "",
            "role_empty_sep": "",
        },
    ),
    Template(
        "qwen3", None, "<|im_end|>", ("<|im_start|>", "<|endoftext|>", "<think>", "</think>"), _QWEN3_JINJA,
        _CHATML_FIELDS,
    ),
    Template("chatml", None, "<|im_end|>", ("<|im_start|>",), _CHATML_JINJA, _CHATML_FIELDS),
)  # fmt: skip


def token_id(tokenizer: Tokenizer, token: str) -> int:
    """The id of a token; raises CompilerError when the tokenizer lacks it."""
    found = tokenizer.token_to_id(token)
    if found is None:
        raise CompilerError(f"The tokenizer lacks the token {token}.")
    return found


def template_for(tokenizer: Tokenizer) -> Template:
    """The first template whose tokens the tokenizer has; raises CompilerError when there is none."""
    lacking = []
    for template in TEMPLATES:
        missing = [token for token in template.tokens if tokenizer.token_to_id(token) is None]
        if not missing:
            return template
        lacking.append(f"{missing[0]} of {template.name}")
    raise CompilerError(f"The tokenizer fits no known prompt template: it lacks {' and '.join(lacking)}.")
