"""Django's entry for following, mentions and what is told of them."""

from django.apps import AppConfig


class FollowingConfig(AppConfig):
    name = "tend.engines.following"
    label = "following"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from tend.engines.following import erasing, followers, mentions, telling  # noqa: F401 - lends the trait and its verbs, keeps mentions, forgets them, declares the job
