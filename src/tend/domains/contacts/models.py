"""Contacts: people, and the companies at which each of them works or worked."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from tend.domains.accounts.models import Account
from tend.kernel.record import Part, Record
from tend.kernel.search.models import SearchText
from tend.kernel.traits.addresses import Address
from tend.kernel.traits.characteristics import CharacteristicValue, WearsCharacteristics
from tend.kernel.traits.contact_points import ContactPoint
from tend.kernel.traits.remarks import Remark, RemarkValue
from tend.kernel.traits.tags import TagLink


class Contact(WearsCharacteristics, Record):
    """A person. One may stand at several companies, and at former ones."""

    name = models.CharField(_("Name"), max_length=200, editable=False)  # first and last name, kept for sorting
    first_name = models.CharField(_("First name"), max_length=100, blank=True)
    last_name = models.CharField(_("Last name"), max_length=100, blank=True)
    salutation = models.CharField(_("Salutation"), max_length=40, blank=True)
    title = models.CharField(_("Job title"), max_length=120, blank=True)
    department = models.CharField(_("Department"), max_length=120, blank=True)
    birthday = models.DateField(_("Birthday"), null=True, blank=True)
    language = models.CharField(_("Language"), max_length=8, blank=True)
    consent = models.JSONField(_("Consent"), default=dict, blank=True)  # {"email": {"given": true, "on": "2026-01-05"}}
    external_ref = models.CharField(_("Key in the source system"), max_length=120, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("Owner"),
        db_index=False,
    )

    own_words: ClassVar[tuple[str, ...]] = ("name", "first_name", "last_name", "salutation", "language", "external_ref")
    merged_into = models.ForeignKey(
        "self", models.SET_NULL, null=True, editable=False, related_name="+", db_index=False
    )

    class Meta:
        verbose_name = _("Contact")
        verbose_name_plural = _("Contacts")
        indexes = [
            models.Index(fields=["name", "id"], name="contact_by_name"),  # the pool
            models.Index(fields=["owner", "name", "id"], name="contact_by_owner"),  # contacts without an account
            models.Index(fields=["external_ref"], name="contact_by_external_ref", condition=~models.Q(external_ref="")),
            models.Index(
                fields=["merged_into"], name="contact_merged_into", condition=models.Q(merged_into__isnull=False)
            ),
        ]
        constraints = [models.CheckConstraint(condition=~models.Q(name=""), name="contact_has_a_name")]

    def __str__(self) -> str:
        return self.name


class Membership(Part):
    """Contact × account. `until` set: a former one."""

    record = models.ForeignKey(Contact, models.CASCADE, related_name="memberships", db_index=False)
    account = models.ForeignKey(Account, models.CASCADE, related_name="memberships", db_index=False)
    role = models.CharField(_("Role"), max_length=120, blank=True)
    is_primary = models.BooleanField(_("Main contact"), default=False)  # of the company
    is_main = models.BooleanField(_("Main company"), default=False)  # of the person
    is_same = models.BooleanField(default=False, editable=False)  # the account is this person
    since = models.DateField(_("Since"), null=True, blank=True)
    until = models.DateField(_("Until"), null=True, blank=True)

    once = ((("account_id",), "is_primary"),)
    is_copied = True

    def join_with(self, other: Membership) -> None:
        """Of a person entered twice: whoever works there by either card works there, from the earlier day on."""
        self.role = self.role or other.role
        self.since = min((d for d in (self.since, other.since) if d is not None), default=None)
        self.until = None if other.until is None else self.until

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["record", "account"], name="member_once_per_account"),
            models.UniqueConstraint(
                fields=["account"], condition=models.Q(is_same=True), name="one_person_per_account"
            ),
            models.UniqueConstraint(fields=["record"], condition=models.Q(is_main=True), name="one_main_company"),
        ]
        # The account page; whether somebody who works there has a number, without the rows (coverage board).
        indexes = [models.Index(fields=["account", "is_primary", "until", "record"], name="membership_by_account")]


class ContactAddress(Address):
    record = models.ForeignKey(Contact, models.CASCADE, related_name="addresses")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["record"], condition=models.Q(is_primary=True), name="one_primary_contact_address"
            )
        ]


class ContactPointOf(ContactPoint):
    record = models.ForeignKey(Contact, models.CASCADE, related_name="points", db_index=False)

    class Meta:
        indexes = [
            models.Index(fields=["normalised"], name="contact_by_point"),  # import match, caller
            models.Index(fields=["record", "kind"], name="points_of_contact"),  # pages; has this person a number?
        ]


class ContactTag(TagLink):
    record = models.ForeignKey(Contact, models.CASCADE, related_name="tag_links")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tag", "record"], name="tag_once_per_contact")]


class ContactRemark(Remark):
    record = models.ForeignKey(Contact, models.CASCADE, related_name="remarks")


class ContactRemarkValue(RemarkValue):
    record = models.ForeignKey(Contact, models.CASCADE, related_name="remark_values", db_index=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["record", "key"], name="remark_key_once_per_contact")]
        indexes = [models.Index(fields=["key", "value", "record"], name="contact_by_remark")]


class ContactCharacteristic(CharacteristicValue):
    record = models.ForeignKey(Contact, models.CASCADE, related_name="characteristic_values")

    class Meta:
        indexes = [
            models.Index(fields=["key", "num", "record"], name="contact_by_number_trait"),
            models.Index(fields=["key", "txt", "record"], name="contact_by_text_trait"),
            models.Index(fields=["key", "date", "record"], name="contact_by_date_trait"),
        ]


class ContactSearch(SearchText):
    record = models.OneToOneField(Contact, models.CASCADE, primary_key=True, related_name="+")


class ContactApart(Part):
    """Two contacts that look alike and are not the same person, as somebody who sees both has said."""

    record = models.ForeignKey(Contact, models.CASCADE, related_name="apart", db_index=False)
    other = models.ForeignKey(Contact, models.CASCADE, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["record", "other"], name="people_apart_once"),
            models.CheckConstraint(condition=~models.Q(record=models.F("other")), name="people_apart_are_two"),
        ]


class AlikePeople(models.Model):
    """Two contacts that may be one person, with what they share; for those who see both and what they share.

    Derived: kept by rounds in domains/contacts/lookalikes.py, never in the history. `first` is the older one.
    """

    first = models.ForeignKey(Contact, models.CASCADE, related_name="+", db_index=False)
    second = models.ForeignKey(Contact, models.CASCADE, related_name="+")
    by_name = models.BooleanField(default=False)
    by_phone = models.BooleanField(default=False)
    by_email = models.BooleanField(default=False)
    found_at = models.DateTimeField()

    objects = models.Manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["first", "second"], name="alike_people_once")]

    @property
    def signs(self) -> list[str]:
        """What the two share: name, phone, email."""
        return [sign for sign in ("name", "phone", "email") if getattr(self, f"by_{sign}")]


class AlikeMark(models.Model):
    """How far the rounds have looked: in the history, and among the contacts that were there before the first round."""

    after = models.BigIntegerField()  # the mark of `kernel.feed`
    swept = models.BigIntegerField(default=0)  # the last contact that was looked at, of those up to `until`
    until = models.BigIntegerField()

    objects = models.Manager()


class Referral(Part):
    """Who brought an account: a user, another account or a contact, one of the three."""

    record = models.OneToOneField(Account, models.CASCADE, related_name="referral")
    by_user = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    by_account = models.ForeignKey(Account, models.SET_NULL, null=True, related_name="referred")
    by_contact = models.ForeignKey(Contact, models.SET_NULL, null=True, related_name="referred")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(by_user__isnull=True, by_account__isnull=True)
                | models.Q(by_user__isnull=True, by_contact__isnull=True)
                | models.Q(by_account__isnull=True, by_contact__isnull=True),
                name="referred_by_one_at_most",
            ),
            models.CheckConstraint(
                condition=models.Q(by_account__isnull=True) | ~models.Q(record=models.F("by_account")),
                name="referred_by_another",
            ),
        ]
