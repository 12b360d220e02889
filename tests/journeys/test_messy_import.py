"""The messy list of an office through the browser: brought, mapped, rehearsed, run, looked at; told with times and memory.

The same at its full size, and all that can happen to it, is told in `tests/soak`.
"""

from __future__ import annotations

import os
import re
import subprocess
import time
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser import LiveTend, live_tend, sign_in_administrator
from tests.domains.contacts.messy import HEADER, messy

pytestmark = pytest.mark.browser
ROWS = 2000
MOST_MEMORY = 400  # megabytes of web and worker


def memory(tend: LiveTend) -> dict[str, int]:
    """The most that each process of ours has held, in megabytes."""
    family = subprocess.run(
        ["ps", "-o", "pid=", "-g", str(os.getpgid(tend.process.pid))], capture_output=True, text=True, check=True
    ).stdout.split()
    found = {}
    for pid in family:
        try:
            status = Path(f"/proc/{pid}/status").read_text()
            words = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
        except OSError:
            continue
        if peak := re.search(r"VmHWM:\s+(\d+)", status):
            found[f"{pid} {words[-40:].strip()}"] = int(peak[1]) // 1024
    return found


def test_a_messy_list_comes_in_through_the_browser(page: Page, tmp_path: Path) -> None:
    file = messy(ROWS)
    source, patience = tmp_path / "liste.csv", max(120_000, file.rows * 30)
    source.write_bytes(file.content)
    page.set_default_timeout(60_000)
    with live_tend(tmp_path / "data") as tend:
        sign_in_administrator(page, tend)
        page.goto(f"{tend.url}/imports/new")

        began = time.monotonic()
        page.get_by_label("File").set_input_files(source)
        page.get_by_role("button", name="Read the file").click()
        page.get_by_role("link", name="Match the columns").click(timeout=patience)
        times = {"read": time.monotonic() - began}
        for header in ("Branche", "Schlagworte"):
            page.locator(f"select[name=unknown-{HEADER.index(header)}]").select_option("create")
        page.get_by_label("Country of phone numbers").select_option("DE")
        expect(page.get_by_text("The first calls are spread over")).to_be_visible()
        began = time.monotonic()
        page.get_by_role("button", name="Rehearse").click()
        expect(page.get_by_text("Nothing is written yet. This is what would happen.")).to_be_visible(timeout=patience)
        times["rehearse"] = time.monotonic() - began
        expect(page.get_by_role("heading", name=f"{len(file.refused):,} rows to mend")).to_be_visible()
        began = time.monotonic()
        page.get_by_role("button", name=re.compile("Import .* good rows")).click()
        expect(page.get_by_text("The file is imported.")).to_be_visible(timeout=patience)
        times["run"] = time.monotonic() - began
        held = memory(tend)
        print({k: round(v, 1) for k, v in times.items()}, held)
        assert max(held.values()) < MOST_MEMORY
        expect(page.locator(".figure", has_text="created")).to_contain_text(f"{file.accounts:,}")
        expect(page.locator(".figure", has_text="not imported")).to_contain_text(f"{len(file.refused):,}")
        page.get_by_role("link", name="Show the accounts").click()
        expect(
            page.get_by_text(re.compile("10,000\\+" if file.accounts > 10_000 else f"{file.accounts:,}")).first
        ).to_be_visible()
