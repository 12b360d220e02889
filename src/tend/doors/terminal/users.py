"""`tend user add | role | password | link`: who may sign in, for the operator."""

from __future__ import annotations

import argparse
import getpass
import sys
from typing import Any

LINK_MINUTES = 60


def declare(commands: Any, common: argparse.ArgumentParser) -> None:
    """Add the four to the command line."""
    user = commands.add_parser("user", help="add users, give roles, set passwords")
    actions = user.add_subparsers(title="actions", metavar="ACTION", required=True)
    add = actions.add_parser("add", parents=[common], help="enter a user")
    add.add_argument("email")
    add.add_argument("--name", default="")
    add.add_argument("--role", action="append", default=[], metavar="R", help="name or code of a role; may be repeated")
    add.add_argument("--team", action="append", default=[], metavar="T", help="name of a team, made when it is new")
    add.add_argument("--manager", default="", metavar="EMAIL")
    add.add_argument("--zone", default="", help="time zone, as Europe/Madrid")
    add.add_argument("--language", default="")
    add.add_argument("--password-stdin", action="store_true", help="read the password from standard input")
    add.set_defaults(run=run_add, django=True)
    role = actions.add_parser("role", parents=[common], help="give a user exactly these roles")
    role.add_argument("email")
    role.add_argument("role", nargs="+", metavar="ROLE")
    role.set_defaults(run=run_role, django=True)
    password = actions.add_parser(
        "password", parents=[common], help="set a user's password; every session of hers ends"
    )
    password.add_argument("email")
    password.add_argument("--password-stdin", action="store_true", help="read the password from standard input")
    password.set_defaults(run=run_password, django=True)
    link = actions.add_parser("link", parents=[common], help="print a link that signs a user in once")
    link.add_argument("email")
    link.set_defaults(run=run_link, django=True)


def run_add(options: argparse.Namespace) -> int:
    from tend.doors.terminal.answering import actor_of, tell
    from tend.kernel.organisation import organisation
    from tend.kernel.unit import Unit
    from tend.kernel.values import Cleaner
    from tend.people.commands import invite, set_roles, set_teams
    from tend.people.entity import USER
    from tend.people.passwords import hashed, set_password

    actor = actor_of(options)
    company = organisation()
    raw = {
        "email": options.email, "name": options.name or options.email.partition("@")[0],
        "zone": options.zone or company.zone, "language": options.language or company.language,
        **({"manager": options.manager} if options.manager else {}),
    }  # fmt: skip
    roles = [_role(name) for name in options.role]
    teams = [_team(actor, name) for name in options.team]
    values = Cleaner(USER, actor, creating=True).clean(raw)
    password = _password(options) if options.password_stdin else ""
    _refuse_known(options.email)
    with Unit(actor, verb="invite") as unit:
        user = invite(unit, values=values)
        if roles:
            set_roles(unit, user, roles=roles)
        if teams:
            set_teams(unit, user, teams=teams)
        if password:
            set_password(unit, user, password_hash=hashed(password, user))
    tell(f"{user.name} <{user.email}> is entered.")
    if not password:
        return run_link(options)
    return 0


def run_role(options: argparse.Namespace) -> int:
    from tend.doors.terminal.answering import actor_of, tell, user_named
    from tend.people.commands import set_roles

    roles = [_role(name) for name in options.role]
    user = user_named(options.email)
    set_roles(actor_of(options), user, roles=roles)
    tell(f"{user.name}: {', '.join(str(role) for role in roles)}.")
    return 0


def run_password(options: argparse.Namespace) -> int:
    from tend.doors.terminal.answering import actor_of, tell, user_named
    from tend.people.passwords import hashed, set_password

    user = user_named(options.email)
    set_password(actor_of(options), user, password_hash=hashed(_password(options), user))
    tell(f"The password of {user.name} is set.")
    return 0


def run_link(options: argparse.Namespace) -> int:
    """Print the path of a link that signs the user in once, within the hour."""
    from django.conf import settings

    from tend.doors.terminal.answering import user_named
    from tend.people.links import make_link
    from tend.people.security_log import log

    user = user_named(options.email)
    log("link-sent", user=None, about=user.pk, purpose="sign-in")
    print(f"{settings.PUBLIC_URL}/welcome/{make_link(user, 'sign-in', LINK_MINUTES)}")
    return 0


def _password(options: argparse.Namespace) -> str:
    if options.password_stdin or not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    return getpass.getpass("Password: ")


def _role(name: str) -> Any:
    """A role by its name, or by the code of a shipped one; Misused when there is none."""
    from tend.doors.terminal.answering import Misused
    from tend.people.models import Role

    roles = list(Role.objects.as_system("the command line names roles").filter(trashed_at=None))
    wanted = name.strip().casefold()
    found = [r for r in roles if r.name.casefold() == wanted] or [r for r in roles if r.code == wanted]
    if not found:
        raise Misused(f"There is no role {name}. There are: {', '.join(sorted(r.name for r in roles))}.")
    return found[0]


def _team(actor: Any, name: str) -> Any:
    from tend.people.commands import create_team
    from tend.people.models import Team

    found = Team.objects.as_system("the command line names teams").filter(trashed_at=None, name=name).first()
    return found or create_team(actor, values={"name": name}).record


def _refuse_known(email: str) -> None:
    from tend.kernel.errors import Refused
    from tend.people.models import User

    if User.objects.as_system("an e-mail address belongs to one user").filter(email=email.strip().lower()).exists():
        raise Refused(f"There is already a user {email}.", field="email")
