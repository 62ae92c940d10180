"""Two rules that contradict each other on purpose are both named, in Chinese and English."""

import re

import pytest

import mentormatch as mm
from mentormatch.cli import group
from mentormatch.constraints import (
    ChiefMentors,
    ClassesPerMentor,
    ClassTeams,
    ConflictsOfInterest,
    Continuity,
    Coverage,
    FixedPairs,
    ForbiddenPairs,
    GenderRequests,
    OtherClassCap,
    QualifiedMentors,
    Quotas,
    SeparatedPairs,
    Siblings,
    TypeQuotas,
    VettedMentors,
)
from mentormatch.io.sample_school import write_sample_school
from mentormatch.mechanisms.solving import solve
from mentormatch.objectives import SoftRules
from mentormatch.problem.problem import Problem
from mentormatch.problem.result import Status
from mentormatch.rules.rules_file import Rules
from samples import SAMPLES
from small_rosters import NOVEMBER
from staffed_school import staffed

ROOMY = {"mentor_upper": [4, 4, 4], "mentor_lower": 0, "student_quota": 1}

CONTRADICTIONS = [
    (FixedPairs(pairs=(("s2", "b"),)), SeparatedPairs(pairs=(("s2", "b"),))),
    (FixedPairs(pairs=(("s2", "b"),)), ForbiddenPairs(pairs=(("s2", "b"),))),
    (FixedPairs(pairs=(("s2", "b"),)), ConflictsOfInterest(pairs=(("s2", "b"),))),
    (FixedPairs(pairs=(("s1", "b"),)), GenderRequests()),
    (FixedPairs(pairs=(("s1", "b"),)), QualifiedMentors()),
    (FixedPairs(pairs=(("s2", "c"),)), VettedMentors()),
    (FixedPairs(pairs=(("s1", "a"), ("s2", "b"))), Siblings()),
    (FixedPairs(pairs=(("s1", "a"), ("s2", "a"))), Siblings(mode="apart")),
    (FixedPairs(pairs=(("s1", "c"), ("s2", "c"))), OtherClassCap(upper=1)),
    (FixedPairs(pairs=(("s1", "a"), ("s2", "b"))), ClassTeams(most=1)),
    (FixedPairs(pairs=(("s1", "a"), ("s3", "a"))), ClassesPerMentor(most=1)),
    (FixedPairs(pairs=(("s1", "b"), ("s2", "c"))), ChiefMentors()),
    (FixedPairs(pairs=(("s1", "a"), ("s3", "a"))), TypeQuotas(attribute="care_level", values="key", upper=1)),
    (FixedPairs(pairs=(("s3", "a"),)), Continuity(mode="locked_only")),
]


@pytest.mark.parametrize("pair", CONTRADICTIONS, ids=lambda pair: f"{pair[0].kind}-{pair[1].kind}")
@pytest.mark.parametrize("flip", [False, True])
def test_both_are_named(pair, flip):
    # Each of the two alone can be kept.
    for alone in pair:
        kept = solve(Problem(staffed(**ROOMY), [Quotas(), Coverage(), alone]))
        assert kept.status is Status.OPTIMAL, alone.kind
    result = solve(Problem(staffed(**ROOMY), [Quotas(), Coverage(), *(pair[::-1] if flip else pair)]))
    assert result.status is Status.INFEASIBLE
    assert result.conflict is not None
    kinds = {rule.kind for rule in result.conflict.rules}
    assert {rule.kind for rule in pair} <= kinds
    assert kinds <= {"quotas", *(rule.kind for rule in pair)}
    for rule in pair:
        assert rule.describe().zh.rstrip("。") in result.conflict.text.zh
        assert rule.describe().en.rstrip(".") in result.conflict.text.en


def test_the_command_names_both_on_a_whole_school(tmp_path, capsys):
    from click.testing import CliRunner

    (tmp_path / "rules.toml").write_text(
        """
        [[constraint]]
        kind = "fixed_pairs"
        pairs = [["20240101", "T004"]]
        [[constraint]]
        kind = "separated_pairs"
        pairs = [["20240101", "T004"]]
        """,
        "utf-8",
    )
    write_sample_school(tmp_path / "school.xlsx", "zh")
    said = {}
    for lang in ("zh", "en"):
        arguments = ["solve", tmp_path / "school.xlsx", "-o", tmp_path / "r.xlsx", "--date", "2024-11-11"]
        arguments += ["--rules", tmp_path / "rules.toml", "--lang", lang, "--staff"]
        answer = CliRunner().invoke(group, [str(each) for each in arguments], standalone_mode=False)
        assert answer.return_value == 3, answer.output
        said[lang] = answer.output
    assert "学校指定的 1 对师生结对" in said["zh"]
    assert "立即分开,不再结对" in said["zh"]
    assert "1 pair(s) are fixed by the school" in said["en"]
    assert "separated now and never made again" in said["en"]
    assert not (tmp_path / "r.xlsx").exists()


# -- what is nobody's business ------------------------------------------------------------------------------------


def test_no_reason_of_a_pair_tells_of_care_or_wishes():
    """Ordinary output: the reasons of pairs, changes and unplaced students of the sample school, all rules on."""
    roster = mm.read_roster(SAMPLES / "school.xlsx")
    rules = Rules(
        constraints=(GenderRequests(), QualifiedMentors(penalty=1, stage="wishes")), stages=(SoftRules(name="wishes"),)
    )
    for result in (mm.match(roster, on=NOVEMBER), mm.match(roster, on=NOVEMBER, rules=rules)):
        texts = [reason.text for reason in result.pair_reasons.values()]
        texts += [change.text for change in result.changes]
        assert len(texts) > 1000
        told = re.compile("关爱|重点|性别|care|gender")
        assert not [text for text in texts if told.search(text.zh) or told.search(text.en)]
