"""What a line that logs an activity is about, and what it says: read from the address or the form, within the actor's sight."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any
from urllib.parse import urlsplit

from django.utils.translation import get_language, gettext_lazy

from tend.base.dates.typed import parse_typed_date
from tend.base.typed_lines import Ending, TypedLine, first_words, read_line
from tend.base.unreadable import Unreadable
from tend.domains.accounts.models import Account
from tend.domains.activities.entity import ACTIVITY, OUTCOME
from tend.domains.activities.models import Activity, Kind, Outcome
from tend.domains.contacts.models import Contact, Membership
from tend.domains.documents.models import Document
from tend.domains.documents.queries import hangs_on
from tend.doors.web.pages import Request
from tend.engines.cadence.sight import today_of
from tend.kernel import clock
from tend.kernel.actor import Actor
from tend.kernel.errors import NotSeen
from tend.kernel.prepared import of_actor, record_of

# Translators: the words, with commas between them, with which somebody begins a line about an activity of this kind.
WORDS = {
    Kind.CALL: gettext_lazy("call, phone, phoned"), Kind.MEETING: gettext_lazy("meeting, met, visit"), Kind.EMAIL: gettext_lazy("mail, e-mail, email"),
    Kind.MESSAGE: gettext_lazy("message, text, chat"), Kind.LETTER: gettext_lazy("letter, post"), Kind.NOTE: gettext_lazy("note"), Kind.TASK: gettext_lazy("task, to do, todo"),
}  # fmt: skip
ENDS = (Kind.CALL, Kind.MEETING)  # kinds that count by how they ended, so that it has to be said
_PAGE = re.compile(r"/(accounts|leads|contacts|activities|documents)/(\d{1,18})(?:[/?]|$)")


@lru_cache(maxsize=16)
def _spoken(_language: str | None) -> dict[str, list[str]]:
    """The words of each kind, in the language of the reader."""
    return {str(k): [str(k.label), *str(WORDS[k]).split(",")] for k in Kind}


@dataclass(frozen=True)
class Asking:
    """One line: `given` is the form or the address, `actor` whoever writes."""

    actor: Actor
    given: Any
    here: str = ""  # the page from which it was opened

    @classmethod
    def of(cls, request: Request) -> Asking:
        given = request.POST if request.method == "POST" else request.GET
        seen = urlsplit(request.headers.get("HX-Current-URL", ""))
        return cls(request.actor, given, f"{seen.path}?{seen.query}" if seen.query else seen.path)

    @classmethod
    def about(cls, actor: Actor, *, account: Account | None = None, contact: Contact | None = None) -> Asking:
        """An empty line about what the actor has before him."""
        asked = cls(actor, {})
        asked.__dict__["contact"] = contact
        if account is not None:
            asked.__dict__["account"] = account
        return asked

    # --- what it is about -------------------------------------------------------------------------------------------
    @cached_property
    def parent(self) -> Activity | None:
        """The activity that is answered."""
        return self._seen(Activity, "parent")

    @cached_property
    def contact(self) -> Contact | None:
        """With whom it was."""
        return self._seen(Contact, "contact") or self._of_page(Contact, "contacts")

    @cached_property
    def account(self) -> Account | None:
        """The account it is with: the chosen one, that of what is answered, or the main one of the person."""
        if self.given.get("account", ""):
            return self._seen(Account, "account")
        if self.parent is not None:
            pk = self.parent.account_id
            return record_of(self.actor, Account).first(pk) if pk else None
        if self.contact is not None:
            return next(iter(self.companies), None)
        return self._of_page(Account, "accounts", "leads") or self._account_beside()

    def _account_beside(self) -> Account | None:
        """On the page of an activity its account, on that of a document the account that it hangs on, so that `l` notes it there."""
        activity = self._of_page(Activity, "activities")
        if activity is not None:
            return record_of(self.actor, Account).first(activity.account_id) if activity.account_id else None
        document = self._of_page(Document, "documents")
        hung = hangs_on(self.actor, document) if document is not None else []
        return next((one.record for one in hung if one.kind == "account"), None)

    @cached_property
    def companies(self) -> list[Account]:
        """Where the person works now, as far as the actor sees it, the main company first."""
        if self.contact is None:
            return []
        rows = Membership.objects.of([self.contact]).filter(until=None).order_by("-is_main", "-is_primary", "pk")
        ids = list(rows.values_list("account_id", flat=True))
        seen = Account.objects.seen_by(self.actor, each=True).in_bulk(ids)
        return [seen[pk] for pk in ids if pk in seen]

    @property
    def is_about_one(self) -> bool:
        """Does the page, the address or what is answered say what the line is about?"""
        return bool(self.parent or self.contact or (self.account and not self.given.get("find")))

    def _seen(self, model: Any, name: str) -> Any:
        said = str(self.given.get(name, ""))
        if not said:
            return None
        found = record_of(self.actor, model).first(int(said)) if said.isdecimal() and len(said) < 19 else None
        if found is None:
            raise NotSeen(name)
        return found

    def _of_page(self, model: Any, *words: str) -> Any:
        at = _PAGE.match(self.here)
        if at is None or at[1] not in words or self.given.get("find") or "text" in self.given:
            return None
        return record_of(self.actor, model).first(int(at[2]))

    # --- what it says -----------------------------------------------------------------------------------------------
    @cached_property
    def text(self) -> str:
        return str(self.given.get("text", "")).replace("\r\n", "\n").strip()

    @cached_property
    def outcomes(self) -> list[Outcome]:
        """Every outcome that is offered, of all kinds, in the order of the book."""

        def ask() -> Any:
            return Outcome.objects.seen_by(self.actor).filter(is_active=True).order_by("position", "pk")

        hidden = OUTCOME.right(self.actor, "name") == "hidden" or ACTIVITY.right(self.actor, "outcome") == "hidden"
        return [] if hidden else of_actor(self.actor, "outcomes that are offered", ask)()

    @cached_property
    def usual(self) -> str:
        """The kind of a line that names none: that of what is answered, else a note."""
        return self.parent.kind if self.parent is not None and self.parent.kind != Kind.TASK else str(Kind.NOTE)

    @cached_property
    def _chosen(self) -> str:
        """The kind that was chosen by hand, whatever the words say; blank when they decide."""
        said = str(self.given.get("kind", ""))
        return said if said in Kind.values and said != self.given.get("read_kind", "") else ""

    @cached_property
    def line(self) -> TypedLine:
        """What the words say."""
        kinds = _spoken(get_language())
        endings = [Ending(o.pk, o.kind, o.name) for o in self.outcomes]
        read = read_line(self.text, kinds, endings, self._chosen)
        return read if read.kind or self.usual == Kind.NOTE else read_line(self.text, kinds, endings, self.usual)

    @property
    def kind(self) -> str:
        return self._chosen or self.line.kind or self.usual

    @property
    def read_kind(self) -> str:
        """What the words alone would say, so that a choice by hand is known the next time."""
        return self._of_words.kind or self.usual

    @cached_property
    def _of_words(self) -> TypedLine:
        return read_line(self.text, _spoken(get_language()), [])

    @cached_property
    def offered(self) -> list[Outcome]:
        """How an activity of this kind may end."""
        return [o for o in self.outcomes if o.kind == self.kind]

    @cached_property
    def outcome(self) -> Outcome | None:
        """How it ended: as chosen by hand, else as the words say."""
        said = str(self.given.get("outcome", ""))
        by_hand = said if said != str(self.given.get("read_outcome", "")) else ""
        wanted = by_hand or str(self.line.ending or "")
        return next((o for o in self.offered if str(o.pk) == wanted), None)

    @property
    def must_say_how(self) -> bool:
        return self.kind in ENDS and bool(self.offered) and self.outcome is None

    @cached_property
    def planned_on(self) -> tuple[dt.date | None, str]:
        """The day with which a task begins, and what remains; None when it names none."""
        today = today_of(self.actor, clock.now())
        for said, rest in first_words(self.line.rest):
            if said.isdigit():
                continue  # "3 samples" is no day
            try:
                return parse_typed_date(said, today, self.actor.language), rest
            except Unreadable:
                continue
        return None, self.line.rest
