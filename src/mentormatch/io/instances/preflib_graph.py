"""PrefLib's matching data (.wmd), weighted directed graphs: donors as students, receivers as mentors.

The format (Mattei and Walsh 2013), in the library the graphs of kidney exchange::

    # DATA TYPE: wmd
    # NUMBER ALTERNATIVES: 3
    # NUMBER EDGES: 2
    # ALTERNATIVE NAME 1: Pair 1
    1,3,1.0

A line is an edge: from, to, weight. Every alternative with an edge out of it is a student and every one with an edge
into it a mentor with one seat; one with both is both, under the same id. A matching of the market then is an exchange
in which everybody gives once and gets once at most: cycles and chains of any length (Abraham, Blum, Sandholm 2007).
"""

import math
import re

import numpy as np
from numpy.typing import NDArray

from mentormatch.base.arrays import IntArray
from mentormatch.base.errors import MarketError
from mentormatch.base.text import Text
from mentormatch.io.files.atomic import atomic_path
from mentormatch.io.files.streams import Source, Target, as_file, name_of
from mentormatch.io.instances.preflib import preflib_text
from mentormatch.market.market import Market

_NAME = re.compile(r"#\s*ALTERNATIVE NAME ([0-9]{1,9}):\s*(.*)")
_TYPE = re.compile(r"#\s*DATA TYPE:\s*(\S*)")
_EDGE = re.compile(r"([0-9]{1,9}),([0-9]{1,9}),([-+.0-9eE]{1,40})")


def read_preflib_graph(path: Source) -> Market:
    """Read a weighted matching file of PrefLib as a market.

    Parameters
    ----------
    path : str or Path

    Returns
    -------
    Market
        Ids are the alternatives' names. The pair attribute ``weight`` holds the weights: int64 where all are whole
        numbers (what `concepts.maximum_weight` maximises), float64 otherwise. Students rank by descending weight, equal
        weights tied; mentors are silent. An alternative without any edge is a student without a pair.

    Raises
    ------
    FileError
        The file is missing or cannot be read.
    MarketError
        The text is not well formed, with the number of the line; it is of another data type; two alternatives have one
        name; an edge stands twice.

    Notes
    -----
    O(length of the file + edges x log edges).
    """
    names: dict[int, str] = {}
    edges: dict[tuple[int, int], float] = {}
    with as_file(path) as file:
        text = preflib_text(file)
    for number, line in enumerate(text.splitlines(), start=1):
        text = line.strip()
        if text.startswith("#"):
            kind, named = _TYPE.fullmatch(text), _NAME.fullmatch(text)
            if kind and kind[1] != "wmd":
                raise MarketError(
                    Text(
                        zh=f"第 {number} 行:数据类型为 {kind[1]!r},不是 wmd。",
                        en=f"Line {number}: the data type is {kind[1]!r}, not wmd.",
                    ),
                    maybe=Text(zh="排序数据用 read_preflib。", en="read_preflib takes ordinal data."),
                )
            if named:
                names[int(named[1])] = named[2].strip() or named[1]
            continue
        if not text:
            continue
        edge = _EDGE.fullmatch(re.sub(r"\s", "", text))
        weight = _number(edge[3]) if edge else None
        if edge is None or weight is None:
            raise _refused(number, "应为“从,到,权重”,例如 1,5,1.0", "it is no edge such as '1,5,1.0'")
        ends = int(edge[1]), int(edge[2])
        unknown = [end for end in ends if end not in names]
        if unknown:
            raise _refused(
                number, f"编号 {unknown[0]} 在开头没有名称", f"the alternative {unknown[0]} has no name in the header"
            )
        if ends in edges:
            raise _refused(number, f"边 {ends[0]},{ends[1]} 出现了两次", f"the edge {ends[0]},{ends[1]} stands twice")
        edges[ends] = weight
    if len(set(names.values())) < len(names):
        raise MarketError(Text(zh="有两个编号同名。", en="Two alternatives have the same name."))
    return _market(names, edges)


