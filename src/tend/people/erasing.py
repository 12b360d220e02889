"""Erasing a person who signed in and has left: profile, ways in, notices and mentions go; what she wrote stays, as "Erased person".

How rows forget is in `kernel.erasing`; texts that name her after an @ and records that she follows are seen to by the rooms that
hold them. Texts that write her name without one are walked by a job afterwards (`kernel.rewording`): there may be millions.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.hashers import make_password
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from tend.base.names import normalise
from tend.kernel import clock
from tend.kernel.actor import Actor, system
from tend.kernel.entity import entities, entity_of
from tend.kernel.erasing import Erasing, leave_no_bytes
from tend.kernel.errors import NotSeen, Refused
from tend.kernel.events import reacts_to
from tend.kernel.idempotency import IdempotencyKey
from tend.kernel.jobs.declared import job
from tend.kernel.jobs.queue import enqueue
from tend.kernel.jobs.run import Run
from tend.kernel.notices import Notice
from tend.kernel.rewording import Rewording, Wording
from tend.kernel.search.models import search_model
from tend.kernel.taking import drop, take
from tend.kernel.unit import Unit
from tend.kernel.verbs import verb
from tend.kernel.views.saved import SavedView
from tend.people.calendar_models import Absence
from tend.people.erasures import erases_again, remember
from tend.people.events import user_erased
from tend.people.feeds import CalendarFeed
from tend.people.links import SignInLink
from tend.people.models import TeamMember, User, UserRole
from tend.people.security_log import SecurityEvent, log
from tend.people.sessions import SessionOfUser
from tend.people.tokens import ApiToken

WHY = "what is erased is erased everywhere, whoever sees it"
WORD = gettext_noop("erase")
JOB, LATER = "forget-name", "texts that name an erased colleague"
LOOKED_FOR = 4.0  # seconds for which a preview looks through the texts
ERASING = "erasing users"  # key of what a unit keeps for later reactions: the work for each user
WORDS = "words of erased users"
_OURS = ("tend.kernel", "tend.people")


@verb("people.user", needs="users", label=gettext_lazy("Erase this person"))
def erase(unit: Unit, user: User, *, word: str) -> None:
    """Erase a person who has left, for good. It cannot be undone, so the word has to be typed.

    Refused for another word, and while she may sign in. Sets off: user_erased (refused while something is in her care).
    """
    if unit.operation is not None:
        raise Refused(_("People are erased one by one."))
    if word.strip().casefold() not in (WORD, _(WORD).casefold()):
        raise Refused(
            _("Type “%(word)s” to erase this person for good.") % {"word": _(WORD)}, field="word", code="word"
        )
    if user.is_active:
        raise Refused(_("Deactivate this person and hand over first."), code="active")
    unit.announce(user_erased(user))


@dataclass(frozen=True)
class Preview:
    """What erasing would do: how many of each kind go, or lose the person's words."""

    ways_in: int
    notices: int
    views: int
    texts: int  # with her name after an @
    written: int  # with her name otherwise
    history: int
    beside: int
    files: int
    is_more: bool  # not all texts were looked at
    is_shared: bool  # somebody else is called so as well: what is written without an @ stays


def preview(actor: Actor, pk: int) -> Preview:
    """The very work of the verb, counted and taken back. NotSeen, NotAllowed and Refused as for the verb."""
    with Unit(actor, verb="erase", dry=True) as unit:
        user = unit.open_one(entity_of(User), pk, erase.action(actor))
        unit.run(erase, user, {"word": WORD}, checked=True)
        unit.finish()
        [work] = unit.memory[ERASING]
    words, is_shared = _free_words(User.objects.as_system(WHY).get(pk=pk))
    found = Rewording(Wording(words, ""), _hot()).count(LOOKED_FOR, but=work.met)
    work.counts["history"] += found.history
    said = {n: work.counts[n] for n in ("ways_in", "notices", "views", "texts", "history", "beside", "files")}
    return Preview(**said, written=found.texts, is_more=found.is_more, is_shared=is_shared)


