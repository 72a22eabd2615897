"""LINKED: which claims speak of one fact, and why.

`link(events)` links a table of events; see `consilience.linkage.events`.
"""

from consilience.linkage.events import link

__all__ = ["link"]
