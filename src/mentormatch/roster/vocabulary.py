"""The words that the roster's values are taken from: language-neutral, whatever the file was written in."""

from typing import Literal

Gender = Literal["male", "female"]
MentorKind = Literal["in_school", "external", "peer"]
CareLevel = Literal["general", "key"]
Duty = Literal["active", "leave"]
Role = Literal["primary", "supporting", "external", "peer"]
PairingState = Literal["active", "provisional", "cover", "ended"]
Stance = Literal["ranked", "acceptable", "unsuitable"]
Opinion = Literal["agree", "disagree", "not_askable"]
Decision = Literal["approved", "pending", "rejected"]
Severity = Literal["error", "warning"]
Refused = Literal["row", "cell", "column", "sheet"]
