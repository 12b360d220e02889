"""A worker starts without the doors; every job that can be queued must be declared all the same."""

from __future__ import annotations

import os
import subprocess
import sys


def test_a_process_without_doors_knows_every_job() -> None:
    code = "import django; django.setup(); from tend.kernel.jobs.declared import all_jobs; print(*sorted(j.name for j in all_jobs()))"
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "tend.site.settings",
        "TEND_TESTING": "1",
        "TEND_TEST_APPS": "",
    }
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert {"import.run", "import.rehearse", "operation", "tidy"} <= set(done.stdout.split())
