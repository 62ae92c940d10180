"""Structure: what the rows of a form are together, as facts with reasons.

A set of rules decides the engine, not a rule: two caps that each fit a flow may overlap without nesting and then not
fit together. What a flow can take is a *bihierarchy*: the sets of pairs that rows speak of fall into two families, and
within each family two sets are disjoint or nested (Budish, Che, Kojima and Milgrom 2013).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from weakref import WeakKeyDictionary

import numpy as np

from mentormatch.base.arrays import IntArray
from mentormatch.base.text import Text
from mentormatch.formulation.rows import Rows
from mentormatch.formulation.terms import ConvexTerm
from mentormatch.problem.form import Form
from mentormatch.problem.result import Reason

# Blocks that clash as a whole are taken apart into single rows up to this many rows.
_MAX_SINGLE_ROWS = 500


@dataclass(frozen=True, eq=False)
class SetBlock:
    """Disjoint sets of open pairs: the rows of one block, or the rows of one convex term.

    Parameters
    ----------
    row_of : int64 array of shape (m,)
        The set that each pair is in, -1 for none.
    rows : int64 array of shape (r,)
        The row of the source that each set stands for.
    size : int64 array of shape (r,)
        Number of open pairs in each set.
    source : (kind, stage, position)
        ``("rows", -1, i)`` for the form's i-th block of hard rows, ``("convex", s, t)`` for term t of stage s.
    """

    row_of: IntArray
    rows: IntArray
    size: IntArray
    source: tuple[str, int, int]

    @cached_property
    def members(self) -> IntArray:
        """Positions of the pairs that are in some set."""
        return np.flatnonzero(self.row_of >= 0)


Families = tuple[tuple[SetBlock, ...], tuple[SetBlock, ...]]
"""Two laminar families: any two sets of one of them are disjoint or nested."""


@dataclass(frozen=True, eq=False)
class Structure:
    """Facts about a form.

    Parameters
    ----------
    unit_coefficients : bool
        All coefficients of hard rows are one.
    families : pair of tuples of SetBlock, or None
        The two laminar families of a bihierarchy; None where the sets form none.
    reasons : tuple of Reason
        Why not, where a fact that a flow needs does not hold.
    clash : frozenset of (kind, stage, position)
        Sources of sets, as in `SetBlock`, of which one at least must go before the sets form a bihierarchy.
    """

    unit_coefficients: bool
    families: Families | None
    reasons: tuple[Reason, ...]
    clash: frozenset[tuple[str, int, int]] = frozenset()

    @property
    def is_bihierarchy(self) -> bool:
        """Whether the rows fall into two laminar families."""
        return self.families is not None


# The chooser and the engine ask about the same form one after the other; a form of a county is not kept for it.
_KNOWN: WeakKeyDictionary[Form, Structure] = WeakKeyDictionary()


def analyse(form: Form) -> Structure:
    """Look at all rows of a form together; asked again about the same form, return what was found.

    Notes
    -----
    O(b^2 m) for b blocks of rows over m pairs, vectorised; b is the number of rules, not of rows.
    """
    found = _KNOWN.get(form)
    if found is None:
        found = _KNOWN[form] = _analysed(form)
    return found


def _analysed(form: Form) -> Structure:
    odd = next((rows for rows in form.rows if rows.coeffs is not None and (rows.coeffs != 1).any()), None)
    if odd is not None:
        reason = Reason(
            "coefficients",
            Text(zh=f"规则 {odd.rule} 的系数不全为一。", en=f"The rule {odd.rule} has coefficients other than one."),
        )
        return Structure(False, None, (reason,))
    blocks, overlapping = _set_blocks(form)
    if overlapping is not None:
        return Structure(True, None, (_overlap_reason(form, overlapping),), frozenset({overlapping}))
    colours, clash = _two_families(blocks)
    if clash is not None and sum(len(block.rows) for block in blocks if block.source in clash) <= _MAX_SINGLE_ROWS:
        blocks = [part for block in blocks for part in (_single_rows(block) if block.source in clash else [block])]
        colours, clash = _two_families(blocks)
    if clash is not None:
        return Structure(True, None, (_clash_reason(form, clash),), frozenset(clash))
    return Structure(
        True,
        (
            tuple(block for block, colour in zip(blocks, colours, strict=True) if colour == 0),
            tuple(block for block, colour in zip(blocks, colours, strict=True) if colour == 1),
        ),
        (),
    )


def _set_blocks(form: Form) -> tuple[list[SetBlock], tuple[str, int, int] | None]:
    """Return the sets of a form, or the source whose own sets overlap too much to be taken apart."""
    sources: list[tuple[tuple[str, int, int], IntArray, IntArray]] = [
        (("rows", -1, i), rows.start, rows.pairs) for i, rows in enumerate(form.rows)
    ]
    for s, stage in enumerate(form.stages):
        for t, term in enumerate(stage.terms):
            if isinstance(term, ConvexTerm) and len(term.pairs):
                sources.append((("convex", s, t), term.start, term.pairs))
    blocks: list[SetBlock] = []
    for source, start, pairs in sources:
        owner = np.repeat(np.arange(len(start) - 1), np.diff(start))
        keep = form.open[pairs]
        parts = _disjoint_parts(pairs[keep], owner[keep])
        if parts is None:
            return [], source
        blocks += [_block(form.market.num_pairs, part_pairs, part_owner, source) for part_pairs, part_owner in parts]
    return [block for block in blocks if len(block.rows)], None


def _disjoint_parts(pairs: IntArray, owner: IntArray) -> list[tuple[IntArray, IntArray]] | None:
    """Split rows into parts in which no pair stands twice; None where that would take too many parts."""
    if np.bincount(pairs).max(initial=0) <= 1:
        return [(pairs, owner)]
    rows = np.unique(owner)
    if len(rows) > _MAX_SINGLE_ROWS:
        return None
    return [(pairs[owner == row], owner[owner == row]) for row in rows]


def _block(num_pairs: int, pairs: IntArray, owner: IntArray, source: tuple[str, int, int]) -> SetBlock:
    rows, compact = np.unique(owner, return_inverse=True)
    row_of = np.full(num_pairs, -1, np.int64)
    row_of[pairs] = compact
    return SetBlock(row_of, rows, np.bincount(compact, minlength=len(rows)), source)


def _single_rows(block: SetBlock) -> list[SetBlock]:
    return [
        SetBlock(np.where(block.row_of == i, 0, -1), block.rows[i : i + 1], block.size[i : i + 1], block.source)
        for i in range(len(block.rows))
    ]


def is_laminar(one: SetBlock, other: SetBlock) -> bool:
    """Whether any two sets of two blocks are disjoint or nested."""
    smaller, larger = (one, other) if len(one.members) <= len(other.members) else (other, one)
    both = smaller.members[larger.row_of[smaller.members] >= 0]
    if not len(both):
        return True
    a, b = one.row_of[both], other.row_of[both]
    key, count = np.unique(a * len(other.rows) + b, return_counts=True)
    return bool(((count == one.size[key // len(other.rows)]) | (count == other.size[key % len(other.rows)])).all())


def _two_families(blocks: Sequence[SetBlock]) -> tuple[list[int], set[tuple[str, int, int]] | None]:
    """Colour the graph of clashing blocks with two colours; or return the sources of an odd cycle's component."""
    clashes: list[list[int]] = [[] for _ in blocks]
    for i in range(len(blocks)):
        for j in range(i):
            if not is_laminar(blocks[i], blocks[j]):
                clashes[i].append(j)
                clashes[j].append(i)
    colours = [-1] * len(blocks)
    for root in range(len(blocks)):
        if colours[root] >= 0:
            continue
        colours[root], queue = 0, [root]
        for block in queue:
            for other in clashes[block]:
                if colours[other] < 0:
                    colours[other] = 1 - colours[block]
                    queue.append(other)
                elif colours[other] == colours[block]:
                    return colours, {blocks[i].source for i in (block, other)}
    return colours, None


def _overlap_reason(form: Form, source: tuple[str, int, int]) -> Reason:
    name = _name(form, source)
    return Reason(
        "overlapping_rows",
        Text(zh=f"{name} 的各行相互重叠。", en=f"The rows of {name} overlap one another."),
    )


def _clash_reason(form: Form, clash: set[tuple[str, int, int]]) -> Reason:
    names = sorted({_name(form, source) for source in clash})
    return Reason(
        "no_bihierarchy",
        Text(
            zh=f"规则 {'、'.join(names)} 的人群相互交叉,不能分成两个逐级嵌套的族。",
            en=f"The sets of {', '.join(names)} overlap without nesting, so they form no two laminar families.",
        ),
    )


def _name(form: Form, source: tuple[str, int, int]) -> str:
    rows: Rows | None = form.rows[source[2]] if source[0] == "rows" else None
    return form.stages[source[1]].name if rows is None else rows.rule
