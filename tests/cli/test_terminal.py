"""Text in the terminal: as wide as it is, within what is read with ease."""

import os
import sys

import pytest

from consilience.cli import terminal


@pytest.mark.parametrize(("columns", "width"), [(200, 100), (100, 99), (80, 79), (30, 60)])
def test_text_is_as_wide_as_the_terminal_within_what_is_read_with_ease(monkeypatch, columns, width):
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    monkeypatch.setattr(terminal.shutil, "get_terminal_size", lambda: os.terminal_size((columns, 24)))
    assert terminal.width() == width
    assert max(map(len, terminal.wrapped("word " * 90, "  - "))) <= width


def test_what_is_written_to_a_file_is_one_width_whatever_wrote_it(monkeypatch):
    monkeypatch.setattr(sys.stdout, "isatty", lambda: False, raising=False)
    monkeypatch.setenv("COLUMNS", "60")
    assert terminal.width() == terminal.WIDEST
