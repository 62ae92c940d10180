"""A whole `mentormatch solve` on the shared school, against importing the libraries that it stands on."""

import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

SCHOOL = Path(__file__).resolve().parents[1] / "tests" / "data" / "school.xlsx"


def _seconds(command: list[str]) -> float:
    started = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)  # noqa: S603  # our own commands
    return time.perf_counter() - started


def table(*, runs: int = 5) -> str:
    """Return the table: medians of runs in turns, and the median of their ratios."""
    imports = [sys.executable, "-c", "import ortools.sat.python.cp_model, numpy, pydantic"]
    with tempfile.TemporaryDirectory() as folder:
        ours = [str(Path(sys.executable).with_name("mentormatch")), "solve", str(SCHOOL), "--date", "2024-11-11"]
        ours += ["-o", f"{folder}/r.xlsx", "--json", f"{folder}/s.json", "--seed", "0"]
        _seconds(imports), _seconds(ours)
        times = np.array([(_seconds(imports), _seconds(ours)) for _ in range(runs)])
    base, whole = np.median(times, axis=0)
    ratio = float(np.median(times[:, 1] / times[:, 0]))
    return (
        "| what | seconds | ratio |\n|---|---|---|\n"
        f"| `import ortools.sat.python.cp_model, numpy, pydantic` | {base:.2f} | 1.00 |\n"
        f"| `mentormatch solve school.xlsx` (1,080 students, 91,836 pairs) | {whole:.2f} | {ratio:.2f} |"
    )


if __name__ == "__main__":
    print(table())
