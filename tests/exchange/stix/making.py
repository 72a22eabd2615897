"""Claims on the way to STIX and back, and what tests look at. Imported as `from tests.exchange.stix.making import ...`."""

import json

from consilience.exchange.stix.read import read
from consilience.exchange.stix.write import Writer
from tests.trust.making import make_verified

WRITER = Writer()


def unknown(digest):
    """A target of nothing."""
    return


def shown(verified, target=unknown, by_claim_id=None):
    """The objects of a verified statement."""
    return WRITER.objects(verified.statement, verified.digest, target, by_claim_id)


def shown_claim(entry, issuer="UKR"):
    """The objects of a claim."""
    return shown(make_verified(entry, issuer))


def bodies(objects):
    """Objects as JSON values, as a reader gets them."""
    return [json.loads(each.body) for each in objects]


def only(objects, kind):
    """The one object of a type, as a JSON value."""
    (found,) = (each for each in bodies(objects) if each["type"] == kind)
    return found


def read_back(*objects):
    """What a reader makes of objects."""
    return read(bodies(objects))


def altered(objects, kind, **properties):
    """Objects as JSON values, those of a type with other properties; None takes one away."""
    found = bodies(objects)
    for each in found:
        if each["type"] == kind:
            each.update(properties)
            for name in [name for name, value in properties.items() if value is None]:
                each.pop(name)
    return found
