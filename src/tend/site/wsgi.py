"""The WSGI application that the web server loads."""

import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

from tend.base.workdays import load_holidays
from tend.site.memory import settle
from tend.site.turns import Turns

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tend.site.settings")
application = Turns(get_wsgi_application())
get_resolver().url_patterns  # every page is loaded now, not by whoever comes first  # noqa: B018
load_holidays()  # the first write would do so while it keeps others from writing
settle()
