"""Check the types of what users copy: every Python block of README and docs, and the examples.

    python tools/typed_programs.py          mypy and pyright on all of it; CI runs this
    python tools/typed_programs.py mypy     one of the two
    python tools/typed_programs.py package  pyright on the package itself

Neither checker knows a plugin or an exception: mypy is strict, pyright is as it comes.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
_BLOCK = re.compile(r"^```python\n(.*?)^```", re.DOTALL | re.MULTILINE)


def write_programs(folder: Path) -> int:
    """Write each block of the documentation as a program of its own, on the lines where the page has it."""
    pages = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
    count = 0
    for page in pages:
        text = page.read_text("utf-8")
        for found in _BLOCK.finditer(text):
            line = text.count("\n", 0, found.start(1))
            name = re.sub(r"\W", "_", str(page.relative_to(ROOT).with_suffix("")))
            (folder / f"{name}_{line + 1}.py").write_text("\n" * line + found[1], "utf-8")
            count += 1
    for example in (ROOT / "examples").rglob("*.py"):  # under their own names: some import others
        (folder / example.name).write_text(example.read_text("utf-8"), "utf-8")
        count += 1
    return count


def mypy(folder: Path) -> int:
    """Run mypy, strict, on the programs alone; what the package is made of is checked by the project's own run."""
    settings = folder / "mypy.ini"
    settings.write_text(
        "[mypy]\nstrict = True\nfollow_imports = silent\nignore_missing_imports = True\n"
        "untyped_calls_exclude = distributed\n"
        f"mypy_path = {ROOT / 'src'}\ncache_dir = {ROOT / '.mypy_cache' / 'programs'}\n",
        "utf-8",
    )
    files = sorted(map(str, folder.glob("*.py")))
    return subprocess.run(  # noqa: S603
        [sys.executable, "-m", "mypy", "--config-file", str(settings), *files], check=False
    ).returncode


def package(folder: Path) -> int:
    """Run pyright on the package itself, which takes minutes."""
    return _pyright(folder, os.path.relpath(ROOT / "src" / "mentormatch", folder))  # no other sort of path is taken


def pyright(folder: Path) -> int:
    """Run pyright on the programs."""
    return _pyright(folder, ".")


def _pyright(folder: Path, what: str) -> int:
    settings = folder / "pyrightconfig.json"
    known = {
        "include": [what],
        "extraPaths": [str(ROOT / "src")],
        "pythonVersion": "3.11",
        "typeCheckingMode": "standard",
        # Optional packages may be missing, and OR-tools' stubs are not those of its modules.
        "reportMissingImports": False,
        "reportMissingModuleSource": False,
        "reportInvalidTypeVarUse": False,
    }
    settings.write_text(json.dumps(known), "utf-8")
    return subprocess.run(  # noqa: S603
        [sys.executable, "-m", "pyright", "-p", str(settings), "--pythonpath", sys.executable], check=False
    ).returncode


CHECKERS = {"mypy": mypy, "pyright": pyright, "package": package}
USUAL = ("mypy", "pyright")


def main(names: list[str]) -> int:
    """Return 0 where every checker that was named, or both, finds nothing."""
    with tempfile.TemporaryDirectory(prefix="mentormatch-typed-") as name:
        folder = Path(name)
        print(f"{write_programs(folder)} programs")
        return max(CHECKERS[each](folder) for each in names or USUAL)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
