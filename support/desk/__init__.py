"""The verbs: what people do to tickets, and the only writer of their facts."""

from support.desk.answers import DeskError
from support.desk.verbs import (
    assign,
    call_back,
    classify,
    close,
    decline,
    held_by,
    hold,
    log_call,
    note,
    open_ticket,
    plan,
    prioritise,
    reopen,
    reply,
    require,
    resolve,
    resume,
)

__all__ = [
    "DeskError",
    "assign",
    "call_back",
    "classify",
    "close",
    "decline",
    "held_by",
    "hold",
    "log_call",
    "note",
    "open_ticket",
    "plan",
    "prioritise",
    "reopen",
    "reply",
    "require",
    "resolve",
    "resume",
]
