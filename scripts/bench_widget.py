"""Prints how soon the widget shows an answer, and how much a page loads for it.

    python -m scripts.bench_widget [--questions 40]

A real server on loopback, and in Chromium a page of another origin with the widget in it. The time
runs in the page, from the key that sends until the frame in which the answer's text is painted.
"""

from __future__ import annotations

import argparse
import gzip
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
from playwright.sync_api import Browser, Frame, Page, Response

from assist.bootstrap import build_container
from knowledge_base.models import ClientId
from scripts.bench import CLIENT, Bench, Line, print_lines
from scripts.bench_corpus import QUESTIONS, write_corpus
from scripts.browser import open_browser

FILES, PASSAGES_PER_FILE = 40, 5
WARM_UP = 5

_LOADER = "/widget/v1.js"
_OF_FRAME = ("/widget/frame", "/static/widget-")

_WATCH = """() => {
  const thread = document.querySelector(".thread");
  const answers = () => [...thread.querySelectorAll(".assistant .bubble")].filter(
    (bubble) => bubble.textContent.trim()).length;
  const before = answers();
  window.shown = new Promise((resolve) => {
    addEventListener("keydown", () => {
      const pressed = performance.now();
      const observer = new MutationObserver(() => {
        if (answers() === before) return;
        observer.disconnect();
        requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - pressed)));
      });
      observer.observe(thread, { childList: true, subtree: true, characterData: true });
    }, { once: true, capture: true });
  });
}"""


def main() -> None:
    """Run the measurement and print it."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--questions", type=int, default=40)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch, _shop() as shop, open_browser() as browser:
        bench = Bench(Path(scratch), requests=0)
        write_corpus(bench.corpus, FILES, PASSAGES_PER_FILE)
        bench.load()
        key = _add_site(bench, shop.origin)
        with bench.server() as (url, _, _):
            shop.snippet = f'<script async src="{url}{_LOADER}" data-site="{key}"></script>'
            lines = _measure(browser, shop.origin, arguments.questions)
    print_lines(lines)


class _Shop(ThreadingHTTPServer):
    """Serves one page, which has the snippet in it."""

    snippet = ""

    @property
    def origin(self) -> str:
        """Another one than the service's, which goes by its number."""
        return f"http://localhost:{self.server_address[1]}"


class _Page(BaseHTTPRequestHandler):
    server: _Shop

    def do_GET(self) -> None:
        head = '<!doctype html><title>Shop</title><link rel="icon" href="data:,">'
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write((head + self.server.snippet).encode())

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def _shop() -> Iterator[_Shop]:
    shop = _Shop(("127.0.0.1", 0), _Page)
    thread = threading.Thread(target=shop.serve_forever)
    thread.start()
    yield shop
    shop.shutdown()
    shop.server_close()
    thread.join()


def _add_site(bench: Bench, origin: str) -> str:
    container = build_container(bench.settings)
    # Some questions are declined; after two of them a person would answer, and here is none.
    profile = {"name": "Bench", "general_rules_off": ["repeated_failure"]}
    container.clients.update(ClientId(CLIENT), profile)
    site = container.sites.add(ClientId(CLIENT), [origin])
    container.close()
    return site.key


def _measure(browser: Browser, origin: str, count: int) -> list[Line]:
    page = browser.new_page()
    sizes: dict[str, int] = {}
    page.on("response", lambda response: _weigh(response, sizes))
    page.goto(origin)
    page.locator("button[aria-expanded]").click()
    page.frame_locator("iframe").locator("body[data-ready]").wait_for()
    page.wait_for_load_state("networkidle")
    loader = sizes.pop(_LOADER)
    lines = [
        Line("widget: loader, gzip", f"{loader} bytes", "3000"),
        Line("widget: frame when opened, gzip", f"{sum(sizes.values())} bytes", "20000"),
    ]
    first_ms = [_ask_anew(page, turn) for turn in range(WARM_UP + count)][WARM_UP:]
    next_ms = [_ask(page, page.frames[1], turn) for turn in range(count)]
    return [
        *lines,
        *_times("first answer of a conversation shown", first_ms, "300 ms"),
        *_times("answer in an open conversation shown", next_ms, ""),
    ]


def _weigh(response: Response, sizes: dict[str, int]) -> None:
    path = response.url.split("?")[0].split("/", 3)[3]
    if f"/{path}" == _LOADER or f"/{path}".startswith(_OF_FRAME):
        sizes[f"/{path}"] = len(gzip.compress(response.body(), mtime=0))


def _ask_anew(page: Page, turn: int) -> float:
    """Ask the first question of a new conversation."""
    frame = page.frames[1]
    frame.get_by_role("button", name="More").click()
    frame.get_by_role("button", name="Start again").click()
    return _ask(page, frame, turn)


def _ask(page: Page, frame: Frame, turn: int) -> float:
    """Return the milliseconds from the key to the answer."""
    frame.locator(".composer textarea").fill(f"{QUESTIONS[turn % len(QUESTIONS)]} ({turn})")
    frame.evaluate(_WATCH)
    page.keyboard.press("Enter")
    took_ms: float = frame.evaluate("() => shown")
    frame.locator(".send[aria-label=Send]").wait_for()
    return took_ms


def _times(what: str, times_ms: Sequence[float], aim: str) -> list[Line]:
    middle, slow = (float(np.percentile(times_ms, share)) for share in (50, 95))
    return [
        Line(f"widget: {what}, median", f"{middle:.0f} ms"),
        Line(f"widget: {what}, p95", f"{slow:.0f} ms", aim),
    ]


if __name__ == "__main__":
    main()
