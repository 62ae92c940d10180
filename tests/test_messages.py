"""The messages that the documentation shows are those that the schools make."""

import re
from datetime import date
from pathlib import Path

import mentormatch as mm
from mentormatch.constraints import Coverage, FixedPairs, ForbiddenPairs, Quotas
from mentormatch.io.read import read_roster
from mentormatch.matchmaking import match
from samples import SAMPLES

ROOT = Path(__file__).resolve().parents[1]
DAY = date(2024, 11, 11)


def test_every_message_of_the_page_is_a_real_one() -> None:
    page = (ROOT / "docs" / "reference" / "messages.md").read_text("utf-8")
    rows = re.findall(r"^\| (?!situation|---)(.+?) \| (.+?) \| (.+?) \|$", page, re.MULTILINE)
    assert len(rows) >= 10
    said: set[tuple[str, str]] = set()
    result = match(read_roster(SAMPLES / "school.xlsx"), on=DAY)
    for student in result.problem.market.student_ids:
        said |= {(one.text.zh, one.text.en) for one in result.explain(student, edition="staff").statements}
    said |= {(one.text.zh, one.text.en) for one in result.explain_mentor("T005", edition="staff").statements}
    short = match(read_roster(SAMPLES / "school_short_of_seats.xlsx"), on=DAY)
    assert short.reason is not None
    said |= {(text.zh, text.en) for text in (short.reason, *(repair.text for repair in short.repairs))}
    assert [row for _, *row in rows if tuple(row) not in said] == []


def test_the_conflict_of_the_page_is_a_real_one() -> None:
    page = (ROOT / "docs" / "reference" / "messages.md").read_text("utf-8")
    quoted = [" ".join(re.findall(r"^> ?(.*)$", part, re.MULTILINE)) for part in page.split("\n\n") if part[:1] == ">"]
    market = mm.Market.from_preferences({"Ann": ["Lee", "Wu"], "Bo": ["Lee"]}, quotas=2)
    pair = (("Ann", "Lee"),)
    rules = [Quotas(), Coverage(), FixedPairs(pairs=pair), ForbiddenPairs(pairs=pair)]
    reason = mm.solve(mm.Problem(market, rules)).reason
    assert reason is not None
    assert [text.strip() for text in quoted] == [reason.zh, reason.en]
