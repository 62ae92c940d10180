"""The summary of a result: the numbers of SUMMARY.json, and the same in words."""

import sys
from collections import Counter
from importlib.metadata import version
from typing import Any

import numpy as np

from mentormatch.base.arrays import gini
from mentormatch.base.text import SPACE, Language, Text
from mentormatch.constraints.pair_facts import on_record
from mentormatch.market.matching import Matching
from mentormatch.problem.result import Result
from mentormatch.report.notes import notes
from mentormatch.report.status_words import STATUS
from mentormatch.solvers.choose import engine_words
from mentormatch.version import __version__


def summarise(result: Result, *, input_sha256: str | None = None) -> dict[str, Any]:
    """Return the summary of a result as plain data.

    Parameters
    ----------
    result : Result
    input_sha256 : str, optional
        Fingerprint of the input, hexadecimal.

    Returns
    -------
    dict
        The keys of SUMMARY.json (DESIGN section 7); ids only, no names. ``reason`` and ``repairs`` say why there is no
        matching.
    """
    market, matching = result.problem.market, result.matching
    placed = 0 if matching is None else matching.num_placed
    retained, changed = _continuity(result)
    reason = result.reason
    return {
        "status": str(result.status),
        "mechanism": result.mechanism,
        "engine": result.engine,
        "engine_reason": result.engine_reason.en,
        "refusals": {
            engine: [{"code": reason.code, **reason.text.as_data()} for reason in reasons]
            for engine, reasons in result.refusals.items()
        },
        "seed": result.seed,
        "students": market.num_students,
        "placed": placed,
        "unplaced": market.num_students - placed,
        "retained": retained,
        "changed": changed,
        "provisional": provisional_ends(result),
        "moved": sum(change.since == "given" for change in result.changes),
        "hand_overs": len(result.hand_overs),
        "requests": {
            "granted": sum(outcome.granted for outcome in result.requests),
            "carried_out": sum(outcome.carried_out for outcome in result.requests),
            "standing": [
                {"request": outcome.request, "missing": [reason.code for reason in outcome.missing]}
                for outcome in result.requests
                if not outcome.granted
            ],
        },
        "rank_profile": {} if matching is None else _rank_profile(matching),
        "blocking_pairs": result.blocking_pairs,
        "justified_blocking_pairs": result.justified_blocking_pairs,
        "load": {} if matching is None else load_summary(matching),
        "stages": [stage.as_data() for stage in result.stages],
        "violations": [
            {"rule": violation.rule, "amount": violation.amount, "soft": violation.soft, "text": violation.text.en}
            for violation in result.violations
        ],
        "reason": None if reason is None else reason.as_data(),
        "repairs": _repairs(result),
        "notes": [] if result.edition == "public" else [note.as_data() for note in notes(result.problem)],
        "stopped_by_limit": result.stopped_by_limit,
        "input_sha256": input_sha256,
        "runtime_s": round(result.runtime_s, 3),
        "versions": {
            "mentormatch": __version__,
            "ortools": version("ortools"),
            "numpy": version("numpy"),
            "python": ".".join(str(part) for part in sys.version_info[:3]),
        },
    }


def _repairs(result: Result) -> list[dict[str, Any]]:
    """Return what would make it fit, cheapest first; where no priced repair was found, what the shortage says."""
    if result.repairs:
        return [{**each.text.as_data(), "cost": each.cost} for each in result.repairs]
    return [] if result.shortage is None else [text.as_data() for text in result.shortage.repairs]


def _rank_profile(matching: Matching) -> dict[str, int]:
    """Return how many got which choice of their forms: whom a change request names stands in none."""
    market = matching.market
    asked = market.pair_flag("transfer")
    if not asked[matching.pairs].any():
        return matching.rank_profile()
    of_forms = market.replace(student_rank=np.where(asked, 0, market.student_rank))
    return Matching(of_forms, matching.pairs).rank_profile()


def load_summary(matching: Matching) -> dict[str, float]:
    """Return min, max, mean and Gini coefficient of the loads of the mentors that have seats."""
    load = np.sort(matching.load[matching.market.mentor_upper > 0])
    if not len(load):
        return {"min": 0, "max": 0, "mean": 0.0, "gini": 0.0}
    total = int(load.sum())
    unevenness = gini(load) if total else 0.0
    return {
        "min": int(load[0]),
        "max": int(load[-1]),
        "mean": round(total / len(load), 4),
        "gini": round(unevenness, 4),
    }


def provisional_ends(result: Result) -> dict[str, int]:
    """Return how many placed students have provisional pairs, by the last day of their adaptation period."""
    attribute = result.problem.market.student_attributes.get("provisional_until")
    if attribute is None or result.matching is None:
        return {}
    placed = np.flatnonzero(result.matching.degree > 0).tolist()
    return dict(sorted(Counter(end for student in placed for end in attribute.values(student)).items()))


