"""Text in both languages of a school: every message a school user sees is a `Text`."""

from dataclasses import dataclass
from typing import Literal, get_args

Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, ...] = get_args(Language)


@dataclass(frozen=True, slots=True)
class Text:
    """One message in Chinese and in English.

    Parameters
    ----------
    zh, en : str
        The same statement in both languages. Neither may hold a pupil's name.
    """

    zh: str
    en: str

    def __str__(self) -> str:
        return self.en

    def in_language(self, lang: Language) -> str:
        """Return the message in one language."""
        return self.zh if lang == "zh" else self.en
