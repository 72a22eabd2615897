"""The store: order, exactly once, first and last of everything; the same on both databases."""

import json
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consilience.exchange.taxii.arrival import arrival
from consilience.exchange.taxii.errors import MalformedFilterError, UnknownCollectionError
from consilience.exchange.taxii.filter import ALL, Filters, Versions
from consilience.exchange.taxii.page import MOST_BYTES
from consilience.exchange.taxii.resource import ApiRoot, Collection, Rights
from consilience.exchange.taxii.stamp import at_micros, micros, moment
from consilience.exchange.taxii.store import Store
from tests.exchange.taxii.conftest import FEED, OTHER, stix

EVERYTHING = Filters()
V1, V2, V3 = "2020-01-01T00:00:00.000Z", "2021-01-01T00:00:00.000Z", "2022-01-01T00:00:00.000Z"


def seen(store, filters=EVERYTHING, limit=1000, collection=FEED):
    """All objects that a client walks through."""
    found, way_on = [], ""
    while True:
        page = store.page(collection, Filters(**{**_fields(filters), "next": way_on}), limit)
        found += store.bodies(collection, page.items)
        if not page.more:
            return [json.loads(body) for body in found]
        way_on = page.next


def _fields(filters):
    return {name: getattr(filters, name) for name in ("ids", "types", "versions", "specs", "added_after")}


def versions(found):
    return [each.get("modified") for each in found]


def test_two_objects_never_share_date_added_and_later_is_greater(store, put, clock):
    put(*(stix(n) for n in range(5)))
    clock.move(hours=-1)
    put(*(stix(n) for n in range(5, 9)))
    added = [item.added for item in store.page(FEED, Filters(), 100).items]
    assert added == sorted(set(added))
    assert len(added) == 9


def test_moments_we_assign_are_whole_milliseconds_and_begin_now(store, put, clock):
    clock.move(microseconds=1_234)
    put(stix(1), stix(2))
    first, second = store.page(FEED, Filters(), 9).items
    assert first.date_added == "2026-01-01T00:00:00.001000Z"
    assert second.date_added == "2026-01-01T00:00:00.002000Z"


def test_given_moments_are_kept_to_the_microsecond_and_ties_step_on(store):
    at = moment("2016-11-03T12:30:59.001001Z")
    arrivals = [arrival(stix(n)) for n in range(2)]
    fixed = [type(each)(*(getattr(each, f) for f in each.__slots__[:-1]), at) for each in arrivals]
    store.add(FEED, fixed)
    assert [item.added for item in store.page(FEED, Filters(), 9).items] == [micros(at), micros(at) + 1]


def test_exact_duplicate_is_a_success_and_is_there_once(store, put):
    assert put(stix(1), stix(1)) == ["added", "known"]
    assert put(stix(1)) == ["known"]
    assert len(seen(store)) == 1
    assert store.position(FEED).count == 1


def test_duplicate_that_only_lacks_its_modified_is_the_same(store, put):
    short = stix(1)
    del short["modified"]
    assert put(stix(1), short) == ["added", "known"]


def test_equivocation_is_refused_and_both_are_kept(store, put):
    assert put(stix(1, name="one"), stix(1, name="two"), stix(1, name="two")) == ["added", "conflicts", "conflicts"]
    assert [each["name"] for each in seen(store)] == ["one"]
    (conflict,) = store.conflicts(FEED)
    assert json.loads(conflict.body)["name"] == "two"


def test_observable_without_dates_is_there_once_and_its_changes_follow(store, put):
    one = {"type": "artifact", "spec_version": "2.1", "id": stix(1, kind="artifact")["id"], "mime_type": "a"}
    assert put(one, one) == ["added", "known"]
    assert put(one, {**one, "mime_type": "b"}) == ["known", "added"]
    assert [each["mime_type"] for each in seen(store)] == ["b"]


