"""The Glasgow text format for hospitals / residents with ties (HRT): read into a `Market`, and written from one.

The format, as the public instance collections use it::

    0
    <number of residents>
    <number of hospitals>
    <resident> <hospital> (<hospital> <hospital>) ...        one line for each resident, best first
    <hospital> <capacity> <resident> (<resident> ...) ...    one line for each hospital, best first

Residents are our students, hospitals our mentors; parentheses hold a tie. Numbers are ids, not positions: they need
not be consecutive, and stay the ids of the market.
"""

from operator import itemgetter

import numpy as np

from mentormatch.base.arrays import IntArray
from mentormatch.base.errors import FileError
from mentormatch.base.text import Text
from mentormatch.io.files.atomic import atomic_path
from mentormatch.io.files.streams import Source, Target, as_file
from mentormatch.io.instances.glasgow_lines import (
    Lines,
    Lists,
    check_expressible,
    check_listed,
    count_line,
    integers,
    lists_of,
    lists_with_seats,
    read_lines,
    shown,
    tier_line,
)
from mentormatch.market.market import Market
from mentormatch.market.unlisted import unlisted_of_lists


def read_glasgow(path: Source) -> Market:
    """Read an instance of HR, HRT, SMI or SMTI in the Glasgow text format.

    A pair is acceptable only if each side lists the other. Residents whom a hospital lists and who do not list it stay
    in the market's `unlisted`; hospitals that do not list a resident are dropped from the resident's list. The ranks of
    what is left stay as the lists have them. Blank lines are skipped.

    Parameters
    ----------
    path : path-like, bytes or file object

    Returns
    -------
    Market
        Ids are the integers of the file; `student_quota` is one, `mentor_lower` zero.

    Raises
    ------
    FileError
        The file is missing or cannot be read, or is an instance of another problem: residents in couples, a matrix
        of scores.
    MarketError
        The text is not well formed; with the number of the line.

    Notes
    -----
    O(length of the file).
    """
    with as_file(path) as file:
        lines = read_lines(file)
    num_residents, num_hospitals = _header(lines)
    rows = lines.rows[3:]
    _check_number_of_lines(lines, num_residents, num_hospitals)
    residents = lists_of(lines, rows[:num_residents], "resident")
    hospitals, capacity = lists_with_seats(lines, rows[num_residents:], "hospital")
    check_listed(lines, rows[:num_residents], residents, hospitals, "hospital")
    check_listed(lines, rows[num_residents:], hospitals, residents, "resident")
    return _market(residents, hospitals, capacity)


def write_glasgow(market: Market, path: Target) -> None:
    """Write a market in the Glasgow text format, whole or not at all.

    The format knows the order of preferences only: ranks are written as tiers, so that ranks 2 and 5 come back as 1
    and 2, and attributes are left out. Students who did not list a mentor stand on its line where the market's
    `unlisted` names them one by one; that a silent mentor takes everybody else as well is left out.

    Parameters
    ----------
    market : Market
    path : path-like or file object

    Raises
    ------
    MarketError
        The format cannot say it: ids other than integers from 0, placement pairs, lower quotas, students that take
        other than one mentor.
    FileError
        The file cannot be written.
    """
    check_expressible(market)
    students, mentors = [int(i) for i in integers(market.student_ids)], [int(j) for j in integers(market.mentor_ids)]
    lines = ["0", str(market.num_students), str(market.num_mentors)]
    for i in range(market.num_students):
        mine = market.pairs_of_student(i)
        lines.append(tier_line((students[i],), mine, market.student_rank, market.mentor, mentors))
    student, rank, of_mentor = _lines_of_mentors(market)
    for j, mine in enumerate(of_mentor):
        lines.append(tier_line((mentors[j], int(market.mentor_upper[j])), mine, rank, student, students))
    with atomic_path(path) as temp:
        temp.write_text("\n".join([*lines, ""]), encoding="ascii", newline="\n")


def _lines_of_mentors(market: Market) -> tuple[IntArray, IntArray, list[IntArray]]:
    """Return students and ranks of pairs and of unlisted priorities, and the positions of those of each mentor."""
    known = market.unlisted
    if known is None:
        return market.student, market.mentor_rank, [market.pairs_of_mentor(j) for j in range(market.num_mentors)]
    mentor = np.concatenate([market.mentor, known.mentor])
    order = np.argsort(mentor, kind="stable")
    ends = np.searchsorted(mentor[order], np.arange(1, market.num_mentors))
    return (
        np.concatenate([market.student, known.student]),
        np.concatenate([market.mentor_rank, known.mentor_rank]),
        np.split(order, ends) if market.num_mentors else [],
    )


