"""The record as anybody may read it: who was whose mentor and when, and no cause that tells of a wish or a secret."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from mentormatch.base.text import Language
from mentormatch.roster.cause import Cause
from mentormatch.roster.pairing import Pairing
from mentormatch.roster.record_step import OpenedRow, RecordStep
from mentormatch.roster.roster import Roster

_SECRET = (Cause.REQUEST, Cause.RULE)
_OF_REASONS = (Cause.CHOICE, Cause.COORDINATION, *_SECRET)
"""Causes that follow from the reason of the pair; the others (a cover, an edit) are known to everybody."""


def public_row(row: Pairing) -> Pairing:
    """Return a row as anybody may read it: without its reason, its unknown cells, and a cause that tells of a secret.

    What the school has done for such a cause is called coordination, which it is: so nobody sees that one is withheld.
    """
    update: dict[str, object] = {"reason": None, "extra": ()} if row.reason is not None or row.extra else {}
    opened = row.opened_by
    if opened is not None and opened in _SECRET:
        lang: Language = "zh" if row.origin == opened.text.zh else "en"
        update["origin"] = Cause.COORDINATION.text.in_language(lang)
    if row.end_cause in _SECRET:
        update["end_cause"] = Cause.COORDINATION
    return row.model_copy(update=update) if update else row


Causes = Mapping[tuple[str, str], Cause]
"""Causes by (student id, mentor id)."""


def public_step(step: RecordStep, *, ends: Causes, begins: Causes) -> RecordStep:
    """Return a step as anybody may know it: rows of the record, and nothing of forms, duties or the school behind it.

    Parameters
    ----------
    step : RecordStep
    ends, begins : mapping of (student id, mentor id) to Cause
        Why primary rows end and begin, as far as public rules tell.
    """
    closed = {at: public_row(_ended_for(row, ends)) for at, row in step.closed.items()}
    opened = tuple(OpenedRow(public_row(row.pairing), _begun_for(row, begins)) for row in step.opened)
    changes = bool(closed or opened or step.groups or step.ended_groups)
    run = None
    if step.run is not None and changes:
        # Fingerprints, and how many forms have counted, follow from what is confidential, too.
        run = step.run.model_copy(update={"school_sha256": None, "rules_sha256": None, "forms": 0})
    return replace(
        step,
        before=Roster.of_rows(pairings=_public_rows(step.before.pairings), groups=step.before.groups),
        run=run,
        closed=closed,
        opened=opened,
        hand_overs=(),
        forms_used=frozenset(),
        forms_aside={},
    )


def _public_rows(rows: Iterable[Pairing]) -> tuple[Pairing, ...]:
    return tuple(public_row(row) for row in rows)


def _ended_for(row: Pairing, ends: Causes) -> Pairing:
    cause = ends.get((row.student_id, row.mentor_id)) if row.role == "primary" else None
    return row if cause is None else row.model_copy(update={"end_cause": cause})


def _begun_for(row: OpenedRow, begins: Causes) -> Cause:
    ids = row.pairing.student_id, row.pairing.mentor_id
    cause = begins.get(ids, row.cause) if row.pairing.role == "primary" and row.cause in _OF_REASONS else row.cause
    return Cause.COORDINATION if cause in _SECRET else cause
