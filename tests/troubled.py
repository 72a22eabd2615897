"""An alliance in which things have gone wrong: who showed two histories, who does not answer, who is in step."""

import shutil
from contextlib import contextmanager

from consilience.model.identity import PartnerId
from consilience.model.roster import Member
from consilience.node import home as homes
from consilience.node.node import open_node
from consilience.node.peers import Peer, Peers
from consilience.trust.roster import with_member
from tests.simulator import alliance, row
from tests.wire import CALM, Weather, fetch

NAMES = {"BOR": "Borea", "CAL": "Caldera", "DRA": "Dravinia", "EST": "Estmark"}


@contextmanager
def troubled(folder, clock=None):
    """Aurelia's alliance: BOR showed two histories, CAL cannot be reached, DRA is in step, EST has no address."""
    with alliance(folder) as found:
        found.clock = clock or found.clock
        found.join("AUR", "BOR", "CAL", "DRA")
        found.join("EST")
        for code, name in NAMES.items():
            _name(found["AUR"], code, name)
            Peers(found["AUR"].home).put(Peer(PartnerId(code), f"https://{name.lower()}.example:8443"))
        Peers(found["AUR"].home).remove("EST")
        found.record("AUR", *(row(f"A{number}", "REL TO BOR, CAL, DRA") for number in range(3)))
        for code in ("BOR", "CAL", "DRA"):
            found.release("AUR", code)
            give(found, code, f"{code}1", f"{code}2")
            fetch(found.nodes, "AUR", code)
        fetch_back(found, "DRA")
        found.clock.pass_(minutes=40)
        fetch(found.nodes, "AUR", "CAL", Weather(cut={frozenset({"AUR", "CAL"})}))
        fetch(found.nodes, "AUR", "DRA")
        fork(found, "BOR")
        yield found


def give(allies, code, *names, to="AUR"):
    """Record claims at a partner's, and release them."""
    allies.record(code, *(row(name, f"REL TO {to}", partner=code, text=f"words of {name}") for name in names))
    allies.release(code, to)


def fetch_back(allies, code):
    """Let a partner fetch what Aurelia gave it, and witness it."""
    fetch(allies.nodes, code, "AUR", CALM)


def fork(allies, code):
    """Show Aurelia two histories of a partner's log, of one size."""
    beside = allies[code].home.folder.parent / f"{code}-fork"
    shutil.copytree(allies[code].home.folder, beside)
    give(allies, code, f"{code}3")
    fetch(allies.nodes, "AUR", code)
    with open_node(homes.read(beside), allies.clock) as forked:
        kept, allies.nodes[code] = allies.nodes[code], forked
        give(allies, code, f"{code}4")
        fetch(allies.nodes, "AUR", code)
        allies.nodes[code] = kept


def _name(node, code, name):
    node.adopt(
        lambda roster, now: with_member(roster, Member(PartnerId(code), name, keys=roster.member(code).keys), now)
    )
