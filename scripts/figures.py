"""Prints how well a folder of articles answers labelled cases, in a scratch installation.

    python -m scripts.figures DATA [--show]

DATA holds `articles/`, `cases.jsonl` and, if articles are to be left out, their ids in
`withheld.txt`. Without DATA, the demo clients and their questions are measured.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from assist.bootstrap import Container, Settings, build_container
from eval.cases import Case, load_cases
from eval.folders import ingest_folder
from eval.metrics import Figures, summarise
from eval.running import run_cases
from eval.scoring import CaseResult, Verdict

DEMO = Path(__file__).parents[1] / "api" / "demo" / "clients"


def main() -> None:
    """Measure one folder, or each demo client."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("data", type=Path, nargs="?")
    parser.add_argument("--show", action="store_true", help="print the cases that went wrong")
    arguments = parser.parse_args()
    if arguments.data:
        _measure(arguments.data, "cases.jsonl", show=arguments.show)
        return
    for folder in sorted(path.parent for path in DEMO.glob("*/client.yaml")):
        _measure(folder, "questions.jsonl", show=arguments.show)


def _measure(folder: Path, cases_name: str, *, show: bool) -> None:
    cases = load_cases(folder / cases_name)
    with scratch_container() as container:
        results = list(measure(container, folder, cases))
    print(f"\n{folder.name}: {len(cases)} cases")
    print_figures(summarise(results))
    if show:
        _print_faults(results)


@contextmanager
def scratch_container() -> Iterator[Container]:
    """Open an installation in a folder that is deleted afterwards."""
    with tempfile.TemporaryDirectory() as home:
        container = build_container(Settings(home=Path(home)))
        try:
            yield container
        finally:
            container.close()


def measure(container: Container, folder: Path, cases: Sequence[Case]) -> Iterator[CaseResult]:
    """Ingest a client's folder with its profile and answer its cases."""
    client_id, report = ingest_folder(container, folder)
    counts = report.as_json()["articles"]
    print(f"{folder.name}: {counts}, {report.passages} passages in {report.seconds:.1f} s")
    yield from run_cases(container.answering, client_id, cases, today=container.clock().date())


def print_figures(figures: Figures) -> None:
    """Print a run's figures."""
    for kind, rate in figures.right_by_kind.items():
        what = "required facts given" if kind.expects_answer else "not answered"
        print(f"  {kind:<15}{what:<22}{rate}")
    print(f"  {'wrong':<15}{'of given answers':<22}{figures.wrong}")
    print(f"  {'answered':<15}{'of answerable':<22}{figures.answered}")
    print(f"  {'retrieval':<15}{'gold among candidates':<22}{figures.retrieved}")
    print(f"  {'leaks':<15}{'internal text shown':<22}{figures.leaks}")
    print(f"  {'latency':<15}median {figures.median_ms:.1f} ms, p95 {figures.p95_ms:.1f} ms")


def _print_faults(results: Sequence[CaseResult]) -> None:
    for result in results:
        if result.verdict is Verdict.RIGHT and not result.leaks:
            continue
        turn, case = result.turn, result.case
        print(f"\n{case.id} {case.kind} -> {turn.decision} ({turn.reason}, {turn.confidence:.2f})")
        print("  asked:   ", " >> ".join(case.turns))
        print("  expected:", case.must_include, case.gold)
        print("  got:     ", turn.text.replace("\n", " / ")[:400])
        print("  from:    ", [citation.article_id for citation in turn.citations])


if __name__ == "__main__":
    main()
