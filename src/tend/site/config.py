"""What the operator may set, read once from the environment into one typed object."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit


@dataclass(frozen=True)
class Config:
    data: Path
    database_url: str
    secret_key: str
    url: str
    email_url: str
    mail_from: str
    debug: bool
    testing: bool
    file_limit: int  # bytes
    files_limit: int
    extra_apps: list[str]  # made-up record types of the tests

    @property
    def database(self) -> dict[str, object]:
        """Django's description of the database: SQLite in the data folder unless a URL says otherwise."""
        if not self.database_url:
            return {
                "ENGINE": "tend.kernel.sqlite",
                "NAME": str(self.data / "tend.sqlite3"),
                "TEST": {"NAME": ":memory:"},
                "ATOMIC_REQUESTS": False,
                "CONN_MAX_AGE": 600,  # opening anew would read the schema and lose the page cache with every request
                "OPTIONS": {
                    "transaction_mode": "IMMEDIATE",
                    "timeout": 20,
                    "cached_statements": 256,  # of a connection, with their plans
                    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous="
                    + ("NORMAL" if self.testing else "FULL")
                    + "; PRAGMA foreign_keys=ON; PRAGMA cache_size=-65536; PRAGMA mmap_size=268435456;",
                },
            }
        parts = urlsplit(self.database_url)
        options = {n: unquote(v) for n, v in (pair.split("=", 1) for pair in parts.query.split("&") if "=" in pair)}
        # For short questions; a URL with its own `options=` (blank behind a pooler that refuses them) takes their place.
        # What a hash may hold: PostgreSQL asks "not among a million" a million times over when its hash has no room for them.
        options.setdefault(
            "options",
            "-c random_page_cost=1.1 -c jit=off -c max_parallel_workers_per_gather=0 -c hash_mem_multiplier=32",
        )
        # Plans of what is asked often are kept after the second time; blank behind a pooler that gives each transaction
        # another connection and cannot keep them.
        kept = options.pop("prepare_threshold", "2")
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(parts.path.lstrip("/")),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": unquote(options.pop("host", "") or parts.hostname or ""),
            "PORT": str(parts.port or options.pop("port", "") or ""),
            "CONN_MAX_AGE": 600,
            "CONN_HEALTH_CHECKS": True,
            "DISABLE_SERVER_SIDE_CURSORS": True,  # PgBouncer in transaction mode
            "OPTIONS": {**options, "prepare_threshold": int(kept) if kept else None},
        }


def load() -> Config:
    """Read the environment. The secret key is made on the first start and kept in the data folder."""
    data = Path(os.environ.get("TEND_DATA", "tend-data")).resolve()
    return Config(
        data=data,
        database_url=os.environ.get("DATABASE_URL", ""),
        secret_key=os.environ.get("TEND_SECRET_KEY") or _kept_secret(data),
        url=os.environ.get("TEND_URL", ""),
        email_url=os.environ.get("EMAIL_URL", ""),
        mail_from=os.environ.get("TEND_MAIL_FROM", ""),
        debug=os.environ.get("TEND_DEBUG") == "1",
        testing=os.environ.get("TEND_TESTING") == "1",
        file_limit=_whole("TEND_FILE_MB", 50) * 1024**2,
        files_limit=_whole("TEND_FILES_GB", 50) * 1024**3,
        extra_apps=[a for a in os.environ.get("TEND_TEST_APPS", "").split(",") if a],
    )


def _whole(name: str, usual: int) -> int:
    """A whole number of the environment. Raises SystemExit with a sentence when it is none."""
    said = os.environ.get(name, "").strip() or str(usual)
    if not said.isdigit() or int(said) < 1:
        raise SystemExit(f"{name} is “{said}”. Write a whole number, such as {usual}.")
    return int(said)


def _kept_secret(data: Path) -> str:
    if os.environ.get("TEND_TESTING") == "1":
        return "only for tests"
    place = data / "secret-key"
    if not place.exists():
        data.mkdir(parents=True, exist_ok=True)
        fresh = data / f"secret-key.{os.getpid()}"
        fresh.touch(mode=0o600)
        fresh.write_text(secrets.token_urlsafe(50))
        try:
            os.link(fresh, place)  # the first of several processes wins
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return place.read_text().strip()
