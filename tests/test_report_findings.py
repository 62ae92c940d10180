"""The page's list of findings: nothing is lost, the same words stand once, errors first."""

from mentormatch.io.read import read_roster
from mentormatch.report.findings import findings
from samples import SAMPLES

DIRTY = SAMPLES / "school_dirty.xlsx"


def test_every_place_stands_once_and_the_same_words_once() -> None:
    issues = read_roster(DIRTY).issues
    found = findings(issues)
    places = sorted((one.sheet, place) for one in found for place in one.places)
    assert places == sorted((issue.sheet, issue.cell or str(issue.row)) for issue in issues if issue.row is not None)
    words = [(one.severity, one.sheet, one.message, one.suggestion) for one in found]
    assert len(set(words)) == len(words)
    assert {(i.severity, i.sheet, i.message, i.suggestion) for i in issues} == set(words)
    severities = [one.severity for one in found]
    assert severities == sorted(severities)
    assert len(found) < len(issues)
