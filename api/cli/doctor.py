"""`assist doctor`: says whether this installation can work, and what to do where it cannot."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.output import print_json, printable
from api.cli.session import JsonOption

if TYPE_CHECKING:
    from api.cli.checks import Check

_COLOURS = {"ok": typer.colors.GREEN, "warn": typer.colors.YELLOW, "fail": typer.colors.RED}


def doctor(
    as_json: JsonOption = False,
    fix: Annotated[
        bool, typer.Option("--fix", help="Export the model and rebuild missing indexes.")
    ] = False,
) -> None:
    """Check this installation; exit with 1 when something keeps it from working."""
    checks = []
    for check in _run_checks(fix=fix):
        checks.append(check)
        if not as_json:
            _show(check)
    is_ok = all(check.status != "fail" for check in checks)
    if as_json:
        from dataclasses import asdict

        print_json({"ok": is_ok, "checks": [asdict(check) for check in checks]})
    if not is_ok:
        raise typer.Exit(1)


def _run_checks(*, fix: bool) -> Iterator[Check]:
    """Check from the ground up; what rests on a broken part is not looked at."""
    from api.cli.checks import Check, Status, check_base, check_packages, check_python
    from api.cli.session import load_settings
    from assist.domain.errors import AssistError

    yield check_python()
    yield check_packages()
    try:
        settings = load_settings()
    except AssistError as error:
        yield Check("settings", Status.FAIL, str(error), "correct the environment variables")
        return
    yield Check("settings", Status.OK, "valid")
    base = list(check_base(settings, fix=fix))
    yield from base
    if all(check.status is not Status.FAIL for check in base):
        yield from _check_installation(fix=fix)


def _check_installation(*, fix: bool) -> Iterator[Check]:
    from api.cli.checks import Check, Status
    from api.cli.session import open_container
    from api.cli.store_checks import check_installation
    from assist.domain.errors import AssistError

    try:
        with open_container() as container:
            yield from check_installation(container, fix=fix)
    except AssistError as error:
        yield Check("installation", Status.FAIL, str(error))


def _show(check: Check) -> None:
    status = typer.style(f"{check.status:<6}", fg=_COLOURS[check.status])
    typer.echo(f"{status}{check.name:<14}{printable(check.detail)}")
    if check.advice:
        typer.echo(f"{'':20}-> {check.advice}")
