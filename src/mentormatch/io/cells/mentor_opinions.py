"""What a mentor says about a student: a place in an order, acceptable, or unsuitable."""

from mentormatch.base.text import Language, Text
from mentormatch.io.cells import words
from mentormatch.io.cells.counts import read_count
from mentormatch.io.cells.reading import Reading, refused
from mentormatch.io.tables import Cell
from mentormatch.roster.vocabulary import Stance

MentorOpinion = tuple[Stance, int | None]
"""The stance, and the place in the order where the stance is "ranked"."""


def read_mentor_opinion(cell: Cell) -> Reading[MentorOpinion]:
    """Read a place (1, 2, ...), 可接受 or 不适合."""
    stance = words.read_stance(cell).value
    if stance is not None:
        return Reading((stance, None))
    order, finding = read_count(cell)
    if order is not None and order >= 1:
        return Reading(("ranked", order), finding)
    return refused(
        "stance_unreadable",
        "意向无法识别",
        "What the mentor wants is not understood",
        Text(zh="填写名次(1、2……)、可接受或不适合", en="write an order (1, 2, ...), acceptable or unsuitable"),
    )


def write_mentor_opinion(opinion: MentorOpinion, lang: Language) -> str:
    """Return the cell that says an opinion."""
    stance, order = opinion
    return str(order) if order is not None else words.write_word(words.STANCES, stance, lang)
