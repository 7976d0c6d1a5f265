import io
import zipfile
from pathlib import Path

import pytest

from api.uploads import UploadedFile, UploadError, stored_upload
from api.worker import ingest_folder
from assist.bootstrap import Container, Settings, build_container
from ingest.sources import IngestError
from tests.fakes import ACME, HashingEmbedder


def damaged_zip(compression: int) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", compression) as archive:
        archive.writestr("a.md", "# A\n\n" + "Some text that is long enough to be packed. " * 200)
    content = bytearray(packed.getvalue())
    middle = 40
    content[middle : middle + 20] = bytes(255 - byte for byte in content[middle : middle + 20])
    return bytes(content)


@pytest.mark.parametrize("compression", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_damaged_zip_is_refused_and_leaves_nothing(tmp_path: Path, compression: int) -> None:
    upload = UploadedFile("docs.zip", io.BytesIO(damaged_zip(compression)))
    with (
        pytest.raises(UploadError, match=r"'docs\.zip' is damaged"),
        stored_upload(tmp_path, [upload], max_bytes=1_000_000),
    ):
        pass
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def container(tmp_path: Path) -> Container:
    container = build_container(Settings(home=tmp_path / "home"), embedder=HashingEmbedder())
    container.clients.add(ACME, {"name": "Acme"})
    return container


def test_a_failed_upload_does_not_tell_where_it_lay(container: Container) -> None:
    root = container.settings.home / "uploads" / "job1"
    root.mkdir(parents=True)
    (root / "broken.md").write_text("")
    payload = {"root": str(root), "mirror": True, "audience": "", "language": ""}
    try:
        with pytest.raises(IngestError, match=r"no file in the upload could be read.*broken\.md"):
            ingest_folder(container, ACME, payload, lambda _phase, _done, _total: None)
    finally:
        container.close()
