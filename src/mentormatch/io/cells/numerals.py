"""Chinese numerals up to 99."""

import re

_DIGITS = {"零": 0, "〇": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
_TENS = re.compile(r"([一二三四五六七八九])?十([一二三四五六七八九])?")


def read_numeral(text: str) -> int | None:
    """Return the number that a numeral such as 十五 stands for, or None when it is no numeral."""
    if text in _DIGITS:
        return _DIGITS[text]
    tens = _TENS.fullmatch(text)
    if tens is None:
        return None
    return _DIGITS[tens[1] or "一"] * 10 + _DIGITS[tens[2] or "零"]


def write_numeral(number: int) -> str:
    """Return the numeral of a number from 1 to 99."""
    tens, ones = divmod(number, 10)
    digits = "零一二三四五六七八九"
    return (digits[tens] if tens > 1 else "") + ("十" if tens else "") + (digits[ones] if ones else "")
