"""Lists with white space between the names: one line for each person, best first; read and written.

As one types them, and as many small instances are passed on::

    Ann: Lee (Wu Ito)          students
    Lee 2: Bo Ann              mentors, with their seats

The name before the colon lists those after it, from best to worst; parentheses hold a tie. A second word before the
colon is the number of seats, one where there is none. Blank lines and what follows # are skipped.
"""

import re
from pathlib import Path

from mentormatch.base.errors import MarketError
from mentormatch.base.text import Text
from mentormatch.io.files.atomic import atomic_path
from mentormatch.io.instances.glasgow_lines import Lines, read_lines, shown
from mentormatch.market.market import MAX_QUOTA, Market

Tiers = list[list[str]]

_HEAD = re.compile(r"\s*([^\s():#]+)(?:\s+([0-9]{1,9}))?\s*:(.*)")
_NAME = re.compile(r"[^\s():#]+")
_WORD = re.compile(r"[()]|[^\s():#]+|\S")


def read_word_lists(students: str | Path, mentors: str | Path | None = None) -> Market:
    """Read lists of names.

    Parameters
    ----------
    students, mentors : str or Path
        Without the mentors' file all are silent and have one seat. With it a pair is acceptable only if each side lists
        the other, and a mentor whose list is empty takes nobody.

    Raises
    ------
    FileError
        A file is missing, cannot be read, or is empty.
    MarketError
        The text is not well formed, with the number of the line; or a name is listed that has no line.
    """
    wishes, places = _lists(read_lines(Path(students)))
    if any(number != 1 for number in places.values()):
        raise MarketError(
            Text(zh="学生行的冒号前只写姓名。", en="A student's line has the name alone before the colon.")
        )
    if mentors is None:
        return Market.from_preferences(wishes)
    replies, seats = _lists(read_lines(Path(mentors)))
    for lists, known in ((wishes, replies), (replies, wishes)):
        unknown = next((name for mine in lists.values() for tier in mine for name in tier if name not in known), None)
        if unknown is not None:
            raise MarketError(
                Text(zh=f"名单中的 {unknown} 没有自己的一行。", en=f"{unknown!r} is listed and has no line.")
            )
    return Market.from_preferences(wishes, replies, quotas=seats)


def write_word_lists(market: Market, students: str | Path, mentors: str | Path) -> None:
    """Write a market as two files of lists, each whole or not at all; ranks are written as tiers.

    Raises
    ------
    MarketError
        The format cannot say it: names with spaces, colons or parentheses, placement pairs, lower quotas, students who
        take other than one mentor.
    FileError
        A file cannot be written.
    """
    names = [[str(name) for name in ids] for ids in (market.student_ids, market.mentor_ids)]
    odd = next((name for side in names for name in side if not _NAME.fullmatch(name)), None)
    plain = not market.mentor_lower.any() and bool((market.student_quota == 1).all() and market.is_choice.all())
    if odd is not None or not plain:
        raise MarketError(
            Text(
                zh="此格式不能表示含空格、冒号、括号的名字、志愿外配对、名额下限或多名导师。",
                en="The format cannot say names with spaces, colons or parentheses, placement pairs, lower quotas, or "
                "students who take other than one mentor.",
            )
        )
    lines: list[list[str]] = [[], []]
    for i, name in enumerate(names[0]):
        mine = market.pairs_of_student(i)
        ranked = zip(market.student_rank[mine].tolist(), market.mentor[mine].tolist(), strict=True)
        lines[0].append(f"{name}: {_told(list(ranked), names[1])}".rstrip())
    for j, name in enumerate(names[1]):
        mine_too = market.pairs_of_mentor(j)
        ranked = zip(market.mentor_rank[mine_too].tolist(), market.student[mine_too].tolist(), strict=True)
        lines[1].append(f"{name} {market.mentor_upper[j]}: {_told(list(ranked), names[0])}".rstrip())
    for path, written in zip((students, mentors), lines, strict=True):
        with atomic_path(Path(path)) as temp:
            temp.write_text("\n".join([*written, ""]), "utf-8", newline="\n")


def _told(ranked: list[tuple[int, int]], names: list[str]) -> str:
    tiers: dict[int, list[str]] = {}
    for rank, at in sorted(ranked):
        tiers.setdefault(rank, []).append(names[at])
    return " ".join(tier[0] if len(tier) == 1 else f"({' '.join(tier)})" for tier in tiers.values())


def _lists(lines: Lines) -> tuple[dict[str, Tiers], dict[str, int]]:
    lists: dict[str, Tiers] = {}
    seats: dict[str, int] = {}
    for number, line in lines.rows:
        text = line.partition("#")[0]
        if not text.strip():
            continue
        head = _HEAD.fullmatch(text.rstrip())
        if head is None or head[1] in lists or int(head[2] or 1) > MAX_QUOTA:
            lines.refuse(
                number,
                f"应为“名字: 名单”或“名字 名额: 名单”,且每人一行,现为 {shown(text)}。",
                f"a line is 'name: list' or 'name seats: list', one for each person, got {shown(text)}.",
            )
        lists[head[1]], seats[head[1]] = _tiers(lines, number, head[3]), int(head[2] or 1)
    return lists, seats


def _tiers(lines: Lines, number: int, text: str) -> Tiers:
    tiers: Tiers = []
    in_tie = False
    for word in _WORD.findall(text):
        if word in "()":
            if in_tie == (word == "("):
                lines.refuse(number, "括号不成对。", "the parentheses do not match.")
            in_tie = word == "("
            tiers += [[]] if in_tie else []
        elif word == ":":
            lines.refuse(number, "只能有一个冒号。", "there is a second colon.")
        elif in_tie:
            tiers[-1].append(word)
        else:
            tiers.append([word])
    names = [name for tier in tiers for name in tier]
    if in_tie or not all(tiers) or len(set(names)) < len(names):
        lines.refuse(
            number,
            "括号未闭合、为空,或有人列出了两次。",
            "a tie is open or empty, or somebody is listed twice.",
        )
    return tiers
