"""Drawn schools through the command line, a few in every run; `python tests/drawn_commands.py 1000` runs many."""

from drawn_commands import faults_of_page, run_schools, told


def test_no_drawn_school_breaks_a_command_or_a_file() -> None:
    found = run_schools(7, 8)
    assert not found.faults, told(found, 0)
    assert found.files > 15
    assert {name for name, count in found.commands.items() if count} >= {"check", "solve", "explain", "rematch"}


def test_a_contradiction_whose_rows_count_more_than_once_has_a_proof_that_holds() -> None:
    """A school in which two rows of students apart count two and six times beside the others."""
    found = run_schools(21049, 1)
    assert found.codes["solve 3"] == 1
    assert not found.faults, told(found, 0)


def test_the_reader_of_pages_sees_what_is_wrong() -> None:
    assert faults_of_page("<p><b>a</b></p><br>") == []
    assert faults_of_page("<p><b>a</p>")
    assert faults_of_page("<td>None</td>")
