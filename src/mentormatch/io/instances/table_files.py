"""Tables of columns in files: CSV with nothing but the standard library, Parquet with pyarrow.

In a CSV file ids are texts, so that leading zeros stay, and the columns of ranks and quotas are whole numbers. A text
that a spreadsheet would take for a formula gets an apostrophe in front when it is written (`io.files.escape`).
"""

import csv
import io
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from mentormatch.base.errors import FileError, InputError, MarketError
from mentormatch.base.text import Text
from mentormatch.io.files.atomic import atomic_path
from mentormatch.io.files.escape import escape_csv, unescape_csv
from mentormatch.io.files.file_kind import unreadable
from mentormatch.io.instances.frames import market_from_frames, market_tables
from mentormatch.market.market import Market

NUMBERS = ("student_rank", "mentor_rank", "upper", "lower", "quota", "rank_of_rest")
"""Columns that hold whole numbers."""

_WHOLE = re.compile(r"[-+]?[0-9]{1,18}(?:\.0*)?")
"""A whole number, also as spreadsheets and frames write it: 1.0."""


def market_from_files(
    pairs: str | Path,
    mentors: str | Path | None = None,
    students: str | Path | None = None,
    unlisted: str | Path | None = None,
    *,
    attributes: Sequence[str] = (),
    student_attributes: Sequence[str] = (),
) -> Market:
    """Read a market from CSV or Parquet files, told apart by their endings.

    Parameters
    ----------
    pairs, mentors, students, unlisted : str or Path
        Columns as in `mentormatch.io.instances.frames.market_from_frames`.
    attributes : sequence of str
        Columns of the pairs to keep as pair attributes; in a CSV file they must hold numbers.
    student_attributes : sequence of str
        Columns of the students to keep as kinds of students.

    Raises
    ------
    FileError
        A file is missing, cannot be read, or has another ending.
    MarketError
        What is in it does not describe a market; with the line of a CSV file.
    InputError
        Parquet without pyarrow.
    """
    numeric = tuple(attributes)
    return market_from_frames(
        read_table(pairs, numeric=numeric),
        None if mentors is None else read_table(mentors),
        None if students is None else read_table(students),
        None if unlisted is None else read_table(unlisted),
        attributes=attributes,
        student_attributes=student_attributes,
    )


def market_to_files(
    market: Market,
    pairs: str | Path,
    mentors: str | Path,
    students: str | Path,
    unlisted: str | Path | None = None,
) -> None:
    """Write a market as CSV or Parquet files that `market_from_files` reads; each whole or not at all.

    Without a file for them, priorities of mentors for students who did not list them are left out.

    Raises
    ------
    FileError
        A file cannot be written or has another ending.
    InputError
        Parquet without pyarrow.
    """
    tables = market_tables(market)
    write_table(tables["pairs"], pairs)
    write_table(tables["mentors"], mentors)
    write_table(tables["students"], students)
    if unlisted is not None:
        write_table(tables["unlisted"], unlisted)


def read_table(path: str | Path, *, numeric: Sequence[str] = ()) -> dict[str, Any]:
    """Read a CSV or Parquet file as columns by name.

    Parameters
    ----------
    path : str or Path
    numeric : sequence of str
        Further columns of a CSV file that hold numbers.
    """
    path = Path(path)
    if _is_parquet(path):
        return _read_parquet(path)
    return _read_csv(path, numeric)


def write_table(columns: Mapping[str, Sequence[Any]], path: str | Path) -> None:
    """Write columns of one length as a CSV file (UTF-8) or a Parquet file, whole or not at all."""
    path = Path(path)
    if _is_parquet(path):
        arrow, parquet = _pyarrow()
        table = arrow.table({name: list(column) for name, column in columns.items()})
        with atomic_path(path) as temp:
            parquet.write_table(table, temp)
        return
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(
        [escape_csv(cell) if isinstance(cell, str) else cell for cell in row]
        for row in zip(*columns.values(), strict=True)
    )
    with atomic_path(path) as temp:
        temp.write_text(stream.getvalue(), "utf-8", newline="")


