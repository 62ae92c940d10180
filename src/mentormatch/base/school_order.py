"""The order of grades and classes as a school counts them, where code points would put 九 before 八 and 10 before 2."""

_NUMERALS = "一二三四五六七八九"


def school_order(label: str) -> tuple[int, int, str]:
    """Return a key to sort the names of grades and classes by: the grade, then the number.

    Examples
    --------
    >>> sorted(["九年级", "八年级", "七(10)班", "七(2)班"], key=school_order)
    ['七(2)班', '七(10)班', '八年级', '九年级']
    """
    grade = _NUMERALS.find(label[:1]) + 1
    digits = "".join(character if character.isdigit() else " " for character in label).split()
    return (grade or int(digits[0] if digits and label[:1].isdigit() else 0), int(digits[-1]) if digits else 0, label)
