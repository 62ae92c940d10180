"""The headline figures of a result."""

from dataclasses import dataclass

from mentormatch.base.text import Text
from mentormatch.problem.result import Result
from mentormatch.report.summary import summarise


@dataclass(frozen=True, slots=True)
class Figure:
    """One number with what it counts, and of what it is a part."""

    value: str
    text: Text
    note: Text | None = None


def headline(result: Result) -> list[Figure]:
    """Return the figures that a head teacher asks for first."""
    market, facts = result.problem.market, summarise(result)
    seats = int(market.mentor_upper.sum())
    students = Figure(str(market.num_students), Text(zh="名学生", en="students"))
    supply = Figure(
        str(seats),
        Text(zh="个名额", en="seats"),
        Text(
            zh=f"{int((market.mentor_upper > 0).sum())} 名可带学生的导师",
            en=f"at {int((market.mentor_upper > 0).sum())} mentors on duty",
        ),
    )
    if result.matching is None:
        short = [] if result.shortage is None else [result.shortage.needed - result.shortage.available]
        return [students, supply, *(Figure(str(n), Text(zh="个名额缺口", en="places short")) for n in short)]
    profile, placed = facts["rank_profile"], facts["placed"]
    listed = sum(number for rank, number in profile.items() if rank != "placed")
    load = facts["load"]
    return [
        Figure(
            f"{placed} / {market.num_students}",
            Text(zh="名学生有导师", en="students have a mentor"),
            Text(zh=f"未安置 {facts['unplaced']} 人", en=f"{facts['unplaced']} not placed"),
        ),
        Figure(
            str(profile.get("1", 0)),
            Text(zh="人得到第一志愿", en="got their first choice"),
            Text(zh=f"得到所填志愿的共 {listed} 人", en=f"{listed} got one of their choices"),
        ),
        Figure(
            str(profile.get("placed", 0)),
            Text(zh="人由学校统筹或延续", en="have a mentor they did not list"),
            Text(zh="志愿外的延续与安排", en="kept, or placed by the school"),
        ),
        Figure(
            str(facts["retained"]),
            Text(zh="人保留原导师", en="keep their mentor"),
            Text(zh=f"更换 {facts['changed']} 人", en=f"{facts['changed']} change"),
        ),
        *_justified(result),
        Figure(
            f"{load['mean']:.1f}",
            Text(zh="名学生/导师(平均)", en="students a mentor on average"),
            Text(zh=f"{load['min']} 至 {load['max']} 名", en=f"{load['min']} to {load['max']}"),
        ),
        supply,
    ]


def _justified(result: Result) -> list[Figure]:
    """Return the number of justified blocking pairs; a public view does not tell it."""
    if result.edition == "public":
        return []
    return [
        Figure(
            str(result.justified_blocking_pairs),
            Text(zh="个有正当理由的阻塞对", en="justified blocking pairs"),
            Text(
                zh="0 表示没有人能合规地互换得更好",
                en="0: nobody could do better within the rules",
            ),
        ),
    ]
