"""One school drawn from a profile, in arrays: classes, teaching, last term's pairings, forms, replies.

Students choose by a multinomial logit over all mentors (Plackett 1975; Luce 1959): the popularity of a mentor is
log-normal, and mentors of the own class are some times as likely. Everything is drawn by matrices, with no loop over
students.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mentormatch.base.arrays import BoolArray, IntArray
from mentormatch.study.generators.profile import SchoolProfile

FloatArray = NDArray[np.floating]

# After so many rounds of last term's choice the school placed who was left.
_ROUNDS_LAST_TERM = 3
_MINUTES = 7 * 24 * 60


@dataclass(frozen=True, eq=False, kw_only=True)
class SchoolDraw:
    """A school in arrays. Students stand in the order of their ids: highest grade first, class by class.

    Parameters
    ----------
    profile : SchoolProfile
    prefix : str
        In front of all ids.
    class_of : int array of shape (n,)
        Class of each student.
    grade_of_class, number_of_class : int array of shape (c,)
        Grade (1-12) and number within the grade of each class.
    teaches : bool array of shape (c, k)
        Mentor teaches class.
    head : int array of shape (c,)
        Head teacher of each class, -1 for none.
    choices : int array of shape (n, at most 5)
        Mentors, best first; -1 where a list has ended.
    has_form : bool array of shape (n,)
    arrival : int array of shape (n,)
        Minutes from the opening of the survey to the form.
    current, avoided : int array of shape (n,)
        Last term's mentor, the mentor to avoid; -1 for none.
    reply : int array with the shape of `choices`
        What the listed mentor says: its order 1, 2, ...; 0 nothing; -1 unsuitable; -2 acceptable.
    care : int array of shape (n,)
        2 key, 1 general, 0 none.
    boarding, female : bool array of shape (n,)
    female_mentor : bool array of shape (k,)
    """

    profile: SchoolProfile
    prefix: str
    class_of: IntArray
    grade_of_class: IntArray
    number_of_class: IntArray
    teaches: BoolArray
    head: IntArray
    choices: IntArray
    has_form: BoolArray
    arrival: IntArray
    current: IntArray
    avoided: IntArray
    reply: IntArray
    care: IntArray
    boarding: BoolArray
    female: BoolArray
    female_mentor: BoolArray

    @property
    def num_students(self) -> int:
        """Number of students."""
        return len(self.class_of)

    @property
    def num_mentors(self) -> int:
        """Number of mentors."""
        return int(self.teaches.shape[1])

    def student_ids(self) -> tuple[str, ...]:
        """Return the ids, ascending: entry year, class, number in class."""
        year = entry_years(self.profile, self.grade_of_class)[self.class_of]
        place = np.arange(self.num_students) - np.searchsorted(self.class_of, self.class_of)
        columns = zip(year.tolist(), self.number_of_class[self.class_of].tolist(), place.tolist(), strict=True)
        classes, places = _digits(self.number_of_class), _digits(place + 1)
        return tuple([f"{self.prefix}{y}{number:0{classes}d}{at + 1:0{places}d}" for y, number, at in columns])

    def mentor_ids(self) -> tuple[str, ...]:
        """Return the ids, ascending."""
        digits = max(4, len(str(self.num_mentors)))
        return tuple([f"{self.prefix}T{number:0{digits}d}" for number in range(1, self.num_mentors + 1)])


def _digits(numbers: IntArray) -> int:
    """Return how many digits all of them are written with, at least two: so ids are distinct and in order."""
    return max(2, len(str(int(numbers.max(initial=0)))))


def entry_years(profile: SchoolProfile, grades: IntArray) -> IntArray:
    """Return the year in which a grade entered the school; the entry grade did in 2024."""
    return 2024 - (grades - profile.grades[0])


def draw_school(profile: SchoolProfile, num_students: int, rng: np.random.Generator, *, prefix: str = "") -> SchoolDraw:
    """Draw a school of a given size.

    Parameters
    ----------
    profile : SchoolProfile
    num_students : int
    rng : numpy Generator
    prefix : str
        In front of all ids.

    Notes
    -----
    O(students x mentors), vectorised: a few milliseconds for 1,000 students.
    """
    class_of, grade_of_class, number_of_class = _classes(profile, num_students)
    num_mentors = max(1, round(profile.mentor_share * int(np.ceil(num_students / profile.students_per_teacher))))
    teaches, head = _teaching(profile, num_mentors, grade_of_class, number_of_class, rng)
    popularity = np.exp(profile.popularity_sigma * rng.standard_normal(num_mentors))
    weight = np.where(teaches, profile.own_class_odds, 1.0) * popularity
    entered = grade_of_class[class_of] == profile.grades[0]
    current = _last_term(weight, class_of, ~entered & (rng.random(num_students) < profile.returning), profile, rng)
    has_form = rng.random(num_students) >= profile.missing_forms
    avoided = _avoided(teaches, class_of, current, profile.avoid, rng)
    stays = (current >= 0) & (rng.random(num_students) < profile.stay)
    choices = _choices(weight, class_of, np.where(stays, current, -1), avoided, profile.list_lengths, rng)
    choices[~has_form] = -1
    care = np.searchsorted([profile.care_key, profile.care_key + profile.care_general], rng.random(num_students))
    care = 2 - care
    arrival = _arrival(care > 0, profile.late_care, rng)
    return SchoolDraw(
        profile=profile,
        prefix=prefix,
        class_of=class_of,
        grade_of_class=grade_of_class,
        number_of_class=number_of_class,
        teaches=teaches,
        head=head,
        choices=choices,
        has_form=has_form,
        arrival=arrival,
        current=current,
        avoided=avoided,
        reply=_replies(choices, current, num_mentors, profile, rng),
        care=care,
        boarding=rng.random(num_students) < profile.boarding,
        female=rng.random(num_students) < 0.5,
        female_mentor=rng.random(num_mentors) < 0.6,
    )


def _classes(profile: SchoolProfile, num_students: int) -> tuple[IntArray, IntArray, IntArray]:
    """Return the class of each student, and grade and number of each class; grades are of even size."""
    sizes = np.full(len(profile.grades), num_students // len(profile.grades))
    sizes[: num_students % len(profile.grades)] += 1
    middle = (profile.smallest_class + profile.largest_class) / 2
    grade: list[int] = []
    number: list[int] = []
    size: list[int] = []
    for year, students in sorted(zip(profile.grades, sizes.tolist(), strict=True), reverse=True):
        if not students:
            continue
        # The largest class is a cap; the smallest is kept where the cap allows it.
        most = max(1, students // profile.smallest_class)
        count = max(-(-students // profile.largest_class), min(round(students / middle), most))
        grade += [year] * count
        number += range(1, count + 1)
        size += [students // count + (at < students % count) for at in range(count)]
    return np.repeat(np.arange(len(size)), size), np.array(grade), np.array(number)


def _teaching(
    profile: SchoolProfile, num_mentors: int, grade_of_class: IntArray, number: IntArray, rng: np.random.Generator
) -> tuple[BoolArray, IntArray]:
    """Return who teaches which class (neighbours within one grade), and the head teachers."""
    num_classes = len(grade_of_class)
    loads, shares = zip(*profile.teaching_loads, strict=True)
    load = rng.choice(np.array(loads), num_mentors, p=np.array(shares))
    # First classes are spread evenly, so that every class has somebody where there are enough mentors.
    first = rng.permutation(num_mentors) * num_classes // num_mentors
    begin = np.searchsorted(-grade_of_class, -grade_of_class)
    count = np.searchsorted(-grade_of_class, -grade_of_class, side="right") - begin
    teaches = np.zeros((num_classes, num_mentors), bool)
    for step in range(max(loads)):
        who = np.flatnonzero((load > step) & (count[first] > step))
        of = first[who]
        teaches[begin[of] + (number[of] - 1 + step) % count[of], who] = True
    head = np.full(num_classes, -1)
    head[first[::-1]] = np.arange(num_mentors)[::-1]
    return teaches, head


def _last_term(
    weight: FloatArray, class_of: IntArray, returning: BoolArray, profile: SchoolProfile, rng: np.random.Generator
) -> IntArray:
    """Return last term's mentor of each student: a few rounds of choice, then free seats in turn; -1 for none."""
    num_classes, num_mentors = weight.shape
    current = np.full(len(class_of), -1)
    room = np.full(num_mentors, profile.seats)
    cumulative = np.cumsum(weight, axis=1)
    # One increasing row after the other, so that a single search serves all classes.
    steps = (cumulative / cumulative[:, -1:] + np.arange(num_classes)[:, None]).ravel()
    left = rng.permutation(np.flatnonzero(returning))
    for _ in range(_ROUNDS_LAST_TERM):
        of = class_of[left]
        wish = np.searchsorted(steps, of + rng.random(len(left)), side="right") - of * num_mentors
        wish = np.clip(wish, 0, num_mentors - 1)
        by_mentor = np.argsort(wish, kind="stable")
        wanted = wish[by_mentor]
        place = np.arange(len(left)) - np.searchsorted(wanted, wanted)
        seated = by_mentor[place < room[wanted]]
        current[left[seated]] = wish[seated]
        room -= np.bincount(wish[seated], minlength=num_mentors)
        left = left[current[left] < 0]
    free = np.repeat(np.arange(num_mentors), room)
    placed = left[: len(free)]
    current[placed] = rng.permutation(free)[: len(placed)]
    return current


