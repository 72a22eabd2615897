"""Each change goes to each recipient once: what fails is tried again, what is refused is not, and what is old is no news."""

import json
from email import message_from_bytes
from email.policy import default

import pytest

from consilience.exchange.call import RefusedError, UnreachableError
from consilience.node import levels, watching
from consilience.node.notices import Fate, Notices
from consilience.node.recipients import NoticesError, read_recipients
from consilience.warning.level import Step
from tests.exchange.postoffice import PostOffice, mail_server, web_server
from tests.node.test_levels import WATCH, bridge
from tests.simulator import alliance, row

TOLD = """
schema = "consilience.notices/1"
allow = ["example.org", "127.0.0.1:{web}"]
page = "http://127.0.0.1:8321"

[mail]
server = "localhost:{mail}"
security = "none"
from = "watch@example.org"

[[to]]
name = "duty"
mail = "duty@example.org"
tells = "reasons"

[[to]]
name = "board"
webhook = "http://127.0.0.1:{web}/in"
secret_file = "board-secret"
from_step = "watch"
"""
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"  # noqa: S105  the specification's own example


@pytest.fixture
def allies(tmp_path):
    with alliance(tmp_path) as found:
        found.join("AUR")
        folder = found["AUR"].home.folder
        (folder / "indicators.toml").write_text(WATCH, encoding="utf-8")
        (folder / "board-secret").write_text(SECRET, encoding="utf-8")
        (folder / "board-secret").chmod(0o600)
        write(found["AUR"], TOLD.format(mail=25, web=80))
        found.record("AUR", bridge("A1"))
        yield found


def write(node, text):
    (node.home.folder / "notices.toml").write_text(text, encoding="utf-8")


class Post:
    """Keeps what it is given; fails as it is told."""

    def __init__(self):
        self.given = []
        self.trouble = None

    def __call__(self, told, to, change, now):
        if self.trouble:
            raise self.trouble
        self.given.append((to.name, change.name))


def fates(node):
    return [(each.recipient.name, each.fate) for each in Notices(node, Post()).messages()]


def test_a_change_goes_to_each_whom_it_concerns_once(allies):
    node, post = allies["AUR"], Post()
    change = watching.look(node).change
    assert [each.fate for each in Notices(node, post).send()] == [Fate.SENT]
    assert Notices(node, post).send() == Notices(node, post).send(at_once=True) == ()
    assert post.given == [("duty", change.name)]  # the board is told from watch on
    higher = watching.say(node, Step.ALERT, "units named", "Hale").change
    lower = watching.say(node, Step.ROUTINE, "ours", "Hale").change
    Notices(node, post).send()
    assert post.given[1:] == [
        ("duty", lower.name),
        ("board", lower.name),
    ]  # also that it fell from where it concerns it
    assert (higher.name, Fate.NEWER) in [(each.change.name, each.fate) for each in Notices(node, post).messages()]


def test_what_fails_is_tried_again_later_and_later(allies):
    node, post = allies["AUR"], Post()
    watching.look(node)
    post.trouble = UnreachableError("mail server", "nothing", "an answer")
    tries = []
    for minute in range(60):
        tries += [minute for _ in Notices(node, post).send()]
        allies.clock.pass_(minutes=1)
    assert tries == [0, 1, 6, 21]
    (waits,) = Notices(node, post).messages()
    assert (waits.fate, waits.attempt.tries) == (Fate.WAITS, 4)
    post.trouble = None
    assert [each.fate for each in Notices(node, post).send(at_once=True)] == [Fate.SENT]


def test_what_is_refused_is_tried_again_only_when_asked(allies):
    node, post = allies["AUR"], Post()
    watching.look(node)
    post.trouble = RefusedError("mail server", "550 no such user", "a yes")
    Notices(node, post).send()
    allies.clock.pass_(hours=5)
    post.trouble = None
    assert Notices(node, post).send() == ()
    assert fates(node) == [("duty", Fate.FAILED)]
    assert [each.fate for each in Notices(node, post).send(at_once=True)] == [Fate.SENT]


def test_what_nobody_could_be_told_of_in_time_is_no_news(allies):
    node, post = allies["AUR"], Post()
    watching.look(node)
    allies.clock.pass_(days=2, minutes=1)
    assert Notices(node, post).send(at_once=True) == ()
    assert fates(node) == [("duty", Fate.PAST)]


def test_a_crash_after_sending_sends_it_again_under_the_same_id(allies):
    node, office = allies["AUR"], PostOffice()
    watching.look(node)
    with mail_server(office) as port:
        write(node, TOLD.format(mail=port, web=80))
        Notices(node).send()
        for file in (node.home.folder / "notices").glob("*.json"):
            file.unlink()
        Notices(node).send()
    ids = {message_from_bytes(content)["Message-ID"] for _, content, _, _ in office.taken}
    assert (len(office.taken), len(ids)) == (2, 1)


