"""A real browser and a real `tend` process for the journeys.

The browser is looked for in this order: TEND_CHROMIUM, chromium on the PATH, the packed one in node_modules, which
brings its own libraries and fonts. None at all is an error, never a skipped test.
"""

from __future__ import annotations

import http.client
import io
import os
import shutil
import signal
import socket
import subprocess
import sys
import tarfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
PACKED = ROOT / "node_modules/@sparticuz/chromium/bin"
PATIENCE = 90  # seconds for the first start on an empty folder

expect.set_options(timeout=20_000)  # on a busy machine a page comes later; what never comes still fails

QUIET = [
    "--no-sandbox",  # the tests may run as root, and open nothing but our own pages
    "--no-proxy-server",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-domain-reliability",
    "--disable-sync",
    "--no-pings",
    "--no-first-run",
    "--disable-dev-shm-usage",
]

FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>/usr/share/fonts</dir>
  <dir>{home}/fonts</dir>
  <cachedir>{home}/fonts-cache</cachedir>
</fontconfig>
"""


@dataclass(frozen=True)
class Chromium:
    """How to start the browser that was found."""

    path: Path
    arguments: list[str]
    environment: dict[str, str] = field(default_factory=dict)


def find_chromium() -> Chromium:
    named = os.environ.get("TEND_CHROMIUM")
    if named:
        if not Path(named).exists():
            pytest.fail(f"TEND_CHROMIUM names {named}, which does not exist.")
        return Chromium(Path(named), QUIET)
    for name in ("chromium", "chromium-browser", "google-chrome"):
        found = shutil.which(name)
        if found:
            return Chromium(Path(found), QUIET)
    if (PACKED / "chromium.br").exists():
        return unpacked(ROOT / "node_modules/.chromium")
    pytest.fail(
        "The browser tests need Chromium: install chromium, set TEND_CHROMIUM to one, "
        "or run `python3 run test`, which fetches one."
    )


def unpacked(home: Path) -> Chromium:
    """Unpack Chromium from node_modules once, with the libraries and fonts a bare machine lacks."""
    program = home / "chromium"
    if not program.exists():
        import brotli

        fresh = home.with_name(f"{home.name}.{os.getpid()}")
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(parents=True)
        for archive in ("al2023", "swiftshader", "fonts"):
            packed = brotli.decompress((PACKED / f"{archive}.tar.br").read_bytes())
            with tarfile.open(fileobj=io.BytesIO(packed)) as bundle:
                bundle.extractall(fresh)
        (fresh / "chromium").write_bytes(brotli.decompress((PACKED / "chromium.br").read_bytes()))
        (fresh / "chromium").chmod(0o755)
        (fresh / "ours.conf").write_text(FONTS.format(home=home))
        try:
            fresh.rename(home)
        except OSError:  # another process was first
            shutil.rmtree(fresh, ignore_errors=True)
    libraries = [str(home / "lib"), str(home), os.environ.get("LD_LIBRARY_PATH", "")]
    environment = {"LD_LIBRARY_PATH": ":".join(filter(None, libraries)), "FONTCONFIG_FILE": str(home / "ours.conf")}
    return Chromium(program, [*QUIET, "--no-zygote", "--disable-gpu"], environment)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One browser for the whole run; each test has a context of its own."""
    chromium = find_chromium()
    # Playwright keeps an event loop in this thread, which Django would take for asynchronous code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(
            executable_path=chromium.path,
            args=chromium.arguments,
            env={**os.environ, **chromium.environment},
        )
        yield running
        running.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A fresh page; a script error or a breach of the content security policy fails the test that caused it."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="en-GB", reduced_motion="reduce")
    context.set_default_timeout(10_000)
    opened = context.new_page()
    complaints = watch(opened)
    yield opened
    context.close()
    assert not complaints, "The browser complained:\n" + "\n".join(complaints)


def watch(page: Page) -> list[str]:
    """Collect script errors and breaches of the content security policy, as they happen, into the list returned."""
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(f"script error: {error}"))

    def listen(message: Any) -> None:
        if message.type == "error" and "Content Security Policy" in message.text:
            complaints.append(message.text)

    page.on("console", listen)
    return complaints