def _move_lines(result: Result, moved: int) -> list[Text]:
    fewest = next((stage for stage in result.stages if stage.name == "fewest_moves"), None)
    if result.mechanism != "rematch" or fewest is None:
        return []
    proof = (
        Text(zh="已证明最少", en="proven fewest")
        if fewest.proven
        else Text(zh=f"可避免的变动至少 {fewest.bound} 人", en=f"at least {fewest.bound} of the avoidable ones")
    )
    return [
        Text(
            zh=f"较给定结果变动 {moved} 人,其中 {fewest.value} 人原导师仍可带({proof.zh})",
            en=f"{moved} move from the given result, {fewest.value} of them from a mentor that is still there "
            f"({proof.en})",
        )
    ]


def _blocking_lines(result: Result) -> list[Text]:
    """Return how many pairs block; not in a public view, where the number would tell that a pair is ruled out."""
    if result.edition == "public":
        return []
    return [
        Text(
            zh=f"阻塞对 {result.blocking_pairs} 个,其中有正当理由的 {result.justified_blocking_pairs} 个",
            en=f"Blocking pairs: {result.blocking_pairs}, justified: {result.justified_blocking_pairs}",
        )
    ]


def _note_lines(facts: dict[str, Any]) -> list[Text]:
    return [Text("请留意:", "Note: ") + Text(**note) for note in facts["notes"]]


def _request_lines(facts: dict[str, Any]) -> list[Text]:
    granted, done, standing = (facts["requests"][name] for name in ("granted", "carried_out", "standing"))
    if not granted and not standing:
        return []
    return [
        Text(
            zh=f"调换申请:已批准 {granted} 份,其中落实 {done} 份;材料不全或未同意、未批准 {len(standing)} 份",
            en=f"Change requests: {granted} granted, {done} of them carried out; {len(standing)} stand for now",
        )
    ]


def _continuity(result: Result) -> tuple[int, int]:
    """Return how many students with a pair on record keep it and lose it."""
    market = result.problem.market
    current = np.flatnonzero(on_record(market))
    had = np.unique(market.student[current])
    if result.matching is None:
        return 0, 0
    kept = np.unique(market.student[current[result.matching.chosen[current]]])
    return len(kept), len(had) - len(kept)


def summary_lines(result: Result, lang: Language) -> list[str]:
    """Return the summary in words, a fact a line."""
    facts = summarise(result)
    lines = [Text(zh=f"结果:{STATUS[result.status].zh}", en=f"Result: {STATUS[result.status].en}")]
    if result.matching is None:
        if facts["reason"] is not None:
            lines.append(Text(**facts["reason"]))
        lines += [Text(zh=f"可行的补救:{r['zh']}", en=f"A repair: {r['en']}") for r in facts["repairs"]]
        lines += _note_lines(facts)
        return [line.in_language(lang) for line in lines]
    profile = facts["rank_profile"]
    met = [(rank, number) for rank, number in profile.items() if rank != "placed" and number]
    load = facts["load"]
    lines += [
        Text(
            zh=f"已安置 {facts['placed']} / {facts['students']} 名学生",
            en=f"Placed {facts['placed']} of {facts['students']} students",
        ),
        Text(zh="没有学生填报志愿", en="No student listed anybody")
        if not (result.problem.market.is_choice & ~result.problem.market.pair_flag("transfer")).any()
        else Text(
            zh="志愿满足:"
            + "、".join([*(f"第{rank}志愿 {number} 人" for rank, number in met), f"志愿外 {profile['placed']} 人"]),
            en="Choices met: "
            + ", ".join(
                [*(f"{number} got choice {rank}" for rank, number in met), f"{profile['placed']} without a choice"]
            ),
        ),
        Text(
            zh=f"保留原导师 {facts['retained']} 人,更换 {facts['changed']} 人",
            en=f"{facts['retained']} keep their mentor, {facts['changed']} change",
        ),
        *(
            Text(
                zh=f"适应期暂定结对 {number} 人,至 {end}",
                en=f"{number} pairs are provisional, until {end}",
            )
            for end, number in facts["provisional"].items()
        ),
        *_request_lines(facts),
        *_move_lines(result, facts["moved"]),
        *_blocking_lines(result),
        Text(
            zh=f"导师带生:最少 {load['min']}、最多 {load['max']}、平均 {load['mean']:.1f}",
            en=f"Students a mentor: {load['min']} to {load['max']}, {load['mean']:.1f} on average",
        ),
        Text("引擎:{}", "Engine: {}").format(engine_words(result.engine)),
        *_note_lines(facts),
    ]
    return [line.in_language(lang) for line in lines]


def engine_lines(result: Result, lang: Language) -> list[str]:
    """Return why this engine took the problem and no other did, a reason a line: for those who look into it."""
    said = [result.engine_reason] + [
        Text("{engine} 不适用:{why}", "{engine} cannot: {why}").format(
            engine=engine, why=SPACE.join(reason.text for reason in reasons)
        )
        for engine, reasons in result.refusals.items()
    ]
    said += [
        Text("目标 {name} 的最优性只由一次搜索证明", "a single search proved the goal {name} optimal").format(name=name)
        for name in result.unconfirmed
    ]
    return [line.in_language(lang) for line in said]
