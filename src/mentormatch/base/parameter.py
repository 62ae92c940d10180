"""The words of a parameter, kept on the field itself: what it says, and why its default is what it is."""

from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, GetJsonSchemaHandler
from pydantic.fields import FieldInfo
from pydantic_core import CoreSchema

from mentormatch.base.text import Text

UNSAID = Text(zh="", en="")
_LAST = ("penalty", "stage")


@dataclass(frozen=True, slots=True)
class Parameter:
    """What a parameter of a rule or of a stage means, for `rules --explain`, the schema and the docs.

    Parameters
    ----------
    text : Text
        What it says.
    why : Text
        Why the default is what it is, or why there is none.

    Examples
    --------
    >>> from typing import Annotated
    >>> from pydantic import Field
    >>> class Rest(BaseModel):
    ...     days: Annotated[int, said("休息天数", "days of rest", "周末两天", "the weekend")] = Field(default=2, ge=0)
    >>> parameters(Rest)["days"].why.en
    'the weekend'
    """

    text: Text
    why: Text = UNSAID

    def __get_pydantic_json_schema__(self, core_schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        """Return the field's schema with what the parameter says."""
        return {**handler(core_schema), "description": f"{self.text.en[:1].upper()}{self.text.en[1:]}."}


def said(zh: str, en: str, why_zh: str = "", why_en: str = "") -> Parameter:
    """Return the words of a parameter."""
    return Parameter(Text(zh=zh, en=en), Text(zh=why_zh, en=why_en))


def parameters(model: type[BaseModel]) -> dict[str, Parameter]:
    """Return the words of each parameter of a rule or a stage: its `kind` left out, what makes it soft last.

    A field without words of its own is told by its description, which then stands for both languages.
    """
    names = sorted(
        (name for name in model.model_fields if name not in ("kind", "where")), key=lambda name: name in _LAST
    )
    return {name: _of(name, model.model_fields[name]) for name in names}


def _of(name: str, field: FieldInfo) -> Parameter:
    found = next((each for each in field.metadata if isinstance(each, Parameter)), None)
    text = field.description or name
    return found or Parameter(Text(zh=text, en=text))