def test_the_mail_as_received_says_the_step_and_why_and_the_webhook_no_reasons(allies):
    node, office = allies["AUR"], PostOffice()
    allies.record("AUR", row("A2", phenomenon="equipment/tank"))
    change = watching.look(node).change
    assert change.step is Step.ATTENTION  # one hand alone
    watching.say(node, Step.WATCH, "units named", "Hale")
    with mail_server(office) as mail, web_server() as (url, kept):
        write(node, TOLD.format(mail=mail, web=url.rpartition(":")[2]))
        assert all(each.fate is Fate.SENT for each in Notices(node).send())
    ((to, content, _, _),) = office.taken
    received = message_from_bytes(content, policy=default)
    assert to == ["duty@example.org"]
    assert received["Subject"] == "AUR: level up, from attention to watch: Castor attacks Aurelia"
    assert received["Auto-Submitted"] == "auto-generated"
    text = received.get_content()
    assert "The level rose from attention (2) to watch (3 of 5)." in text
    assert "- Hale: units named" in text
    assert "http://127.0.0.1:8321/warning" in text
    assert f"consilience acknowledge {levels.recorded(node)[-1].name}" in text
    ((path, headers, body),) = kept
    said = json.loads(body)
    assert (path, said["before"], said["step"], said["watched"]) == (
        "/in",
        "attention",
        "watch",
        "Castor attacks Aurelia",
    )
    assert "causes" not in said
    assert headers["webhook-signature"].startswith("v1,")


def test_a_watched_thing_with_lines_of_its_own_adds_no_header(allies):
    node, office = allies["AUR"], PostOffice()
    folder = node.home.folder
    text = WATCH.replace("Castor attacks Aurelia", "Castor — атака \\u202E Bcc")
    (folder / "indicators.toml").write_text(text, encoding="utf-8")
    watching.look(node)
    with mail_server(office) as port:
        write(node, TOLD.format(mail=port, web=80))
        Notices(node).send()
    received = message_from_bytes(office.taken[0][1], policy=default)
    assert "атака" in received["Subject"]
    assert "\u202e" not in received["Subject"]
    assert received["Bcc"] is None


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"example.org", ', "", 'add "example.org" to allow'),
        ('"127.0.0.1:80"', '"127.0.0.1"', 'add "127.0.0.1:80" to allow'),
        ("duty@example.org", "duty@example.org.evil.example", 'add "example.org.evil.example" to allow'),
        ("duty@example.org", "duty@example.org, all@example.org", "an address such as duty@example.org"),
        ('security = "none"', 'security = "maybe"', "one of starttls, tls, none"),
        ("localhost:25", "smtp.example.org:25", "only this machine is spoken to in clear"),
        ("localhost:25", "localhost", "HOST:PORT"),
        ("http://127.0.0.1:80/in", "http://hooks.example/in", "https://host/"),
        ('from_step = "watch"', 'from_step = "panic"', "one of routine, attention, watch"),
        ('name = "board"', 'name = "duty"', "another name for each"),
        ('secret_file = "board-secret"', 'secret_file = "indicators.toml"', "chmod 600"),
        ('secret_file = "board-secret"', 'secret_file = "nowhere"', "a file of the home that holds it"),
        ('webhook = "', 'mail = "a@example.org"\nwebhook = "', "one of them"),
        ('tells = "reasons"', 'tell = "reasons"', "tell"),
        ("schema", "scheme", "consilience.notices/1"),
        ("[mail]", "[mail", "a TOML file"),
    ],
)
def test_what_is_wrong_in_the_file_is_named_and_nothing_is_sent(allies, old, new, said):
    write(allies["AUR"], TOLD.format(mail=25, web=80).replace(old, new, 1))
    with pytest.raises(NoticesError) as error:
        read_recipients(allies["AUR"].home)
    assert said in error.value.message


@pytest.mark.parametrize("mode", [0o620, 0o602, 0o666])
def test_a_file_that_others_may_write_to_sends_nothing(allies, mode):
    write(allies["AUR"], TOLD.format(mail=25, web=80))
    file = allies["AUR"].home.folder / "notices.toml"
    file.chmod(mode)
    with pytest.raises(NoticesError, match=f"others may write to it.*{file.name}"):
        read_recipients(allies["AUR"].home)


def test_what_is_kept_of_a_message_and_damaged_is_named(allies):
    node = allies["AUR"]
    watching.look(node)
    Notices(node, Post()).send()
    (file,) = (node.home.folder / "notices").glob("*.json")
    file.write_text("[]", encoding="utf-8")
    with pytest.raises(Exception, match="Remove it: it is sent again"):
        Notices(node, Post()).messages()


def test_a_test_message_goes_to_all_and_leaves_nothing(allies):
    node, post = allies["AUR"], Post()
    assert [each.recipient.name for each in Notices(node, post).test()] == ["duty", "board"]
    assert levels.recorded(node) == ()
    assert not (node.home.folder / "notices").exists()
