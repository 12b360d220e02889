"""E-mail addresses: parting several in a cell, folding for matching, judging, domains.

Sending and filing mail is not here.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from tend.base.unreadable import Unreadable, gettext_noop

_LONGEST_ADDRESS = 254
_LONGEST_LOCAL_PART = 64


class Mailbox(NamedTuple):
    """One address as typed and the name that stood with it, "" when none did."""

    name: str
    address: str


# What nine in ten cells hold: one address without quotes, names or foreign letters. All else takes the long way.
_USUAL = re.compile(
    r"[a-zA-Z0-9_%+-]+(?:\.[a-zA-Z0-9_%+-]+)*@(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?\.)+[a-zA-Z]{2,24}"
)


def _is_usual(text: str) -> bool:
    return (
        len(text) <= _LONGEST_LOCAL_PART + 2  # so that no part of it can be too long
        and _USUAL.fullmatch(text) is not None
    )


_BETWEEN = re.compile(r"[;,|\n\r\t]+")
_QUOTED_OR_ANGLED = re.compile(r'"[^"]*"|<[^<>]*>')
_NAMED = re.compile(r"^(?P<name>[^<>]*)<\s*(?P<address>[^<>]*?)\s*>\s*(?P<rest>[^<>]*)$")


def split_mailboxes(cell: str) -> list[Mailbox]:
    """The several addresses of one cell with their names, in order.

    Understands "Name <a@b>", ";", ",", "/", "|", lines and blanks between. Text
    that is no address is given back as it stands, so that it can be reported.
    """
    found: list[Mailbox] = []
    waiting_name = ""
    for piece in _pieces(cell):
        mailbox = _named_mailbox(piece)
        if mailbox is not None:
            name = f"{waiting_name}, {mailbox.name}" if waiting_name else mailbox.name
            found.append(Mailbox(name, mailbox.address))
            waiting_name = ""
            continue
        if waiting_name:
            found.append(Mailbox("", waiting_name))
            waiting_name = ""
        if "@" not in piece:
            waiting_name = piece  # may be the "Last" of "Last, First <a@b>"
            continue
        found.extend(_plain_mailboxes(piece))
    if waiting_name:
        found.append(Mailbox("", waiting_name))
    return found


def split_emails(cell: str) -> list[str]:
    """The several addresses of one cell, as typed but trimmed, in order, without repeats."""
    if _is_usual(cell):
        return [cell]
    by_key: dict[str, str] = {}
    for mailbox in split_mailboxes(cell):
        by_key.setdefault(mailbox.address.lower(), mailbox.address)
    return list(by_key.values())


def _pieces(cell: str) -> list[str]:
    """Parts between separators, none of them inside quotes or angle brackets."""
    shields: list[str] = []

    def shield(match: re.Match[str]) -> str:
        shields.append(match[0])
        return f"\x00{len(shields) - 1}\x01"

    shielded = _QUOTED_OR_ANGLED.sub(shield, cell.replace("\x00", "").replace("\x01", ""))
    parts = (re.sub(r"\x00(\d+)\x01", lambda m: shields[int(m[1])], part) for part in _BETWEEN.split(shielded))
    return [part.strip() for part in parts if part.strip()]


def _named_mailbox(piece: str) -> Mailbox | None:
    match = _NAMED.match(piece)
    if match is None:
        return None
    name = " ".join(match["name"].replace('"', "").split()).strip("' ")
    return Mailbox(name, _trim(match["address"]))


def _plain_mailboxes(piece: str) -> list[Mailbox]:
    words = [w for w in re.split(r"\s+", piece) if w]
    addresses = [w for word in words for w in _slashed(word) if "@" in w]
    names = [w for w in words if "@" not in w]
    if len(addresses) == 1:
        return [Mailbox(" ".join(names).strip(" :-\"'()"), _trim(addresses[0]))]
    return [Mailbox("", _trim(a)) for a in addresses]


def _slashed(word: str) -> list[str]:
    parts = word.split("/")
    return parts if sum("@" in p for p in parts) > 1 else [word]


def _trim(address: str) -> str:
    text = address.strip().strip("<>()[]\"',;:").rstrip(".").strip()
    return text[7:] if text.lower().startswith("mailto:") else text


def normalise_email(text: str) -> str:
    """The form under which two spellings are the same address: lower case, ASCII domain.

    "mailto:", brackets and blanks around fall away. Does not judge; see `is_email`.
    """
    if text.isascii() and _is_usual(text):
        return text.lower()
    address = _trim(text).lower()
    local, at, domain = address.rpartition("@")
    return f"{local}@{_ascii_domain(domain)}" if at else address


def _ascii_domain(domain: str) -> str:
    domain = domain.strip().rstrip(".").lower()
    if domain.isascii():
        return domain
    try:
        return domain.encode("idna").decode("ascii")
    except UnicodeError:
        return domain


_LOCAL_PART = re.compile(r"^[^\s@<>()\[\],;:\\\"\x00-\x20\x7f]+$")
_LABEL = re.compile(r"^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$")
_NO_ADDRESS = gettext_noop("“%(text)s” is no e-mail address: the @ is missing.")
_SEVERAL_ATS = gettext_noop("“%(text)s” has more than one @.")
_NO_LOCAL_PART = gettext_noop("“%(text)s” has nothing before the @.")
_NO_DOMAIN = gettext_noop("“%(text)s” has no domain after the @.")
_HAS_BLANK = gettext_noop("“%(text)s” has a space in it.")
_BAD_LOCAL_PART = gettext_noop("The part before the @ in “%(text)s” has a sign that is not allowed there.")
_BAD_DOTS = gettext_noop("“%(text)s” has a dot too many.")
_BAD_DOMAIN = gettext_noop("“%(domain)s” is no domain name.")
_NO_TOP_DOMAIN = gettext_noop("The domain “%(domain)s” lacks its ending, such as .com.")
_TOO_LONG = gettext_noop("An e-mail address has at most 254 characters.")


def email_problem(text: str) -> Unreadable | None:
    """Why a text is no single e-mail address that mail could reach, or None when it is one."""
    address = text.strip()
    if "@" not in address:
        return Unreadable("email_no_at", _NO_ADDRESS, text=address)
    if len(address) > _LONGEST_ADDRESS:
        return Unreadable("email_too_long", _TOO_LONG)
    if any(c.isspace() for c in address):
        return Unreadable("email_blank", _HAS_BLANK, text=address)
    local, _, domain = address.rpartition("@")
    if "@" in local:
        return Unreadable("email_several_ats", _SEVERAL_ATS, text=address)
    if not local:
        return Unreadable("email_no_local_part", _NO_LOCAL_PART, text=address)
    if not domain:
        return Unreadable("email_no_domain", _NO_DOMAIN, text=address)
    if ".." in address or local.startswith(".") or local.endswith(".") or domain.startswith("."):
        return Unreadable("email_dots", _BAD_DOTS, text=address)
    if not _LOCAL_PART.match(local):
        return Unreadable("email_local_part", _BAD_LOCAL_PART, text=address)
    if len(local.encode()) > _LONGEST_LOCAL_PART:
        return Unreadable("email_too_long", _TOO_LONG)
    return _domain_problem(domain)


def _domain_problem(domain: str) -> Unreadable | None:
    labels = _ascii_domain(domain).split(".")
    if len(labels) < 2:
        return Unreadable("email_no_top_domain", _NO_TOP_DOMAIN, domain=domain)
    if not all(_LABEL.match(label) for label in labels) or labels[-1].isdigit() or len(labels[-1]) < 2:
        return Unreadable("email_domain", _BAD_DOMAIN, domain=domain)
    return None


def is_email(text: str) -> bool:
    """Whether a text is one e-mail address that mail could reach; `email_problem` says why not."""
    return _is_usual(text) or email_problem(text) is None


def domain_of(address: str) -> str:
    """The domain of an address in lower-case ASCII, "" when there is none."""
    local, at, domain = normalise_email(address).rpartition("@")
    return domain if at and local else ""


_FREE_MAIL_HOSTS = frozenset(
    """
    gmail.com googlemail.com outlook.com hotmail.com live.com msn.com passport.com outlook.es outlook.de outlook.fr
    outlook.it outlook.pt outlook.com.br hotmail.co.uk hotmail.es hotmail.fr hotmail.de hotmail.it hotmail.com.br
    hotmail.com.ar live.co.uk live.de live.fr live.nl live.it live.com.pt live.com.mx windowslive.com
    yahoo.com yahoo.co.uk yahoo.de yahoo.es yahoo.fr yahoo.it yahoo.com.br yahoo.com.ar yahoo.com.mx yahoo.co.in
    yahoo.in yahoo.ca yahoo.com.au yahoo.co.jp yahoo.pl yahoo.gr ymail.com rocketmail.com aol.com aim.com
    icloud.com me.com mac.com proton.me protonmail.com protonmail.ch pm.me tutanota.com tutanota.de tuta.io tuta.com
    fastmail.com fastmail.fm zoho.com zohomail.com zohomail.eu hey.com mail.com email.com usa.com gmx.com gmx.net
    gmx.de gmx.at gmx.ch gmx.es gmx.fr gmx.co.uk web.de t-online.de freenet.de arcor.de posteo.de mailbox.org
    online.de 1und1.de vodafone.de kabelmail.de bluewin.ch hispeed.ch aon.at chello.at
    ukr.net i.ua meta.ua bigmir.net email.ua online.ua 3g.ua yandex.ua
    yandex.ru yandex.com ya.ru mail.ru bk.ru list.ru inbox.ru internet.ru rambler.ru lenta.ru
    uol.com.br bol.com.br terra.com.br ig.com.br globo.com globomail.com r7.com zipmail.com.br oi.com.br
    sapo.pt iol.pt clix.pt netcabo.pt telefonica.net terra.es movistar.es ono.com ya.com prodigy.net.mx
    fibertel.com.ar arnet.com.ar ciudad.com.ar speedy.com.ar
    orange.fr wanadoo.fr free.fr laposte.net sfr.fr neuf.fr bbox.fr libero.it virgilio.it tiscali.it alice.it
    tin.it tim.it wp.pl o2.pl onet.pl onet.eu op.pl interia.pl interia.eu gazeta.pl poczta.fm tlen.pl
    seznam.cz email.cz centrum.cz post.cz volny.cz azet.sk zoznam.sk centrum.sk citromail.hu freemail.hu
    abv.bg mail.bg rediffmail.com qq.com 163.com 126.com sina.com foxmail.com naver.com daum.net hanmail.net
    btinternet.com sky.com virginmedia.com ntlworld.com talktalk.net blueyonder.co.uk comcast.net verizon.net
    att.net sbcglobal.net bellsouth.net cox.net charter.net earthlink.net optonline.net rogers.com shaw.ca
    sympatico.ca bigpond.com optusnet.com.au ziggo.nl kpnmail.nl planet.nl home.nl telenet.be skynet.be
    mailinator.com guerrillamail.com yopmail.com temp-mail.org 10minutemail.com
    """.split()
)


def is_free_mail(domain: str) -> bool:
    """Whether anybody may get an address at this domain, so that it names no company."""
    return _ascii_domain(domain) in _FREE_MAIL_HOSTS


def own_domain_of(address: str) -> str:
    """The domain of an address when it can stand for a company, else ""."""
    domain = domain_of(address)
    return "" if is_free_mail(domain) else domain
