"""Rows of the desk itself: mail in, mail out, who was told of what, sign-in links, what-ifs."""

from support.models.api import ApiAnswer, ApiToken, Scope
from support.models.mail import IncomingMail, OutgoingMail
from support.models.mailbox import Mailbox
from support.models.notice import AlertNotice, EditionNotice
from support.models.signin import SignInLink
from support.models.whatif import WhatIf
from support.models.widget import WidgetSite

__all__ = [
    "AlertNotice",
    "ApiAnswer",
    "ApiToken",
    "EditionNotice",
    "IncomingMail",
    "Mailbox",
    "OutgoingMail",
    "Scope",
    "SignInLink",
    "WhatIf",
    "WidgetSite",
]
