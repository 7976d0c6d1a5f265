"""What a loader returns: the readable content of one file, before it is cut into passages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


class UnreadableFileError(Exception):
    """A file that cannot go in.

    `reason` is a complete clause for the trainer, naming what is wrong and what to do. `place`
    says where in the file ("page 3", "sheet 'Prices' row 7", "line 12"), or is empty.
    """

    def __init__(self, reason: str, place: str = "") -> None:
        super().__init__(f"{place}: {reason}" if place else reason)
        self.reason = reason
        self.place = place


@dataclass(frozen=True)
class QuestionAnswer:
    """One question with its approved answer.

    `metadata` holds the columns of a sheet that speak of this row alone (`id`, `audience`,
    `verbatim`, `effective_from`, ...), as text, with empty cells left out. `place` is for reports.
    """

    question: str
    answer: str
    metadata: Mapping[str, str] = field(default_factory=dict)
    place: str = ""


@dataclass(frozen=True)
class LoadedDocument:
    """The content of one file.

    `markdown` is the body as CommonMark with pipe tables: headings as `#`, lists as `-` or `1.`.
    `pairs` are questions with answers that the file's own structure gives (a two-column sheet);
    they are not repeated in `markdown`. `title` is what the file calls itself, or empty.
    `metadata` is what the file says of itself (front matter), unchecked.
    """

    markdown: str
    title: str = ""
    metadata: Mapping[str, object] = field(default_factory=dict)
    pairs: tuple[QuestionAnswer, ...] = ()
