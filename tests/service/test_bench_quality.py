"""`assist bench quality` on small data sets, with the real model."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from api.cli.app import app

pytest.importorskip("langchain_chroma")
pytestmark = pytest.mark.usefixtures("real_embedder")

ARTICLES = {
    "fees": "# Late fees\n\nThe late fee is $5 a month.\n",
    "returns": "# Returns\n\nYou can return goods within 30 days of delivery.\n",
    "parking": "# Parking\n\nParking in our garage costs $2 an hour.\n",
    "withheld": "# Gift cards\n\nGift cards expire after 24 months.\n",
}
CASES = [
    ("a", "answerable", "How much is the late fee?", ["fees"], [["$5"]]),
    ("b", "answerable", "How long can I return goods?", ["returns"], [["30 days"]]),
    ("c", "near_miss", "When do gift cards expire?", [], []),
]
UTTERANCES = {
    "balance": ["what is my balance", "show my balance", "how much money is in my account"],
    "weather": ["will it rain today", "what is the weather", "is it sunny tomorrow"],
    "oos": ["who won the world cup", "how tall is mount everest"],
}


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ASSIST_HOME", str(tmp_path / "home"))
    shop = tmp_path / "data" / "shop"
    (shop / "articles").mkdir(parents=True)
    for name, text in ARTICLES.items():
        (shop / "articles" / f"{name}.md").write_text(f"---\nid: {name}\n---\n{text}")
    (shop / "withheld.txt").write_text("withheld\n")
    lines = [
        json.dumps({"id": i, "kind": kind, "turns": [said], "gold": gold, "must_include": facts})
        for i, kind, said, gold, facts in CASES
    ]
    (shop / "cases.jsonl").write_text("\n".join(lines))
    clinc = tmp_path / "data" / "clinc150"
    clinc.mkdir()
    rows = [{"text": text, "intent": each} for each in UTTERANCES for text in UTTERANCES[each]]
    (clinc / "dev.jsonl").write_text("\n".join(map(json.dumps, rows)))
    return tmp_path / "data"


def test_one_table_holds_every_set_and_names_the_missing_ones(data: Path, tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["bench", "quality", "--data", str(data)])

    assert done.exit_code == 0, done.output
    rows = {
        (line[:14].strip(), line[14:60].strip()): line[60:] for line in done.stdout.splitlines()
    }
    assert rows["shop", "recall@1"].split()[:2] == ["2", "1.000"]
    near = rows["shop", "near_miss: right / wrong / not answered"]
    assert near.split()[0] == "1"
    assert ("shop", "AUROC answerable / near miss") in rows
    assert ("shop", "total: median, p95 in ms") in rows
    assert rows["clinc150", "AUROC out of scope: cosine"].split()[0] == "4"
    assert "banking77     missing: there is no" in done.stdout
    assert "mtrag_un      missing: there is no" in done.stdout
    assert not list((tmp_path / "home").glob("**/*.db"))


def test_one_set_can_be_chosen(data: Path) -> None:
    done = CliRunner().invoke(app, ["bench", "quality", "--data", str(data), "--only", "clinc150"])

    assert "clinc150" in done.stdout
    assert "shop" not in done.stdout
    assert "missing" not in done.stdout


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["bench", "quality", "--data", str(tmp_path / "none")])
    assert done.exit_code == 2
