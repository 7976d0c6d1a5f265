"""Hostile and clumsy uploads: nothing leads out of the folder and nothing stays behind."""

from __future__ import annotations

import io
import zipfile

import pytest
from starlette.testclient import TestClient

from tests.api.installation import NORTH, Installation
from tests.api.uploading import PATH, TRAINER, stored, upload, zipped


def test_a_zip_is_unpacked_without_its_single_top_folder(
    http: TestClient, installation: Installation
) -> None:
    entries = {"north/manifest.yaml": b"a", "north/faq/b.md": b"b", "__MACOSX/._b": b"c"}
    status, _ = upload(http, installation, ("north.zip", zipped(entries)))
    assert status == 202
    assert stored(installation)["manifest.yaml"] == b"a"
    assert stored(installation)["faq/b.md"] == b"b"


@pytest.mark.parametrize(
    "name",
    [
        "../evil.md",
        "a/../../evil.md",
        "/etc/evil.md",
        "C:/evil.md",
        "C:\\evil.md",
        "..\\evil.md",
        "\\\\server\\evil.md",
        "a//b.md",
        "./a.md",
        "con.md",
        "a/NUL",
        "aux /b.md",
        "a./b.md",
        "a?.md",
        "b" * 300,
        ("c" * 200 + "/") * 6,
    ],
)
def test_a_name_that_could_lead_elsewhere_is_refused_and_nothing_stays(
    http: TestClient, installation: Installation, name: str
) -> None:
    status, problem = upload(http, installation, ("good.md", b"text"), (name, b"text"))
    assert status == 422
    assert problem["detail"]
    assert stored(installation) == {}
    assert installation.container.jobs.list_jobs(NORTH, 10) == []


def test_a_name_with_a_null_character_is_refused(
    http: TestClient, installation: Installation
) -> None:
    body = (
        b'--x\r\nContent-Disposition: form-data; name="mode"\r\n\r\nadd\r\n'
        b'--x\r\nContent-Disposition: form-data; name="files"; filename="a\0.md"\r\n\r\ntext\r\n'
        b"--x--\r\n"
    )
    headers = installation.headers(TRAINER) | {"Content-Type": "multipart/form-data; boundary=x"}
    assert http.post(PATH, content=body, headers=headers).status_code in {400, 422}
    assert installation.container.jobs.list_jobs(NORTH, 10) == []


@pytest.mark.parametrize(
    "names", [("a.md", "A.md"), ("a", "a/b.md"), ("a/b.md", "a")], ids=["case", "file", "folder"]
)
def test_names_that_collide_are_refused(
    http: TestClient, installation: Installation, names: tuple[str, str]
) -> None:
    status, _ = upload(http, installation, *((name, b"text") for name in names))
    assert status == 422
    assert stored(installation) == {}


def link_zip() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        link = zipfile.ZipInfo("link.md")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    return packed.getvalue()


def bomb_zip() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("big.md", b"0" * 5_000_000)
    return packed.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        zipped({"../evil.md": b"a"}),
        zipped({"/evil.md": b"a"}),
        zipped({"a.md": b"a", "A.md": b"b"}),
        zipped({"con.md": b"a"}),
        zipped({}),
        link_zip(),
        bomb_zip(),
        zipped({"a.md": b"a"})[:-10],
        b"no zip",
    ],
    ids=["parent", "absolute", "twice", "device", "empty", "link", "bomb", "cut", "text"],
)
def test_a_bad_zip_is_refused_and_nothing_stays(
    http: TestClient, installation: Installation, content: bytes
) -> None:
    status, problem = upload(http, installation, ("articles.zip", content))
    assert status == 422
    assert "articles.zip" in problem["detail"] or "md" in problem["detail"]
    assert stored(installation) == {}
