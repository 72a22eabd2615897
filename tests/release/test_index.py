"""The index decides in SQL what policy decides one by one, page by page, however the ledger was read."""

from tempfile import TemporaryDirectory

import pytest

from consilience.ledger.database import Database
from consilience.model.entry import ClaimEntry
from consilience.release.bitset import Table
from consilience.release.decision import Audience, permitted
from consilience.release.fold import Said
from consilience.release.index import Index
from consilience.release.policy import PUBLIC, Context, Question, may
from tests.node import worlds

AUDIENCES = ((worlds.PEER,), (worlds.OTHER,), (worlds.THIRD,), (PUBLIC,), (worlds.PEER, worlds.OTHER), (worlds.US,))


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def database(request):
    with TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/derived.db" if request.param == "sqlite" else request.getfixturevalue("server")
        found = Database.open(url)
        yield found
        found.close()


def told(seed):
    """What a ledger of a world holds."""
    world, _ = worlds.pair(seed, worlds.PEER)
    return [
        Said(seq, worlds.digest_of(said.content) if isinstance(said.content, ClaimEntry) else f"{seq:064}", said)
        for seq, said in enumerate(worlds.entries(world))
    ]


def read(index, said, steps):
    index.drop()
    for size in steps:
        index.catch_up(lambda since: said[since:], size)
    return index


def paged(index, audience, limit):
    """The objects that an audience may see, in pages."""
    table = Table(index.labels(), worlds.ROSTER)
    return list(index.pages(permitted(audience, table, worlds.NOW), limit))


def test_sql_shows_exactly_the_objects_of_which_policy_lets_a_part_be_seen(database):
    index = Index(database)
    shown = 0
    for seed in range(120):
        read(index, said := told(seed), [len(said)])
        labels, context = index.labels(), Context(worlds.ROSTER, worlds.NOW, index.consents(worlds.NOW, "read"))
        for partners in AUDIENCES:
            expected = [
                held.seq
                for held in index.objects()
                if all(may(labels[held.base], Question(partner, held.digest), context) for partner in partners)
            ]
            assert [held.seq for held in paged(index, Audience(partners), 1000)] == expected
            shown += len(expected)
    assert shown > 500


@pytest.mark.parametrize("limit", [1, 2, 3])
def test_pages_of_any_size_show_the_same(database, limit):
    index = Index(database)
    for seed in range(25):
        read(index, said := told(seed), [len(said)])
        for partners in AUDIENCES:
            assert paged(index, Audience(partners), limit) == paged(index, Audience(partners), 1000)


def test_what_is_read_step_by_step_is_what_is_read_at_once(database):
    index = Index(database)
    for seed in range(40):
        said = told(seed)
        at_once = read(index, said, [len(said)]).digest()
        assert read(index, said, range(1, len(said) + 1)).digest() == at_once
        assert read(index, said, [len(said) // 2, len(said)]).digest() == at_once


def test_an_index_of_another_form_is_made_anew(database):
    index = Index(database)
    read(index, said := told(3), [len(said)])
    with database.writing() as connection:
        connection.exec_driver_sql("UPDATE derived_state SET value = '0' WHERE name = 'schema'")
    assert list(Index(database).objects()) == []
