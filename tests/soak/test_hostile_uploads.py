"""Two hundred files made to harm are brought to a running server by several clients at once, while a colleague opens pages and never waits long."""

from __future__ import annotations

import http.client
import json
import re
import statistics
import subprocess
import time
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from http.cookiejar import CookieJar
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest

from tests.base.contents import hostile as papers
from tests.base.contents.papers import pdf
from tests.base.dialects.hostile import FILES
from tests.browser import LiveTend, live_tend
from tests.site.offices import TEND, Office, offices
from tests.soak.meters import Meter, visiting

__all__ = ["offices"]
pytestmark = pytest.mark.soak
ADA, PASSWORD = "ada@tend.example", "harbour-lantern-42"
CLIENTS = 4  # who bring files at the same time
PAGES = ("/healthz", "/accounts", "/today")
SLOWEST = 1.0  # seconds, of nineteen pages out of twenty
MOST_MEMORY = 512  # megabytes of its own that a process may hold
PATIENCE = 300  # seconds until the worker has looked into everything
LOOKED_INTO = "SELECT count(*) FROM kernel_storedfile WHERE state = 'waiting'"
UNFINISHED = (
    "SELECT count(*) FROM kernel_job WHERE state IN ('waiting', 'running') AND name IN ('import.read', 'read-file')"
)
DIED = "SELECT count(*) FROM kernel_job WHERE state = 'failed'"
DOCUMENTS: dict[str, Callable[[], bytes]] = {
    **papers.AT_DOOR,
    **{name: make for name, (make, _end) in {**papers.WHEN_READ, **papers.HARMLESS}.items()},
    **papers.FURTHER,
}

Brought = tuple[str, str, Callable[[], bytes], dict[str, str]]  # where, called what, made how, said with it


def test_hostile_files_end_in_words_while_a_colleague_is_answered(offices: Callable[[], Office]) -> None:
    office, ended = offices(), Counter[str]()
    office.data.parent.mkdir(parents=True, exist_ok=True)
    assert office.tend("demo", "--accounts", "2000").returncode == 0
    named = [*TEND, "user", "add", ADA, "--name", "Ada Byrne", "--role", "administrator", "--password-stdin"]
    subprocess.run(named, env=office.environment(), input=PASSWORD, text=True, check=True, capture_output=True)
    token = office.tend("token", ADA, "--name", "soak").stdout.split()[-1]
    with live_tend(office.data, database_url=office.url) as tend:
        cookies = {"Cookie": _signed_in(tend)}
        meter = Meter({"tend": tend.process.pid})
        with meter.watch() as cost, visiting(tend.url, cookies, {page: page for page in PAGES}) as visits:
            with ThreadPoolExecutor(CLIENTS) as clients:
                ended.update(clients.map(lambda one: _brought(tend, token, *one), _all_of_them()))
            _until_none(office, LOOKED_INTO)
            _until_none(office, UNFINISHED)
        imports = _asked(tend, token, "/api/v1/imports")["items"]
        whole = _brought(tend, token, "documents/files", "after.pdf", lambda: pdf("still here"), {})
        log = tend.log.read_text(errors="replace")
    _report(ended, visits.seconds, str(cost))
    assert sum(ended.values()) == len(FILES) + len(DOCUMENTS) > 300
    assert whole == "documents/files 201"
    assert all(run["problem"].strip() for run in imports if run["state"] == "broken")
    assert not [run for run in imports if run["state"] == "uploaded"]
    assert "Traceback" not in log, log[log.index("Traceback") :][:4000]
    assert office.one(DIED) == (0,)
    assert office.one("SELECT count(*) FROM accounts_account") == (2000,)
    assert not [path for path in office.data.rglob("*") if "passwd" in path.name]
    assert visits.odd == []
    assert set(visits.answers) == {http.HTTPStatus.OK}
    assert max(cost.megabytes.values()) < MOST_MEMORY
    assert min(len(times) for times in visits.seconds.values()) >= 20
    slow = {page: round(_of_twenty(times), 2) for page, times in visits.seconds.items() if _of_twenty(times) >= SLOWEST}
    assert slow == {}


