"""Rows of the desk itself: mail and webhooks, who was told of what, sign-in links, what-ifs."""

from support.agreements.models import EditionNotice
from support.announcements.models import Announcement, AnnouncementLetter, NewsLeft
from support.api.models import ApiAnswer, ApiToken, Scope
from support.articles.models import (
    Article,
    ArticleVersion,
    ArticleVote,
    Category,
    HelpMark,
    OpenedSuggestion,
    Picture,
    UnansweredSearch,
)
from support.asking.models import FieldRule
from support.audit.models import AuditEntry
from support.automation.models import AutomationPlace, AutomationRun, Macro, Trigger, TriggerEvent
from support.brands.models import LetterText
from support.canned.models import CannedReply
from support.causes.models import Cause, CauseRule, GivenCause
from support.contracts.models import ContractLetter
from support.desk.models import ChangeNotice, OpinionRule
from support.drafts.models import Draft, DraftFile
from support.forms.models import SentForm
from support.mail.models import IncomingMail, Mailbox, OutgoingMail, Proposal
from support.maintenance.models import MaintenanceFeed, MaintenanceLetter
from support.notifications.models import (
    AlertNotice,
    DigestHour,
    Notification,
    NotificationChoice,
    NotificationKind,
    NotificationPlace,
)
from support.notifications.push.models import (
    PushedLetter,
    PushKey,
    PushMessage,
    PushSubscription,
    PushWish,
)
from support.queue.models import QueueColumns, SavedView
from support.regular.models import RegularReport
from support.reports.models import KeptGoal, SavedReport
from support.sign_in.models import SignInLink
from support.standing.models import Trial
from support.status_page.models import (
    OutageFollower,
    ShownService,
    StatusLetter,
    StatusNews,
    Subscriber,
)
from support.webhooks.models import Webhook, WebhookDelivery, WebhookEvent
from support.whatif.models import WhatIf
from support.widget.models import WidgetSite

__all__ = [
    "AlertNotice",
    "Announcement",
    "AnnouncementLetter",
    "ApiAnswer",
    "ApiToken",
    "Article",
    "ArticleVersion",
    "ArticleVote",
    "AuditEntry",
    "AutomationPlace",
    "AutomationRun",
    "CannedReply",
    "Category",
    "Cause",
    "CauseRule",
    "ChangeNotice",
    "ContractLetter",
    "DigestHour",
    "Draft",
    "DraftFile",
    "EditionNotice",
    "FieldRule",
    "GivenCause",
    "HelpMark",
    "IncomingMail",
    "KeptGoal",
    "LetterText",
    "Macro",
    "Mailbox",
    "MaintenanceFeed",
    "MaintenanceLetter",
    "NewsLeft",
    "Notification",
    "NotificationChoice",
    "NotificationKind",
    "NotificationPlace",
    "OpenedSuggestion",
    "OpinionRule",
    "OutageFollower",
    "OutgoingMail",
    "Picture",
    "Proposal",
    "PushKey",
    "PushMessage",
    "PushSubscription",
    "PushWish",
    "PushedLetter",
    "QueueColumns",
    "RegularReport",
    "SavedReport",
    "SavedView",
    "Scope",
    "SentForm",
    "ShownService",
    "SignInLink",
    "StatusLetter",
    "StatusNews",
    "Subscriber",
    "Trial",
    "Trigger",
    "TriggerEvent",
    "UnansweredSearch",
    "Webhook",
    "WebhookDelivery",
    "WebhookEvent",
    "WhatIf",
    "WidgetSite",
]
