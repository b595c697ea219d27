"""The addresses of the desk's faces."""

from django.urls import URLPattern, URLResolver, include, path

from support import account, original
from support.intake import providers
from support.portal import views as portal
from support.promises import calendars, correction, editions, evidence, whatif
from support.promises.calculator import calculator
from support.reports import views as reports
from support.widget import views as widget
from support.workspace import (
    mail,
    mailboxes,
    phone,
    planning,
    planning_changes,
    planning_live,
    replay,
)
from support.workspace import views as workspace

desk: list[URLPattern | URLResolver] = [
    path("", workspace.queue, name="queue"),
    path("tickets/<str:reference>/", workspace.ticket, name="ticket"),
    path("tickets/<str:reference>/answer/", workspace.answer, name="answer"),
    path("tickets/<str:reference>/note/", workspace.note, name="note"),
    path("tickets/<str:reference>/do/<slug:name>/", workspace.verb, name="verb"),
    path("tickets/<str:reference>/then/", replay.replay, name="replay"),
    path("tickets/<str:reference>/agreement/", correction.correct, name="correct-edition"),
    path("tickets/<str:reference>/evidence.json", evidence.as_json, name="evidence-json"),
    path("tickets/<str:reference>/evidence.pdf", evidence.as_pdf, name="evidence-pdf"),
    path("phone/", phone.phone, name="phone"),
    path("planning/", planning.planning, name="planning"),
    path("planning/tickets/<str:reference>/", planning.plan, name="planning-plan"),
    path("planning/releases/<int:pk>/", planning_changes.release, name="planning-release"),
    path("planning/releases/<int:pk>/live/", planning_live.live, name="planning-live"),
    path("planning/<slug:key>/progress/", planning.progress, name="planning-progress"),
    path("planning/<slug:key>/schedule/", planning_changes.schedule, name="planning-schedule"),
    path("planning/<slug:key>/add/", planning_changes.add, name="planning-add"),
    path("outbox/", mail.outbox, name="outbox"),
    path("outbox/<str:name>", mail.outbox, name="outbox-mail"),
    path("quarantine/", mail.quarantine, name="quarantine"),
    path("quarantine/<int:pk>.eml", mail.raw, name="quarantine-raw"),
    path("quarantine/<int:pk>/retry/", mail.retry, name="quarantine-retry"),
    path("mailboxes/", mailboxes.mailboxes, name="mailboxes"),
    path("mailboxes/<int:pk>/read/", mailboxes.read_now, name="mailbox-read"),
    path("mailboxes/<int:pk>/try/", mailboxes.try_out, name="mailbox-try"),
    path("calculator/", calculator, name="calculator"),
    path("calendars/", calendars.calendars, name="calendars"),
    path("calendars/<int:pk>/<int:year>/", calendars.year, name="calendar-year"),
    path("calendars/<int:pk>/days/<str:day>/", calendars.day, name="calendar-day"),
    path("calendars/<int:pk>/choices/", calendars.choices, name="calendar-choices"),
    path("calendars/<int:pk>/progress/", calendars.progress, name="calendar-progress"),
    path("agreements/", editions.agreements, name="agreements"),
    path("agreements/<slug:key>/new/", editions.draft, name="edition-draft"),
    path("agreements/<slug:key>/<int:number>/", editions.edition, name="edition"),
    path(
        "agreements/<slug:key>/<int:number>/announce/", editions.announce, name="edition-announce"
    ),
    path("agreements/<slug:key>/<int:number>/toml/", editions.export, name="edition-export"),
    path("what-if/", whatif.what_if, name="what-if"),
    path("what-if/<int:pk>/", whatif.answer, name="what-if-answer"),
    path("what-if/<int:pk>.csv", whatif.answer_csv, name="what-if-csv"),
    path("widget/<slug:key>/", widget.demonstration, name="widget-demonstration"),
    path("reports/", reports.breaches, name="report-breaches"),
    path("reports/tickets/", reports.tickets, name="report-tickets"),
    path("reports/month.csv", reports.as_csv, name="report-csv"),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("", account.home, name="home"),
    path("sign-in/", account.sign_in, name="sign-in"),
    path("sign-in/<str:token>/", account.sign_in_by_link, name="sign-in-link"),
    path("sign-out/", account.sign_out, name="sign-out"),
    path("language/", include("django.conf.urls.i18n")),
    path("report/", portal.report, name="report"),
    path("report/received/<str:token>/", portal.thanks, name="thanks"),
    path("my/", portal.my_tickets, name="my-tickets"),
    path("my/<str:reference>/", portal.my_ticket, name="my-ticket"),
    path("files/<int:pk>/<str:_name>", workspace.attachment, name="attachment"),
    path("messages/<int:pk>/", original.shown, name="message-original"),
    path("pictures/<int:pk>", original.picture, name="picture"),
    path("hooks/mail/<slug:provider>/inbound/", providers.posted, name="mail-posted"),
    path("widget.js", widget.script, name="widget-script"),
    path("widget/<slug:key>/", widget.words, name="widget"),
    path("widget/<slug:key>/reports/", widget.report, name="widget-report"),
    path("desk/", include(desk)),
    path("api/v1/", include("support.api.urls")),
]
