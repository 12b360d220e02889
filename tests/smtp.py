"""A real SMTP server for the tests: it listens on a port, keeps what it got, and can be down, slow, or choosy."""

from __future__ import annotations

import email
import email.policy
import socketserver
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Any


@dataclass
class Got:
    """One letter as the server took it."""

    sender: str
    to: str
    message: EmailMessage

    def part(self, kind: str) -> str:
        found = self.message.get_body((kind,))
        assert found is not None
        return str(found.get_content())


@dataclass
class Server:
    """What it got, and how it behaves. `answers` maps a command ("RCPT someone@…", "DATA", ".") to the answer it gives instead."""

    host: str = "127.0.0.1"
    port: int = 0
    got: list[Got] = field(default_factory=list)
    answers: dict[str, str] = field(default_factory=dict)
    wait: dict[str, float] = field(default_factory=dict)  # seconds before the answer to a command
    hang_up: set[str] = field(default_factory=set)  # commands after which the line goes dead without an answer
    seen: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"smtp://{self.host}:{self.port}"


class _Talk(socketserver.StreamRequestHandler):
    server: Any

    def handle(self) -> None:
        ours: Server = self.server.ours
        sender = to = ""
        self._say("220 tests.example")
        while line := self.rfile.readline().decode().strip():
            word = line.split(maxsplit=1)[0].upper()
            address = line.partition(":")[2].strip().strip("<>").split(">")[0]
            named = f"{word} {address}" if word == "RCPT" else word
            ours.seen.append(named)
            if not self._goes_on(ours, named):
                return
            if said := ours.answers.get(named):
                self._say(said)
                continue
            if word == "MAIL":
                sender = address
            elif word == "RCPT":
                to = address
            elif word == "DATA":
                self._say("354 go on")
                whole = b""
                while (piece := self.rfile.readline()) not in (b".\r\n", b""):
                    whole += piece[1:] if piece.startswith(b"..") else piece
                if said := ours.answers.get("."):
                    self._say(said)
                    continue
                message = email.message_from_bytes(whole, policy=email.policy.default)
                ours.got.append(Got(sender, to, message))  # type: ignore[arg-type]
                if not self._goes_on(ours, "."):
                    return
            elif word == "QUIT":
                self._say("221 bye")
                return
            self._say("250 fine")

    def _goes_on(self, ours: Server, named: str) -> bool:
        time.sleep(ours.wait.get(named, 0))
        return named not in ours.hang_up

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())


class _Threads(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that was killed is no news."""


@contextmanager
def server() -> Iterator[Server]:
    """A server on a free port, until the block ends."""
    ours = Server()
    with _Threads((ours.host, 0), _Talk) as listening:
        listening.ours = ours  # type: ignore[attr-defined]
        ours.port = listening.server_address[1]
        thread = threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        yield ours
        listening.shutdown()
        thread.join()