@reacts_to(user_erased, order=10)
def erase_profile(unit: Unit, events: list[user_erased]) -> None:
    """Who she was and her ways in. In the trash nobody meets her in lists, and nobody lets her in again."""
    for event in events:
        user = event.user
        instead = _("Erased person %(number)d") % {"number": user.pk}
        work = Erasing(unit, instead, _words(user), [*_hot(), entity_of(User).code])
        unit.memory.setdefault(ERASING, []).append(work)
        unit.memory.setdefault(WORDS, []).append(_free_words(user)[0])
        user.name, user.email, user.password = instead, f"erased-{user.pk}@erased.invalid", make_password(None)
        user.preferences, user.theme, user.country_code, user.zone, user.last_login = {}, "", "", "UTC", None
        user.is_active, user.manager_id, user.trashed_at = False, None, user.trashed_at or unit.now
        unit.forget(user)
        for model in (UserRole, TeamMember):
            for row in unit.load(model.objects.as_system(WHY).filter(record_id=user.pk)):
                unit.remove(row)
        ways: tuple[Any, ...] = (ApiToken, CalendarFeed)
        for opened in ways:
            for way in unit.load(opened.objects.as_system(WHY).filter(user_id=user.pk).order_by("pk")):
                way.name = instead
                way.revoked_at, way.trashed_at = way.revoked_at or unit.now, way.trashed_at or unit.now
                unit.forget(way)
                work.counts["ways_in"] += 1
        for absence in unit.load(Absence.objects.as_system(WHY).filter(user_id=user.pk).order_by("pk")):
            absence.reason = ""
            unit.forget(absence)
        own = SavedView.objects.as_system(WHY).filter(owner_id=user.pk, is_shared=False, team=None)
        for view in unit.load(own.order_by("pk")):
            view.name, view.filter, view.columns, view.sort, view.group_by = instead, {}, [], "", ""
            view.trashed_at = view.trashed_at or unit.now
            unit.forget(view)
            work.counts["views"] += 1


@reacts_to(user_erased, order=90)
def erase_words(unit: Unit, events: list[user_erased]) -> None:
    """What machinery knows of her: sessions, links, notices, answers, the security log's words, and the history of all this."""
    unit.flush()
    for event, work, words in zip(events, unit.memory[ERASING], unit.memory[WORDS], strict=True):
        pk = event.user.pk
        keys = SessionOfUser.objects.filter(user_id=pk)
        drop(Session.objects.filter(session_key__in=list(keys.values_list("session_key", flat=True))))
        work.counts["ways_in"] += drop(keys) + drop(SignInLink.objects.filter(user_id=pk))
        work.counts["notices"] = Notice.objects.as_system(WHY).filter(user_id=pk).count()
        drop(Notice.objects.as_system(WHY).filter(user_id=pk))
        drop(IdempotencyKey.objects.filter(user_id=pk))
        about = SecurityEvent.objects.filter(Q(user_id=pk) | Q(about_id=pk))
        take(about, address="", device="")
        take(about.filter(about_id=pk), detail={})
        for model in (ApiToken, CalendarFeed, Absence):
            work.forget_history(model._meta.label_lower, _ids(model.objects.as_system(WHY).filter(user_id=pk)))
        own = SavedView.objects.as_system(WHY).filter(owner_id=pk, is_shared=False, team=None)
        work.forget_history(SavedView._meta.label_lower, _ids(own))
        work.forget_history("people.user", [pk])
        work.sweep()
        work.drop_files({})
        remember("people.user", pk, unit.now, unit.actor.user_id)
        log("erased", user=unit.actor.user_id, about=pk, type="users", number=pk)
        if not unit.dry:  # after the sweep, which would take the words out of the job as well
            enqueue(JOB, {"words": words, "instead": work.instead}, system(LATER), key=str(pk))
    unit.say(_("The person is erased. This cannot be undone."))


@job(JOB)
def forget_name(run: Run, words: list[str], instead: str) -> dict[str, int]:
    """Take a name out of the texts of records and out of their history. Then the job itself knows it no more."""

    @contextmanager
    def chunk() -> Iterator[None]:
        with run.chunk():
            leave_no_bytes()
            yield

    done = Rewording(Wording(words, instead), _hot()).run(chunk, run.actor, run.tell)
    run.keep(words=[])
    return done


@erases_again("people.user")
def erase_again(actor: Actor, pk: int) -> None:
    """Erase somebody whom a backup has brought back, with whatever was in her care then; who is not there is only listed."""
    try:
        with Unit(actor, verb="erase") as unit:
            unit.announce(user_erased(unit.open_one(entity_of(User), pk, erase.needs, trashed=True), again=True))
    except NotSeen:
        with transaction.atomic():
            remember("people.user", pk, clock.now(), None)


def _words(user: User) -> list[str]:
    """Her address, and her name in both orders; a name that a colleague bears as well stays."""
    words = [user.email]
    if not User.objects.as_system(WHY).filter(name__iexact=user.name).exclude(pk=user.pk).exists():
        first, _blank, last = user.name.partition(" ")
        words += [user.name, f"{last} {first}".strip(), f"{last}, {first}" if last else ""]
    return words


def _free_words(user: User) -> tuple[list[str], bool]:
    """What is looked for in texts without an @, and whether her name is not: a customer is called so as well."""
    words = _words(user)
    called = [
        model for e in entities()
        if "contact_points" in e.traits and (model := search_model(e.model)) is not None
    ]  # fmt: skip
    is_shared = len(words) == 1 or any(m.objects.filter(head=normalise(user.name)).exists() for m in called)
    return ([user.email] if is_shared else words), is_shared


def _hot() -> list[str]:
    """The record types of which there are very many: their texts are not swept in the transaction of the verb."""
    return [e.code for e in entities() if not e.model.__module__.startswith(_OURS)]


def _ids(rows: Any) -> list[int]:
    return list(rows.values_list("pk", flat=True))
