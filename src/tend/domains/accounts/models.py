"""Accounts and what hangs on them: addresses, contact points, tags, remarks, relations, responsibles, interests."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from tend.domains.accounts.books import (
    Area,
    Category,
    DisqualifyReason,
    Industry,
    InteractionStatus,
    RelationKind,
    RelationshipStage,
    Source,
    State,
    Status,
)
from tend.domains.accounts.choices import Lifecycle, line_of
from tend.kernel.record import Part, Record
from tend.kernel.search.models import SearchText
from tend.kernel.traits.addresses import Address
from tend.kernel.traits.characteristics import CharacteristicValue, WearsCharacteristics
from tend.kernel.traits.contact_points import ContactPoint
from tend.kernel.traits.remarks import Remark, RemarkValue
from tend.kernel.traits.tags import TagLink

__all__ = [
    "Account", "AccountAccess", "AccountAddress", "AccountCharacteristic", "AccountPoint", "AccountRemark",
    "AccountRemarkValue", "AccountSearch", "AccountTag", "AlikePair", "Apart", "Area", "Category", "DisqualifyReason", "Industry", "Interest", "InteractionStatus",
    "Relation", "RelationKind", "RelationshipStage", "Responsible", "Source", "State", "Status",
]  # fmt: skip


class Account(WearsCharacteristics, Record):
    """A company or a person we have, or may have, business with. A lead is an account of lifecycle lead."""

    own_words: ClassVar[tuple[str, ...]] = (
        "name", "legal_name", "match_name", "number", "website", "language", "source_system", "external_ref",
    )  # fmt: skip

    name = models.CharField(_("Name"), max_length=200)
    legal_name = models.CharField(_("Legal name"), max_length=200, blank=True)
    is_person = models.BooleanField(_("Is a person"), default=False)
    number = models.CharField(_("Number"), max_length=20, blank=True, editable=False)
    website = models.CharField(_("Website"), max_length=200, blank=True)
    description = models.TextField(_("Description"), blank=True)
    language = models.CharField(_("Language"), max_length=8, blank=True)
    employees = models.PositiveIntegerField(_("Employees"), null=True, blank=True)
    annual_revenue = models.DecimalField(_("Annual revenue"), max_digits=16, decimal_places=2, null=True, blank=True)
    source_system = models.CharField(_("Source system"), max_length=40, blank=True)
    external_ref = models.CharField(_("Key in the source system"), max_length=120, blank=True)

    lifecycle = models.CharField(_("Lifecycle"), max_length=8, choices=Lifecycle.choices, default=Lifecycle.PROSPECT)
    lifecycle_since = models.DateField(_("In this lifecycle since"), null=True, editable=False)
    qualified_at = models.DateTimeField(null=True, editable=False)
    converted_at = models.DateTimeField(null=True, editable=False)
    converted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+", db_index=False
    )
    was_lead = models.BooleanField(default=False, editable=False)

    category = models.ForeignKey(
        Category, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("Category")
    )
    source = models.ForeignKey(
        Source, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("Source")
    )
    first_source = models.ForeignKey(
        Source, models.PROTECT, null=True, editable=False, related_name="+", db_index=False
    )
    status = models.ForeignKey(
        Status, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("Status"), db_index=False
    )
    state = models.ForeignKey(State, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("State"))
    relationship_stage = models.ForeignKey(
        RelationshipStage, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("Relationship stage")
    )
    industry = models.ForeignKey(
        Industry, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("Industry")
    )
    interaction_status = models.ForeignKey(
        InteractionStatus,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("Interaction status"),
        db_index=False,
    )

    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("Part of")
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("Owner"),
        db_index=False,
    )
    team = models.ForeignKey(
        "people.Team", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("Team"), db_index=False
    )

    do_not_contact = models.BooleanField(_("Not to be contacted"), default=False)
    archived = models.BooleanField(_("Archived"), default=False)
    # A disqualified lead is an archived one that says why; whatever asks for active accounts asks for `archived` alone.
    disqualified_because = models.ForeignKey(
        DisqualifyReason, models.PROTECT, null=True, editable=False, related_name="+",
        verbose_name=_("Disqualified because"), db_index=False,
    )  # fmt: skip
    merged_into = models.ForeignKey(
        "self", models.SET_NULL, null=True, editable=False, related_name="+", db_index=False
    )

    last_contact_at = models.DateTimeField(_("Last contact"), null=True, editable=False)
    next_contact_on = models.DateField(_("Next contact"), null=True, editable=False)
    # The cycle's own memory (engines/cadence): where counting began, and whether it rests.
    cycle_anchor = models.DateField(null=True, editable=False)
    cycle_attempts = models.PositiveSmallIntegerField(default=0, editable=False)
    cycle_paused = models.BooleanField(default=False, editable=False)
    cycle_paused_until = models.DateField(null=True, editable=False)
    unreachable = models.BooleanField(default=False, editable=False)
    # Rescue: the owner was warned, the account was offered to the pool, and the day from which silence counts anew.
    rescue_warned_on = models.DateField(null=True, editable=False)
    rescue_offered_on = models.DateField(null=True, editable=False)
    rescue_from = models.DateField(null=True, editable=False)

    match_name = models.CharField(max_length=200, blank=True, editable=False)  # base.names.company_key of the name

    class Meta:
        verbose_name = _("Account")
        verbose_name_plural = _("Accounts")
        indexes = [
            models.Index(fields=["name", "id"], name="account_by_name"),  # list of everything
            # lists by status, of one owner or of all; the last two answer the counts of boards and groups without the records
            models.Index(fields=["status", "name", "id", "lifecycle", "trashed_at"], name="account_by_status"),
            models.Index(
                fields=["owner", "status", "name", "id", "lifecycle", "trashed_at"], name="account_by_owner_status"
            ),
            models.Index(fields=["owner", "name", "id"], name="account_by_owner"),  # scope own and team
            # counts answered from the index alone: tabs of lists over the accounts of somebody, the coverage board over all
            models.Index(
                fields=["owner", "next_contact_on", "lifecycle", "trashed_at", "interaction_status", "last_contact_at", "do_not_contact",
                        "cycle_paused", "unreachable", "archived", "merged_into", "category"], name="account_count_by_owner",
            ),
            # who is due; the last two answer counts ("no call planned") without the records
            models.Index(fields=["next_contact_on", "name", "id", "lifecycle", "trashed_at"], name="account_by_next_contact"),
            # lists of an interaction status, and their counts
            models.Index(
                fields=["interaction_status", "name", "id", "lifecycle", "trashed_at"], name="account_by_interaction"
            ),
            # Calls: accounts of one status; the last three let a forecast count without the records
            models.Index(fields=["interaction_status", "next_contact_on", "name", "id", "owner", "cycle_anchor", "cycle_attempts"],
                         name="account_due_of_status", condition=models.Q(next_contact_on__isnull=False)),
            models.Index(fields=["lifecycle", "archived"], name="account_without_status",
                         condition=models.Q(interaction_status__isnull=True, trashed_at__isnull=True)),  # Calls: how many
            models.Index(fields=["lifecycle", "name", "id"], name="account_by_lifecycle"),  # the Leads list
            models.Index(fields=["team", "name", "id"], name="account_by_team"),  # team pools
            models.Index(fields=["team", "next_contact_on", "name", "id"], name="account_pool_by_next_contact",
                         condition=models.Q(team__isnull=False)),  # team pools by who is due
            models.Index(fields=["match_name"], name="account_by_match_name"),  # duplicates
            models.Index(fields=["number"], name="account_by_number"),  # import key, search
            models.Index(fields=["source_system", "external_ref"], name="account_by_external_ref",
                         condition=~models.Q(external_ref="")),  # import key
            models.Index(fields=["rescue_offered_on"], name="account_offered",
                         condition=models.Q(rescue_offered_on__isnull=False)),  # the list of offered accounts
            models.Index(fields=["website"], name="account_by_website", condition=~models.Q(website="")),  # look-alikes
            models.Index(fields=["trashed_at"], name="account_trash", condition=models.Q(trashed_at__isnull=False)),
            models.Index(fields=["merged_into"], name="account_merged_into", condition=models.Q(merged_into__isnull=False)),
        ]  # fmt: skip
        constraints = [
            models.CheckConstraint(condition=~models.Q(name=""), name="account_has_a_name"),
            models.CheckConstraint(condition=~models.Q(parent=models.F("id")), name="account_is_not_its_own_parent"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def line(self) -> str:
        """Which line of a role's table this account stands on."""
        return line_of(self.lifecycle)

    @property
    def is_lead(self) -> bool:
        return self.lifecycle == Lifecycle.LEAD


