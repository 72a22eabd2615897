"""The commands of the level: reckon and record it, set it, acknowledge it, and tell who is to know."""

import json

from consilience.cli.levelling import Watchman
from consilience.node import home as homes
from consilience.node import levels
from consilience.node.node import open_node
from tests.exchange.postoffice import PostOffice, mail_server
from tests.node.test_levels import WATCH
from tests.simulator import Clock

TOLD = """
schema = "consilience.notices/1"
allow = ["example.org"]
to = [{{ name = "duty", mail = "duty@example.org" }}]
[mail]
server = "localhost:{port}"
security = "none"
from = "watch@example.org"
"""


def write(tmp_path, name, text):
    (tmp_path / ".consilience" / name).write_text(text, encoding="utf-8")


def ingest(program, tmp_path):
    (tmp_path / "ours.csv").write_text(
        "claim_id,partner,modality,phenomenon,reported_at,actor,place\n"
        "A1,AUR,observed,engineering/bridging,2021-06-30,DRA,Lamp Ridge\n",
        encoding="utf-8",
    )
    assert program("init", "--partner", "AUR").returncode == 0
    assert program("ingest", "ours.csv", "--quiet").returncode == 0


def test_a_level_is_set_told_listed_and_acknowledged(program, tmp_path):
    ingest(program, tmp_path)
    missing = program("level")
    assert missing.returncode == 2
    assert "Put a file of indicators there" in missing.stderr
    write(tmp_path, "indicators.toml", WATCH)
    assert program("level", "--dry-run").returncode == 0
    assert program("acknowledge", "--list").stdout == "no change of level on record\n"
    office = PostOffice()
    with mail_server(office) as port:
        write(tmp_path, "notices.toml", TOLD.format(port=port))
        said = program("level", "--set", "watch", "--because", "units named", "--by", "Hale")
        assert said.returncode == 0, said.stderr
        assert "recorded as change" in said.stdout
        assert "duty <duty@example.org>  sent" in said.stdout
        assert program("notices", "send").stdout == "nothing waits\n"
        assert program("notices", "test").returncode == 0
    assert len(office.taken) == 2
    assert "nobody has said that they saw it" in program("acknowledge", "--list").stdout
    assert "seen by Hale" in program("acknowledge", "--by", "Hale").stdout
    (change,) = json.loads(program("acknowledge", "--list", "--json").stdout)["changes"]
    assert (change["before"], change["step"], [each["by"] for each in change["seen"]]) == ("routine", "watch", ["Hale"])
    (sent,) = json.loads(program("notices", "list", "--json").stdout)["messages"]
    assert (sent["fate"], sent["tries"]) == ("sent", 1)
    assert program("notices", "test").returncode == 1  # nobody answers any more
    assert program("verify").returncode == 0


def test_a_wrong_turn_is_answered_calmly(program, tmp_path):
    ingest(program, tmp_path)
    write(tmp_path, "indicators.toml", WATCH)
    for asked, said in (
        (["level", "--set", "panic", "--because", "x"], "one of routine, attention, watch"),
        (["level", "--set", "watch"], "--because: found none"),
        (["level", "--because", "x"], "--set STEP with them"),
        (["level", "--set", "watch", "--dry-run"], "one of them"),
        (["acknowledge", "ffff"], "no change on record"),
        (["acknowledge", "--list", "--by", "Hale"], "one of them"),
        (["notices", "send"], "See docs/notices.md"),
    ):
        done = program(*asked)
        assert done.returncode == 2, done.stdout
        assert said in done.stderr
        assert "Traceback" not in done.stderr


def test_the_watchman_looks_when_the_ledger_grew_and_only_then(program, tmp_path, capsys):
    ingest(program, tmp_path)
    home = homes.read(tmp_path / ".consilience")
    watchman = Watchman(home, Clock())
    watchman()  # nothing is watched for, nobody is told: nothing happens
    write(tmp_path, "indicators.toml", WATCH.replace('source = "ours"', 'source = "ours"\nwindow_days = 3660'))
    watchman()
    with open_node(home) as node:
        size = node.ledger.size()
        recorded = levels.recorded(node)
    watchman()
    with open_node(home) as node:
        assert node.ledger.size() == size
    assert len(recorded) == capsys.readouterr().err.count("level: from routine to")