def test_last_is_the_latest_version_whatever_came_last(store, put):
    put(stix(1, V2), stix(1, V1), stix(1, V3), stix(1, "2019-01-01T00:00:00.000Z"))
    assert versions(seen(store)) == [V3]
    assert versions(seen(store, Filters(versions=Versions(first=True)))) == ["2019-01-01T00:00:00.000Z"]
    assert len(seen(store, Filters(versions=ALL))) == 4
    exact = Filters(versions=Versions(at=(micros(moment(V1)),), last=True))
    assert versions(seen(store, exact)) == [V1, V3]


def test_without_a_spec_version_only_the_newest_of_an_object_is_given(store, put):
    put(stix(1, V1), stix(1, V2, spec_version="2.0"), stix(2, V1, spec_version="2.0"))
    assert versions(seen(store)) == [V1, V1]
    assert versions(seen(store, Filters(specs=("2.0",)))) == [V2, V1]
    assert versions(seen(store, Filters(specs=("2.0", "2.1")))) == [V2, V1]
    put(stix(2, V1))
    assert [each["spec_version"] for each in seen(store)] == ["2.1", "2.1"]


def test_types_and_ids_are_alternatives_and_keep_the_order_of_arrival(store, put):
    put(*(stix(n, kind=("malware", "tool", "campaign")[n % 3]) for n in range(9)))
    got = seen(store, Filters(types=("campaign", "malware")), limit=2)
    assert [each["type"] for each in got] == ["malware", "campaign"] * 3
    names = (stix(4, kind="tool")["id"], stix(0, kind="malware")["id"])
    assert len(seen(store, Filters(ids=names))) == 2


def test_added_after_is_exclusive(store, put):
    put(stix(1), stix(2))
    first, second = store.page(FEED, Filters(), 9).items
    assert [item.id for item in store.page(FEED, Filters(added_after=first.added), 9).items] == [second.id]


def test_next_is_bound_to_the_filters_and_the_collection(store, put):
    put(*(stix(n) for n in range(3)))
    put(*(stix(n) for n in range(3)), collection=OTHER)
    way_on = store.page(FEED, Filters(), 1).next
    assert store.page(FEED, Filters(next=way_on), 1) == store.page(FEED, Filters(next=way_on), 1)
    for collection, filters in ((FEED, Filters(types=("tool",), next=way_on)), (OTHER, Filters(next=way_on))):
        with pytest.raises(MalformedFilterError):
            store.page(collection, filters, 1)


@given(at=st.integers(0, 26), by=st.characters(codec="utf-8"))
def test_next_that_was_tampered_with_is_refused(emptied, at, by):
    store, _ = emptied()
    store.add(FEED, [arrival(stix(n)) for n in range(2)])
    way_on = store.page(FEED, Filters(), 1).next
    forged = way_on[:at] + by + way_on[at + 1 :]
    if forged != way_on:
        with pytest.raises(MalformedFilterError):
            store.page(FEED, Filters(next=forged), 1)


def test_deleting_promotes_what_is_left(store, put):
    put(stix(1, V1), stix(1, V2), stix(1, V3))
    name = stix(1)["id"]
    assert store.remove(FEED, name, Filters(versions=Versions(last=True))) == 1
    assert versions(seen(store)) == [V2]
    assert store.remove(FEED, name, Filters(versions=Versions(first=True))) == 1
    assert versions(seen(store, Filters(versions=Versions(first=True)))) == [V2]
    assert store.remove_all(FEED, name) == 1
    assert not store.holds(FEED, name)
    assert store.position(FEED).count == 0


def test_moment_of_a_deleted_object_is_not_given_again(store, put):
    put(stix(1))
    (item,) = store.page(FEED, Filters(), 9).items
    store.remove_all(FEED, item.id)
    put(stix(2))
    assert store.page(FEED, Filters(), 9).items[0].added > item.added