class AccountAddress(Address):
    record = models.ForeignKey(Account, models.CASCADE, related_name="addresses")

    class Meta:
        indexes = [models.Index(fields=["city", "record"], name="account_by_city")]  # address.city filter
        constraints = [
            models.UniqueConstraint(fields=["record"], condition=models.Q(is_primary=True), name="one_primary_address")
        ]


class AccountPoint(ContactPoint):
    record = models.ForeignKey(Account, models.CASCADE, related_name="points", db_index=False)

    class Meta:
        indexes = [
            models.Index(fields=["normalised"], name="account_by_point"),  # import match, caller, duplicates
            models.Index(fields=["record", "kind"], name="points_of_account"),  # pages; has this company a number?
        ]


class AccountTag(TagLink):
    record = models.ForeignKey(Account, models.CASCADE, related_name="tag_links")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tag", "record"], name="tag_once_per_account")]  # tag filter


class AccountRemark(Remark):
    record = models.ForeignKey(Account, models.CASCADE, related_name="remarks")


class AccountRemarkValue(RemarkValue):
    record = models.ForeignKey(Account, models.CASCADE, related_name="remark_values", db_index=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["record", "key"], name="remark_key_once_per_account")]
        indexes = [models.Index(fields=["key", "value", "record"], name="account_by_remark")]  # stage=mature


