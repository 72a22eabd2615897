"""Warning page: how strong, by whose word, and what changed; read in a minute, taken apart in an hour."""

from __future__ import annotations

from threading import Lock

from fastapi import Request
from starlette.responses import Response

from consilience.errors import ConsilienceError
from consilience.web.alert import GLYPHS, MEANS, alert, cited, facts_of
from consilience.web.pages import Pages
from consilience.web.strength import Asked, strength


class WarningPage:
    """Answers from the pages of a site. It reads and changes nothing."""

    def __init__(self, pages: Pages) -> None:
        """Stand beside the pages of the same site."""
        self._pages = pages
        self._reckoning = Lock()  # two requests for one new day reckon it once

    def warm(self) -> None:
        """Prepare what the first visitor needs: the strength of the opening day."""
        try:
            view = self._pages.opening()
            with self._reckoning:
                strength(view, Asked())
                alert(view)
        except ConsilienceError:
            return  # the page that needs it says so

    def warning(self, request: Request) -> Response:
        """The strength of one scope in full, and of all in a line."""
        view = self._pages.view(request)
        given = request.query_params
        asked = Asked(given.get("of", ""), given.get("scopes", ""), given.get("scope", ""), given.get("span") == "all")
        with self._reckoning:
            found, level = strength(view, asked), alert(view)
        context: dict[str, object] = {
            "here": "warning",
            "strength": found,
            "alert": level,
            "status_glyphs": GLYPHS,
            "status_means": MEANS,
            "facts_of": facts_of,
            "cited": cited,
        }
        return self._pages.html("warning.html", view, context)
