"""Families: which students of a school are brothers and sisters."""

from collections.abc import Mapping, Sequence

from mentormatch.roster.student import Student


def families(students: Sequence[Student]) -> Mapping[str, str]:
    """Return the family of every student that has a brother or sister here.

    Being siblings goes both ways and is passed on: if a names b and b names c, the three are one family, whoever wrote
    it down. Siblings at other schools are left out.

    Returns
    -------
    mapping of student id to str
        The smallest student id of the family. O(students) but for a nearly constant factor (union-find).
    """
    parent = {student.student_id: student.student_id for student in students}

    def root(student_id: str) -> str:
        while parent[student_id] != student_id:
            parent[student_id] = parent[parent[student_id]]
            student_id = parent[student_id]
        return student_id

    for student in students:
        for sibling in student.sibling_ids:
            if sibling in parent:
                one, other = sorted((root(student.student_id), root(sibling)))
                parent[other] = one
    members: dict[str, list[str]] = {}
    for student_id in parent:
        members.setdefault(root(student_id), []).append(student_id)
    return {member: name for name, group in members.items() if len(group) > 1 for member in group}
