"""Ingestions over HTTP: what is stored, queued, refused and repeated."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from assist.domain.jobs import JobProgress, JobState
from tests.api.installation import NORTH, NOW, SOUTH, UPLOAD_BYTES, Installation
from tests.api.uploading import PATH, TRAINER, stored, upload


def test_files_are_stored_under_their_relative_names_and_queued(
    http: TestClient, installation: Installation
) -> None:
    files = ("faq/delivery.md", b"# Delivery"), ("manifest.yaml", b"articles: []")
    fields = {"mode": "add", "audience": "internal", "language": "en"}
    status, job = upload(http, installation, *files, fields=fields)
    [queued] = installation.container.jobs.list_jobs(NORTH, 10)
    assert status == 202
    assert (job["state"], job["mode"], job["report"]) == ("waiting", "add", None)
    assert stored(installation) == dict(files)
    root = Path(queued.payload["root"])
    assert root.name == job["id"]
    assert root.is_absolute()
    assert queued.kind == "ingest"
    assert {name: queued.payload[name] for name in ("mirror", "audience", "language")} == {
        "mirror": False,
        "audience": "internal",
        "language": "en",
    }
    assert installation.woken == [True]


def test_the_response_says_where_to_look(http: TestClient, installation: Installation) -> None:
    headers = installation.headers(TRAINER)
    files = {"files": ("a.md", b"text")}
    response = http.post(PATH, files=files, data={"mode": "add"}, headers=headers)
    found = http.get(response.headers["location"], headers=headers)
    assert found.json() == response.json()


@pytest.mark.parametrize(
    ("fields", "place"),
    [
        ({}, "body.mode"),
        ({"mode": "merge"}, "body.mode"),
        ({"mode": "add", "audience": "all"}, "body.audience"),
        ({"mode": "add", "language": "../en"}, "body.language"),
        ({"mode": "add", "client": "south"}, "body.client"),
    ],
)
def test_a_bad_field_is_refused_naming_its_place(
    http: TestClient, installation: Installation, fields: dict[str, str], place: str
) -> None:
    status, problem = upload(http, installation, ("a.md", b"text"), fields=fields)
    assert status == 422
    assert [error["place"] for error in problem["errors"]] == [place]


def test_an_upload_without_files_is_refused(http: TestClient, installation: Installation) -> None:
    headers = installation.headers(TRAINER)
    parts = {"mode": (None, b"add")}
    response = http.post(PATH, files=parts, headers=headers)
    assert response.status_code == 422
    assert "'files'" in response.json()["detail"]


def test_another_content_type_is_refused(http: TestClient, installation: Installation) -> None:
    response = http.post(PATH, json={"mode": "add"}, headers=installation.headers(TRAINER))
    assert response.status_code == 415


def test_a_form_that_cannot_be_read_is_refused(
    http: TestClient, installation: Installation
) -> None:
    headers = installation.headers(TRAINER) | {"Content-Type": "multipart/form-data"}
    response = http.post(PATH, content=b"nonsense", headers=headers)
    assert response.status_code == 400
    assert response.headers["content-type"] == "application/problem+json"


def test_an_upload_over_the_limit_is_refused_by_its_announced_length(
    http: TestClient, installation: Installation
) -> None:
    status, problem = upload(http, installation, ("a.md", b"0" * (UPLOAD_BYTES + 1)))
    assert status == 413
    assert problem["type"].endswith(":too-large")
    assert stored(installation) == {}


def test_an_upload_over_the_limit_is_refused_while_it_comes_in_pieces(
    http: TestClient, installation: Installation
) -> None:
    sent = 0

    def pieces() -> Iterator[bytes]:
        nonlocal sent
        yield b'--x\r\nContent-Disposition: form-data; name="files"; filename="a.md"\r\n\r\n'
        for _ in range(UPLOAD_BYTES // 1000 + 1):
            sent += 1000
            yield b"0" * 1000
        yield b"\r\n--x--\r\n"

    headers = installation.headers(TRAINER) | {"Content-Type": "multipart/form-data; boundary=x"}
    response = http.post(PATH, content=pieces(), headers=headers)
    assert response.status_code == 413
    assert sent > UPLOAD_BYTES
    assert stored(installation) == {}


def test_a_body_is_not_read_before_the_key_is_checked(http: TestClient) -> None:
    reads = []

    def body() -> Iterator[bytes]:
        reads.append(True)
        yield b""

    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    assert http.post(PATH, content=body(), headers=headers).status_code == 401
    assert reads == []


def test_a_repeated_key_returns_the_first_job(http: TestClient, installation: Installation) -> None:
    _, first = upload(http, installation, ("a.md", b"text"), key="monday")
    status, second = upload(http, installation, ("a.md", b"text"), key="monday")
    assert (status, second["id"]) == (202, first["id"])
    assert len(installation.container.jobs.list_jobs(NORTH, 10)) == 1
    assert stored(installation) == {"a.md": b"text"}


def test_a_repeated_key_with_other_content_is_refused(
    http: TestClient, installation: Installation
) -> None:
    upload(http, installation, ("a.md", b"text"), key="monday")
    status, problem = upload(http, installation, ("a.md", b"other"), key="monday")
    assert status == 422
    assert "Idempotency-Key" in problem["detail"]
    assert stored(installation) == {"a.md": b"text"}


def test_the_same_key_of_two_clients_starts_two_jobs(
    http: TestClient, installation: Installation
) -> None:
    ids = set()
    for client_id in (NORTH, SOUTH):
        headers = installation.headers(TRAINER, client_id) | {"Idempotency-Key": "monday"}
        files = {"files": ("a.md", b"text")}
        response = http.post(PATH, files=files, data={"mode": "add"}, headers=headers)
        ids.add(response.json()["id"])
    assert len(ids) == 2


def test_without_a_key_every_upload_is_a_job(http: TestClient, installation: Installation) -> None:
    first = upload(http, installation, ("a.md", b"text"))[1]
    second = upload(http, installation, ("a.md", b"text"))[1]
    headers = installation.headers(TRAINER)
    listed = http.get(PATH, headers=headers).json()["items"]
    assert {item["id"] for item in listed} == {first["id"], second["id"]}


def test_a_finished_ingestion_shows_its_report_and_no_path(
    http: TestClient, installation: Installation
) -> None:
    job_id = upload(http, installation, ("a.md", b"text"))[1]["id"]
    jobs = installation.container.jobs
    claimed = jobs.claim_job(NOW, NOW)
    assert claimed is not None
    progress = JobProgress("publishing", 1, 1)
    jobs.save_job(
        replace(claimed, state=JobState.SUCCEEDED, progress=progress, result={"published": True})
    )
    response = http.get(f"{PATH}/{job_id}", headers=installation.headers(TRAINER))
    shown = response.json()
    assert (shown["state"], shown["report"]) == ("succeeded", {"published": True})
    assert shown["progress"] == {"phase": "publishing", "done": 1, "total": 1}
    assert str(installation.container.settings.home) not in response.text


def test_another_clients_ingestion_is_not_found(
    http: TestClient, installation: Installation
) -> None:
    job_id = upload(http, installation, ("a.md", b"text"))[1]["id"]
    headers = installation.headers(TRAINER, SOUTH)
    assert http.get(f"{PATH}/{job_id}", headers=headers).status_code == 404
    assert http.get(PATH, headers=headers).json() == {"items": []}