def _avoided(
    teaches: BoolArray, class_of: IntArray, current: IntArray, share: float, rng: np.random.Generator
) -> IntArray:
    """Return the mentor of the own class that a student avoids, never the one it has; -1 for none."""
    avoided = np.full(len(class_of), -1)
    for i in np.flatnonzero(rng.random(len(class_of)) < share).tolist():
        mentors = np.flatnonzero(teaches[class_of[i]])
        mentors = mentors[mentors != current[i]]
        if len(mentors):
            avoided[i] = rng.choice(mentors)
    return avoided


def _choices(
    weight: FloatArray,
    class_of: IntArray,
    first: IntArray,
    avoided: IntArray,
    list_lengths: tuple[float, ...],
    rng: np.random.Generator,
) -> IntArray:
    """Return the lists: the first arrivals of a race of exponential clocks are a Plackett-Luce draw."""
    n, k = len(class_of), weight.shape[1]
    clock = rng.standard_exponential((n, k), dtype=np.float32)
    clock /= weight.astype(np.float32)[class_of]
    rows = np.arange(n)
    clock[rows[first >= 0], first[first >= 0]] = -1
    clock[rows[avoided >= 0], avoided[avoided >= 0]] = np.inf
    length = min(len(list_lengths), k)
    best = np.argpartition(clock, length - 1, axis=1)[:, :length] if length < k else np.tile(np.arange(k), (n, 1))
    order = np.argsort(np.take_along_axis(clock, best, axis=1), axis=1, kind="stable")
    choices = np.take_along_axis(best, order, axis=1)
    listed = 1 + np.searchsorted(np.cumsum(list_lengths)[:-1], rng.random(n), side="right")
    choices[np.arange(length) >= listed[:, None]] = -1
    choices[choices == avoided[:, None]] = -1
    return choices


