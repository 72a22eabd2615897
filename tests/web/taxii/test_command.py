"""`consilience taxii`: seeds a scratch database, serves it, tells where, and ends without a word."""

import json
import signal
import subprocess
import sys

import httpx2

from consilience.exchange.taxii.resource import ApiRoot
from consilience.exchange.taxii.store import Store
from tests.web.taxii.conftest import OPEN, TAXII, basic, seed


def test_seed_then_serve_then_seed_again_while_it_runs(tmp_path, program):
    file = tmp_path / "seed.json"
    file.write_text(json.dumps(seed()), encoding="utf-8")
    done = program("taxii", "seed", file, "--database", "scratch.db")
    assert done.returncode == 0
    assert done.stdout.startswith("28 object versions in 2 API roots, 2 users\n")
    command = [sys.executable, "-m", "consilience", "taxii", "serve", "--database", "scratch.db", "--port", "0"]
    server = subprocess.Popen(  # noqa: S603  our own program
        command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        discovery = server.stdout.readline().removeprefix("Discovery at ").strip()
        roots = server.stdout.readline().removeprefix("API roots at ").strip().split(", ")
        headers = {"Accept": TAXII, "Authorization": basic()}
        with httpx2.Client(headers=headers, trust_env=False) as client:
            assert client.get(discovery).json()["title"] == "A server"
            path = f"{roots[1]}collections/{OPEN}/objects/"
            assert len(client.get(path).json()["objects"]) == 4
            client.delete(f"{path}{client.get(path).json()['objects'][0]['id']}/")
            assert len(client.get(path).json()["objects"]) == 3
            assert program("taxii", "seed", file, "--database", "scratch.db").returncode == 0
            assert len(client.get(path).json()["objects"]) == 4
        server.send_signal(signal.SIGINT)
        _, err = server.communicate(timeout=15)
    finally:
        server.kill()
    assert (server.returncode, err) == (0, "")


def test_what_cannot_be_seeded_or_served_is_said(tmp_path, program):
    (tmp_path / "bad.json").write_text("{}", encoding="utf-8")
    assert "expected taxii-seed/1" in program("taxii", "seed", "bad.json").stderr
    assert "no.json" in program("taxii", "seed", "no.json").stderr
    missing = program("taxii", "serve", "--database", "none.db")
    assert missing.returncode == 2
    assert "consilience taxii seed FILE" in missing.stderr
    store = Store.open(f"sqlite:///{tmp_path}/node.db")
    store.put_root(ApiRoot("node", "A node's own"))
    store.close()
    assert "no seed has filled" in program("taxii", "serve", "--database", "node.db").stderr
    (tmp_path / "good.json").write_text(json.dumps(seed()), encoding="utf-8")
    assert "not marked as scratch" in program("taxii", "seed", "good.json", "--database", "node.db").stderr


def test_taken_port_is_named(tmp_path, program):
    (tmp_path / "good.json").write_text(json.dumps(seed()), encoding="utf-8")
    program("taxii", "seed", "good.json")
    assert "Try --port 0" in program("taxii", "serve", "--host", "192.0.2.1").stderr


def test_a_bare_server_loads_none_of_the_pages():
    """Its memory is its own: what draws pictures and maps takes 80 MiB."""
    loaded = "import sys, consilience.cli.scratch, consilience.web.listening, consilience.web.taxii.server; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", loaded], capture_output=True, text=True, check=True)  # noqa: S603  our own program
    assert not set(done.stdout.split()) & {"numpy", "pyarrow", "duckdb", "shapely", "fastapi"}
