"""The tables of peer mentors: seniors, their juniors, who takes no part. Ids only, and nothing on care."""

from collections.abc import Sequence
from typing import Any

from mentormatch.base.text import Language, Text
from mentormatch.io.headers import header
from mentormatch.report.answer import summary_table, table
from mentormatch.report.pairing_table import pairing_table
from mentormatch.report.stage_words import stage_line
from mentormatch.report.status_words import STATUS
from mentormatch.report.tables import ResultTable, Value
from mentormatch.roster.pairing import Pairing
from mentormatch.teams.peers.school import PeerResult
from mentormatch.teams.picture import Card


def peer_tables(result: PeerResult, pairings: Sequence[Pairing], lang: Language) -> list[ResultTable]:
    """Return the pairs (next term's pairings), the seniors with their loads, juniors in vain, and the summary."""
    loads: list[tuple[Value, ...]] = [
        (senior, len(juniors), "、".join(juniors) or None) for senior, juniors in sorted(juniors_of(result).items())
    ]
    headers: list[Text | str] = [
        header("mentors", "mentor_id", lang),
        Text("人数", "students"),
        Text("学生", "members"),
    ]
    in_vain: list[tuple[Value, ...]] = [(junior,) for junior in result.without_peer]
    return [
        pairing_table(pairings, lang),
        table("loads", lang, headers, loads),
        table("unplaced", lang, [header("students", "student_id", lang)], in_vain),
        summary_table(peer_lines(result, lang), lang),
    ]


def juniors_of(result: PeerResult) -> dict[str, list[str]]:
    """Return every senior that takes part with its juniors."""
    market = result.result.problem.market
    found: dict[str, list[str]] = {str(m): [] for m in market.mentor_ids if str(m) not in result.left_out}
    for junior, senior in result.pairs:
        found[senior].append(junior)
    return found


def peer_lines(result: PeerResult, lang: Language) -> list[str]:
    """Return the summary in words, a fact a line."""
    status, gap = STATUS[result.result.status], result.plan.gap
    peers, juniors = len(juniors_of(result)), len(result.pairs)
    lines = [
        Text(zh=f"结果:{status.zh}", en=f"Result: {status.en}"),
        Text(
            zh=f"{peers} 名学长,{juniors} 名学弟学妹,至少相差 {gap} 个年级",
            en=f"{peers} peers, {juniors} juniors, at least {gap} grade(s) apart",
        ),
        Text(
            zh="学长不代替成人导师;成人导师的匹配不受影响,关爱信息不参与",
            en="Peers stand in for no adult mentor; adults are matched as before, and no care data is used",
        ),
        *(stage_line(stage) for stage in result.result.stages),
        *(Text(zh=f"未参加:{why.zh}", en=f"Takes no part: {why.en}") for why in result.left_out.values()),
        *result.passed_over,
    ]
    if result.without_peer:
        number = len(result.without_peer)
        lines.append(Text(zh=f"{number} 名学生选了学长而没有得到", en=f"{number} juniors chose a peer and got none"))
    return [line.in_language(lang) for line in lines]


def peer_summary(result: PeerResult) -> dict[str, Any]:
    """Return the result as plain data; ids only."""
    found = result.result
    return {
        "status": str(found.status),
        "pairs": [{"student": junior, "peer": senior} for junior, senior in result.pairs],
        "left_out": {senior: why.as_data() for senior, why in result.left_out.items()},
        "passed_over": [text.as_data() for text in result.passed_over],
        "without_peer": list(result.without_peer),
        "gap": result.plan.gap,
        "stages": [stage.as_data() for stage in found.stages],
        "seed": found.seed,
        "runtime_s": round(found.runtime_s, 3),
    }


def peer_cards(result: PeerResult) -> list[Card]:
    """Return a card for each senior."""
    return [Card(senior, (), juniors) for senior, juniors in sorted(juniors_of(result).items())]
