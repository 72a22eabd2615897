"""What can go wrong with a request to a TAXII server, or with the store behind it."""

from __future__ import annotations

from consilience.errors import ConsilienceError


class TaxiiError(ConsilienceError):
    """Base of every error of the exchange over TAXII that this server finds."""


class MalformedFilterError(TaxiiError):
    """A query parameter that the standard does not allow (TAXII 2.1, section 3.4)."""


class UnprocessableError(TaxiiError):
    """A body that is no envelope and no bundle."""


class UnknownCollectionError(TaxiiError):
    """A collection that the store does not hold."""

    exit_code = 2


class SeedError(TaxiiError):
    """A seed that has not the form of one, or a database that may not be seeded."""