class AccountCharacteristic(CharacteristicValue):
    record = models.ForeignKey(Account, models.CASCADE, related_name="characteristic_values")

    class Meta:
        indexes = [
            models.Index(fields=["key", "num", "record"], name="account_by_number_trait"),
            models.Index(fields=["key", "txt", "record"], name="account_by_text_trait"),
            models.Index(fields=["key", "date", "record"], name="account_by_date_trait"),
        ]


class AccountSearch(SearchText):
    record = models.OneToOneField(Account, models.CASCADE, primary_key=True, related_name="+")


class Responsible(Part):
    """A further person for an account, beside its owner; one may be flagged as the caller."""

    record = models.ForeignKey(Account, models.CASCADE, related_name="responsibles", db_index=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    role = models.CharField(_("Role"), max_length=80, blank=True)
    is_caller = models.BooleanField(_("Makes the calls"), default=False)

    is_copied = True

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["record", "user"], name="responsible_once_per_account"),
            models.UniqueConstraint(
                fields=["record"], condition=models.Q(is_caller=True), name="one_caller_per_account"
            ),
        ]


class Relation(Part):
    """Account → account, of a kind that has a name from either side."""

    record = models.ForeignKey(Account, models.CASCADE, related_name="relations")
    to = models.ForeignKey(Account, models.CASCADE, related_name="relations_to")
    kind = models.ForeignKey(RelationKind, models.PROTECT, related_name="+")
    reason = models.CharField(_("Reason"), max_length=200, blank=True)
    since = models.DateField(_("Since"), null=True, blank=True)
    until = models.DateField(_("Until"), null=True, blank=True)

    same_by = ("to", "kind")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~models.Q(record=models.F("to")), name="relation_has_two_sides")
        ]


class Interest(Part):
    """Account × area: interest or disinterest, how strong, and a note."""

    record = models.ForeignKey(Account, models.CASCADE, related_name="interests", db_index=False)
    area = models.ForeignKey(Area, models.PROTECT, related_name="+")
    is_disinterest = models.BooleanField(_("Not wanted"), default=False)
    strength = models.PositiveSmallIntegerField(_("Strength"), default=2)  # 1 to 3
    note = models.CharField(_("Note"), max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["record", "area"], name="area_once_per_account"),
            models.CheckConstraint(condition=models.Q(strength__gte=1, strength__lte=3), name="strength_is_1_to_3"),
        ]


class Apart(Part):
    """Two accounts that look alike and are not the same, as somebody who sees both has said."""

    record = models.ForeignKey(Account, models.CASCADE, related_name="apart", db_index=False)
    other = models.ForeignKey(Account, models.CASCADE, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["record", "other"], name="apart_once"),
            models.CheckConstraint(condition=~models.Q(record=models.F("other")), name="apart_are_two"),
        ]


class AlikePair(models.Model):
    """Two accounts that may be one, found when one of them was entered or renamed; for those who see both.

    Derived: kept by reactions in domains/accounts/lookalikes.py, never in the history. `first` is the older one.
    """

    first = models.ForeignKey(Account, models.CASCADE, related_name="+", db_index=False)
    second = models.ForeignKey(Account, models.CASCADE, related_name="+")
    signs = models.JSONField(default=list)  # ["name", "phone"]
    found_at = models.DateTimeField()

    objects = models.Manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["first", "second"], name="alike_once")]


class AccountAccess(models.Model):
    """User × account × reason, with the sort keys of the list, so that scope *own* reads an index in order.

    Derived: kept by the unit (projection in domains/accounts/portfolio.py), never in the history.
    """

    class Reason(models.TextChoices):
        OWNER = "owner", _("owner")
        RESPONSIBLE = "responsible", _("responsible")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False)
    account = models.ForeignKey(Account, models.CASCADE, related_name="access")
    reason = models.CharField(max_length=11, choices=Reason.choices)
    name = models.CharField(max_length=200)
    status = models.ForeignKey(Status, models.SET_NULL, null=True, related_name="+", db_index=False)
    next_contact_on = models.DateField(null=True)

    objects = models.Manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "account", "reason"], name="access_once_per_reason")]
        indexes = [
            models.Index(fields=["user", "name", "account"], name="access_by_name"),  # own list
            models.Index(fields=["user", "status", "name", "account"], name="access_by_status"),  # own list by status
            models.Index(fields=["user", "next_contact_on", "name", "account"], name="access_by_next_contact"),
        ]
