"""Rows of the desk itself: mail and webhooks, who was told of what, sign-in links, what-ifs."""

from support.models.api import ApiAnswer, ApiToken, Scope
from support.models.automation import (
    AutomationPlace,
    AutomationRun,
    Macro,
    Trigger,
    TriggerEvent,
)
from support.models.canned import CannedReply
from support.models.draft import Draft, DraftFile
from support.models.mail import IncomingMail, OutgoingMail, Proposal
from support.models.mailbox import Mailbox
from support.models.notice import AlertNotice, ChangeNotice, EditionNotice
from support.models.notification import (
    DigestHour,
    Notification,
    NotificationChoice,
    NotificationKind,
    NotificationPlace,
)
from support.models.push import PushKey, PushMessage, PushSubscription
from support.models.sent import SentForm
from support.models.signin import SignInLink
from support.models.view import QueueColumns, SavedView
from support.models.webhook import Webhook, WebhookDelivery, WebhookEvent
from support.models.whatif import WhatIf
from support.models.widget import WidgetSite

__all__ = [
    "AlertNotice",
    "ApiAnswer",
    "ApiToken",
    "AutomationPlace",
    "AutomationRun",
    "CannedReply",
    "ChangeNotice",
    "DigestHour",
    "Draft",
    "DraftFile",
    "EditionNotice",
    "IncomingMail",
    "Macro",
    "Mailbox",
    "Notification",
    "NotificationChoice",
    "NotificationKind",
    "NotificationPlace",
    "OutgoingMail",
    "Proposal",
    "PushKey",
    "PushMessage",
    "PushSubscription",
    "QueueColumns",
    "SavedView",
    "Scope",
    "SentForm",
    "SignInLink",
    "Trigger",
    "TriggerEvent",
    "Webhook",
    "WebhookDelivery",
    "WebhookEvent",
    "WhatIf",
    "WidgetSite",
]
