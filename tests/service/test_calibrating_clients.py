"""`assist calibrate` on a demo client, with the real model."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select
from typer.testing import CliRunner, Result

from api.cli.app import app
from api.cli.checks import Status
from api.cli.store_checks import check_budgets
from assist.adapters.sql.calibration_tables import calibrations
from assist.adapters.sql.tables import turns
from assist.bootstrap import Settings, build_container
from ingest.pipeline import ingest
from ingest.reading import IngestRequest
from knowledge_base.adapters.sql.engine import open_engine
from knowledge_base.models import ClientId
from knowledge_base.ports import Embedder
from tests.calibration_fakes import CALIBRATION

DEMO = Path(__file__).parents[2] / "api" / "demo" / "clients" / "larkspur"
SUITE = str(DEMO / "questions.jsonl")
LARKSPUR = ClientId("larkspur")

Run = Callable[..., Result]


@contextmanager
def engine_of(home: Path) -> Iterator[Engine]:
    engine = open_engine(f"sqlite:///{home}/assist.db")
    yield engine
    engine.dispose()


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, real_embedder: Embedder) -> Path:
    home = tmp_path_factory.mktemp("calibrating")
    container = build_container(Settings(home=home), embedder=real_embedder)
    container.clients.add(LARKSPUR, {"name": "Larkspur"})
    ingest(IngestRequest(LARKSPUR, DEMO / "articles" / "faq"), container.knowledge_base)
    container.close()
    return home


@pytest.fixture
def run(home: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("ASSIST_HOME", str(home))

    def run(*options: str) -> Result:
        arguments = ("calibrate", "--client", "larkspur", *options)
        return CliRunner().invoke(app, arguments)

    return run


@pytest.fixture(autouse=True)
def _nothing_calibrated(home: Path) -> Iterator[None]:
    yield
    with engine_of(home) as engine, engine.begin() as connection:
        connection.execute(calibrations.delete())


@pytest.fixture
def adopted(home: Path) -> None:
    """Put a calibration in force that was measured on a knowledge version 3."""
    container = build_container(Settings(home=home))
    container.policies.adopt(replace(CALIBRATION, client_id=LARKSPUR))
    container.close()


def shown(run: Run) -> dict[str, object]:
    value: dict[str, object] = json.loads(run("--show", "--json").stdout)
    return value


def test_too_few_cases_are_refused_with_the_number_that_is_needed(run: Run) -> None:
    done = run("--suite", SUITE, "--max-wrong", "0.01")

    assert done.exit_code == 1
    assert "labelled cases are too few" in done.stderr
    assert "at least 398 are needed" in done.stderr
    assert shown(run)["calibrated"] is False


def test_a_kept_budget_is_stored_with_its_evidence_and_drawn(
    run: Run, home: Path, tmp_path: Path
) -> None:
    curve = tmp_path / "curve.svg"
    done = run("--suite", SUITE, "--max-wrong", "0.2", "--curve", str(curve))

    assert done.exit_code == 0, done.stderr
    assert "at most 20.0% of all questions are answered wrongly, with 95% confidence" in done.stdout
    assert "<- chosen" in done.stdout
    assert done.stderr == f"the risk-coverage curve is in {curve}\n"
    assert curve.read_text().startswith("<svg")
    assert "at most 20.0% wrong" in curve.read_text()
    found = shown(run)["calibration"]
    assert isinstance(found, dict)
    assert (found["suite"], found["knowledge_version"]) == ("questions.jsonl", 1)
    assert found["chosen"]["wrong_bound"] <= 0.2
    container = build_container(Settings(home=home))
    policy = container.policies.find(LARKSPUR).policy
    container.close()
    assert policy.answer_threshold == found["chosen"]["threshold"]
    with engine_of(home) as engine, engine.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(turns)) == 0


@pytest.mark.usefixtures("adopted")
def test_after_a_reset_the_default_answers_and_says_so(run: Run) -> None:
    assert "default threshold 0.60" in run("--reset").stdout
    assert "was not calibrated" in run("--reset").stdout
    done = run("--show")
    assert "is not calibrated: the default threshold 0.60" in done.stdout
    assert "promises no rate" in done.stdout


def test_without_a_calibration_there_is_no_curve(run: Run, tmp_path: Path) -> None:
    done = run("--show", "--curve", str(tmp_path / "curve.svg"))

    assert done.exit_code == 1
    assert "not calibrated: there is no curve" in done.stderr


@pytest.mark.usefixtures("adopted")
def test_other_knowledge_than_was_measured_is_warned_of(run: Run) -> None:
    assert "version 3 was measured, 1 answers now; calibrate again" in run("--show").stderr


@pytest.mark.usefixtures("adopted")
def test_an_ingest_and_the_doctor_warn_too(home: Path, tmp_path: Path) -> None:
    new_home = shutil.copytree(home, tmp_path / "home")
    environment = {"ASSIST_HOME": str(new_home)}
    articles = tmp_path / "articles"
    articles.mkdir()
    (articles / "parking.md").write_text("# Parking\n\nParking costs 2 pounds.\n")

    arguments = ["ingest", str(articles), "--client", "larkspur", "--add"]
    done = CliRunner().invoke(app, arguments, env=environment)
    container = build_container(Settings(home=new_home))
    check = check_budgets(container, [LARKSPUR])
    container.close()

    assert "warning: knowledge version 3 was measured, 2 answers now" in done.stderr
    assert (check.status, check.advice) == (
        Status.WARN,
        "assist calibrate --client larkspur --suite FILE",
    )


def test_the_doctor_names_clients_that_nothing_is_promised_to(home: Path) -> None:
    container = build_container(Settings(home=home))
    check = check_budgets(container, [LARKSPUR])
    container.close()

    assert check.status == Status.OK
    assert check.detail == "default threshold, not calibrated: larkspur"


@pytest.mark.usefixtures("run")
def test_a_client_without_knowledge_is_refused() -> None:
    CliRunner().invoke(app, ["client", "add", "empty"])
    arguments = ["calibrate", "--client", "empty", "--suite", SUITE]
    done = CliRunner().invoke(app, arguments)

    assert done.exit_code == 1
    assert "no published knowledge" in done.stderr


@pytest.mark.parametrize(
    "options", [(), ("--show", "--reset"), ("--suite", SUITE, "--max-wrong", "0")]
)
def test_what_cannot_be_meant_is_refused(run: Run, options: tuple[str, ...]) -> None:
    assert run(*options).exit_code == 2


def test_a_suite_that_is_no_suite_names_its_line(run: Run, tmp_path: Path) -> None:
    bad = tmp_path / "bad.jsonl"
    bad.write_text('{"id": "a"}\n')
    done = run("--suite", str(bad))

    assert done.exit_code == 1
    assert "bad.jsonl line 1" in done.stderr
