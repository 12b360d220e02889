"""Where the built styles, scripts and icons are found: `{% static "dist/app.css" %}` gives the name with its hash.

The build has already hashed and compressed the files, so neither `collectstatic` nor Node is needed to run Tend.
"""

from __future__ import annotations

import json
from functools import cached_property
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.storage import StaticFilesStorage


class BuiltAssets(StaticFilesStorage):
    """Reads `dist/manifest.json`, which the build leaves under STATIC_ROOT.

    A name that is not in it stays as it is: a page without its styles is better than no page.
    """

    @cached_property
    def built(self) -> dict[str, str]:
        manifest = Path(settings.STATIC_ROOT or "") / "dist/manifest.json"
        if not manifest.exists():
            return {}
        paths: dict[str, str] = json.loads(manifest.read_text())["paths"]
        return paths

    def url(self, name: str | None) -> str:
        return super().url(self.built.get(name or "", name))
