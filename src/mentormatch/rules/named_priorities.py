"""Priority groups with what they name as the school has it."""

from collections.abc import Sequence

from mentormatch.constraints.naming import known_name, known_value
from mentormatch.roster.roster import Roster
from mentormatch.school.priorities import PriorityGroup, Tier
from mentormatch.school.school_attributes import student_attributes


def named_priorities(tiers: Sequence[Tier], roster: Roster) -> tuple[Tier, ...]:
    """Return the published priorities with the attributes and values of their groups looked up in a school.

    Raises
    ------
    RulesError
        For an attribute or a value that no student has, with what there is.
    """
    if not any(isinstance(tier, PriorityGroup) for tier in tiers):
        return tuple(tiers)
    there = student_attributes(roster.students, provisional={}, requests={}, arrived={}, fields=roster.fields)
    found: list[Tier] = []
    for tier in tiers:
        if not isinstance(tier, PriorityGroup):
            found.append(tier)
            continue
        name = known_name("students", there, tier.attribute, "priorities")
        values = tuple(known_value("students", name, there[name], value, "priorities") for value in tier.values)
        found.append(PriorityGroup(attribute=name, values=values))
    return tuple(found)
