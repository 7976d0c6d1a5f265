"""How the command starts: what it imports, its exit codes, its one-line errors."""

from __future__ import annotations

import subprocess
import sys
from importlib import metadata
from importlib.metadata import PackageNotFoundError

import pytest
import typer
from typer.testing import CliRunner

from api.cli.app import AssistGroup, app
from assist.domain.errors import SettingsError
from ingest.sources import IngestError
from knowledge_base.models import KnowledgeBaseError

HEAVY = ["numpy", "pydantic", "sqlalchemy", "fastapi", "chromadb", "onnxruntime", "yaml", "uvicorn"]


def test_help_imports_nothing_heavy() -> None:
    program = (
        "import sys; from api.cli import main\n"
        "sys.argv = ['assist', '--help']\n"
        "try: main()\n"
        f"finally: print('imported:', *sorted(set({HEAVY!r}) & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )

    assert done.stdout.splitlines()[-1] == "imported:"
    assert "ingest" in done.stdout


def test_opening_the_stores_of_sqlite_imports_no_other_database() -> None:
    program = (
        "import sys\n"
        "import assist.bootstrap, knowledge_base.adapters.sql.passages\n"
        "print([name for name in sys.modules if name == 'sqlalchemy.dialects.postgresql'])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )

    assert done.stdout == "[]\n"


@pytest.mark.parametrize(
    "arguments",
    [
        ["frobnicate"],
        ["ingest"],
        ["ingest", "folder"],
        ["ask", "--client", "acme"],
        ["ask", "question", "--client", "acme", "--batch", "-"],
        ["ask", "question", "--client", "acme", "--as-of", "2026-02-30"],
        ["ask", "question", "--client", "acme", "--audience", "everyone"],
        ["ask", "   ", "--client", "acme"],
        ["kb", "publish", "0", "--client", "acme"],
        ["key", "add", "--client", "acme", "--scope", "owner"],
    ],
)
def test_wrong_usage_exits_with_2(arguments: list[str]) -> None:
    result = CliRunner().invoke(app, arguments)

    assert result.exit_code == 2, result.output
    assert not result.stdout


def test_version_is_printed() -> None:
    result = CliRunner().invoke(app, ["--version"])

    assert result.exit_code == 0
    assert result.stdout.startswith("assist ")


def test_version_without_an_installation_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def find_none(name: str) -> str:
        raise PackageNotFoundError(name)

    monkeypatch.setattr(metadata, "version", find_none)
    result = CliRunner().invoke(app, ["--version"])

    assert (result.exit_code, result.stdout) == (0, "assist (not installed)\n")


@pytest.mark.parametrize("day", ["2026-02-30", "yesterday"])
def test_a_wrong_day_is_named_with_an_example(day: str) -> None:
    result = CliRunner().invoke(app, ["ask", "question", "--client", "acme", "--as-of", day])

    assert f"'--as-of': '{day}' is no day; write it like 2026-11-30" in result.stderr


def an_app_that_raises(error: BaseException) -> typer.Typer:
    raising = typer.Typer(cls=AssistGroup, pretty_exceptions_enable=False)

    @raising.callback()
    def group() -> None:
        pass

    @raising.command()
    def act() -> None:
        raise error

    return raising


@pytest.mark.parametrize(
    "error",
    [
        SettingsError("set it"),
        IngestError("set it"),
        KnowledgeBaseError("set it"),
        PermissionError("set it"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_an_expected_error_is_one_line_and_exit_code_1(error: Exception) -> None:
    result = CliRunner().invoke(an_app_that_raises(error), ["act"])

    assert (result.exit_code, result.stdout, result.stderr) == (1, "", "error: set it\n")


def test_an_unexpected_error_is_not_hidden() -> None:
    result = CliRunner().invoke(an_app_that_raises(ZeroDivisionError()), ["act"])

    assert isinstance(result.exception, ZeroDivisionError)


def test_an_interrupt_exits_with_130() -> None:
    assert CliRunner().invoke(an_app_that_raises(KeyboardInterrupt()), ["act"]).exit_code == 130
