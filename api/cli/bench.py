"""`assist bench`: measures the product on data sets, beside a plain pipeline."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(help="Measure the product on data sets.", no_args_is_help=True)


@app.callback()
def bench() -> None:
    """Measure the product on data sets."""


@app.command("quality")
def quality(
    data: Annotated[Path, typer.Option(exists=True, file_okay=False, help="Folder of data sets.")],
    only: Annotated[
        list[str] | None, typer.Option(help="Name of one data set, such as clinc150; repeatable.")
    ] = None,
) -> None:
    """Print retrieval, answers, confidence and latency, each with its gain over a plain pipeline.

    Everything is ingested into a scratch installation; your clients are not touched.
    """
    from api.cli.session import load_settings
    from eval.bench_quality import bench_quality

    for line in bench_quality(data, load_settings(), frozenset(only or ())):
        typer.echo(line)
