"""What logging an outcome or choosing a status would plan, told before the key is pressed; nothing is written here."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.utils.translation import gettext as _

from tend.domains.accounts.models import Account, InteractionStatus, Responsible
from tend.domains.activities.models import Effect, Outcome
from tend.engines.cadence import planning
from tend.engines.cadence.sentences import say_day
from tend.people.calendars import workers_for


class Foresight:
    """What would follow for one account that the reader sees. Reads its caller and calendars once."""

    def __init__(self, account: Account, status: InteractionStatus | None, now: dt.datetime) -> None:
        self.account = account
        self.status = status if status is not None and status.plans_calls and not self._rests(account) else None
        caller = Responsible.objects.of([account]).filter(is_caller=True).first()
        named = caller.user_id if caller is not None else account.owner_id
        self.workers = workers_for(None, {named})
        worker = self.workers.get(named)
        self.who = named if worker is not None and worker.is_active else None
        self.today = (self.workers.get(self.who) or self.workers[None]).today(now)

    @staticmethod
    def _rests(account: Account) -> bool:
        return account.archived or account.do_not_contact or account.cycle_paused or account.trashed_at is not None

    def of_outcomes(self, outcomes: Iterable[Outcome]) -> dict[int, str]:
        """By outcome: "next Mon 14 Dec", "again Wed 2 Dec", "pauses the cycle"; blank where nothing follows."""
        return {outcome.pk: self._of(outcome) for outcome in outcomes}

    def _of(self, outcome: Outcome) -> str:
        if outcome.effect == Effect.DO_NOT_CONTACT:
            return _("never again")
        if self.status is None:
            return ""
        if outcome.effect == Effect.BAD_NUMBER:
            return _("pauses the cycle")
        if outcome.effect == Effect.ATTEMPT and self.account.cycle_attempts + 1 < self.status.max_attempts:
            again = planning.retry(self.today, self.status, self.who, self.workers)
            return _("again %(day)s") % {"day": say_day(again.day, self.today)}
        if outcome.effect in (Effect.CONTACT, Effect.ATTEMPT):
            return _("next %(day)s") % {"day": say_day(self.next_on(self.status), self.today)}
        return ""

    def of_status(self, status: InteractionStatus) -> str:
        """What setting this status plans."""
        if not status.plans_calls:
            return _("no calls are planned")
        return _("next %(day)s") % {"day": say_day(self.next_on(status), self.today)}

    def next_on(self, status: InteractionStatus) -> dt.date:
        return planning.next_due(self.today, status, self.who, self.workers).day
