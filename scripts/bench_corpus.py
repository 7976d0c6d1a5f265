"""Writes a synthetic knowledge base for the benchmark: many small FAQ files of like products."""

from __future__ import annotations

import random
from pathlib import Path

_MAKES = [
    "Alder",
    "Birch",
    "Cedar",
    "Dahlia",
    "Elder",
    "Fern",
    "Gorse",
    "Hazel",
    "Iris",
    "Juniper",
    "Larch",
    "Maple",
]
_LINES = [
    "Basic",
    "Plus",
    "Prime",
    "Family",
    "Studio",
    "Travel",
    "Office",
    "Junior",
    "Senior",
    "Weekend",
]
_THINGS = [
    "kettle",
    "lamp",
    "desk",
    "plan",
    "router",
    "sofa",
    "policy",
    "cover",
    "mattress",
    "heater",
]
_ASPECTS = [
    ("How long is the {name} {thing} under guarantee?", "The guarantee lasts {a} months."),
    ("What does delivery of the {name} {thing} cost?", "Delivery costs ${b}.{c} to any address."),
    ("Can I return the {name} {thing}?", "Yes, within {a} days of delivery, unused and complete."),
    ("How do I register my {name} {thing}?", "Open the register page and enter code {b}-{c}."),
    ("What is the monthly price of the {name} {thing}?", "It is ${a}.{c} a month for {b} months."),
    ("How many people can share the {name} {thing}?", "Up to {d} people can share one account."),
    ("Who repairs the {name} {thing}?", "Our workshop repairs it within {d} working days."),
]
_PADDING = (
    "This applies to orders placed on our website and by telephone. Keep the receipt, which shows "
    "the date of purchase and the serial number, because our team asks for both of them."
)

QUESTIONS = [
    "How long is the Alder Plus kettle under guarantee?",
    "what does delivery of the Birch Basic lamp cost",
    "Can I return the Cedar Prime desk?",
    "monthly price of the Dahlia Family plan?",
    "How many people can share the Elder Studio router?",
]


def write_corpus(folder: Path, files: int, passages_per_file: int) -> None:
    """Write Markdown files of questions and answers, the same ones at each call."""
    folder.mkdir(parents=True)
    chance = random.Random(7)
    products = [f"{make} {line} {thing}" for make in _MAKES for line in _LINES for thing in _THINGS]
    for number in range(files):
        product = products[number % len(products)]
        name, _, thing = product.rpartition(" ")
        lines = [f"# {product}, page {number}"]
        for _ in range(passages_per_file):
            question, answer = chance.choice(_ASPECTS)
            values = {
                "name": name,
                "thing": thing,
                "a": chance.randint(2, 60),
                "b": chance.randint(100, 999),
                "c": chance.randint(10, 99),
                "d": chance.randint(2, 9),
            }
            lines += ["", f"## {question.format(**values)}", ""]
            lines += [f"{answer.format(**values)} {_PADDING}"]
        (folder / f"{number:04}.md").write_text("\n".join(lines) + "\n", encoding="utf-8")
