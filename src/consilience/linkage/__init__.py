"""LINKED: which claims speak of one fact, and why.

`link(events)` links a table of events; see `consilience.linkage.events`. `Linking(events)` does the same, and says what is unsure,
which reports tell of several facts at once, and why any two are joined or kept apart.
"""

from consilience.linkage.events import link
from consilience.linkage.linking import Linking

__all__ = ["Linking", "link"]
