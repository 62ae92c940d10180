"""What pydantic found wrong with arguments, as an error of ours: which field and what, never a person's name."""

from pydantic import BaseModel, ValidationError

from mentormatch.base.errors import InputError, MentorMatchError, RulesError
from mentormatch.base.invalid import Findings
from mentormatch.base.text import Text


def refused_arguments(model: type[BaseModel], error: ValidationError, *, is_rule: bool) -> MentorMatchError:
    """Return the error for the arguments of a model, one line for each field.

    Parameters
    ----------
    model : type
        The class that was called.
    error : ValidationError
        What pydantic says.
    is_rule : bool
        Whether the class is a rule, a stage or a part of one. What was given is repeated for these only: the fields of
        a roster may hold names.
    """
    name = model.__name__
    if is_rule:
        found = Findings()
        found.add_invalid(model, name, error)
        return RulesError(found.told(Text(zh=f"{name} 的参数有误:", en=f"These arguments of {name} make no sense:")))
    problems = error.errors(include_url=False, include_context=False, include_input=False)
    told = "; ".join(
        f"{'.'.join(map(str, problem['loc'])) or '-'}: {problem['msg'].rstrip('.')}" for problem in problems
    )
    return InputError(Text(zh=f"{name} 的参数有误:{told}。", en=f"These arguments of {name} make no sense: {told}."))
