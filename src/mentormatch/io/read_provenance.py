"""Read from a result workbook what it was made from: ``key = value`` lines at the end of its summary."""

from pathlib import Path

from mentormatch.base.errors import InputError
from mentormatch.base.text import Text
from mentormatch.io.headers import find_result_sheet
from mentormatch.io.read_workbook import Workbook

KEYS = (
    *("mechanism", "seed", "date", "school_sha256", "rules_sha256"),
    *("leave", "covers", "seats", "fixed", "before_sha256"),
)


def read_provenance(path: Path) -> dict[str, str]:
    """Return mechanism, seed, day and fingerprints of a result; of a repair also what had changed, as JSON.

    Raises
    ------
    FileError
        When the file cannot be read.
    InputError
        When it is no result that says what it was made from.
    """
    book = Workbook(path)
    name = next((name for name in book.sheet_names if find_result_sheet(name) == "summary"), None)
    found: dict[str, str] = {}
    for _, cells in book.read(name).rows if name is not None else ():
        key, sign, value = str(cells[0] if cells else "").partition(" = ")
        if sign and key in KEYS:
            found[key] = value.strip()
    if "school_sha256" not in found or "mechanism" not in found:
        raise InputError(
            Text(
                zh=f"{path} 没有注明由哪份学校文件得出,不能据此说明。",
                en=f"{path} does not say which school file it was made from, so it cannot be explained.",
            ),
            maybe=Text(zh="请用 mentormatch solve 重新得出结果。", en="make the result again with mentormatch solve."),
        )
    return found
