"""Django's entry for people."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "tend.people"
    label = "people"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from tend.kernel.actor import make_actors_with, outdate_actors_with
        from tend.kernel.notices import chosen_by
        from tend.people import calendar_entity, entity, feeds, tokens, warnings  # noqa: F401 - declares record types and jobs
        from tend.people.access import actor_for_id, rights_changed
        from tend.people.mail_wishes import wished

        tokens.declare()
        feeds.declare()
        from tend.people import reactions  # noqa: F401 - answers to what happens

        make_actors_with(actor_for_id)
        outdate_actors_with(rights_changed)
        chosen_by(wished)
