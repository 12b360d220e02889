"""The messy list of an office at full size: by the browser, by the command line, twice, killed, and taken back.

`python3 run soak tests/soak` tells it on SQLite and on PostgreSQL, with what it cost; TEND_SOAK_ROWS makes it shorter. All
of it happens on one day: a run over midnight compares calls that were planned from different days.
"""

from __future__ import annotations

import csv
import io
import json
import os
import random
import re
import signal
import subprocess
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.browser import LiveTend, live_tend, wait_until_healthy
from tests.domains.contacts.messy import HEADER, Messy
from tests.site.offices import TEND
from tests.soak.meters import Meter, ask, visiting
from tests.soak.places import ADA, PASSWORD, ROWS, Place, Told, file, filled, mapping, source

__all__ = ["file", "filled", "mapping", "source"]
pytestmark = [pytest.mark.soak, pytest.mark.browser]
PATIENCE = max(300, ROWS // 20)  # seconds for each step
MOST_MEMORY = 400  # megabytes of its own that a process may hold
KILLS = 8
HELD = "SELECT state, done_through FROM kernel_operation WHERE id = {}"


@pytest.fixture(scope="module")
def undisturbed(filled: Callable[[], Place], source: Path, mapping: Path, file: Messy) -> tuple[Told, dict[str, int]]:
    """What the office says after `tend import`, and the counts that it answered."""
    place, answered = filled(), source.with_name("answer.json")
    words = ["import", "accounts", str(source), "--mapping", str(mapping), "--as", ADA, "--json"]
    with answered.open("wb") as sink:
        running = subprocess.Popen([*TEND, *words], env=place.environment(), stdout=sink, stderr=subprocess.DEVNULL)
        with Meter(_roots(place, running.pid)).watch() as cost:
            _pid, status, used = os.wait4(running.pid, 0)
    running.returncode = os.waitstatus_to_exitcode(status)
    cost.cpu["tend"] = used.ru_utime + used.ru_stime
    assert running.returncode == 1  # some rows cannot be read
    answer = json.loads(answered.read_text())
    _report("command line", cost, f"{file.rows / cost.wall:,.0f} rows/s, {answer}")
    with Path(answer["errors_file"]).open(encoding="utf-8-sig", newline="") as errors:
        assert _cells(list(csv.reader(errors, delimiter=";"))) == file.refused
    assert not place.is_healthy()
    return place.told("linked"), {k: v for k, v in answer.items() if isinstance(v, int) and k != "operation"}


def test_by_the_browser_it_is_the_same_once_more_changes_nothing_and_undo_restores(
    page: Page,
    filled: Callable[[], Place],
    source: Path,
    mapping: Path,
    file: Messy,
    undisturbed: tuple[Told, dict[str, int]],
) -> None:
    place = filled()
    before, (first, counts) = place.told("live"), undisturbed
    page.set_default_timeout(60_000)
    token = place.tend("token", ADA, "--name", "soak").stdout.split()[-1]
    with live_tend(place.data, database_url=place.url) as tend:
        meter = Meter(_roots(place, tend.process.pid))
        _sign_in(page, tend)
        with meter.watch() as cost:
            _bring(page, tend, source)
        _report("read and match", cost)
        with meter.watch() as cost, ExitStack() as stack:
            page.get_by_role("button", name="Rehearse").click()
            visits = _look_around(stack, page, tend, token, place)
            expect(page.get_by_role("progressbar")).to_be_visible(timeout=30_000)
            expect(page.get_by_text("Nothing is written yet. This is what would happen.")).to_be_visible(
                timeout=PATIENCE * 1000
            )
        _report("rehearse", cost, *map(str, visits))
        expect(page.get_by_role("heading", name=f"{len(file.refused):,} rows to mend")).to_be_visible()
        assert _errors(page) == file.refused

        with meter.watch() as cost, ExitStack() as stack:
            page.get_by_role("button", name=re.compile("Import .* good rows")).click()
            visits = _look_around(stack, page, tend, token, place)
            seen = _progress(page)
            expect(page.get_by_text("The file is imported.")).to_be_visible(timeout=PATIENCE * 1000)
        _report("run", cost, f"{file.rows / cost.wall:,.0f} rows/s", *map(str, visits))
        assert max(cost.megabytes.values()) < MOST_MEMORY
        assert len(seen) > 2, seen
        assert not {odd for one in visits for odd in one.odd}
        for name, word in (("created", "created"), ("updated", "updated"), ("failed", "not imported")):
            expect(page.locator(".figure", has_text=word)).to_contain_text(f"{counts[name]:,}")
        assert _errors(page) == file.refused
        result = page.url
        assert _differences(place.told("linked"), first) == {}

        once, began = place.told("exact"), time.monotonic()
        again = place.tend("import", "accounts", str(source), "--mapping", str(mapping), "--as", ADA, "--json")
        _report("once more", None, f"{file.rows / (time.monotonic() - began):,.0f} rows/s", again.stdout)
        second = json.loads(again.stdout)
        assert (second["created"], second["updated"], second["failed"]) == (0, 0, len(file.refused))
        assert _differences(place.told("exact"), once) == {}

        page.goto(result)
        page.get_by_role("link", name="Undo").click()
        number = int(page.url.rpartition("/")[2])
        with meter.watch() as cost, ExitStack() as stack:
            page.get_by_role("button", name="Undo all of it").click()
            visits = _look_around(stack, page, tend, token, place)
            _until_undone(place, number)
        _report("undo", cost, f"{file.rows / cost.wall:,.0f} rows/s", *map(str, visits))
        assert not {odd for one in visits for odd in one.odd}
    after = place.told("live")
    assert _differences({k: v for k, v in after.items() if k != "history"}, before, but="history") == {}
    assert not place.is_healthy()


def test_killed_again_and_again_it_ends_as_an_undisturbed_run(
    page: Page, filled: Callable[[], Place], source: Path, undisturbed: tuple[Told, dict[str, int]]
) -> None:
    place, chance = filled(), random.Random()
    page.set_default_timeout(60_000)
    ways = ["everything", "worker", "web", "worker", "everything", "web", "worker", "everything"]
    with ExitStack() as stack:
        tend = stack.enter_context(live_tend(place.data, database_url=place.url))
        _sign_in(page, tend)
        _bring(page, tend, source)
        page.get_by_role("button", name="Rehearse").click()
        expect(page.get_by_text("Nothing is written yet. This is what would happen.")).to_be_visible(
            timeout=PATIENCE * 1000
        )
        page.get_by_role("button", name=re.compile("Import .* good rows")).click()
        page.wait_for_url(re.compile(r"/imports/\d+/run"))
        address = re.sub(r".*(/imports/\d+)/.*", r"\1", page.url)
        number = int(place.one(f"SELECT operation_id FROM kernel_import WHERE id = {address.rpartition('/')[2]}")[0])
        killed, at = [], 0
        for way in ways:
            at = _until_further(page, place, tend, address, number, at)
            time.sleep(chance.random() * ROWS / 25_000)
            if place.one(HELD.format(number))[0] == "done":
                break
            _kill(tend, way)
            killed.append(f"{way} at {place.one(HELD.format(number))[1]}")
            if way == "everything":
                stack.close()
                tend = stack.enter_context(live_tend(place.data, database_url=place.url))
        while place.one(HELD.format(number))[0] != "done":
            at = _until_further(page, place, tend, address, number, at)
        _open(page, tend, address)
        expect(page.get_by_text("The file is imported.")).to_be_visible()
    _report("killed", None, ", ".join(killed))
    assert len(killed) >= min(KILLS, 5)
    first, _counts = undisturbed
    assert _differences(place.told("linked"), first) == {}
    assert not place.is_healthy()


def _roots(place: Place, tend: int) -> dict[str, int]:
    return {"tend": tend} | ({"database": place.server} if place.server else {})


def _report(step: str, cost: object, *more: str) -> None:
    print(f"\n· {step}: {cost or ''}", *(line for line in more if line), sep="\n  ", flush=True)


def _sign_in(page: Page, tend: LiveTend) -> None:
    page.goto(f"{tend.url}/sign-in?next=/imports/new")
    page.get_by_label("E-mail").fill(ADA)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_label("File")).to_be_visible()


