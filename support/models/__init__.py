"""Rows of the desk itself: mail in, mail out, who was told of what, sign-in links, what-ifs."""

from support.models.mail import IncomingMail, OutgoingMail
from support.models.notice import AlertNotice, EditionNotice
from support.models.signin import SignInLink
from support.models.whatif import WhatIf

__all__ = [
    "AlertNotice",
    "EditionNotice",
    "IncomingMail",
    "OutgoingMail",
    "SignInLink",
    "WhatIf",
]
