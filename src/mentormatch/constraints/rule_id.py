"""An id in a rule."""

from typing import Annotated

from mentormatch.base.frozen_model import validated_as
from mentormatch.constraints.naming import Names
from mentormatch.market.market import Id

RuleId = Annotated[Id, validated_as(str | int)]
"""Any id to whoever writes a rule; text and whole numbers only, which a rules file can hold, are taken."""

StudentId = Annotated[Id, validated_as(str | int), Names("student")]
MentorId = Annotated[Id, validated_as(str | int), Names("mentor")]
