"""What a model of pydantic looks like to a type checker: read-only fields, and arguments wider than what is kept."""

from typing import TYPE_CHECKING, Any, Self, dataclass_transform

from pydantic import BaseModel, ConfigDict, Field, GetPydanticSchema, PrivateAttr

if TYPE_CHECKING:
    from pydantic._internal._model_construction import ModelMetaclass
else:
    ModelMetaclass = type(BaseModel)


# Read-only fields may be narrowed in a subclass: `kind: str` by `kind: Literal["quotas"]`. A checker needs to be told
# twice, since pydantic's own metaclass says that fields can be assigned to.
@dataclass_transform(kw_only_default=True, frozen_default=True, field_specifiers=(Field, PrivateAttr))
class _FrozenMeta(ModelMetaclass):
    """The metaclass of models whose fields are read-only, to people and to type checkers."""


class FrozenModel(BaseModel, metaclass=_FrozenMeta):
    """A model that cannot be changed and refuses fields that it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    def _knowing(self, **private: Any) -> Self:
        """Return a copy with other values of private attributes."""
        copy = self.model_copy()
        for name, value in private.items():
            setattr(copy, name, value)
        return copy


def validated_as(schema: Any) -> GetPydanticSchema:
    """Return the mark of a field that is annotated with what may be written, and checked and kept as `schema`.

    Examples
    --------
    >>> from collections.abc import Iterable
    >>> from typing import Annotated
    >>> class Names(FrozenModel):
    ...     names: Annotated[Iterable[str], validated_as(tuple[str, ...])]
    >>> Names(names=["a", "b"]).names
    ('a', 'b')
    """
    return GetPydanticSchema(lambda _source, handler: handler.generate_schema(schema))
