"""Addresses of the first steps and of one's own pages."""

from django.urls import path

from tend.doors.web.people import feeds, first_steps, mail, me, own_data

urlpatterns = [
    path("first-steps", first_steps.first_steps, name="first-steps"),
    path("first-steps/company", first_steps.company, name="first-steps-company"),
    path("first-steps/you", first_steps.you, name="first-steps-you"),
    path("first-steps/books", first_steps.books, name="first-steps-books"),
    path("first-steps/colleagues", first_steps.colleagues, name="first-steps-colleagues"),
    path("me", me.me, name="my_settings"),
    path("me/password", me.password, name="my-password"),
    path("me/own-data.zip", own_data.mine, name="my-own-data"),
    path("settings/people/<int:pk>/own-data.zip", own_data.of_person, name="own-data-of-person"),
    path("me/mail", mail.mail, name="my-mail"),
    path("me/calendar", feeds.feeds, name="my-calendar-feeds"),
    path("me/calendar/<int:pk>/revoke", feeds.revoke, name="revoke-calendar-feed"),
    path("me/sessions/end", me.end_other_sessions, name="end-other-sessions"),
]
