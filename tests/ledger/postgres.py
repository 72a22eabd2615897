"""A PostgreSQL server of our own, on a socket in a folder of its own: for the tests of the ledger and for `make faults`."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

from sqlalchemy import create_engine


class NoServerError(Exception):
    """There are no PostgreSQL server programs on this machine."""


class Server:
    """One server: made once, then started and stopped as often as wanted."""

    def __init__(self, *options):
        """Make it, with options of initdb."""
        found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
        initdb = str(found[-1]) if found else shutil.which("initdb")
        if initdb is None:
            raise NoServerError("no PostgreSQL server programs (initdb) on this machine")
        self.programs = Path(initdb).resolve().parent
        self.user = None
        if os.geteuid() == 0:  # as root it refuses to run
            self.user = next((name for name in ("postgres", "nobody") if _exists(name)), None)
        self.folder = Path(tempfile.mkdtemp(prefix="ledger"))
        self.data = self.folder / "data"
        if self.user:
            shutil.chown(self.folder, self.user)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url = f"postgresql+psycopg://tester@/postgres?host={self.folder}&port={self.port}"
        self.process = None
        made = ["initdb", "-D", "data", "-U", "tester", "-A", "trust", "-E", "UTF8", "--locale=C", *options]
        self._run(made, {}).wait()
        if not (self.data / "PG_VERSION").exists():
            raise RuntimeError(self.said())

    def start(self, environment=None, **settings):
        """Start it, and wait until it answers."""
        asked = [f"{name}={value}" for name, value in {"listen_addresses": "", **settings}.items()]
        options = [word for each in asked for word in ("-c", each)]
        where = ["-D", "data", "-k", str(self.folder), "-p", str(self.port)]
        self.process = self._run(["postgres", *where, *options], environment or {})
        for _ in range(600):
            try:
                engine = create_engine(self.url)
                with engine.connect():
                    return
            except Exception as error:
                if self.process.poll() is not None:
                    raise RuntimeError(self.said()) from error
                time.sleep(0.05)
            finally:
                engine.dispose()
        raise RuntimeError("the server did not start")

    def stop(self):
        """A fast shutdown: whoever is still connected is cut off."""
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            self.process.wait(30)

    def kill(self):
        """`kill -9` of the server and all its processes. They are its children, and in sessions of their own."""
        if self.process is None or self.process.poll() is not None:
            return
        self.process.send_signal(signal.SIGSTOP)  # so that it starts no new ones
        children = [pid for pid, parent in _processes() if parent == self.process.pid]
        for pid in (self.process.pid, *children):
            os.kill(pid, signal.SIGKILL)
        self.process.wait()
        while any(pid in children for pid, _ in _processes()):
            time.sleep(0.01)

    def remove(self):
        """Stop it and leave nothing behind."""
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def said(self):
        """The end of its log."""
        return (self.folder / "log").read_text(errors="replace")[-2000:]

    def _run(self, words, environment):
        with (self.folder / "log").open("ab") as log:
            return subprocess.Popen(  # noqa: S603  the server's own program
                [str(self.programs / words[0]), *words[1:]],
                user=self.user,
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env={"PATH": os.defpath, **environment},
            )


def emptied(url):
    """The database at `url`, with nothing in it and nobody else connected."""
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
        connection.exec_driver_sql(f"{others} AND datname = current_database()")
        connection.exec_driver_sql("DROP SCHEMA public CASCADE")
        connection.exec_driver_sql("CREATE SCHEMA public")
    engine.dispose()
    return url


def _exists(name):
    try:
        return bool(pwd.getpwnam(name))
    except KeyError:
        return False


def _processes():
    """Every process that is not yet a zombie, with its parent."""
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, parent = stat.read_text().rpartition(")")[2].split()[:2]
        except OSError:  # it is gone
            continue
        if state != "Z":
            yield int(stat.parent.name), int(parent)