def _arrival(care: BoolArray, late_care: float, rng: np.random.Generator) -> IntArray:
    """Return minutes from opening to form: log-normal around a day, later for care students, within a week."""
    minutes = 24 * 60 * np.exp(rng.standard_normal(len(care)) - 0.5) * np.where(care, late_care, 1.0)
    within: IntArray = np.minimum(minutes, _MINUTES - 1).astype(np.int64)
    return within


def _replies(
    choices: IntArray, current: IntArray, num_mentors: int, profile: SchoolProfile, rng: np.random.Generator
) -> IntArray:
    """Return what listed mentors say of their applicants."""
    n, length = choices.shape
    reply = np.zeros((n, length), np.int64)
    speaks = rng.random(num_mentors) >= profile.silent_mentors
    chance = rng.random((n, length))
    agreed = profile.merit_correlation
    merit = rng.standard_normal((n, 1))
    taste = np.sqrt(agreed) * merit + np.sqrt(1 - agreed) * rng.standard_normal((n, length))
    asked = (choices >= 0) & speaks[choices]
    reply[asked & (chance > 1 - profile.veto) & (choices != current[:, None])] = -1
    at = np.flatnonzero(asked & (chance < profile.reply))
    at = at[np.lexsort((-taste.ravel()[at], choices.ravel()[at]))]
    mentor = choices.ravel()[at]
    place = np.arange(len(at)) - np.searchsorted(mentor, mentor) + 1
    reply.ravel()[at] = np.where(place <= profile.ordered_replies, place, -2)
    return reply
