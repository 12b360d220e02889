"""Work that runs later, in the background: queued in the transaction of whatever asked for it, and never lost."""

from tend.kernel.jobs.declared import Again, every, job
from tend.kernel.jobs.models import Job
from tend.kernel.jobs.queue import cancel, enqueue, jobs_of
from tend.kernel.jobs.run import Cancelled, Run, Stopped

__all__ = ["Again", "Cancelled", "Job", "Run", "Stopped", "cancel", "enqueue", "every", "job", "jobs_of"]
