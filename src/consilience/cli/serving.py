"""Serving: the pages of a site on this machine alone, with the address told once they answer."""

from __future__ import annotations

from consilience.cli.reading import note
from consilience.web.server import serve
from consilience.web.site import Site

_HOST = "127.0.0.1"


def serve_site(site: Site, port: int) -> None:
    """Serve until Ctrl-C."""
    serve(site, _HOST, port, lambda address: note(f"\nPages at {address}  (Ctrl-C stops)", quiet=False))
