"""Reads the small YAML mappings in which people describe articles."""

from __future__ import annotations

from typing import Any

import yaml

from ingest.document import UnreadableFileError

_DEEPEST_NESTING = 10
_OPENING = (
    yaml.FlowSequenceStartToken,
    yaml.FlowMappingStartToken,
    yaml.BlockSequenceStartToken,
    yaml.BlockMappingStartToken,
)
_CLOSING = (yaml.FlowSequenceEndToken, yaml.FlowMappingEndToken, yaml.BlockEndToken)
_REWRITE = "correct it, and put values that hold ': ' or '#' in quotes"


def read_mapping(text: str, *, first_line: int = 1) -> dict[str, object]:
    """Read a mapping whose scalars stay the text that was written: `no` is the word, `007` too.

    `first_line` is the line of the file in which the text begins, for messages.

    Raises:
        UnreadableFileError: for broken YAML, anchors and aliases, deep nesting, a key given twice,
            or anything but a mapping.
    """
    try:
        _refuse_growth(text, first_line)
        content = yaml.load(text, Loader=_TextLoader)  # noqa: S506 - builds nothing but text
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = first_line + (mark.line if mark else 0)
        problem = error.problem or "unreadable"
        raise UnreadableFileError(
            f"is not valid YAML ({problem}); {_REWRITE}", f"line {line}"
        ) from error
    except yaml.YAMLError as error:
        raise UnreadableFileError(f"is not valid YAML; {_REWRITE}", f"line {first_line}") from error
    if content is None or content == "":
        return {}
    if not isinstance(content, dict):
        raise UnreadableFileError(
            "is not a list of 'name: value' lines; write one a line", f"line {first_line}"
        )
    return {str(key): value for key, value in content.items()}


class _TextLoader(yaml.BaseLoader):
    """A loader that knows text, lists and mappings alone."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        """Refuse a key that comes twice: YAML would silently take the last."""
        seen: set[str] = set()
        for key, _ in node.value:
            name = str(key.value)
            if name in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"{name!r} is given twice", key.start_mark
                )
            seen.add(name)
        return super().construct_mapping(node, deep=deep)


def _refuse_growth(text: str, first_line: int) -> None:
    """Refuse what makes a small text grow or its reading slow: references and deep nesting."""
    depth = 0
    for token in yaml.scan(text, Loader=yaml.BaseLoader):
        line = first_line + token.start_mark.line
        if isinstance(token, yaml.AnchorToken | yaml.AliasToken):
            raise UnreadableFileError(
                "uses '&' or '*' names, which are not allowed; write the values out",
                f"line {line}",
            )
        depth += isinstance(token, _OPENING) - isinstance(token, _CLOSING)
        if depth > _DEEPEST_NESTING:
            raise UnreadableFileError("is nested too deeply; use plain lists", f"line {line}")
