"""Chooses the database and the settings before Django starts; fixtures that every test may use live here.

TEND_TEST_DB names the database: `sqlite` (the default, in memory) or `postgres` (a server of its own, thrown away).
"""

from __future__ import annotations

import os
import shutil
import tempfile
from contextlib import ExitStack
from pathlib import Path

import pytest
from hypothesis import settings as hypothesis

from tests import postgres

pytest_plugins = ["tests.browser", "tests.cast"]

_open = ExitStack()

# Speed is measured by the benchmarks; a slow machine must not fail a property. In CI the same examples come each time,
# so that a change is not blamed for what chance found; new ones are found where people work.
hypothesis.register_profile("tend", deadline=None, derandomize="CI" in os.environ)
hypothesis.load_profile("tend")


def _prepare() -> None:
    """Settings are read once, when Django is set up, so all of this happens while pytest loads this file."""
    os.environ["TEND_TESTING"] = "1"
    os.environ["TEND_TEST_APPS"] = "tests.kernel.garden.apps.GardenConfig"
    folder = tempfile.mkdtemp(prefix="tend-test-")
    _open.callback(shutil.rmtree, folder, ignore_errors=True)
    os.environ["TEND_DATA"] = folder

    database = os.environ.get("TEND_TEST_DB", "sqlite")
    if database == "sqlite":
        os.environ.pop("DATABASE_URL", None)
    elif database != "postgres":
        raise pytest.UsageError(f"TEND_TEST_DB is sqlite or postgres, not {database!r}.")
    elif "PYTEST_XDIST_WORKER" not in os.environ:
        # Parallel workers inherit this variable and share the server; each has a database of its own in it.
        os.environ["DATABASE_URL"] = _open.enter_context(postgres.server())

    os.environ["DJANGO_SETTINGS_MODULE"] = "tend.site.settings"
    import django

    django.setup()


_prepare()


def pytest_unconfigure() -> None:
    _open.close()


def pytest_report_header() -> str:
    return f"database: {os.environ.get('TEND_TEST_DB', 'sqlite')}"


@pytest.fixture(autouse=True)
def _forget_kept_characteristics() -> None:
    """Definitions are kept per process; a test starts without."""
    from tend.kernel.traits.characteristics import definitions_changed

    definitions_changed()


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    """An empty folder for one test's data, as TEND_DATA or `--data`."""
    folder = tmp_path / "data"
    folder.mkdir()
    return folder


@pytest.fixture(autouse=True)
def _forget_what_is_kept() -> None:
    """Actors and the organisation are kept per process; a test starts without."""
    from django.core.cache import cache

    from tend.kernel.finding.values import forget_values
    from tend.kernel.organisation import organisation_changed
    from tend.people.access import forget_actors

    cache.clear()
    forget_values()
    organisation_changed()
    forget_actors()
