"""Topics: supervisors who offer several, with seats over all of them (student-project allocation, SPA)."""

from collections.abc import Sequence
from typing import Unpack

from mentormatch.concepts.concept import Concept, SolveOptions, expect_kind, solved
from mentormatch.constraints import Constraint, Supervisor, TopicStability
from mentormatch.io.instances.glasgow_projects import ProjectsInstance
from mentormatch.objectives import PlacedStudents
from mentormatch.problem.result import Result


def stable_with_topics(
    instance: ProjectsInstance, rules: Sequence[Constraint] = (), **options: Unpack[SolveOptions]
) -> Result:
    """Return a largest matching of students to topics that is stable.

    What blocks is defined in `TopicStability` (Abraham, Irving and Manlove 2007). Without ties all stable
    matchings have one size; with ties the largest is NP-hard to find (Cooper and Manlove 2018); by CP-SAT.

    Parameters
    ----------
    instance : ProjectsInstance
        From `mentormatch.io.instances.glasgow_projects.read_glasgow_projects`, or built.
    rules : sequence of Constraint
        Further rules.
    **options
        ``engine``, ``seed``, ``time_limit`` as in `mentormatch.solve`.
    """
    expect_kind(instance, ProjectsInstance, "stable_with_topics")
    what = Concept(rules=(topics_rule(instance),), stages=(PlacedStudents(),))
    return solved("stable_with_topics", what, instance.market, rules, **options)


def topics_rule(instance: ProjectsInstance) -> TopicStability:
    """Return the rule that an instance with topics asks to be kept."""
    return TopicStability(
        supervisors=tuple(
            Supervisor(name=name, topics=topics, upper=upper) for name, topics, upper in instance.supervisors if topics
        )
    )
