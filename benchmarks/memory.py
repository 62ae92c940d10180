"""Memory: what a large market, its solving and many schools take, each measured in a process of its own.

``python benchmarks/memory.py 1000000`` measures the market of a million students and ten million pairs (two minutes).
"""

import json
import resource
import subprocess
import sys
import tempfile

SIZES = (100_000, 300_000)
SCHOOLS = (50, 200)
MIB = 1 << 20


def peak() -> int:
    """Return the most memory that this process has had, in bytes; Linux counts it in KiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def start() -> dict[str, int]:
    """Import everything and do nothing."""
    import ortools.graph.python.min_cost_flow

    import mentormatch
    import mentormatch.solvers.flow.circulation

    return {"modules": len({ortools, mentormatch})}


def market(size: int) -> dict[str, int]:
    """Draw a market of ten choices a student and solve it to proven optimality, checks included."""
    import numpy as np

    from mentormatch.constraints import Quotas
    from mentormatch.market.market import Market
    from mentormatch.mechanisms.solving import solve
    from mentormatch.objectives import PlacedStudents, RankTotal
    from mentormatch.problem.problem import Problem
    from random_market import random_choices

    choices, _ = random_choices(size, seed=0)
    drawn = Market.from_choices(choices, mentor_upper=np.full(int(size / 14.9), 15))
    del choices
    per_pair = {name: getattr(drawn, name) for name in ("student", "mentor", "student_rank", "mentor_rank")}
    # 32 bits wherever a position or a rank stands.
    assert {values.dtype for values in (*per_pair.values(), drawn.by_mentor)} == {np.dtype(np.int32)}
    before = peak()
    result = solve(Problem(drawn, [Quotas()], [PlacedStudents(), RankTotal()]), engine="min_cost_flow")
    assert result.status == "optimal"
    return {
        "pairs": drawn.num_pairs,
        "market": sum(values.nbytes for values in per_pair.values()),
        "before": before,
    }


def raw(size: int) -> dict[str, int]:
    """Solve the same market by one `SimpleMinCostFlow` call on prepared arrays."""
    import numpy as np

    from large_markets import raw as one_call
    from mentormatch.market.market import Market
    from random_market import random_choices

    choices, _ = random_choices(size, seed=0)
    one_call(Market.from_choices(choices, mentor_upper=np.full(int(size / 14.9), 15)))
    return {}


def schools(number: int) -> dict[str, int]:
    """Solve every (8,000 / number)-th school of the province, one after the other."""
    from mentormatch.many.solve_many import solve_many
    from mentormatch.study.generators import province

    with tempfile.TemporaryDirectory() as out:
        result = solve_many(province()[:: 8_000 // number], out)
    sizes = [outcome.summary["students"] for outcome in result.outcomes]
    return {"students": sum(sizes), "largest": max(sizes)}


def measured(what: str, size: int = 0) -> dict[str, int]:
    """Return what one of the functions above found, and the peak, from a process of its own."""
    done = subprocess.run(  # noqa: S603  # our own program
        [sys.executable, __file__, what, str(size)], capture_output=True, text=True, check=True
    )
    found: dict[str, int] = json.loads(done.stdout)
    return found


def table(sizes: tuple[int, ...] = SIZES, numbers: tuple[int, ...] = SCHOOLS) -> str:
    """Return the table: the peak of the process, and what of it is above a process that only imports."""
    idle = measured("start")["peak"]
    lines = [
        "| what | pairs | market, bytes a pair | peak, MiB | above an idle process, bytes a pair |",
        "|---|---|---|---|---|",
        f"| all imports, nothing done | - | - | {idle // MIB:,} | - |",
    ]
    for size in sizes:
        mine, theirs = measured("market", size), measured("raw", size)
        pairs = mine["pairs"]
        row = (
            f"{pairs:,} | {mine['market'] / pairs:.0f} | {mine['peak'] // MIB:,} | {(mine['peak'] - idle) / pairs:.0f}"
        )
        lines.append(f"| {size:,} students x 10: `solve`, proven and checked | {row} |")
        row = f"{pairs:,} | - | {theirs['peak'] // MIB:,} | {(theirs['peak'] - idle) / pairs:.0f}"
        lines.append(f"| the same, one raw OR-tools call on prepared arrays | {row} |")
    for number in numbers:
        found = measured("schools", number)
        what = (
            f"{number} schools of the province one after the other, {found['students']:,} students, "
            f"{found['largest']:,} in the largest"
        )
        lines.append(f"| {what} | - | - | {found['peak'] // MIB:,} | - |")
    return "\n".join(lines)


if __name__ == "__main__":
    if len(sys.argv) == 3:
        answer = {"start": lambda _: start(), "market": market, "raw": raw, "schools": schools}[sys.argv[1]](
            int(sys.argv[2])
        )
        print(json.dumps(answer | {"peak": peak()}))
    else:
        print(table((int(sys.argv[1]),), ()) if len(sys.argv) == 2 else table())
