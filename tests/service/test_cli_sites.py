"""`assist site`: what it prints, and what it refuses in one line."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from api.cli.app import app
from assist.bootstrap import Settings, build_container

SHOP = "https://shop.example"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ASSIST_HOME", str(tmp_path))
    monkeypatch.setenv("ASSIST_DATABASE_URL", "")
    container = build_container(Settings(home=tmp_path, database_url=""))
    container.clients.add("acme")
    container.close()
    return tmp_path


@pytest.mark.usefixtures("home")
class TestSites:
    def run(self, *words: str) -> Result:
        return CliRunner().invoke(app, ["site", *words])

    def add(self) -> str:
        result = self.run("add", "acme", "--origin", SHOP, "--label", "Shop")
        [key] = re.findall(r'data-site="(site_\w+)"', result.stdout)
        assert "secret to sign customers' identities with" in result.stderr
        return str(key)

    def test_a_site_is_added_with_its_snippet_and_listed(self) -> None:
        key = self.add()
        assert self.run("list", "acme").stdout == f"{key}  {SHOP}  Shop\n"

    def test_its_origins_are_replaced(self) -> None:
        key = self.add()
        moved = self.run("origins", "acme", key, "--origin", "http://localhost:8080")
        assert moved.stdout == f"{key}  http://localhost:8080\n"

    def test_a_new_secret_is_printed_alone(self) -> None:
        first, second = (self.run("rotate", "acme", key) for key in [self.add()] * 2)
        assert first.stdout.startswith("sig_")
        assert first.stdout != second.stdout

    def test_a_removed_site_is_gone(self) -> None:
        key = self.add()
        assert self.run("remove", "acme", key).stdout == f"removed site {key}\n"
        assert self.run("list", "acme").stdout == ""
        again = self.run("remove", "acme", key)
        assert again.exit_code == 1
        assert f"error: client 'acme' has no site '{key}'" in again.stderr

    def test_what_is_no_origin_or_client_is_refused(self) -> None:
        assert "is no origin" in self.run("add", "acme", "--origin", "shop.example").stderr
        assert "no client 'other'" in self.run("add", "other", "--origin", SHOP).stderr
