"""Rows of the desk itself: mail and webhooks, who was told of what, sign-in links, what-ifs."""

from support.models.api import ApiAnswer, ApiToken, Scope
from support.models.canned import CannedReply
from support.models.draft import Draft, DraftFile
from support.models.mail import IncomingMail, OutgoingMail
from support.models.mailbox import Mailbox
from support.models.notice import AlertNotice, EditionNotice
from support.models.notification import Notification
from support.models.signin import SignInLink
from support.models.view import QueueColumns, SavedView
from support.models.webhook import Webhook, WebhookDelivery, WebhookEvent
from support.models.whatif import WhatIf
from support.models.widget import WidgetSite

__all__ = [
    "AlertNotice",
    "ApiAnswer",
    "ApiToken",
    "CannedReply",
    "Draft",
    "DraftFile",
    "EditionNotice",
    "IncomingMail",
    "Mailbox",
    "Notification",
    "OutgoingMail",
    "QueueColumns",
    "SavedView",
    "Scope",
    "SignInLink",
    "Webhook",
    "WebhookDelivery",
    "WebhookEvent",
    "WhatIf",
    "WidgetSite",
]
