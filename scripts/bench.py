"""Prints what answering, ingesting and starting cost, as ratios within one run.

    python -m scripts.bench [--files 700] [--passages-per-file 15] [--requests 300]

Everything runs on loopback in scratch folders. The server is a real process behind HTTP; the bare
cost of one query embedding plus one Chroma query over as many vectors is measured in turn with
its answers, so that both see the same machine.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import numpy as np
import psutil

from assist.bootstrap import Settings
from assist.domain.keys import KeyScope
from ingest.reading import Folder, IngestRequest, read_folder
from ingest.sources import Limits
from knowledge_base.adapters.chroma_index import EmbeddedChromaIndex
from knowledge_base.factory import open_embedder
from knowledge_base.models import ClientId, Passage, PassageId
from knowledge_base.ports import Embedder
from scripts.bench_corpus import QUESTIONS, write_corpus

CLIENT = "bench"
WARM_UP = 20


@dataclass(frozen=True)
class Line:
    """One printed figure with its aim."""

    what: str
    value: str
    aim: str = ""


def main() -> None:
    """Run all measurements and print them."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--files", type=int, default=700)
    parser.add_argument("--passages-per-file", type=int, default=15)
    parser.add_argument("--requests", type=int, default=300)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        bench = Bench(Path(scratch), arguments.requests)
        write_corpus(bench.corpus, arguments.files, arguments.passages_per_file)
        for measure in (bench.ingest, bench.reingest, bench.commands, bench.serve):
            print_lines(measure())


def print_lines(lines: Iterable[Line]) -> None:
    """Print figures as they come."""
    for line in lines:
        aim = f"   aim: {line.aim}" if line.aim else ""
        print(f"{line.what:<58}{line.value:>14}{aim}", flush=True)


