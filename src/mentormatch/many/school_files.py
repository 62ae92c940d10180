"""The schools of a folder: each workbook in it is one, and each folder of CSV files."""

import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from mentormatch.base.errors import FileError, InputError
from mentormatch.base.text import Text


@dataclass(frozen=True)
class SchoolFile:
    """A school's workbook or folder of CSV files; read where it is needed.

    Parameters
    ----------
    name : str
        The name of the file without its ending: names the school's results.
    path : Path
    """

    name: str
    path: Path


def find_schools(folder: Path, *, without: Iterable[Path] = ()) -> tuple[SchoolFile, ...]:
    """Return the schools of a folder in the order of their names.

    Parameters
    ----------
    folder : Path
    without : iterable of Path
        Folders and files that are no schools, such as the one for the results.

    Raises
    ------
    FileError
        When there is no such folder, or no school in it.
    InputError
        When a workbook and a folder, or two workbooks, have one name.

    Notes
    -----
    Hidden files and the lock files of an open Excel (``~$...``) are no schools.
    """
    if not folder.is_dir():
        raise FileError(Text(zh=f"没有这个文件夹:{folder}", en=f"There is no such folder: {folder}"))
    left_out = {path.resolve() for path in without}
    found = [
        SchoolFile(path.stem if path.is_file() else path.name, path)
        for path in sorted(folder.iterdir())
        if not path.name.startswith((".", "~$")) and path.resolve() not in left_out and _is_school(path)
    ]
    if not found:
        raise FileError(
            Text(zh=f"{folder} 中没有学校。", en=f"There is no school in {folder}."),
            maybe=Text(
                zh="每所学校一个 .xlsx 工作簿,或一个放 CSV 文件的子文件夹。",
                en="put an .xlsx workbook, or a folder of CSV files, for each school there.",
            ),
        )
    distinct_names(school.name for school in found)
    return tuple(sorted(found, key=lambda school: school.name))


RESERVED = ("summary", "report")
"""The files of all schools together have these names."""
_OF_WINDOWS = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)
"""Names of devices, under which Windows keeps no file."""
_LONGEST = 200
"""Bytes. File systems take 255, endings included."""


def distinct_names(names: Iterable[str]) -> None:
    """Refuse names that cannot be names of files, names that are taken, and two schools of one name.

    The results of a school are files of its name in the folder of results, and must not land anywhere else nor
    overwrite each other.

    Raises
    ------
    InputError
    """
    seen: set[str] = set()
    for name in names:
        if not _names_a_file(name):
            raise InputError(
                Text(
                    zh=f"学校名称不能用作文件名:{name[:80]!r}",
                    en=f"The name of a school cannot be the name of a file: {name[:80]!r}",
                ),
                maybe=Text(
                    zh="去掉斜杠、控制字符和开头的点,并缩短名称。",
                    en="leave out slashes, control characters and a dot in front, and keep it short.",
                ),
            )
        if name.casefold() in RESERVED:
            raise InputError(
                Text(zh=f"学校不能叫“{name}”:结果文件夹里已有此名。", en=f"A school must not be called {name}."),
                maybe=Text(zh="给文件改名。", en="rename the file."),
            )
        # Some file systems do not tell capitals from small letters.
        if name.casefold() in seen:
            raise InputError(
                Text(zh=f"有两所学校同名:{name}。", en=f"Two schools have the name {name}."),
                maybe=Text(zh="给其中一个文件改名。", en="rename one of the files."),
            )
        seen.add(name.casefold())


def _names_a_file(name: str) -> bool:
    plain = bool(name.strip()) and not name.startswith(".") and not set(name) & {"/", "\\"}
    printed = all(ord(letter) >= 32 for letter in name)
    return plain and printed and not _OF_WINDOWS.fullmatch(name) and len(os.fsencode(name)) <= _LONGEST


def _is_school(path: Path) -> bool:
    if path.is_dir():
        return any(path.glob("*.csv"))
    return path.suffix.lower() in {".xlsx", ".xlsm", ".xls", ".ods"}
