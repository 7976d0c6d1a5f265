"""Reads the prompts that come with the product; a changed prompt is a new file."""

from __future__ import annotations

from importlib.resources import files

from assist.domain.generating import PromptTemplate

ANSWER_PROMPT = "answer-1"

_USER_PART = "\n=== user ===\n"


def read_prompt(name: str) -> PromptTemplate:
    """Read the prompt of that name, which ends in its version."""
    text = (files("assist") / "prompts" / f"{name}.md").read_text("utf-8")
    system, user = text.split(_USER_PART)
    return PromptTemplate(name, system.strip(), user.strip())
