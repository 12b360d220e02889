"""The rounds of the post: every minute what has come due is put into the outbox, and the outbox is emptied."""

from __future__ import annotations

from tend.engines.reminders import outbox
from tend.engines.reminders.sending import send_due
from tend.engines.reminders.turns import remind, wake
from tend.kernel import clock
from tend.kernel.jobs.declared import every, job
from tend.kernel.jobs.run import Run


@every(seconds=60)
@job("post", tries=1)
def post(run: Run) -> dict[str, int]:
    """Reminders, digests and notices to whoever wishes them. A round that fails is made up for by the next one."""
    now = clock.now()
    made = {"reminders": remind(now), "digests": wake(now)}
    return {**made, **send_due(clock.now(), run.check)}


@every(daily_at="03:40")
@job("tidy_outbox")
def tidy_outbox(run: Run) -> dict[str, int]:
    """Forget letters of long ago."""
    return {"mails": outbox.forget_old(clock.now())}
