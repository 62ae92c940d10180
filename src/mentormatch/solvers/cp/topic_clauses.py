"""Stability of student-project allocation as clauses (compare Manlove, Milne and Olaosebikan 2018)."""

from mentormatch.formulation.topic_rows import Topics
from mentormatch.solvers.cp.constraint_model import Model
from mentormatch.solvers.cp.filled_places import Places, filled, of_mentors, of_students


def add_topics(model: Model, topics: Topics) -> None:
    """Ask that no pair of a student and a topic blocks."""
    market = topics.market
    person = topics.person[market.mentor]
    takes = (market.mentor_upper[market.mentor] > 0) & (topics.seats[person] > 0)
    pairs = topics.pairs[(model.variable_of[topics.pairs] >= 0) & takes[topics.pairs]]
    students, of_topic = of_students(market), of_mentors(market)
    of_person = Places(person, of_topic.rank, topics.seats)
    content = filled(model, students, market.student[pairs], students.rank[pairs]).tolist()
    topic_full = filled(model, of_topic, market.mentor[pairs], of_topic.rank[pairs]).tolist()
    person_full = filled(model, of_person, person[pairs], of_topic.rank[pairs]).tolist()
    for number, pair in enumerate(pairs.tolist()):
        own = int(model.variable_of[pair])
        full = [literal for literal in (content[number], topic_full[number]) if literal >= 0]
        model.clause([own, *full, *([person_full[number]] if person_full[number] >= 0 else [])])
        # Who is with the person already moves to the topic without taking a seat of the person.
        mine = market.pairs_of_student(int(market.student[pair]))
        for other in mine[(person[mine] == person[pair]) & (model.variable_of[mine] >= 0)].tolist():
            if other != pair and students.rank[other] > students.rank[pair]:
                model.clause([-1 - int(model.variable_of[other]), own, *full])
