"""What a school knows of its students that is not for everybody: the one list of such facts in a market."""

CONFIDENTIAL_ATTRIBUTES = frozenset(
    {"care_level", "care_tags", "family", "mentor_gender_req", "request", "request_missing"}
)
"""Attributes of students that only the staff edition tells, and that no public reason may rest on."""

CONFIDENTIAL_PAIR_FACTS = frozenset({"student_veto", "mentor_veto", "barred", "leaving", "transfer", "request_stands"})
"""Facts about pairs of the same kind: who will not have whom, and who has asked for somebody else."""
