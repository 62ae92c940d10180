"""The rules: one a file. Every name here is one that a file of this folder defines; see the stub."""

from importlib import import_module
from typing import Any


def __getattr__(name: str) -> Any:
    """Return what a file of this folder defines: nobody keeps a list of files."""
    # A file's own name, in small letters, is found by Python itself.
    found = _offered().get(name) if name == "__all__" or name[:1].isupper() else None
    if found is None:
        raise AttributeError(f"module '{__name__}' has no attribute '{name}'")
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    """List the names."""
    return sorted(_offered())


def _offered() -> dict[str, Any]:
    names: dict[str, Any] = import_module("mentormatch.constraints.registry").offered_names()
    return {**names, "__all__": sorted(names)}
