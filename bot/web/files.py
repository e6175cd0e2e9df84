"""Folders of files that are served as they are."""

from __future__ import annotations

import os

from fastapi.staticfiles import StaticFiles


class Files(StaticFiles):
    """A folder whose files are served, and nothing else."""

    def lookup_path(self, path: str) -> tuple[str, os.stat_result | None]:
        """Return a file's path and state, or no state where there is none; the system itself fails at a NUL."""
        return ("", None) if "\0" in path else super().lookup_path(path)