# -- reading ---------------------------------------------------------------------------------------------------


def _header(lines: Lines) -> tuple[int, int]:
    """Return the numbers of residents and hospitals; refuse instances of other problems by what they are."""
    _refuse_other_problems(lines)
    rows = lines.rows
    if len(rows) < 3:
        lines.refuse(
            rows[len(rows) - 1][0],
            "文件在开头三行(0、学生数、导师数)之前就结束了。",
            "the file ends before its three first lines: 0, the number of residents, the number of hospitals.",
        )
    return count_line(lines, *rows[1], "resident"), count_line(lines, *rows[2], "hospital")


def _refuse_other_problems(lines: Lines) -> None:
    number, first = lines.rows[0]
    if "," in first:
        raise FileError(
            Text(
                zh=f"{lines.path} 是以逗号分隔的分数矩阵(SMTI-GRP),不是志愿表。",
                en=f"{lines.path} is a matrix of scores with commas (SMTI-GRP), not lists of preferences.",
            ),
            maybe=Text(
                zh="用 read_score_matrix 读入。",
                en="read it with read_score_matrix.",
            ),
        )
    if first.split()[0] in {"#Resident", "r"}:
        raise FileError(
            Text(
                zh=f"{lines.path} 是 r、c、p 行格式的有情侣实例。",
                en=f"{lines.path} is an instance with couples in lines r, c and p.",
            ),
            maybe=Text(zh="用 read_rcp_couples 读入。", en="read it with read_rcp_couples."),
        )
    words = [line.strip() for _, line in lines.rows[:9]]
    if len(words) == 9 and words[6].lower() in {"true", "false"}:
        raise FileError(
            Text(
                zh=f"{lines.path} 是有情侣的实例(HRC:居民成对申请)。",
                en=f"{lines.path} is an instance with couples (HRC: residents that apply in pairs).",
            ),
            maybe=Text(
                zh="用 read_glasgow_couples 读入,再用 concepts.stable_with_couples 求解。",
                en="read it with read_glasgow_couples, and give what it returns to concepts.stable_with_couples.",
            ),
        )
    if first.strip() != "0":
        lines.refuse(
            number,
            f"第一行应为 0,现为 {shown(first)}。",
            f"the first line of the Glasgow format is 0, got {shown(first)}.",
            maybe=Text(
                zh="这不是 HR 或 HRT 的 Glasgow 实例", en="this is not an instance of HR or HRT in the Glasgow format"
            ),
        )


def _check_number_of_lines(lines: Lines, num_residents: int, num_hospitals: int) -> None:
    has, needs = len(lines.rows) - 3, num_residents + num_hospitals
    if has == needs:
        return
    number = lines.rows[-1][0] if has < needs else lines.rows[3 + needs][0]
    lines.refuse(
        number,
        f"开头声明学生 {num_residents} 行、导师 {num_hospitals} 行,共 {needs} 行,实有 {has} 行。",
        f"the header announces {num_residents} residents and {num_hospitals} hospitals, {needs} lines; "
        f"there are {has}.",
        maybe=Text(
            zh="改正第 2、3 行的数,或补全缺少的行", en="mend the numbers in lines 2 and 3, or add what is missing"
        ),
    )


def _market(residents: Lists, hospitals: Lists, capacity: dict[int, int]) -> Market:
    student_ids, mentor_ids = sorted(residents), sorted(hospitals)
    index = {mentor_id: j for j, mentor_id in enumerate(mentor_ids)}
    table = np.array(
        [
            (i, index[mentor_id], rank, hospitals[mentor_id][student_id])
            for i, student_id in enumerate(student_ids)
            for mentor_id, rank in sorted(residents[student_id].items(), key=itemgetter(0))
            if student_id in hospitals[mentor_id]
        ],
        np.int64,
    ).reshape(-1, 4)
    return Market.from_arrays(
        table[:, 0],
        table[:, 1],
        student_rank=table[:, 2],
        mentor_rank=table[:, 3],
        mentor_upper=np.array([capacity[mentor_id] for mentor_id in mentor_ids], np.int64),
        student_ids=tuple(student_ids),
        mentor_ids=tuple(mentor_ids),
        unlisted=unlisted_of_lists(residents, hospitals, student_ids, mentor_ids),
    )
