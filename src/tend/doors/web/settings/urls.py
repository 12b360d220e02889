"""Addresses of the settings."""

from django.urls import path

from tend.doors.web.settings import (
    becoming,
    books,
    calendars,
    characteristics,
    index,
    organisation,
    people,
    roles,
    security,
    statuses,
    teams,
    tokens,
)


def book_pages(start: str, **fixed: str) -> list[object]:
    """The pages of a book under an address."""
    name = fixed.get("plural", "book")
    return [
        path(start, books.book, fixed, name=f"settings-{name}"),
        path(f"{start}/new", books.new_value, fixed, name=f"settings-{name}-new"),
        path(f"{start}/<int:pk>", books.value, fixed, name=f"settings-{name}-value"),
        path(f"{start}/<int:pk>/move", books.move, fixed, name=f"settings-{name}-move"),
        path(f"{start}/<int:pk>/retire", books.retire, fixed, name=f"settings-{name}-retire"),
        path(f"{start}/<int:pk>/delete", books.delete, fixed, name=f"settings-{name}-delete"),
    ]


urlpatterns = [
    path("settings", index.index, name="settings"),
    path("settings/organisation", organisation.organisation, name="settings-organisation"),
    path("settings/people", people.people, name="settings-people"),
    path("settings/people/invite", people.invite, name="settings-people-invite"),
    path("settings/people/<int:pk>", people.person, name="settings-person"),
    path("settings/people/<int:pk>/link", people.send_link, name="settings-person-link"),
    path("settings/people/<int:pk>/deactivate", people.deactivate, name="settings-person-deactivate"),
    path("settings/people/<int:pk>/reactivate", people.reactivate, name="settings-person-reactivate"),
    path("settings/people/<int:pk>/erase", people.erase, name="settings-person-erase"),
    path("settings/people/<int:pk>/look", people.look_as, name="settings-person-look"),
    path("look-as/stop", people.stop_looking, name="stop-looking"),
    path("settings/teams", teams.teams, name="settings-teams"),
    path("settings/teams/new", teams.new_team, name="settings-teams-new"),
    path("settings/teams/<int:pk>", teams.team, name="settings-team"),
    path("settings/teams/<int:pk>/delete", teams.delete, name="settings-team-delete"),
    path("settings/roles", roles.roles, name="settings-roles"),
    path("settings/roles/new", roles.new_role, name="settings-roles-new"),
    path("settings/roles/<int:pk>", roles.role, name="settings-role"),
    path("settings/roles/<int:pk>/delete", roles.delete, name="settings-role-delete"),
    path("settings/security", security.security, name="settings-security"),
    path("settings/security/export", security.export, name="settings-security-export"),
    path("me/security", security.mine, name="my-security"),
    path("settings/characteristics", characteristics.characteristics, name="settings-characteristics"),
    path("settings/characteristics/new", characteristics.new_characteristic, name="settings-characteristics-new"),
    path("settings/characteristics/<int:pk>", characteristics.characteristic, name="settings-characteristic"),
    path("settings/characteristics/remarks", becoming.remarks, name="settings-remark-keys"),
    path("settings/characteristics/remarks/<str:plural>/<str:key>", becoming.promotion, name="settings-remark-key"),
    path("settings/characteristics/<int:pk>/become", becoming.become, name="settings-characteristic-become"),
    path("settings/characteristics/<int:pk>/move", characteristics.move, name="settings-characteristic-move"),
    path("settings/characteristics/<int:pk>/group", characteristics.group, name="settings-characteristic-group"),
    path("settings/characteristics/<int:pk>/delete", characteristics.delete, name="settings-characteristic-delete"),
    path("settings/calendars", calendars.calendars, name="settings-calendars"),
    path("settings/calendars/days/<int:pk>/forget", calendars.forget_day, name="settings-calendars-day"),
    path("settings/calendars/absences", calendars.add_absence, name="settings-calendars-absences"),
    path("settings/calendars/absences/<int:pk>/end", calendars.end_absence, name="settings-calendars-absence"),
    path("settings/tokens", tokens.tokens, name="settings-tokens"),
    path("settings/tokens/<int:pk>/revoke", tokens.revoke, name="settings-token-revoke"),
    path("settings/interaction-statuses/<int:pk>", statuses.status, name="settings-interaction-status"),
    *book_pages("settings/interaction-statuses", plural="interaction-statuses"),
    *book_pages("settings/tags", plural="tags"),
    *book_pages("settings/books/<str:plural>"),
]
