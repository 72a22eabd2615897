"""Harness: one target in a process of its own, under coverage: `python -m fuzz.harness TARGET FOLDER [option of libFuzzer…]`.

With a file instead of a folder, that input is given to the target once, without the fuzzer: so a finding is looked at.
"""

from __future__ import annotations

import importlib
import sys
import tempfile
from pathlib import Path

import atheris

from fuzz.targets import MODULES


def main() -> None:
    """Run the target that the command line names, until libFuzzer ends the process."""
    name, place, *options = sys.argv[1:]
    what = f"fuzz.targets.{MODULES[name]}"
    if Path(place).is_file():
        with tempfile.TemporaryDirectory() as folder:
            importlib.import_module(what).TARGETS[name](Path(folder)).one(Path(place).read_bytes())
        return
    # Only what is imported within is instrumented: hence this module imports nothing of ours that a target uses.
    with atheris.instrument_imports(include=["consilience", "fuzz.targets.planted"]):
        module = importlib.import_module(what)
    folder = Path(place)
    target = module.TARGETS[name](folder)
    corpus = folder / "corpus"
    corpus.mkdir()
    for number, seed in enumerate(target.seeds):
        (corpus / f"{number:03}").write_bytes(seed)
    atheris.Setup([sys.argv[0], f"-max_len={target.most}", *options, str(corpus)], target.one)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