def _bring(page: Page, tend: LiveTend, source: Path) -> None:
    """Upload, wait until it is read, choose the mapping."""
    page.goto(f"{tend.url}/imports/new")
    page.get_by_label("File").set_input_files(source)
    page.get_by_role("button", name="Read the file").click()
    page.get_by_role("link", name="Match the columns").click(timeout=PATIENCE * 1000)
    for header in ("Branche", "Schlagworte"):
        page.locator(f"select[name=unknown-{HEADER.index(header)}]").select_option("create")
    page.get_by_label("Country of phone numbers").select_option("DE")
    expect(page.get_by_text("The first calls are spread over")).to_be_visible()


def _look_around(stack: ExitStack, page: Page, tend: LiveTend, token: str, place: Place) -> list[object]:
    """Two colleagues at work: one opens pages, one changes a field over the API."""
    cookies = "; ".join(f"{c['name']}={c['value']}" for c in page.context.cookies())
    (account,) = place.one("SELECT id FROM accounts_account ORDER BY id LIMIT 1")
    pages = {
        name: name for name in (
            "/", "/accounts", "/accounts?q=hotel", f"/accounts/{account}", "/contacts", "/calls", "/coverage", "/calendar",
            "/imports", "/operations", "/counts", "/notices",
        )
    }  # fmt: skip
    if "/imports/" in page.url:
        pages[page.url.replace(tend.url, "")] = re.sub(
            r"/(rehearse|match|run)$", "/progress", page.url.replace(tend.url, "")
        )
    counter = iter(range(10**9))

    def change() -> tuple[str, str, bytes]:
        return "PATCH", f"/api/v1/accounts/{account}", json.dumps({"description": f"Seen {next(counter)}"}).encode()

    bearer = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    stack.callback(_put_back, tend, bearer, account)
    return [
        stack.enter_context(visiting(tend.url, {"Cookie": cookies}, dict(pages))),
        stack.enter_context(visiting(tend.url, bearer, {"change a field": change})),
    ]


