"""Which tables make up what the house does, and which don't, each with the reason.

A trigger on each watched table writes the log, so that no way of writing can forget it: a form, the
admin, the API, a command, many rows at once. A table that stands in neither list is red; one that
is added here needs a migration that calls `support_audit_watch` with the same words.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Watched:
    """A table that is watched.

    named: the column that says what a row is called. of: what a row belongs to, as
    "sla.calendar:calendar_id". unheard: what the house moves by itself, or tells nothing.
    masked: what is named as changed and never kept. when: other than at every write.
    """

    named: str = ""
    of: str = ""
    unheard: str = ""
    masked: str = ""
    when: str = "INSERT OR UPDATE OR DELETE"


_USER = "tickets.user"
_BY_MACHINE = "made_at due_at leased_until turn measured_at next_by failures failing_since"
WATCHED: Mapping[str, Watched] = {
    # Who works here, and how they come in.
    "tickets.team": Watched(named="name"),
    "tickets.user": Watched(named="name", unheard="last_login", masked="password"),
    "tickets.user_groups": Watched(of=f"{_USER}:user_id"),
    "tickets.user_user_permissions": Watched(of=f"{_USER}:user_id"),
    "account.emailaddress": Watched(named="email", of=f"{_USER}:user_id"),
    "mfa.authenticator": Watched(
        named="type", of=f"{_USER}:user_id", unheard="last_used_at created_at data"
    ),
    "socialaccount.socialaccount": Watched(
        named="uid", of=f"{_USER}:user_id", unheard="last_login extra_data"
    ),
    "socialaccount.socialapp": Watched(named="name", masked="secret key settings"),
    "usersessions.usersession": Watched(
        named="user_agent",
        of=f"{_USER}:user_id",
        unheard="data",
        masked="session_key",
        when="DELETE",
    ),
    "support.signinlink": Watched(of=f"{_USER}:user_id", unheard="used_at", masked="token_sha256"),
    "support.apitoken": Watched(
        named="name", of=f"{_USER}:owner_id", unheard="last_used_at", masked="sha256"
    ),
    "support.notificationchoice": Watched(named="kind", of=f"{_USER}:user_id"),
    "support.digesthour": Watched(of=f"{_USER}:user_id"),
    "support.pushsubscription": Watched(
        named="user_agent",
        of=f"{_USER}:user_id",
        unheard="last_used_at failures resting_until fault status failed_at",
        masked="endpoint p256dh sealed_auth",
    ),
    "support.pushwish": Watched(of=f"{_USER}:user_id"),
    "support.pushkey": Watched(masked="sealed_private"),
    # Customers.
    "tickets.organisation": Watched(named="name"),
    "tickets.brand": Watched(named="name"),
    "tickets.brandface": Watched(named="name", of="tickets.brand:brand_id", masked="logo"),
    "tickets.brandhost": Watched(named="host", of="tickets.brand:brand_id"),
    "support.lettertext": Watched(named="letter", of="tickets.brand:brand_id"),
    "tickets.organisationnote": Watched(of="tickets.organisation:organisation_id"),
    "tickets.emaildomain": Watched(named="domain", of="tickets.organisation:organisation_id"),
    "tickets.contact": Watched(named="name", of="tickets.organisation:organisation_id"),
    "tickets.contactaddress": Watched(named="email", of="tickets.contact:contact_id"),
    "tickets.contactnumber": Watched(
        named="number", of="tickets.contact:contact_id", unheard="bare"
    ),
    "support.maintenancefeed": Watched(of="tickets.contact:contact_id", masked="key"),
    # What was agreed.
    "sla.agreement": Watched(named="name"),
    "sla.edition": Watched(named="number", of="sla.agreement:agreement_id", unheard="told_at"),
    "sla.target": Watched(named="key", of="sla.edition:edition_id"),
    "sla.escalationstep": Watched(of="sla.edition:edition_id"),
    "sla.contract": Watched(named="number", of="tickets.organisation:organisation_id"),
    "sla.rate": Watched(of="sla.contract:contract_id", unheard="told_at"),
    "sla.credit": Watched(of="sla.contract:contract_id", unheard="told_at"),
    "sla.calendar": Watched(named="name", unheard="changed_at"),
    "sla.openingblock": Watched(of="sla.calendar:calendar_id"),
    "sla.calendarday": Watched(named="name", of="sla.calendar:calendar_id", unheard="known_from"),
    "sla.releaseschedule": Watched(of="sla.agreement:agreement_id"),
    "sla.release": Watched(
        named="name", of="sla.agreement:agreement_id", unheard="known_from live_at slot"
    ),
    # What is watched over, and shown to everybody.
    "sla.service": Watched(named="name", of="sla.contract:contract_id"),
    "sla.check": Watched(
        named="name",
        of="sla.service:service_id",
        unheard=f"{_BY_MACHINE} good_since fault said certificate_ends_at quiet outage_id",
        masked="ping_key",
    ),
    "sla.backupjob": Watched(
        named="name",
        of="sla.service:service_id",
        unheard="made_at watched_from last_good_at last_started_at last_failed_at kept oldest_at "
        "stated_at trouble ticket_id",
        masked="ping_key",
    ),
    "support.shownservice": Watched(named="name", of="sla.service:service_id"),
    # How work is done.
    "tickets.customfield": Watched(named="name"),
    "support.fieldrule": Watched(of="tickets.customfield:field_id"),
    "tickets.tag": Watched(named="name"),
    "tickets.numbering": Watched(),
    "support.macro": Watched(named="title"),
    "support.trigger": Watched(named="name", unheard="hears_from failures"),
    "support.cannedreply": Watched(named="title"),
    "support.cause": Watched(named="name_nl"),
    "support.causerule": Watched(),
    "support.opinionrule": Watched(),
    "support.keptgoal": Watched(),
    "sla.reportrule": Watched(),
    "support.savedview": Watched(named="name"),
    "support.savedreport": Watched(named="name"),
    "support.regularreport": Watched(of=f"{_USER}:receiver_id", unheard="told_at mail_id"),
    "support.category": Watched(named="name_nl"),
    "support.article": Watched(named="slug"),
    "support.articleversion": Watched(
        named="title_nl",
        of="support.article:article_id",
        unheard="plain_nl plain_en words_nl words_en",
    ),
    "support.picture": Watched(named="name", masked="key"),
    "support.announcement": Watched(named="title_nl", unheard="begun_at told_at"),
    # How the house is reached, and reaches others.
    "support.mailbox": Watched(
        named="name",
        unheard="access_token access_until uid_validity last_uid taken_on taken watched_from "
        "last_read_at emptied_at last_tried_at last_error last_said claimed_at alarmed_at",
        masked="password client_secret refresh_token",
    ),
    "support.webhook": Watched(
        named="name",
        unheard="heard_events heard_alerts mark_events mark_alerts mark_transaction failing_since "
        "hears_from resting_until old_secret_until created_at",
        masked="sealed_secret sealed_old_secret",
    ),
    "support.widgetsite": Watched(named="name", masked="sealed_secret"),
}

_HISTORY = "stands in the history of its ticket"
_LEDGER = "is itself a history that is only added to, with who did it"
_LETTER = "says that somebody was written to"
_WORKED_OUT = "is worked out by the house from what it knows"
_WORK = "is work under way, of which what comes of it is recorded"
_PLACE = "notes how far the house has come"
_PACKAGE = "is a package's, which the house doesn't use for rights or settings"
_READER = "is what a reader did, and changes nothing for others"
NOT_WATCHED: Mapping[str, str] = {
    **dict.fromkeys(
        (
            *("tickets.ticket", "tickets.ticketevent", "tickets.message", "tickets.attachment"),
            *("tickets.fieldvalue", "tickets.checklistitem", "tickets.link", "tickets.participant"),
            *("tickets.tag_tickets", "support.givencause", "support.automationrun"),
            *("support.proposal", "sla.coveragechange", "support.sentform"),
        ),
        _HISTORY,
    ),
    **dict.fromkeys(
        (
            *("sla.outage", "sla.outageevent", "sla.claim", "sla.claimdecision"),
            *("sla.maintenance", "sla.maintenanceevent", "sla.maintenance_services"),
            *("sla.updatedecision", "sla.updatedecision_services", "sla.releasemove"),
            *("sla.monthlyreport", "sla.issuedreport", "sla.reportfile", "support.auditentry"),
        ),
        _LEDGER,
    ),
    **dict.fromkeys(
        (
            *("support.outgoingmail", "support.editionnotice", "support.contractletter"),
            *("support.maintenanceletter", "support.statusnews", "support.statusletter"),
            *("support.announcementletter", "support.pushedletter"),
            *("support.notification", "support.alertnotice", "support.changenotice"),
            *("support.pushmessage", "support.webhookdelivery"),
        ),
        _LETTER,
    ),
    **dict.fromkeys(
        (
            *("sla.clock", "sla.coverage", "sla.alert", "sla.auditrun", "sla.servicemonth"),
            *("sla.checkresult", "sla.checkhour", "sla.checkday", "sla.checklook", "sla.ping"),
            *("tickets.change", "tickets.touch", "tickets.searchdocument", "support.trial"),
            *("sla.monthtally", "sla.countedmonth", "sla.monthchange"),
            *("support.helpmark", "support.articleversion_pictures", "support.whatif"),
        ),
        _WORKED_OUT,
    ),
    **dict.fromkeys(
        ("support.draft", "support.draftfile", "support.apianswer", "support.incomingmail"), _WORK
    ),
    **dict.fromkeys(("support.automationplace", "support.notificationplace"), _PLACE),
    **dict.fromkeys(
        (
            *("support.articlevote", "support.openedsuggestion", "support.unansweredsearch"),
            *("support.subscriber", "support.queuecolumns", "support.outagefollower"),
            "support.newsleft",
        ),
        _READER,
    ),
    **dict.fromkeys(
        (
            *("admin.logentry", "auth.permission", "auth.group", "auth.group_permissions"),
            *("contenttypes.contenttype", "sessions.session", "account.emailconfirmation"),
            "socialaccount.socialtoken",
        ),
        _PACKAGE,
    ),
}


def arguments(label: str, watched: Watched) -> tuple[str, ...]:
    """What the trigger of a table is made with, as the database keeps it."""
    return (label, watched.named, watched.of, watched.unheard, watched.masked)


def all_watched() -> Iterator[tuple[str, tuple[str, ...], str]]:
    """Each with its trigger's arguments and when it acts."""
    for label, watched in WATCHED.items():
        yield label, arguments(label, watched), watched.when
