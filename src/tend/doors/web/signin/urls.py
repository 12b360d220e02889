"""Addresses of signing in."""

from django.urls import path

from tend.doors.web.signin import views

urlpatterns = [
    path("sign-in", views.sign_in, name="sign-in"),
    path("sign-out", views.sign_out, name="sign-out"),
    path("welcome/<str:token>", views.welcome, name="welcome"),
    path("forgotten", views.ask_for_link, name="ask-for-link"),
]