def _put_back(tend: LiveTend, bearer: dict[str, str], account: int) -> None:
    """The account of the colleague says again what it said, so that databases can be compared."""
    assert ask(tend.url, bearer, "PATCH", f"/api/v1/accounts/{account}", b'{"description": ""}') == 200


def _progress(page: Page) -> list[str]:
    """What the bar says while the file runs, until it has said three things."""
    seen: list[str] = []
    deadline = time.monotonic() + 60
    while len(seen) < 3 and time.monotonic() < deadline and page.url.endswith("/run"):
        words = page.locator("[data-progress] .number")
        if words.count() and (said := words.first.inner_text()) not in seen:
            seen.append(said)
        time.sleep(0.5)
    return seen


def _errors(page: Page) -> list[tuple[int, str]]:
    """Rows and columns that the downloaded file names."""
    with page.expect_download(timeout=PATIENCE * 1000) as coming:
        page.get_by_role("link", name=re.compile("Download")).first.click()
    text = Path(coming.value.path()).read_text(encoding="utf-8-sig")
    return _cells(list(csv.reader(io.StringIO(text), delimiter=";")))


def _cells(rows: list[list[str]]) -> list[tuple[int, str]]:
    """(row, column) of each refused cell; the total at the end of the file is no refusal."""
    header = rows[0]
    assert header[1:-1] == list(HEADER)
    return [(int(row[0]), row[-1].partition(":")[0]) for row in rows[1:] if row[1] != "Summe"]


def _until_undone(place: Place, number: int) -> None:
    deadline = time.monotonic() + PATIENCE
    question = f"SELECT count(*) FROM kernel_operation WHERE undoes_id = {number} AND state = 'done'"
    while place.one(question) == (0,):
        assert time.monotonic() < deadline, place.one(HELD.format(number))
        time.sleep(0.5)


def _until_further(page: Page, place: Place, tend: LiveTend, address: str, number: int, at: int) -> int:
    """Wait until the run has written more; go on by hand when its job was given up."""
    deadline = time.monotonic() + PATIENCE
    while True:
        state, done = place.one(HELD.format(number))
        if state == "done" or done > at:
            return int(done)
        assert time.monotonic() < deadline, f"nothing moves at {done}"
        if state == "stopped":
            _open(page, tend, f"{address}/run")
            page.get_by_role("button", name="Go on").click()
        time.sleep(0.3)


def _open(page: Page, tend: LiveTend, address: str) -> None:
    """Open a page once the web server is back."""
    wait_until_healthy(tend, urlsplit(tend.url).port or 0)
    page.goto(f"{tend.url}{address}")


def _kill(tend: LiveTend, way: str) -> None:
    """SIGKILL to every process, to the worker, or to the processes that answer requests."""
    if way == "everything":
        os.killpg(tend.process.pid, signal.SIGKILL)
        return
    family = subprocess.run(
        ["ps", "-o", "pid=,args=", "-g", str(tend.process.pid)], capture_output=True, text=True, check=True
    )
    wanted = " worker" if way == "worker" else "granian"
    for line in family.stdout.splitlines():
        pid, _space, words = line.strip().partition(" ")
        if words.rstrip().endswith(wanted) if way == "worker" else wanted in words:
            parent = subprocess.run(
                ["ps", "-o", "ppid=", "-p", pid], capture_output=True, text=True, check=False
            ).stdout.strip()
            if way == "worker" or parent != str(tend.process.pid):  # without the master of the web all would end
                os.kill(int(pid), signal.SIGKILL)


def _differences(told: Told, other: Told, but: str = "") -> dict[str, object]:
    return {
        name: (told.get(name), other.get(name))
        for name in sorted(set(told) | set(other))
        if name != but and told.get(name) != other.get(name)
    }