def picture(page: Page, name: str) -> None:
    """Keep what the page looks like, in light and dark, wide and on a phone, in the folder that TEND_PICTURES names."""
    folder = os.environ.get("TEND_PICTURES", "")
    if not folder:
        return
    for theme in ("light", "dark"):
        page.evaluate("theme => { document.documentElement.dataset.bsTheme = theme; }", theme)
        for width in (1440, 390):
            page.set_viewport_size({"width": width, "height": 900})
            page.screenshot(path=f"{folder}/{name}-{theme}-{width}.png", full_page=True)
    page.set_viewport_size({"width": 1440, "height": 900})
    page.evaluate("() => { document.documentElement.dataset.bsTheme = 'light'; }")


def accessibility_findings(page: Page) -> list[str]:
    """What axe finds against WCAG 2.2 AA on the page as it stands, one line a finding."""
    source = ROOT / "node_modules/axe-core/axe.min.js"
    page.evaluate(source.read_text())
    found = page.evaluate(
        "() => axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']})"
        ".then(result => result.violations)"
    )
    return [
        f"{finding['id']} ({finding['impact']}): {finding['help']}: {', '.join(node['target'][0] for node in finding['nodes'][:5])}"
        for finding in found
    ]


@dataclass
class LiveTend:
    """A running `tend up`, and the means to use its command line beside it."""

    url: str
    data: Path
    process: subprocess.Popen[bytes]
    environment: dict[str, str]
    log: Path

    def run(self, *arguments: str, given: str | None = None, status: int = 0) -> str:
        """Run a `tend` subcommand on the same data; gives its standard output, fails on another exit status."""
        done = subprocess.run(
            [*tend(), *arguments], env=self.environment, input=given, capture_output=True, text=True, check=False
        )
        assert done.returncode == status, f"tend {' '.join(arguments)}: {done.returncode}\n{done.stdout}{done.stderr}"
        return done.stdout

    def stop(self) -> None:
        """End it as an operator would; whoever is left after that is killed."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                pass
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.process.wait()


@contextmanager
def live_tend(data_dir: Path, *options: str, database_url: str = "") -> Iterator[LiveTend]:
    """Start `tend up` on a free port with its data in `data_dir`, wait until it is healthy, and end it with the block.

    SQLite unless a database URL is given; `options` are handed to `tend up`.
    """
    port = free_port()
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("TEND_", "DJANGO_"))}
    inherited.pop("DATABASE_URL", None)
    url = f"http://127.0.0.1:{port}"
    environment = inherited | {"TEND_DATA": str(data_dir), "TEND_URL": url}
    if database_url:
        environment["DATABASE_URL"] = database_url
    log = data_dir.with_name(f"{data_dir.name}.log")
    with log.open("wb") as sink:
        process = subprocess.Popen(
            [*tend(), "up", "--data", str(data_dir), "--host", "127.0.0.1", "--port", str(port), *options],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=sink,
            stderr=sink,
            start_new_session=True,
        )
    live = LiveTend(url, data_dir, process, environment, log)
    try:
        wait_until_healthy(live, port)
        yield live
    finally:
        live.stop()


PASSWORD = "harbour-lantern-42"


def sign_in_administrator(page: Page, live: LiveTend) -> None:
    """Enter Ada Byrne, who may do everything, and sign her in as a person does."""
    given = ("--name", "Ada Byrne", "--role", "administrator", "--password-stdin")
    live.run("user", "add", "ada@tend.example", *given, given=PASSWORD)
    page.goto(f"{live.url}/sign-in")
    page.get_by_label("E-mail").fill("ada@tend.example")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"{live.url}/today")


def wait_until_healthy(live: LiveTend, port: int) -> None:
    deadline = time.monotonic() + PATIENCE
    while status(port) != http.HTTPStatus.OK:
        if live.process.poll() is not None or time.monotonic() > deadline:
            ended = live.process.poll()
            why = "did not become healthy" if ended is None else f"ended with status {ended}"
            pytest.fail(f"`tend up` {why}:\n{live.log.read_text(errors='replace')[-4000:]}")
        time.sleep(0.1)


def status(port: int) -> int | None:
    """The HTTP status of /healthz, or nothing while nobody answers."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()


def tend() -> list[str]:
    return [sys.executable, str(Path(sys.executable).with_name("tend"))]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
