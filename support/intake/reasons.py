"""Why a mail was set aside, in words for colleagues."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from support.intake import colleagues
from support.intake.mime import Refusal
from support.mail.models import IncomingMail

REASONS = {
    "own": gettext_lazy("Our own mail came back."),
    "bounce": gettext_lazy("A report that mail could not be delivered."),
    "receipt": gettext_lazy("A receipt: somebody opened a mail of ours."),
    "report": gettext_lazy("A report by a mail server."),
    "auto-submitted": gettext_lazy("A machine wrote it, and says so."),
    "auto-reply": gettext_lazy("An automatic reply."),
    # Of mail that an earlier version did not read.
    "list": gettext_lazy("It came through a mailing list."),
    "bulk": gettext_lazy("It was sent to many."),
    "no-sender": gettext_lazy("It asks for no answer."),
    "no-auto-reply": gettext_lazy("It asks for no automatic answer."),
} | {sentence.value: gettext_lazy(sentence) for sentence in (*Refusal, *colleagues.Doubt)}


def reason_words(mail: IncomingMail) -> str:
    """Why it was set aside; what a verb said against it is kept as it is written in the code."""
    if mail.reason in REASONS or not mail.reason:
        return str(REASONS.get(mail.reason, ""))
    return _(mail.reason)