def test_page_is_bounded_in_bytes_but_never_empty(store, put):
    put(*(stix(n, name="x" * (MOST_BYTES // 2)) for n in range(3)), stix(3, name="x" * (MOST_BYTES + 1)))
    assert [len(store.page(FEED, Filters(), 9).items), len(seen(store))] == [1, 4]


def test_quick_way_and_long_way_give_the_same(store, put):
    put(stix(1, V1), stix(1, V2), stix(2))
    for name in (stix(1)["id"], stix(2)["id"], "nothing--at-all"):
        for asked in (Filters((name,)), Filters((name,), versions=ALL), Filters((name,), added_after=0)):
            page, bodies = store.objects(FEED, asked, 9)
            assert page == store.page(FEED, asked, 9)
            assert bodies == store.bodies(FEED, page.items)


def test_change_by_another_process_is_seen(store, put, url):
    put(stix(1))
    with_other = Store.open(url)
    with_other.put_collection(Collection("new", "root", "New"), Rights(read=True, write=False))
    assert store.shape().rights["new"] == Rights(read=True, write=False)
    with_other.remove_collection(FEED)
    with_other.put_collection(Collection(FEED, "root", "Anew"))
    with_other.close()
    store.shape()
    assert seen(store) == []


def test_saying_the_same_again_changes_nothing(store):
    before = store.shape()
    store.put_root(ApiRoot("root", "A root"))
    store.put_collection(Collection(FEED, "root", "A feed"))
    assert store.shape() is before


def test_unknown_collection_is_named(store):
    with pytest.raises(UnknownCollectionError, match="nowhere"):
        store.page("nowhere", Filters(), 1)


def test_status_is_for_who_asked_and_lasts_a_week(store, clock):
    store.put_status("root", "s1", "ada", b"{}")
    store.put_status("root", "s2", None, b"{}", lasting=True)
    assert store.status("root", "s1", "ada") == b"{}"
    assert store.status("root", "s1", "eve") is None
    clock.move(days=8)
    store.put_status("root", "s3", "ada", b"{}")
    assert store.status("root", "s1", "ada") is None
    assert store.status("root", "s2", "eve") == b"{}"


def test_position_is_where_it_stands(store, put, clock):
    assert store.position(FEED).last is None
    put(stix(1), stix(2))
    assert store.position(FEED).last == clock.now + timedelta(milliseconds=1)
    assert at_micros(micros(clock.now)) == clock.now


EVENTS = st.lists(
    st.one_of(
        st.tuples(st.just("put"), st.integers(0, 6), st.sampled_from([V1, V2, V3]), st.sampled_from(["2.0", "2.1"])),
        st.tuples(st.just("remove"), st.integers(0, 6), st.sampled_from(["first", "last", "all"])),
    ),
    max_size=30,
)


@given(events=EVENTS)
def test_marks_of_first_and_last_are_what_a_search_would_find(emptied, events):
    store, _ = emptied()
    model = []
    for event in events:
        if event[0] == "put":
            value = stix(event[1], event[2], spec_version=event[3])
            if store.add(FEED, [arrival(value)])[0].kind == "added":
                model.append(value)
            continue
        name = stix(event[1])["id"]
        mine = [each for each in model if each["id"] == name]
        gone = _chosen(mine, event[2])
        assert store.remove(FEED, name, Filters(versions=Versions(**{event[2]: True}))) == len(gone)
        model = [each for each in model if each not in gone]
    for word in ("first", "last", "all"):
        for specs in ((), ("2.0",), ("2.1",), ("2.0", "2.1")):
            expected = [each for name in {e["id"] for e in model} for each in _of_one(model, name, word, specs)]
            got = seen(store, Filters(versions=Versions(**{word: True}), specs=specs), limit=3)
            assert sorted(map(json.dumps, got)) == sorted(map(json.dumps, expected)), (word, specs)


def _of_one(model, name, word, specs):
    mine = [each for each in model if each["id"] == name]
    wanted = specs or (max(each["spec_version"] for each in mine),)
    return _chosen([each for each in mine if each["spec_version"] in wanted], word)


def _chosen(mine, word):
    if word == "all" or not mine:
        return mine
    edge = (min if word == "first" else max)(each["modified"] for each in mine)
    return [each for each in mine if each["modified"] == edge]
