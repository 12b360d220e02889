"""The page about oneself: what is known stands in the form, and saving it unchanged changes nothing."""

from __future__ import annotations

from django.utils.html import escape

from tend.people.models import User
from tests.cast import Cast


def test_the_profile_shows_what_is_known(cast: Cast) -> None:
    User.objects.as_system("test").filter(pk=cast.junior.pk).update(zone="Europe/Kyiv", language="uk", hue="plum")
    page = cast.client(User.objects.as_system("test").get(pk=cast.junior.pk)).get("/me").content.decode()
    assert f'value="{escape(cast.junior.name)}"' in page
    for chosen in ("Europe/Kyiv", "uk", "plum"):
        assert f'<option value="{chosen}" selected>' in page


def test_saving_the_profile_keeps_what_was_not_changed(cast: Cast) -> None:
    browser = cast.client(cast.junior)
    form = browser.get("/me").context["form"]
    sent = {name: form[name].value() for name in form.fields if form[name].value() not in (None, False)}
    answer = browser.post("/me", {**sent, "name": "Maya S. Sorensen"})
    assert answer.status_code == 303
    now = User.objects.as_system("test").get(pk=cast.junior.pk)
    assert (now.name, now.zone, now.language) == ("Maya S. Sorensen", cast.junior.zone, cast.junior.language)
