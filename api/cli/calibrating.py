"""`assist calibrate`: chooses a client's answer threshold from its wrong-answer budget."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.output import print_json, printable
from api.cli.session import (
    ClientOption,
    JsonOption,
    existing_client,
    find_server,
    open_container,
)

if TYPE_CHECKING:
    from assist.bootstrap import Container
    from assist.domain.calibration import Calibration
    from knowledge_base.models import ClientId


def calibrate(
    client: ClientOption,
    suite: Annotated[
        Path | None, typer.Option(help="File of labelled cases, one JSON object a line.")
    ] = None,
    max_wrong: Annotated[
        float, typer.Option(help="Highest share of all questions that may be answered wrongly.")
    ] = 0.02,
    confidence: Annotated[
        float, typer.Option(help="How surely the share must be kept, such as 0.95.")
    ] = 0.95,
    curve: Annotated[
        Path | None, typer.Option(metavar="FILE.svg", help="Draw the risk-coverage curve.")
    ] = None,
    show: Annotated[bool, typer.Option("--show", help="Show the one in force.")] = False,
    reset: Annotated[bool, typer.Option("--reset", help="Go back to the default.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Choose the answer threshold that keeps a client's wrong-answer budget.

    Nothing is changed when there are too few cases or no threshold keeps the budget.
    """
    if [suite is not None, show, reset].count(True) != 1:
        raise typer.BadParameter("give one of --suite FILE, --show and --reset")
    if not (0 < max_wrong < 1 and 0 < confidence < 1):
        raise typer.BadParameter("--max-wrong and --confidence lie between 0 and 1")
    with open_container() as container:
        client_id = existing_client(container, client)
        if reset:
            _reset(container, client_id, as_json=as_json)
            return
        if suite is not None:
            _calibrate(container, client_id, suite, max_wrong, confidence)
        _show(container, client_id, as_json=as_json)
        if curve is not None:
            _draw(container, client_id, curve)


def _calibrate(
    container: Container, client_id: ClientId, suite: Path, max_wrong: float, confidence: float
) -> None:
    from api.dates import today
    from assist.domain.calibration import Budget
    from eval.calibration_run import calibrate_client

    if find_server(container):
        container.home_lock.acquire()
    budget = Budget(max_wrong, confidence)
    found = calibrate_client(container, client_id, suite, budget, today=today(container, client_id))
    container.policies.adopt(found)


def _reset(container: Container, client_id: ClientId, *, as_json: bool) -> None:
    was_calibrated = container.policies.reset(client_id)
    if as_json:
        print_json({"client": client_id, "reset": was_calibrated})
        return
    typer.echo(
        f"{client_id!r} answers from the default threshold "
        f"{container.policy.answer_threshold:.2f} now, which promises no rate"
        if was_calibrated
        else f"{client_id!r} was not calibrated"
    )


def _show(container: Container, client_id: ClientId, *, as_json: bool) -> None:
    from api.cli.calibration_report import as_json_value, report, uncalibrated

    calibration = container.policies.find(client_id).calibration
    warnings = stale_reasons(container, calibration) if calibration else []
    if as_json:
        print_json(as_json_value(client_id, calibration, container.policy, warnings))
    elif calibration is None:
        typer.echo(uncalibrated(client_id, container.policy))
    else:
        typer.echo(printable(report(calibration)))
        _warn(warnings)


def warn_of_change(container: Container, client_id: ClientId) -> None:
    """Say on standard error that a client's calibration is not for what answers now."""
    calibration = container.policies.find(client_id).calibration
    if calibration is not None:
        _warn(stale_reasons(container, calibration))


def _warn(reasons: Iterable[str]) -> None:
    for reason in reasons:
        typer.secho(f"warning: {reason}; calibrate again", fg=typer.colors.YELLOW, err=True)


def stale_reasons(container: Container, calibration: Calibration) -> list[str]:
    """Name what has changed since a calibration."""
    from assist.domain.calibration import staleness

    version = container.publications.find_published(calibration.client_id)
    return list(staleness(calibration, container.policy, version.number if version else None))


def _draw(container: Container, client_id: ClientId, path: Path) -> None:
    from assist.domain.errors import CalibrationError
    from eval.curve_chart import draw_curve

    calibration = container.policies.find(client_id).calibration
    if calibration is None:
        raise CalibrationError(f"the client {client_id!r} is not calibrated: there is no curve")
    path.write_text(draw_curve(calibration), encoding="utf-8")
    typer.echo(f"the risk-coverage curve is in {path}", err=True)
