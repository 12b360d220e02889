"""One's own tokens for programs: made, shown once, revoked."""

from __future__ import annotations

from django import forms
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tend.doors.web.pages import Request, after, show
from tend.doors.web.settings import saving
from tend.doors.web.settings.rooms import crumbs, needs
from tend.doors.web.settings.saving import SettingsForm
from tend.kernel import clock
from tend.kernel.errors import NotSeen, Refused
from tend.people.models import User
from tend.people.tokens import ApiToken, issue_token, revoke_token

PAGE = "/settings/tokens"


class TokenForm(SettingsForm):
    name = forms.CharField(label=gettext_lazy("Name"), max_length=80, help_text=gettext_lazy("which program uses it"))
    days = forms.TypedChoiceField(
        label=gettext_lazy("Holds for"), coerce=int, initial=90,
        choices=[(30, gettext_lazy("30 days")), (90, gettext_lazy("90 days")), (365, gettext_lazy("a year"))],
    )  # fmt: skip
    limit = forms.ChoiceField(
        label=gettext_lazy("May"), required=False,
        choices=[("read", gettext_lazy("read what I may read")), ("", gettext_lazy("do all that I may"))],
    )  # fmt: skip


@needs("")
def tokens(request: Request) -> HttpResponse:
    """One's own tokens, and a form for another; a new one is shown on this answer and never again."""
    form = TokenForm(request.POST or None)
    made = None
    if request.method == "POST" and form.is_valid():
        said = form.given
        mine = User.objects.seen_by(request.actor).get(pk=request.actor.user_id)
        try:
            made = issue_token(
                request.actor,
                user=mine,
                name=said["name"],
                days=said["days"],
                limits=[said["limit"]] if said["limit"] else [],
            ).record
        except Refused as no:
            saving.refuse(form, no)
        else:
            form = TokenForm()
    rows = list(ApiToken.objects.seen_by(request.actor).filter(user_id=request.actor.user_id))
    now = clock.now()
    for row in rows:
        row.is_over = row.revoked_at is not None or (row.expires_at is not None and row.expires_at <= now)
        row.may = (
            _("read") if row.limits == ["read"] else _("all that I may") if not row.limits else ", ".join(row.limits)
        )
    context = {"rows": rows, "form": form, "made": made, "crumbs": crumbs(), "url": PAGE}
    return show(request, "settings/tokens.html", context, status=422 if form.errors else 200)


@needs("", "POST")
def revoke(request: Request, pk: int) -> HttpResponse:
    """End one of one's own tokens at once."""
    held = ApiToken.objects.seen_by(request.actor).filter(pk=pk, user_id=request.actor.user_id).first()
    if held is None:
        raise NotSeen("token")
    revoke_token(request.actor, held)
    return after(request, PAGE, _("“%(name)s” is revoked. What used it is refused from now on.") % {"name": held.name})
