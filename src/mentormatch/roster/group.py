"""A group of students with its lead and its externals, for a time."""

from datetime import date

from pydantic import Field

from mentormatch.roster.entity import Entity


class GroupRecord(Entity):
    """A group of students with its lead and its externals (1名校内导师+X名校外导师+N名学生), for a time.

    Parameters
    ----------
    group_id : str
    lead_id : str, optional
        The in-school mentor.
    students, externals : tuple of str
    first_day, last_day : date, optional
        None is open.
    run : str, optional
        The run that wrote it.
    """

    group_id: str = Field(min_length=1)
    lead_id: str | None = None
    students: tuple[str, ...] = ()
    externals: tuple[str, ...] = ()
    first_day: date | None = None
    last_day: date | None = None
    run: str | None = None

    def is_open(self, on: date | None) -> bool:
        """Tell whether the group holds on a day; without a day, whether it has no end."""
        if on is None:
            return self.last_day is None
        return (self.first_day is None or self.first_day <= on) and (self.last_day is None or on <= self.last_day)
