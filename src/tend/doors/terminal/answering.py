"""How the command line answers: results on standard output, all else on standard error, refusals as exit status 1."""

from __future__ import annotations

import argparse
import json
import sys
from typing import Any

from django.db import DatabaseError
from django.utils import translation

from tend.kernel.actor import Actor, system
from tend.kernel.errors import NotAllowed, NotSeen, Refused, RefusedFields, Stale
from tend.kernel.organisation import organisation
from tend.kernel.outages import is_full

DONE, FAILED, MISUSED = 0, 1, 2


class Misused(Exception):
    """The command was given words that do not fit together: exit status 2."""


def answer(options: argparse.Namespace) -> int:
    """Run the subcommand; every expected no becomes one sentence and an exit status."""
    try:
        return int(options.run(options))
    except Misused as wrong:
        return _no(options, str(wrong), MISUSED)
    except RefusedFields as no:
        return _no(options, "\n".join(f"{name}: {one.message}" for name, one in no.errors.items()), FAILED)
    except Refused as no:
        return _no(options, f"{no.field}: {no.message}" if no.field else no.message, FAILED)
    except NotSeen:
        return _no(options, "There is no such record.", FAILED)
    except NotAllowed as no:
        return _no(options, f"This user has no right to do that ({no.action}).", FAILED)
    except Stale:
        return _no(options, "Somebody has saved the record since it was read.", FAILED)
    except BrokenPipeError:
        sys.stderr.close()  # the reader of a pipe has had enough
        return DONE
    except (DatabaseError, OSError) as error:
        if is_full(error):
            return _no(options, "The disk is full; nothing of the last step was saved.", FAILED)
        if isinstance(error, OSError):
            return _no(options, str(error), FAILED)
        return _no(options, f"The database says: {error}", FAILED)


def actor_of(options: argparse.Namespace) -> Actor:
    """The user named by --as, else the system."""
    named = getattr(options, "act_as", "")
    if not named:
        company = organisation()
        return system("command line", zone=company.zone, language=company.language)
    from tend.people.access import actor_for

    actor = actor_for(user_named(named))
    translation.activate(actor.language)
    return actor


def user_named(email: str) -> Any:
    """The active user with that e-mail address or id; Misused when there is none."""
    from tend.people.models import User

    users = User.objects.as_system("the command line names its user").filter(trashed_at=None)
    found = users.filter(email=email.strip().lower()).first() or (
        users.filter(pk=int(email)).first() if email.isdigit() else None
    )
    if found is None:
        raise Misused(f"There is no user {email}.")
    if not found.is_active:
        raise Misused(f"{email} may not sign in.")
    return found


def tell(sentence: str) -> None:
    """One line for people, on standard error."""
    print(sentence, file=sys.stderr, flush=True)


def give(value: Any) -> None:
    """One JSON document on standard output."""
    print(json.dumps(value, default=str, ensure_ascii=False, indent=2 if sys.stdout.isatty() else None))


def _no(options: argparse.Namespace, sentence: str, status: int) -> int:
    if getattr(options, "json", False):
        give({"error": sentence})
    tell(sentence)
    return status
