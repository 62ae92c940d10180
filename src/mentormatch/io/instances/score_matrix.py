"""Matrices of scores with commas (SMTI-GRP): one number for each pair, by which both sides rank, read and written.

The form in which instances of globally ranked pairs are published (families and children; Delorme et al. 2019)::

    Fam / Ch,1,2,3
    1, 48, 32, 83
    2, 23, 17, 55

A row is a student, a column a mentor, higher is better, equal scores are a tie.
"""

import csv
import io
import re
from pathlib import Path

import numpy as np

from mentormatch.base.arrays import IntArray
from mentormatch.base.errors import MarketError
from mentormatch.base.text import Text
from mentormatch.io.files.atomic import atomic_path
from mentormatch.io.instances.glasgow_lines import Lines, read_lines, shown
from mentormatch.market.market import Id, Market

_SCORE = re.compile(r"[-+]?[0-9]{1,15}(?:\.0*)?")


def read_score_matrix(path: str | Path, *, least: int = 1) -> Market:
    """Read a matrix of scores as a market of one seat each, in which both sides rank by them.

    Parameters
    ----------
    path : str or Path
    least : int
        A pair with a lower score, or with an empty cell, is not acceptable.

    Returns
    -------
    Market
        Ids are what the matrix calls its rows and columns, as whole numbers where all of a side are. The scores stand
        in the pair attribute ``weight``.

    Raises
    ------
    FileError
        The file is missing, cannot be read, or is empty.
    MarketError
        The text is not well formed; with the number of the line.
    """
    lines = read_lines(Path(path))
    rows = [(number, next(csv.reader([line]))) for number, line in lines.rows]
    mentors, students = [cell.strip() for cell in rows[0][1][1:]], []
    table: list[tuple[int, int, int]] = []
    for number, row in rows[1:]:
        if len(row) != len(mentors) + 1:
            lines.refuse(
                number,
                f"应有 {len(mentors) + 1} 格,现为 {len(row)} 格。",
                f"there should be {len(mentors) + 1} cells, as in the first line; there are {len(row)}.",
            )
        students.append(row[0].strip())
        scores = [_score(lines, number, cell) for cell in row[1:]]
        table += [(len(students) - 1, j, s) for j, s in enumerate(scores) if s is not None and s >= least]
    for side, names in (("row", students), ("column", mentors)):
        if len(set(names)) < len(names) or "" in names:
            where = "行" if side == "row" else "列"
            lines.refuse(rows[0][0], f"{where}名缺失或重复。", f"the names of the {side}s are missing or not distinct.")
    student, mentor, score = (np.array(column, np.int64) for column in zip(*table, strict=True)) if table else _NOTHING
    places = [_sorted(names) for names in (students, mentors)]
    return Market.from_arrays(
        places[0][1][student],
        places[1][1][mentor],
        student_rank=_ranks(student, score),
        mentor_rank=_ranks(mentor, score),
        student_ids=places[0][0],
        mentor_ids=places[1][0],
        pair_attributes={"weight": score},
    )


def write_score_matrix(market: Market, path: str | Path) -> None:
    """Write a market whose both sides rank by the pair attribute ``weight``, whole or not at all.

    Raises
    ------
    MarketError
        The format cannot say it: no such attribute, ranks that are not those of the scores, quotas other than one,
        placement pairs.
    FileError
        The file cannot be written.
    """
    score = market.pair_attributes.get("weight")
    if score is None or not _goes_by(market, np.asarray(score, np.int64)):
        raise MarketError(
            Text(
                zh="分数矩阵只能写出双方都按配对属性 weight 排序、一对一的市场。",
                en="A matrix of scores holds markets of one seat each in which both sides rank by the pair attribute "
                "'weight'.",
            )
        )
    cells = [[""] * market.num_mentors for _ in range(market.num_students)]
    for i, j, value in zip(market.student.tolist(), market.mentor.tolist(), score.tolist(), strict=True):
        cells[i][j] = str(value)
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(["", *market.mentor_ids])
    writer.writerows([name, *row] for name, row in zip(market.student_ids, cells, strict=True))
    with atomic_path(Path(path)) as temp:
        temp.write_text(stream.getvalue(), "utf-8", newline="")


_NOTHING = (np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0, np.int64))


def _score(lines: Lines, number: int, cell: str) -> int | None:
    text = cell.strip()
    if text and not _SCORE.fullmatch(text):
        lines.refuse(number, f"{shown(cell)} 不是整数分数。", f"{shown(cell)} is no score, a whole number.")
    return int(text.partition(".")[0]) if text else None


def _sorted(names: list[str]) -> tuple[tuple[Id, ...], IntArray]:
    """Return the ids in order, and where each name stands among them."""
    are_numbers = all(name.isascii() and name.isdigit() and str(int(name)) == name for name in names)
    ids: list[Id] = [int(name) for name in names] if are_numbers else list(names)
    order = sorted(range(len(ids)), key=lambda at: ids[at])  # type: ignore[arg-type,return-value]  # of one type
    place = np.zeros(len(ids), np.int64)
    place[order] = np.arange(len(ids))
    return tuple(ids[at] for at in order), place


def _ranks(owner: IntArray, score: IntArray) -> IntArray:
    """Return the tier of each pair in its owner's list, from one; higher scores first."""
    order = np.lexsort((-score, owner))
    owner, score = owner[order], score[order]
    new_owner = np.r_[True, owner[1:] != owner[:-1]][: len(owner)]
    steps = np.cumsum(new_owner | np.r_[True, score[1:] != score[:-1]][: len(owner)])
    before = np.maximum.accumulate(np.where(new_owner, steps - 1, 0)) if len(owner) else steps
    ranks = np.zeros(len(owner), np.int64)
    ranks[order] = steps - before
    return ranks


def _goes_by(market: Market, score: IntArray) -> bool:
    one_each = all((quota == 1).all() for quota in (market.student_quota, market.mentor_upper))
    plain = one_each and not market.mentor_lower.any() and bool(market.is_choice.all())
    sides = ((market.student, market.student_rank), (market.mentor, market.mentor_rank))
    return plain and all(
        np.array_equal(_ranks(owner.astype(np.int64), -rank.astype(np.int64)), _ranks(owner.astype(np.int64), score))
        for owner, rank in sides
    )
