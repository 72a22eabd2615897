"""A client that loses any page, repeats any request, or is killed at any point ends with every object exactly once."""

from hypothesis import given
from hypothesis import strategies as st

from consilience.exchange.taxii.arrival import arrival
from consilience.exchange.taxii.filter import Filters
from tests.exchange.taxii.conftest import FEED, stix

# What happens at each step: how many objects arrive, how many a page holds, and what befalls the answer.
STEPS = st.lists(
    st.tuples(
        st.integers(0, 4), st.integers(1, 5), st.sampled_from(["arrives", "lost", "twice", "killed", "by date"]),
        st.booleans(), st.sampled_from([-3600, 0, 1]),
    ),
    max_size=25,
)  # fmt: skip


class Client:
    """Keeps what it has and where it is together, as a client must; the rest is what the network does to it."""

    def __init__(self, store):
        self.store = store
        self.got = []
        self.after = None
        self.next = ""

    def ask(self, limit):
        return self.store.page(FEED, Filters(added_after=self.after, next=self.next), limit)

    def take(self, page):
        self.got += [item.id for item in page.items]
        if page.more:
            self.next = page.next
        else:
            self.next = ""
            self.after = page.items[-1].added if page.items else self.after


@given(steps=STEPS)
def test_every_object_arrives_once_whatever_happens_to_pages(emptied, steps):
    store, clock = emptied()
    client, count = Client(store), 0
    for arriving, limit, fate, repeated, seconds in steps:
        clock.move(seconds=seconds)
        new = [arrival(stix(n)) for n in range(count, count + arriving)]
        for _ in range(1 + repeated):  # whoever posts repeats what he had no answer to
            store.add(FEED, new)
        count += arriving
        page = client.ask(limit)
        if fate == "twice":
            assert client.ask(limit) == page
        if fate == "by date" and page.items:  # goes on by the header's date, not by `next`
            client.take(page)
            client.next, client.after = "", page.items[-1].added
        elif fate in ("arrives", "twice"):
            client.take(page)
        elif fate == "killed":  # starts anew from what it has kept
            client.next = client.next if client.next else ""
    while True:
        page = client.ask(3)
        client.take(page)
        if not page.more:
            break
    assert client.got == [stix(n)["id"] for n in range(count)]


@given(steps=st.lists(st.tuples(st.integers(0, 5), st.integers(1, 4)), min_size=1, max_size=15))
def test_newer_versions_between_pages_are_never_missed(emptied, steps):
    """An object that is superseded while a client walks may be seen in both versions, and its last one surely is."""
    store, _ = emptied()
    client, latest = Client(store), {}
    for number, (which, limit) in enumerate(steps):
        value = stix(which, f"2020-01-01T00:00:{number:02}.000Z")
        store.add(FEED, [arrival(value)])
        latest[value["id"]] = number
        client.take(client.ask(limit))
    page = client.ask(100)
    client.take(page)
    assert set(client.got) == set(latest)
    order = {name: max(at for at, each in enumerate(client.got) if each == name) for name in latest}
    assert sorted(latest, key=order.get) == sorted(latest, key=latest.get)
