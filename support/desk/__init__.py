"""The verbs: what people do to tickets, and the only writer of their facts."""

from support.desk.answers import DeskError
from support.desk.turns import close, decline, hold, plan, reopen, require, resolve, resume
from support.desk.verbs import (
    assign,
    call_back,
    classify,
    held_by,
    log_call,
    note,
    open_ticket,
    prioritise,
    reply,
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
