"""Puts the commands together and turns expected errors into one line."""

from __future__ import annotations

import errno
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from api.cli import (
    asking,
    bench,
    calibrating,
    clients,
    doctor,
    ingesting,
    keys,
    knowledge,
    serving,
    sites,
    users,
    webhooks,
)


class AssistGroup(TyperGroup):
    """A command group whose expected errors end in one line and exit code 1."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command; a closed pipe is left to Typer."""
        try:
            return super().invoke(ctx)
        except Exception as error:
            if not _is_expected(error):
                raise
            typer.echo(f"error: {error}", err=True)
            raise typer.Exit(1) from error


app = typer.Typer(
    cls=AssistGroup,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("demo")(serving.demo)
app.command("serve")(serving.serve)
app.command("worker")(serving.worker)
app.command("ingest")(ingesting.ingest)
app.command("ask")(asking.ask)
app.add_typer(clients.app, name="client")
app.add_typer(keys.app, name="key")
app.add_typer(users.app, name="user")
app.add_typer(sites.app, name="site")
app.add_typer(knowledge.app, name="kb")
app.add_typer(webhooks.app, name="webhook")
app.command("calibrate")(calibrating.calibrate)
app.add_typer(bench.app, name="bench")
app.command("doctor")(doctor.doctor)


def _show_version(wanted: bool) -> None:
    if not wanted:
        return
    from importlib.metadata import PackageNotFoundError, version

    try:
        typer.echo(f"assist {version('bpo-assist')}")
    except PackageNotFoundError:
        typer.echo("assist (not installed)")
    raise typer.Exit


@app.callback()
def assist(
    _version: Annotated[
        bool,
        typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version."),
    ] = False,
) -> None:
    """Answer the customers of many client companies from each client's own documents."""


def _is_expected(error: Exception) -> bool:
    from assist.domain.errors import AssistError
    from eval.cases import SuiteError
    from ingest.sources import IngestError
    from knowledge_base.models import KnowledgeBaseError

    if isinstance(error, OSError):
        return error.errno != errno.EPIPE
    return isinstance(error, AssistError | IngestError | KnowledgeBaseError | SuiteError)
