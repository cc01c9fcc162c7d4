"""A refusal as an answer over HTTP, to screens' scripts and to programs alike."""

from tongchou.core.access import Refused

# Every other code is a rule of the programme or a fault in what was typed.
_STATUS = {"role": 403, "scope": 403, "state": 409, "conflict": 409, "version": 409}


def status_of(refused: Refused) -> int:
    return _STATUS.get(refused.code, 422)


def said(refused: Refused) -> dict[str, object]:
    """What was refused, why, by which clause, and what to do; remarks by field."""
    denied = refused.denied
    return {
        "code": denied.code,
        "reason": denied.reason,
        "clause": denied.clause,
        "remedy": denied.remedy,
        "fields": refused.fields,
    }