def _all_of_them() -> Iterator[Brought]:
    """Every file in turn, tables and papers mixed as the clients take them."""
    for name, hostile in FILES.items():
        kind = "contacts" if name.endswith(".vcf") else "accounts"
        yield "imports", name, hostile.make, {"type": kind}
    for name, make in DOCUMENTS.items():
        yield "documents/files", name, make, {}


def _signed_in(tend: LiveTend) -> str:
    """The cookies of Ada's session."""
    jar = CookieJar()
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
    form = browser.open(f"{tend.url}/sign-in").read().decode()
    hidden = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', form)
    assert hidden
    said = {"csrfmiddlewaretoken": hidden[1], "email": ADA, "password": PASSWORD}
    for name in re.findall(r'<input[^>]*name="([^"]+)"', form):
        said.setdefault(name, PASSWORD if "password" in name else ADA if name in ("username", "email") else "")
    asked = urllib.request.Request(
        f"{tend.url}/sign-in", urlencode(said).encode(), {"Referer": f"{tend.url}/sign-in", "Origin": tend.url}
    )
    assert browser.open(asked).url.endswith("/today")
    return "; ".join(f"{cookie.name}={cookie.value}" for cookie in jar)


def _brought(tend: LiveTend, token: str, place: str, name: str, make: Callable[[], bytes], said: dict[str, str]) -> str:
    """Where a file was brought and the status of the answer; what is refused is refused in a sentence."""
    edge = "----a-line-that-is-in-no-file"
    fields = "".join(f'--{edge}\r\nContent-Disposition: form-data; name="{k}"\r\n\r\n{v}\r\n' for k, v in said.items())
    called = name.replace("\\", "\\\\").replace('"', '\\"').replace("\r", "").replace("\n", "")
    opening = f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="{called}"\r\nContent-Type: text/plain\r\n\r\n'
    body = b"".join(((fields + opening).encode(), make(), f"\r\n--{edge}--\r\n".encode()))
    status, answer = _answer(
        tend, token, "POST", f"/api/v1/{place}", body, {"Content-Type": f"multipart/form-data; boundary={edge}"}
    )
    assert status in (201, 202, 422), f"{name}: {status} {answer!r}"
    if status == http.HTTPStatus.UNPROCESSABLE_ENTITY:
        sentence = answer["errors"][0]["message"]
        assert sentence.endswith("."), f"{name}: {sentence}"
        assert "%(" not in sentence
    return f"{place} {status}"


def _asked(tend: LiveTend, token: str, address: str) -> Any:
    status, answer = _answer(tend, token, "GET", address, b"", {})
    assert status == http.HTTPStatus.OK
    return answer


def _answer(
    tend: LiveTend, token: str, method: str, address: str, body: bytes, headers: dict[str, str]
) -> tuple[int, Any]:
    connection = http.client.HTTPConnection(urlsplit(tend.url).netloc, timeout=60)
    try:
        connection.request(method, address, body or None, {"Authorization": f"Bearer {token}", **headers})
        answer = connection.getresponse()
        text = answer.read()
    finally:
        connection.close()
    try:
        return answer.status, json.loads(text)
    except ValueError:
        return answer.status, text[:300]


def _until_none(office: Office, question: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while office.one(question) != (0,):
        assert time.monotonic() < deadline, question
        time.sleep(0.5)


def _of_twenty(times: list[float]) -> float:
    """What nineteen of twenty stayed below, in seconds."""
    return statistics.quantiles(times, n=20)[-1]


def _report(ended: Counter[str], seconds: dict[str, list[float]], cost: str) -> None:
    print(f"\n· hostile files: {cost}\n  {dict(sorted(ended.items()))}")
    for page, times in seconds.items():
        print(
            f"  {page}: median {statistics.median(times) * 1000:.0f} ms, p95 {_of_twenty(times) * 1000:.0f} ms, "
            f"most {max(times) * 1000:.0f} ms, {len(times)} times"
        )