def _is_parquet(path: Path) -> bool:
    if path.suffix.lower() not in (".csv", ".parquet"):
        raise FileError(
            Text(zh=f"只支持 .csv 和 .parquet 文件:{path}", en=f"Only .csv and .parquet files are tables: {path}")
        )
    return path.suffix.lower() == ".parquet"


def _read_csv(path: Path, numeric: Sequence[str]) -> dict[str, Any]:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise unreadable(path, error) from error
    try:
        rows = list(csv.reader(io.StringIO(_decoded(data, path)), strict=True))
    except csv.Error as error:
        raise MarketError(Text(zh=f"{path} 不是 CSV 文件:{error}", en=f"{path} is no CSV file: {error}")) from None
    if not rows or len(set(rows[0])) < len(rows[0]):
        raise MarketError(
            Text(
                zh=f"{path} 的第一行应为各不相同的列名。", en=f"{path}: the first line must hold distinct column names."
            )
        )
    body = [(number, row) for number, row in enumerate(rows[1:], start=2) if row]
    for number, row in body:
        if len(row) != len(rows[0]):
            raise _refused(path, number, f"应有 {len(rows[0])} 格", f"it should have {len(rows[0])} cells")
    columns: dict[str, Any] = {}
    for place, name in enumerate(rows[0]):
        cells = [(number, row[place]) for number, row in body]
        if name in NUMBERS:
            columns[name] = [_whole(path, number, name, cell) for number, cell in cells]
            if name == "mentor_rank" and None in columns[name]:
                columns[name] = [np.nan if rank is None else rank for rank in columns[name]]
        elif name in numeric:
            columns[name] = [_real(path, number, name, cell) for number, cell in cells]
        else:
            columns[name] = [unescape_csv(cell) for _, cell in cells]
    return columns


def _decoded(data: bytes, path: Path) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise MarketError(
        Text(zh=f"{path} 既不是 UTF-8 也不是 GB18030 文本。", en=f"{path} is neither UTF-8 nor GB18030 text.")
    )


def _whole(path: Path, number: int, name: str, cell: str) -> int | None:
    """Return a whole number; None for an empty cell where a mentor may say nothing."""
    if name == "mentor_rank" and not cell.strip():
        return None
    if not _WHOLE.fullmatch(cell.strip()):
        raise _refused(path, number, f"“{name}”须为整数", f"'{name}' must be a whole number")
    return int(cell.strip().partition(".")[0])


def _real(path: Path, number: int, name: str, cell: str) -> int | float:
    try:
        return int(cell.strip().partition(".")[0]) if _WHOLE.fullmatch(cell.strip()) else float(cell)
    except ValueError:
        raise _refused(path, number, f"“{name}”须为数", f"'{name}' must be a number") from None


def _refused(path: Path, number: int, zh: str, en: str) -> MarketError:
    return MarketError(Text(zh=f"{path} 第 {number} 行:{zh}。", en=f"{path}, line {number}: {en}."))


def _read_parquet(path: Path) -> dict[str, Any]:
    arrow, parquet = _pyarrow()
    if not path.exists():
        raise FileError(Text(zh=f"找不到文件:{path}", en=f"There is no such file: {path}"))
    try:
        table = parquet.read_table(path)
    except OSError as error:
        raise unreadable(path, error) from error
    except (arrow.ArrowException, ValueError) as error:
        raise MarketError(Text(zh=f"{path} 不是 Parquet 文件。", en=f"{path} is no Parquet file.")) from error
    return {name: table[name].to_pylist() for name in table.column_names}


def _pyarrow() -> tuple[Any, Any]:
    try:
        import pyarrow
        from pyarrow import parquet
    except ImportError:
        raise InputError(
            Text(zh="读写 Parquet 需要 pyarrow。", en="Parquet files need pyarrow."),
            maybe=Text(
                zh="pip install 'mentormatch-engine[frames]'", en="pip install 'mentormatch-engine[frames]' helps."
            ),
        ) from None
    return pyarrow, parquet
