"""What `assist doctor` looks at; each check says in one line what it found and what to do."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from importlib import metadata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from assist.bootstrap import Settings

MIN_PYTHON = (3, 11)
LOW_DISK_BYTES = 2_000_000_000
NO_DISK_BYTES = 200_000_000


class Status(StrEnum):
    """How a check ended; only a failure makes `assist doctor` fail."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True)
class Check:
    """One finding; `advice` is empty when nothing is to be done."""

    name: str
    status: Status
    detail: str
    advice: str = ""


def check_python() -> Check:
    """Look at the interpreter's version."""
    found = sys.version.split()[0]
    if sys.version_info >= MIN_PYTHON:
        return Check("python", Status.OK, found)
    return Check("python", Status.FAIL, found, "install Python 3.11 or later")


def check_packages() -> Check:
    """Look whether every required package is installed."""
    try:
        required = metadata.requires("bpo-assist") or []
    except metadata.PackageNotFoundError:
        advice = "install the product with pip"
        return Check("packages", Status.WARN, "run from a folder, not installed", advice)
    names = {_package(line) for line in required if "extra ==" not in line}
    missing = sorted(name for name in names if not _is_installed(name))
    if missing:
        advice = f"pip install {' '.join(missing)}"
        return Check("packages", Status.FAIL, f"missing: {', '.join(missing)}", advice)
    return Check("packages", Status.OK, f"{len(names)} installed")


def check_home(settings: Settings) -> Check:
    """Look whether the home folder can be written and its filesystem keeps locks."""
    from filelock import FileLock, Timeout

    home = settings.home
    try:
        home.mkdir(parents=True, exist_ok=True)
        with (
            tempfile.TemporaryDirectory(dir=home, prefix=".doctor-") as scratch,
            FileLock(f"{scratch}/lock"),
            FileLock(f"{scratch}/lock").acquire(timeout=0),
        ):
            pass
    except Timeout:
        return Check("home", Status.OK, str(home))
    except OSError as error:
        advice = "make it writable, or set ASSIST_HOME to another folder"
        return Check("home", Status.FAIL, f"{home}: {error.strerror or error}", advice)
    advice = "set ASSIST_HOME to a folder on a local disk"
    return Check("home", Status.FAIL, f"{home}: its filesystem does not keep locks", advice)


def check_disk(settings: Settings) -> Check:
    """Look at the free space of the home folder."""
    free = shutil.disk_usage(settings.home).free
    detail = f"{free / 1e9:.1f} GB free"
    if free < LOW_DISK_BYTES:
        status = Status.FAIL if free < NO_DISK_BYTES else Status.WARN
        return Check("disk", status, detail, "free some space; `assist kb compact` gives some back")
    return Check("disk", Status.OK, detail)


def check_database(settings: Settings) -> Check:
    """Look whether the database answers and has the tables of this code; nothing is written."""
    from assist.adapters.sql.schema import HEAD, current_revision
    from knowledge_base.adapters.sql.engine import open_engine

    engine = open_engine(settings.database)
    try:
        revision = current_revision(engine)
    finally:
        engine.dispose()
    where = engine.url.render_as_string(hide_password=True)
    if revision == HEAD:
        return Check("database", Status.OK, f"{where}, version {revision}")
    detail = f"{where} is at version {revision or 'none'}, this code needs {HEAD}"
    return Check("database", Status.WARN, detail, "the next command that uses it brings it up")


def check_model(settings: Settings) -> Check:
    """Look whether the embedding model's weights are there and are the known ones."""
    from knowledge_base.adapters.model_files import check_default_weights, find_model_files

    files = find_model_files(settings.model)
    check_default_weights(files)
    return Check("model", Status.OK, f"{files.name}, weights {files.key}")


def check_model_cache(settings: Settings, *, fix: bool) -> Check:
    """Look whether the model is exported for serving; `fix` exports it (ten seconds)."""
    from knowledge_base.adapters.model_files import find_model_files
    from knowledge_base.adapters.onnx_export import OPSET, exported_model

    files = find_model_files(settings.model)
    folder = settings.model_cache / f"{files.key}-onnx{OPSET}"
    if fix:
        folder = exported_model(files, settings.model_cache)
    if folder.is_dir():
        return Check("model cache", Status.OK, str(folder))
    advice = "`assist doctor --fix` exports it now; else the first question does (ten seconds)"
    return Check("model cache", Status.WARN, f"{folder} is not there yet", advice)


def check_hub() -> Check:
    """Look whether a model hub may be contacted."""
    if os.environ.get("HF_HUB_OFFLINE", "").upper() in {"1", "TRUE", "YES", "ON"}:
        return Check("model hub", Status.OK, "never contacted (HF_HUB_OFFLINE=1)")
    return Check(
        "model hub", Status.WARN, "may be contacted", "set HF_HUB_OFFLINE=1 unless that is wanted"
    )


def check_threads(settings: Settings) -> Check:
    """Look whether there is a core for each embedding thread."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    detail = f"{settings.threads} for embedding, {cores} cores"
    if settings.threads > (cores or 1):
        advice = "set ASSIST_THREADS to at most the number of free cores"
        return Check("threads", Status.WARN, detail, advice)
    return Check("threads", Status.OK, detail)


def check_base(settings: Settings, *, fix: bool) -> Iterator[Check]:
    """Look at everything that needs no open installation; a crash of a check is its failure."""
    checks: dict[str, Callable[[], Check]] = {
        "home": lambda: check_home(settings),
        "disk": lambda: check_disk(settings),
        "database": lambda: check_database(settings),
        "model": lambda: check_model(settings),
        "model cache": lambda: check_model_cache(settings, fix=fix),
        "model hub": check_hub,
        "threads": lambda: check_threads(settings),
    }
    for name, check in checks.items():
        try:
            yield check()
        except Exception as error:  # noqa: BLE001 - whatever breaks is what the doctor reports
            yield Check(name, Status.FAIL, _first_line(error), _ADVICE.get(name, ""))


_ADVICE = {"database": "check ASSIST_DATABASE_URL and whether the database runs"}


def _first_line(error: Exception) -> str:
    return (str(error) or type(error).__name__).splitlines()[0]


def _package(requirement: str) -> str:
    """Return the name that a requirement begins with."""
    end = next((i for i, char in enumerate(requirement) if char in " ;<>=!~["), len(requirement))
    return requirement[:end]


def _is_installed(name: str) -> bool:
    try:
        metadata.version(name)
    except metadata.PackageNotFoundError:
        return False
    return True