class Bench:
    """The measurements, over one scratch installation."""

    def __init__(self, scratch: Path, requests: int) -> None:
        self.corpus = scratch / "corpus"
        self._scratch = scratch
        self._requests = requests
        self.settings = Settings(home=scratch / "home")
        settings = {"ASSIST_HOME": str(self.settings.home), "ASSIST_LOG_LEVEL": "warning"}
        self._environment = {**os.environ, **settings}
        self._passages = 0

    def ingest(self) -> Iterator[Line]:
        """Time the first ingest against bare embedding of a sample of the same texts.

        The sample is embedded before and after it, because the machine's speed drifts.
        """
        self._run("client", "add", CLIENT)
        texts = self._sample_texts()
        before_s = _timed(lambda: self._embedder().embed(texts))
        report = json.loads(self._run("ingest", str(self.corpus), "--client", CLIENT, "--json"))
        after_s = _timed(lambda: self._embedder().embed(texts))
        self._passages = report["passages"]
        rate = self._passages / report["seconds"]
        bare = 2 * len(texts) / (before_s + after_s)
        yield Line("ingest: passages", f"{self._passages}")
        yield Line("ingest: passages/s", f"{rate:.1f}")
        yield Line("ingest: bare embedding of the same texts, texts/s", f"{bare:.1f}")
        yield Line("ingest against bare embedding", f"{rate / bare:.2f}x", "at least 0.8x")

    def reingest(self) -> Iterator[Line]:
        """Time an ingest of the unchanged folder."""
        report = json.loads(self._run("ingest", str(self.corpus), "--client", CLIENT, "--json"))
        files = report["articles"]["unchanged"]
        yield Line(f"re-ingest of {files} unchanged files", f"{report['seconds']:.2f} s", "3 s")
        yield Line("re-ingest: texts embedded", f"{report['embedded']}", "0")

    def commands(self) -> Iterator[Line]:
        """Time commands as a whole process, the best of five."""
        yield Line("assist --help", f"{self._best_time('--help'):.2f} s", "0.5 s")
        ask = ("ask", "--client", CLIENT, QUESTIONS[0])
        yield Line("assist ask, cold", f"{self._best_time(*ask):.2f} s", "3 s")

    def serve(self) -> Iterator[Line]:
        """Time start-up and answers of a server, and weigh it."""
        with self.server() as (url, ready_s, process):
            yield Line("server: start to ready", f"{ready_s:.2f} s", "3 s")
            yield from self._answers(url)
            memory = psutil.Process(process.pid).memory_info().rss / 2**20
            yield Line("server: resident memory", f"{memory:.0f} MB", "450 MB")

    def _answers(self, url: str) -> Iterator[Line]:
        headers = {"Authorization": f"Bearer {self.key()}"}
        bare = self._bare_query()
        answered: list[float] = []
        plain: list[float] = []
        kinds: dict[str, int] = {}
        with httpx.Client(base_url=url, headers=headers, timeout=30) as client:
            for turn in range(WARM_UP + self._requests):
                question = f"{QUESTIONS[turn % len(QUESTIONS)]} ({turn})"
                started = time.perf_counter()
                bare(question)
                plain.append(time.perf_counter() - started)
                started = time.perf_counter()
                reply = client.post("/v1/ask", json={"question": question}).raise_for_status()
                answered.append(time.perf_counter() - started)
                decision = reply.json()["decision"]
                kinds[decision] = kinds.get(decision, 0) + 1
        yield Line("answers over HTTP: decisions", json.dumps(kinds))
        for name, share, aim in (("median", 50, "2x"), ("p95", 95, "3x")):
            ours = float(np.percentile(answered[WARM_UP:], share)) * 1000
            theirs = float(np.percentile(plain[WARM_UP:], share)) * 1000
            yield Line(f"answer over HTTP, {name}", f"{ours:.1f} ms")
            yield Line(f"bare embedding + Chroma query, {name}", f"{theirs:.1f} ms")
            yield Line(f"answer against bare cost, {name}", f"{ours / theirs:.2f}x", aim)

    def _bare_query(self) -> Callable[[str], object]:
        embedder = self._embedder()
        index = EmbeddedChromaIndex(self._scratch / "bare")
        vectors = np.random.default_rng(0).standard_normal((self._passages, 384))
        unit = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
        index.build("bare", [PassageId(i) for i in range(self._passages)], unit)
        return lambda question: index.search("bare", embedder.embed([question])[0], 10)

    def _sample_texts(self, size: int = 600) -> list[str]:
        folder = Folder(IngestRequest(ClientId(CLIENT), self.corpus), Limits(), self._embedder())
        drafts = read_folder(folder, {}, lambda _done, _total: None).drafts
        texts = [
            Passage(
                PassageId(0), draft.article, 0, each.text, each.section, each.question
            ).index_text
            for draft in drafts
            for each in draft.passages
        ]
        return random.Random(0).sample(texts, min(size, len(texts)))

    def _embedder(self) -> Embedder:
        return open_embedder(self.settings.model, self.settings.model_cache)

    def key(self) -> str:
        """Issue a customer's key."""
        from assist.bootstrap import build_container

        container = build_container(self.settings)
        _, secret = container.keys.issue(ClientId(CLIENT), KeyScope.CUSTOMER, label="bench")
        container.engine.dispose()
        return secret

    def load(self) -> None:
        """Ingest the corpus without timing it."""
        self._run("client", "add", CLIENT)
        self._run("ingest", str(self.corpus), "--client", CLIENT)

    @contextmanager
    def server(self) -> Iterator[tuple[str, float, subprocess.Popen[bytes]]]:
        """Run a server; gives its address, the seconds until it was ready, and the process."""
        port = _free_port()
        url = f"http://127.0.0.1:{port}"
        started = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, "-m", "api.cli", "serve", "--port", str(port)],
            env=self._environment,
            stdout=subprocess.DEVNULL,
        )
        try:
            _wait_until_ready(url, process)
            yield url, time.perf_counter() - started, process
        finally:
            process.terminate()
            process.wait(20)

    def _best_time(self, *arguments: str) -> float:
        return min(_timed(lambda: self._run(*arguments)) for _ in range(5))

    def _run(self, *arguments: str) -> str:
        command = [sys.executable, "-m", "api.cli", *arguments]
        done = subprocess.run(command, env=self._environment, capture_output=True, check=False)
        if done.returncode:
            sys.exit(f"assist {' '.join(arguments)} failed: {done.stderr.decode()[-2000:]}")
        return done.stdout.decode()


def _timed(action: Callable[[], object]) -> float:
    started = time.perf_counter()
    action()
    return time.perf_counter() - started


def _free_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def _wait_until_ready(url: str, process: subprocess.Popen[bytes], limit_s: float = 60) -> None:
    deadline = time.perf_counter() + limit_s
    while time.perf_counter() < deadline and process.poll() is None:
        try:
            if httpx.get(f"{url}/readyz", timeout=1).is_success:
                return
        except httpx.TransportError:
            time.sleep(0.02)
    sys.exit(f"the server did not become ready within {limit_s:.0f} s")


if __name__ == "__main__":
    main()