def write_preflib_graph(market: Market, path: Target, *, attribute: str = "weight") -> None:
    """Write a market as a weighted matching file of PrefLib, whole or not at all.

    Students and mentors of one id become one alternative. Quotas, ranks of mentors, and mentors without a pair cannot
    be said in the format and are left out.

    Parameters
    ----------
    market : Market
    path : str or Path
    attribute : str
        The pair attribute that holds the weights. Where there is none, a pair weighs one more than the ranks that are
        worse than its own: the first choices of the longest list weigh most.

    Raises
    ------
    MarketError
        A weight is not finite, or an id would not come back as it is: one that spans lines, or begins or ends with a
        blank.
    FileError
        The file cannot be written.
    """
    given = market.pair_attributes.get(attribute)
    rank = np.where(market.is_choice, market.student_rank, market.placement_rank)
    weights = int(rank.max(initial=0)) + 1 - rank if given is None else np.asarray(given)
    if weights.dtype.kind not in "iufb" or not np.isfinite(weights).all():
        raise MarketError(
            Text(zh=f"配对属性“{attribute}”须为有限的数。", en=f"The weights in '{attribute}' must be finite numbers.")
        )
    named = [market.mentor_ids[j] for j in np.unique(market.mentor).tolist()]
    names = list(dict.fromkeys([*map(str, market.student_ids), *map(str, named)]))
    wrong = next((name for name in names if name != name.strip() or len(name.splitlines()) != 1), None)
    if wrong is not None or len(set(map(str, market.student_ids))) < market.num_students:
        raise MarketError(
            Text(
                zh="编号须互不相同、不跨行、首尾无空格。",
                en="Ids must differ as texts, stand in one line, and neither begin nor end with a blank.",
            )
        )
    at = {name: number for number, name in enumerate(names, start=1)}
    student = [at[str(name)] for name in market.student_ids]
    mentor = [at.get(str(name), 0) for name in market.mentor_ids]
    lines = [
        f"# FILE NAME: {name_of(path)}",
        "# DATA TYPE: wmd",
        f"# NUMBER ALTERNATIVES: {len(names)}",
        f"# NUMBER EDGES: {market.num_pairs}",
        *(f"# ALTERNATIVE NAME {number}: {name}" for number, name in enumerate(names, start=1)),
        *(
            f"{student[i]},{mentor[j]},{float(weight)!r}"
            for i, j, weight in zip(market.student.tolist(), market.mentor.tolist(), weights.tolist(), strict=True)
        ),
    ]
    with atomic_path(path) as temp:
        temp.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _market(names: dict[int, str], edges: dict[tuple[int, int], float]) -> Market:
    sources, targets = {a for a, _ in edges}, {b for _, b in edges}
    students = sorted(names[item] for item in names if item in sources or item not in targets)
    mentors = sorted(names[item] for item in targets)
    of_student = {name: i for i, name in enumerate(students)}
    of_mentor = {name: j for j, name in enumerate(mentors)}
    student = np.array([of_student[names[a]] for a, _ in edges], np.int64)
    weight = np.array(list(edges.values()), np.float64)
    whole = bool((weight == np.round(weight)).all()) and bool((np.abs(weight) < 2**53).all())
    return Market.from_arrays(
        student,
        np.array([of_mentor[names[b]] for _, b in edges], np.int64),
        student_rank=_by_weight(student, weight),
        num_students=len(students),
        num_mentors=len(mentors),
        student_ids=tuple(students),
        mentor_ids=tuple(mentors),
        pair_attributes={"weight": weight.astype(np.int64) if whole else weight},
    )


def _by_weight(student: IntArray, weight: NDArray[np.float64]) -> IntArray:
    """Return each student's ranks by descending weight, equal weights tied."""
    order = np.lexsort((-weight, student))
    owner, heavy = student[order], weight[order]
    begins = np.r_[True, owner[1:] != owner[:-1]][: len(order)]
    step = np.cumsum(begins | np.r_[True, heavy[1:] != heavy[:-1]][: len(order)])
    first = np.flatnonzero(begins)
    rank = np.empty(len(order), np.int64)
    rank[order] = step - np.repeat(step[first], np.diff(np.r_[first, len(order)])) + 1
    return rank


def _number(word: str) -> float | None:
    try:
        number = float(word)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _refused(number: int, zh: str, en: str) -> MarketError:
    return MarketError(Text(zh=f"第 {number} 行:{zh}。", en=f"Line {number}: {en}."))
