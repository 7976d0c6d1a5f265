"""Brings a folder of a data set into an installation: its profile, its articles."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.pipeline import ingest
from ingest.reading import IngestRequest

if TYPE_CHECKING:
    from assist.bootstrap import Container
    from ingest.report import IngestReport
    from knowledge_base.models import ClientId


def ingest_folder(container: Container, folder: Path) -> tuple[ClientId, IngestReport]:
    """Add a client named like the folder, with its `client.yaml` if any, and its `articles/`.

    Articles whose ids stand in `withheld.txt` are left out.
    """
    client_id = container.clients.add(folder.name.replace("_", "-").lower(), _profile(folder))
    with _articles(folder) as articles:
        request = IngestRequest(client_id, articles, client_name=folder.name)
        return client_id, ingest(request, container.knowledge_base)


def _profile(folder: Path) -> dict[str, object]:
    import yaml

    path = folder / "client.yaml"
    if not path.is_file():
        return {"name": folder.name}
    profile: dict[str, object] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return profile


@contextmanager
def _articles(folder: Path) -> Iterator[Path]:
    """Give the folder of articles, as a copy without the withheld ones where there are any."""
    source, withheld = folder / "articles", folder / "withheld.txt"
    if not withheld.is_file():
        yield source
        return
    names = set(withheld.read_text(encoding="utf-8").split())
    with tempfile.TemporaryDirectory() as scratch:
        for path in source.iterdir():
            if path.stem not in names:
                shutil.copy(path, scratch)
        yield Path(scratch)
