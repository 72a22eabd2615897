"""Report: the picture in one HTML file that opens from disk, prints, and needs no script."""

from __future__ import annotations

from dataclasses import replace

from consilience.desk import AsOf, Desk, moment
from consilience.model.fact import Relation
from consilience.web.bottomline import bottom_line
from consilience.web.detail import Detail, detail
from consilience.web.dispute import disputes
from consilience.web.matrix import matrix
from consilience.web.render import render, style
from consilience.web.view import WINDOW_DAYS, View, read_as_of, telling

_DRAWN = 5  # conflicts that the report draws


def single_file(desk: Desk, as_of: AsOf = None) -> str:
    """The report as of a time: the bottom line, what each partner knows, and every fact down to its reasons.

    Args:
        desk: what is on the table.
        as_of: the time, or the day on which the scenario opens, or of the last report.

    Raises:
        UsageError: when `as_of` is no time.
    """
    view = View(desk, moment(as_of) or read_as_of("", desk), in_file=True)
    found = disputes(view, view.recent)
    told = desk.holdings.scenario
    return render(
        "report.html",
        view=view,
        links=view.links,
        cast=view.cast,
        title=told.title if told else "",
        summary=told.summary if told else "",
        style=style("base.css", "parts.css", "situation.css", "report.css"),
        lines=bottom_line(view, found),
        disputes=found[:_DRAWN],
        more_disputes=max(0, len(found) - _DRAWN),
        matrix=matrix(view, view.recent),
        window=WINDOW_DAYS,
        details=_details(view),
        oob=False,
        has_node=False,
        has_conclusions=False,
        has_warning=False,
        has_response=False,
        incidents=(),
    )


def _details(view: View) -> list[Detail]:
    """Every fact, the most telling first; a relation between two facts is told with the first of them."""
    told: set[Relation] = set()
    found = []
    for fact in sorted(view.picture.facts, key=telling):
        whole = detail(view, fact)
        found.append(replace(whole, beyond=tuple(relation for relation in whole.beyond if relation not in told)))
        told.update(whole.beyond)
    return found
