"""Letters through an SMTP server, step by step, so that it is known how far a letter got when something breaks."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.utils import parseaddr

from django.conf import settings
from django.core.mail import EmailMultiAlternatives

from tend.engines.reminders.ports import Later, Letter, Session, TurnedDown, Unreached, Unsure

OK, STARTED = 250, 354
PERMANENT = 500


class Smtp:
    """The server that EMAIL_URL names."""

    def is_there(self) -> bool:
        return True

    @contextmanager
    def session(self) -> Iterator[Session]:
        opened = _Session()
        try:
            yield opened
        finally:
            opened.close()


class _Session:
    def __init__(self) -> None:
        self._server: smtplib.SMTP | None = None

    def carry(self, letter: Letter, hand_over: Callable[[], None]) -> None:
        whole = _message(letter)
        server = self._opened()
        try:
            _expect(OK, server.mail(parseaddr(settings.DEFAULT_FROM_EMAIL)[1]))
            _expect((OK, 251), server.rcpt(letter.to))
        except (Later, TurnedDown):
            self._begin_anew()
            raise
        except (OSError, smtplib.SMTPException) as broken:
            self.close()
            raise Unreached(str(broken)) from None
        hand_over()
        try:
            code, said = server.data(whole)
        except smtplib.SMTPDataError as no:  # refused before a word of the letter went out
            self._begin_anew()
            raise _refusal(no.smtp_code, no.smtp_error) from None
        except (OSError, smtplib.SMTPException) as broken:
            self.close()
            raise Unsure(str(broken)) from None
        if code != OK:
            self._begin_anew()
            raise _refusal(code, said)

    def close(self) -> None:
        if self._server is not None:
            try:
                self._server.quit()
            except (OSError, smtplib.SMTPException):
                self._server.close()
            self._server = None

    def _opened(self) -> smtplib.SMTP:
        if self._server is None:
            try:
                self._server = _connected()
            except (OSError, smtplib.SMTPException) as away:
                raise Unreached(str(away)) from None
        return self._server

    def _begin_anew(self) -> None:
        try:
            if self._server is not None:
                self._server.rset()
        except (OSError, smtplib.SMTPException):
            self.close()


def _connected() -> smtplib.SMTP:
    host, port, patience = settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT
    if settings.EMAIL_USE_SSL:
        server: smtplib.SMTP = smtplib.SMTP_SSL(host, port, timeout=patience, context=ssl.create_default_context())
    else:
        server = smtplib.SMTP(host, port, timeout=patience)
    try:
        server.ehlo_or_helo_if_needed()
        if settings.EMAIL_USE_TLS:
            server.starttls(context=ssl.create_default_context())
            server.ehlo_or_helo_if_needed()
        if settings.EMAIL_HOST_USER:
            server.login(settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD)
    except BaseException:
        server.close()
        raise
    return server


def _message(letter: Letter) -> bytes:
    message = EmailMultiAlternatives(
        letter.subject, letter.text, settings.DEFAULT_FROM_EMAIL, [letter.to],
        headers={**letter.headers, "Message-ID": letter.message_id},
    )  # fmt: skip
    message.attach_alternative(letter.html, "text/html")
    return message.message().as_bytes(linesep="\r\n")


def _expect(wanted: int | tuple[int, ...], answer: tuple[int, bytes]) -> None:
    code, said = answer
    if code not in (wanted if isinstance(wanted, tuple) else (wanted,)):
        raise _refusal(code, said)


def _refusal(code: int, said: bytes | str) -> Later | TurnedDown:
    words = f"{code} {said.decode(errors='replace') if isinstance(said, bytes) else said}"
    return TurnedDown(words) if code >= PERMANENT else Later(words)
