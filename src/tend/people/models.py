"""Users, teams and roles: who there is, who leads whom, and which rights a role gives."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models
from django.utils.translation import gettext_lazy as _

from tend.kernel.books import Hue
from tend.kernel.record import Part, Record
from tend.people.roles import shown_name


class Team(Record):
    """A group of people; teams form a tree."""

    name = models.CharField(_("Name"), max_length=80)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("Part of")
    )
    leader = models.ForeignKey(
        "people.User", models.SET_NULL, null=True, blank=True, related_name="leads", verbose_name=_("Leader")
    )

    class Meta:
        ordering = ["name", "id"]
        verbose_name = _("Team")
        verbose_name_plural = _("Teams")

    def __str__(self) -> str:
        return self.name


class Role(Record):
    """A named set of (line × action → scope). New roles start at none."""

    code = models.SlugField(max_length=40, blank=True)  # of a shipped role; empty for the company's own
    name = models.CharField(_("Name"), max_length=80)
    scopes = models.JSONField(_("Scopes"), default=dict, blank=True)  # {"accounts": {"view": "team", …}, …}
    field_rights = models.JSONField(_("Field rights"), default=dict, blank=True)  # {"accounts": {"phone": "hidden"}}
    assign_to = models.CharField(_("Assigns to"), max_length=5, default="none")  # none, self, team, all
    rights = models.JSONField(_("Other rights"), default=list, blank=True)  # ["settings", "users", "undo_all"]

    class Meta:
        ordering = ["name", "id"]
        verbose_name = _("Role")
        verbose_name_plural = _("Roles")

    def __str__(self) -> str:
        return shown_name(self.code, self.name)


class User(AbstractBaseUser, Record):
    """A person who signs in. Deactivated, never deleted: history keeps names."""

    email = models.EmailField(_("E-mail"), unique=True)
    name = models.CharField(_("Name"), max_length=120)
    language = models.CharField(_("Language"), max_length=8, default="en")
    zone = models.CharField(_("Time zone"), max_length=60, default="UTC")
    country_code = models.CharField(_("Country"), max_length=2, blank=True)
    theme = models.CharField(_("Theme"), max_length=6, blank=True)
    hue = models.CharField(_("Hue"), max_length=5, choices=Hue.choices, default=Hue.FIR)
    is_active = models.BooleanField(_("May sign in"), default=True)
    manager = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="reports", verbose_name=_("Manager")
    )
    calls_per_day = models.PositiveSmallIntegerField(_("Calls a day"), default=24)
    preferences = models.JSONField(default=dict, blank=True)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]
    untold = Record.untold | {"password", "last_login", "preferences"}

    class Meta:
        ordering = ["name", "id"]
        verbose_name = _("User")
        verbose_name_plural = _("Users")

    def __str__(self) -> str:
        return self.name

    @classmethod
    def get_email_field_name(cls) -> str:
        return "email"


class UserRole(Part):
    """User × role."""

    record = models.ForeignKey(User, models.CASCADE, related_name="user_roles", db_index=False)
    role = models.ForeignKey(Role, models.PROTECT, related_name="user_roles")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["record", "role"], name="role_once_per_user")]


class TeamRole(Part):
    """Team × role: everyone in the team has it."""

    record = models.ForeignKey(Team, models.CASCADE, related_name="team_roles", db_index=False)
    role = models.ForeignKey(Role, models.PROTECT, related_name="team_roles")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["record", "role"], name="role_once_per_team")]


class TeamMember(Part):
    """User × team; `is_main` is the team whose pool a user's accounts go to."""

    record = models.ForeignKey(User, models.CASCADE, related_name="memberships", db_index=False)
    team = models.ForeignKey(Team, models.CASCADE, related_name="members")
    is_main = models.BooleanField(default=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["record", "team"], name="member_once_per_team")]


class AccessEpoch(models.Model):
    """One row that counts up whenever rights may have changed, so that kept grants are known to be old."""

    value = models.BigIntegerField(default=1)

    objects: ClassVar[Any] = models.Manager()


# Rooms of their own whose tables Django finds here.
from tend.people import calendar_models, erasures, feeds, links, security_log, sessions, tokens  # noqa: E402, F401
