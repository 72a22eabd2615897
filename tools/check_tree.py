"""Fail on what must not be in the repository: index addresses, this machine's own paths, files too long to read.

Addresses are found by their shape, so that no host is named here. Only files that git tracks are looked at.
"""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

LONGEST_SOURCE = 350  # lines
SOURCES = {".css", ".html", ".js", ".py", ".sql"}
ADDRESS_LOCKS = re.compile(r"(uv\.lock|pylock(\.[^.]+)?\.toml)")

INDEX_ADDRESS = re.compile(r"""https?://[^\s"'<>()\[\]`]+(/simple/?|\.whl|\.tgz|\.tar\.gz)(?![\w./-])""")
RESOLVED_FIELD = re.compile(r'"resolved"\s*:')

# Folders that any machine may have say nothing about this one.
ANY_MACHINE = {Path(name) for name in ("/", "/home", "/opt", "/srv", "/tmp", "/usr", "/var")}  # noqa: S108 (compared, never opened)


def tracked(root: Path) -> Iterator[Path]:
    """Every file that git tracks and that is there, relative to the root."""
    listing = subprocess.run(["git", "ls-files", "-z"], cwd=root, stdout=subprocess.PIPE, text=True, check=True).stdout
    return (Path(name) for name in listing.split("\0") if name and (root / name).is_file())


def own_paths(root: Path, home: Path) -> re.Pattern[str] | None:
    """What an absolute path of this machine looks like: one under the checkout's parent folder or the home folder."""
    folders = sorted({root.parent, home} - ANY_MACHINE)
    if not folders:
        return None
    return re.compile(rf"(?:file://|(?<![\w./-]))({'|'.join(re.escape(str(folder)) for folder in folders)})(?![\w.-])")


def findings(path: Path, text: str, machine: re.Pattern[str] | None) -> Iterator[str]:
    """What is wrong with one file, as `file:line: what`."""
    if ADDRESS_LOCKS.fullmatch(path.name):
        yield f"{path}:1: a lock that records index addresses is tracked; requirements.lock takes its place"
    lines = text.splitlines()
    for number, line in enumerate(lines, start=1):
        if address := INDEX_ADDRESS.search(line):
            yield f"{path}:{number}: an index or package address: {address[0]}"
        if path.name == "package-lock.json" and RESOLVED_FIELD.search(line):
            yield f'{path}:{number}: a "resolved" field; frontend/.npmrc keeps them out: make lock'
        if machine and (own := machine.search(line)):
            yield f"{path}:{number}: a path of this machine: under {own[0]}"
    if path.parts[0] == "src" and path.suffix in SOURCES and len(lines) > LONGEST_SOURCE:
        yield f"{path}:{LONGEST_SOURCE + 1}: {len(lines)} lines, expected {LONGEST_SOURCE} at most: split it by noun or verb"


def main(root: Path) -> int:
    """Print every finding; the number of them decides the exit code."""
    machine = own_paths(root, Path.home())
    found = 0
    for path in tracked(root):
        try:
            text = (root / path).read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue  # a picture or a font
        for finding in findings(path, text, machine):
            print(finding)
            found += 1
    print(f"check_tree: {found or 'no'} finding{'' if found == 1 else 's'}", file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(Path(__file__).resolve().parent.parent))
