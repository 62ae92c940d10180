"""Write the stubs that tell type checkers and editors what the folders of rules and of stages offer.

    python tools/stubs.py

At run time these names are found by looking into the folder. A type checker does not run anything, so it reads a stub,
and a test sees to it that the stub says what the folder holds.
"""

from importlib import import_module
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[1] / "src"
PACKAGES = {
    "mentormatch.constraints": "CONSTRAINTS: tuple[type[Constraint], ...]",
    "mentormatch.objectives": "STAGES: tuple[type[Stage], ...]",
}


def stub(package: str) -> str:
    """Return the stub of a package."""
    folder = import_module(package)
    homes = {name: value.__module__ for name in dir(folder) if isinstance(value := getattr(folder, name), type)}
    homes |= {name: f"{package}.registry" for name in dir(folder) if name.startswith("Any")}
    lines = [
        f"from {home} import {name} as {name}" for name, home in sorted(homes.items(), key=lambda item: item[::-1])
    ]
    return "\n".join(["# Written by tools/stubs.py from the files of this folder.", *lines, "", PACKAGES[package], ""])


def path_of(package: str) -> Path:
    """Return where the stub of a package stands."""
    return SOURCE / package.replace(".", "/") / "__init__.pyi"


if __name__ == "__main__":
    for each in PACKAGES:
        path_of(each).write_text(stub(each), "utf-8")
