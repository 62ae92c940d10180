"""Print the oldest version of each dependency that the project allows, as pip takes constraints.

python tools/oldest.py > oldest.txt && pip install -c oldest.txt .
"""

import re
import tomllib
from pathlib import Path

_FLOOR = re.compile(r"^([\w.-]+)>=([\w.]+)")


def oldest() -> list[str]:
    """Return a line for each dependency; one without a floor fails."""
    project = tomllib.loads((Path(__file__).resolve().parents[1] / "pyproject.toml").read_text("utf-8"))["project"]
    lines = []
    for dependency in project["dependencies"]:
        found = _FLOOR.match(dependency)
        if found is None:
            raise SystemExit(f"no floor: {dependency}")
        lines.append(f"{found[1]}=={found[2]}")
    return lines


if __name__ == "__main__":
    print("\n".join(oldest()))
