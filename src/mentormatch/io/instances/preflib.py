"""PrefLib's ordinal files (.soc, .soi, .toc, .toi) and ratings (.cat): students as voters who rank mentors.

The modern format of the library (Mattei and Walsh 2013)::

    # NUMBER ALTERNATIVES: 3
    # ALTERNATIVE NAME 1: Lee
    # NUMBER VOTERS: 5
    3: 1,2,3
    2: {1,2},3

A line of ``3: ...`` stands for three voters of one opinion; braces hold a tie. In a file of ratings each place of a
line is a category, the best first, and ``{}`` is one that holds nobody. The files know no quotas and nothing of what
the alternatives think of the voters: seats are given, and mentors are silent.
"""

import re
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from mentormatch.base.errors import MarketError
from mentormatch.io.files.atomic import atomic_path
from mentormatch.io.files.file_kind import unreadable
from mentormatch.io.files.streams import Source, Target, as_file, name_of
from mentormatch.market.market import MAX_QUOTA, Market

_NAME = re.compile(r"#\s*ALTERNATIVE NAME ([0-9]{1,9}):\s*(.*)")
_GROUP = r"(?:[0-9]{1,9}|\{(?:[0-9]{1,9}(?:,[0-9]{1,9})*)?\})"
_VOTE = re.compile(rf"([0-9]{{1,9}}):({_GROUP}(?:,{_GROUP})*)?")
_TIER = re.compile(r"\{[^}]*\}|[0-9]+")
_MOST_VOTERS = 10_000_000


def read_preflib(path: Source, *, quotas: Mapping[str, int] | int = 1, acceptable: int | None = None) -> Market:
    """Read an ordinal PrefLib file, or one of ratings, as a market with silent mentors.

    Parameters
    ----------
    path : str or Path
    quotas : mapping of alternative name to int, or int
        Seats of the mentors; one number stands for all, and a mentor missing from a mapping has one.
    acceptable : int, optional
        Only the first so many tiers or categories of a voter are choices; default all. The last category of ratings is
        often a refusal.

    Returns
    -------
    Market
        Student ids are 1, 2, ... in the order of the lines; mentor ids are the alternatives' names.

    Raises
    ------
    FileError
        The file is missing or cannot be read.
    MarketError
        The text is not well formed, with the number of the line; two alternatives have one name; a quota is for none of
        them.

    Notes
    -----
    O(length of the file + number of pairs).
    """
    names: dict[int, str] = {}
    student: list[int] = []
    mentor: list[int] = []
    rank: list[int] = []
    voters = 0
    with as_file(path) as file:
        text = preflib_text(file)
    for number, line in enumerate(text.splitlines(), start=1):
        text = line.strip()
        if text.startswith("#"):
            named = _NAME.fullmatch(text)
            if named:
                names[int(named[1])] = named[2].strip() or named[1]
            continue
        if not text:
            continue
        vote = _VOTE.fullmatch(text.replace(" ", ""))
        if vote is None or voters + int(vote[1]) > _MOST_VOTERS:
            raise MarketError(f"Line {number} is no vote such as '3: 1,{{2,4}},3'.")
        tiers = [re.findall("[0-9]+", items) for items in _TIER.findall(vote[2] or "")]
        listed = [(int(item), tier) for tier, items in enumerate(tiers, start=1) for item in items]
        kept = [(item, tier) for item, tier in listed if acceptable is None or tier <= acceptable]
        unknown = [item for item, _ in listed if item not in names]
        if unknown:
            raise MarketError(f"Line {number} ranks the alternative {unknown[0]}, which has no name in the header.")
        if len({item for item, _ in listed}) < len(listed):
            raise MarketError(f"Line {number} ranks an alternative twice.")
        for _ in range(int(vote[1])):
            student += [voters] * len(kept)
            mentor += [item for item, _ in kept]
            rank += [tier for _, tier in kept]
            voters += 1
    ids = sorted(names.values())
    if len(set(ids)) < len(ids):
        raise MarketError("Two alternatives have the same name.")
    at = {name: place for place, name in enumerate(ids)}
    place = {item: at[name] for item, name in names.items()}
    return Market.from_arrays(
        np.array(student, np.int64),
        np.array([place[item] for item in mentor], np.int64),
        student_rank=np.array(rank, np.int64),
        mentor_upper=_seats(ids, quotas),
        num_students=voters,
        student_ids=tuple(range(1, voters + 1)),
        mentor_ids=tuple(ids),
    )


def write_preflib(market: Market, path: Target) -> None:
    """Write the students' preferences of a market as an ordinal PrefLib file, whole or not at all.

    Equal preferences share a line, in the order in which they first occur; placement pairs, quotas and what mentors
    think cannot be said in the format and are left out.

    Raises
    ------
    FileError
        When the file cannot be written.
    """
    votes: dict[str, int] = {}
    listed = np.flatnonzero(market.is_choice)
    order = listed[np.lexsort((market.mentor[listed], market.student_rank[listed], market.student[listed]))]
    tiers: list[dict[int, list[str]]] = [{} for _ in range(market.num_students)]
    for s, m, r in zip(
        market.student[order].tolist(), market.mentor[order].tolist(), market.student_rank[order].tolist(), strict=True
    ):
        tiers[s].setdefault(r, []).append(str(m + 1))
    for own in tiers:
        vote = ",".join(items[0] if len(items) == 1 else "{" + ",".join(items) + "}" for items in own.values())
        votes[vote] = votes.get(vote, 0) + 1
    tied, complete = any("{" in vote for vote in votes), len(listed) == market.num_students * market.num_mentors
    lines = [
        f"# FILE NAME: {name_of(path)}",
        f"# DATA TYPE: {'to' if tied else 'so'}{'c' if complete else 'i'}",
        f"# NUMBER ALTERNATIVES: {market.num_mentors}",
        f"# NUMBER VOTERS: {market.num_students}",
        f"# NUMBER UNIQUE ORDERS: {len(votes)}",
        *(f"# ALTERNATIVE NAME {number}: {name}" for number, name in enumerate(market.mentor_ids, start=1)),
        *(f"{count}: {vote}" for vote, count in votes.items()),
    ]
    with atomic_path(path) as temp:
        temp.write_text("\n".join(lines) + "\n", encoding="utf-8")


def preflib_text(path: Path) -> str:
    """Return the text of a file; `FileError` if it cannot be read, `MarketError` if it is not UTF-8."""
    try:
        return path.read_text("utf-8-sig")
    except OSError as error:
        raise unreadable(path, error) from error
    except UnicodeDecodeError:
        raise MarketError("The file is not a text in UTF-8.") from None


def _seats(ids: list[str], quotas: Mapping[str, int] | int) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    given = quotas if isinstance(quotas, Mapping) else dict.fromkeys(ids, quotas)
    unknown = sorted(set(given) - set(ids))
    if unknown:
        raise MarketError(f"'quotas' refers to the alternative {unknown[0]!r}, which is not in the file.")
    wrong = [name for name, seats in given.items() if not 0 <= seats <= MAX_QUOTA]
    if wrong:
        raise MarketError(f"The quota of {wrong[0]!r} must be between 0 and {MAX_QUOTA}; got {given[wrong[0]]}.")
    return np.array([given.get(name, 1) for name in ids], np.int64)
