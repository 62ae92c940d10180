"""What the reductions for stability with ties remove, by counting alone and with flows, and how long they take."""

import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from listed_market import listed_market
from mentormatch.io.instances.glasgow import read_glasgow
from mentormatch.market.market import Market
from mentormatch.solvers.cp.reduce import NEVER, reduce_by_counting, reduce_stable
from mentormatch.solvers.flow.components import component_labels

PUBLISHED = Path(__file__).resolve().parents[2] / "shared" / "data" / "published"


def scored_market(n: int, *, scores: int, spread: float, seed: int) -> Market:
    """Return an SMTI-GRP instance: one score for each pair ranks it on both sides, equal scores tie, low ones go.

    Parameters
    ----------
    n : int
        Children, and families.
    scores : int
        Distinct scores.
    spread : float
        How much of a score belongs to the pair, and not to the child and the family.
    """
    rng = np.random.default_rng(seed)
    score = spread * rng.random((n, n)) + (1 - spread) * (rng.random((n, 1)) + rng.random(n)) / 2
    level = np.floor(scores * score).astype(np.int64)
    student, mentor = np.nonzero(level >= scores // 2)
    rank = scores - level[student, mentor]
    return Market.from_arrays(student, mentor, student_rank=rank, mentor_rank=rank, num_students=n, num_mentors=n)


def hospitals(n: int, k: int, *, length: int, ties: float, seed: int) -> Market:
    """Return an HRT instance with ties on both sides and exactly as many seats as students."""
    base = listed_market(n, length=length, ties=ties, seed=seed)
    rng = np.random.default_rng(seed)
    mentor = np.concatenate([rng.choice(k, length, replace=False) for _ in range(n)])
    rank = np.empty(len(mentor), np.int64)
    order = np.lexsort((rng.random(len(mentor)), mentor))
    owner = mentor[order]
    level = np.cumsum((rng.random(len(mentor)) >= ties) & np.r_[False, owner[1:] == owner[:-1]])
    rank[order] = level - level[np.searchsorted(owner, owner)] + 1
    seats = np.full(k, n // k)
    return Market.from_arrays(
        np.repeat(np.arange(n), length),
        mentor,
        student_rank=base.student_rank,
        mentor_rank=rank,
        mentor_upper=seats,
        num_students=n,
        num_mentors=k,
    )


def instances() -> Iterator[tuple[str, Market]]:
    """Yield published and random markets."""
    yield "`published/hrt`", read_glasgow(PUBLISHED / "hrt.instance")
    yield "`published/smti`", read_glasgow(PUBLISHED / "smti.instance")
    for length, ties in ((3, 0.6), (5, 0.4), (5, 0.85), (10, 0.2), (10, 0.6)):
        yield f"SMTI 1,000, lists of {length}, ties {ties:.2f}", listed_market(1_000, length=length, ties=ties, seed=0)
    for ties in (0.2, 0.6):
        yield f"HRT 1,000 x 100, lists of 5, ties {ties:.2f}", hospitals(1_000, 100, length=5, ties=ties, seed=0)
    for scores in (20, 30, 50, 200):
        yield f"SMTI-GRP 300, {scores} scores", scored_market(300, scores=scores, spread=0.5, seed=0)
    yield "HRT 100,000 x 10,000, lists of 10, ties 0.50", hospitals(100_000, 10_000, length=10, ties=0.5, seed=0)


def table() -> str:
    """Return the table."""
    lines = [
        "| market | pairs | removed by counting | s | with flows | s | components left | largest of them, pairs |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for name, market in instances():
        wish = np.where(market.is_choice, market.student_rank, NEVER)
        counted = np.ones(market.num_pairs, bool)
        started = time.process_time()
        reduce_by_counting(market, wish, counted)
        middle = time.process_time()
        left = reduce_stable(market, np.ones(market.num_pairs, bool))
        seconds = time.process_time() - middle
        label, count = component_labels(market, left)
        largest = int(np.bincount(label[left]).max(initial=0))
        lines.append(
            f"| {name} | {market.num_pairs:,} | {1 - counted.mean():.1%} | {middle - started:.3f} | "
            f"{1 - left.mean():.1%} | {seconds:.3f} | {count:,} | {largest:,} |"
        )
    return "\n".join(lines)


if __name__ == "__main__":
    print(table())
