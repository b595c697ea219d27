"""What each letter says as long as nobody worded it, to begin from."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

STARTS: Mapping[str, tuple[object, object]] = {
    "confirmation": (
        _("We have your report: {{ ticket.onderwerp }}"),
        _(
            "{{ aanhef }}\n\nYour report has come in. Its number is {{ ticket.nummer }}.\n\n"
            "{{ afspraken }}"
        ),
    ),
    "reply": ("{{ ticket.onderwerp }}", "{{ antwoord }}"),
    "changed": (
        _("What you may expect of us has changed"),
        _(
            "{{ aanhef }}\n\nWe have looked at your report {{ ticket.nummer }}.\n\n{{ wijziging }}"
            "\n\nDo you see it otherwise? Tell us, and we look again."
        ),
    ),
    "moved": (
        _("The date changed"),
        _(
            "{{ aanhef }}\n\nWhat we promised about your report {{ ticket.nummer }} has changed."
            "\n\n{{ wijziging }}"
        ),
    ),
    "merged": (
        _("Goes on in {{ ticket.verder }}"),
        _(
            "{{ aanhef }}\n\nYour report {{ ticket.nummer }} is about the same as "
            "{{ ticket.verder }}. We go on with both as one, under {{ ticket.verder }}."
        ),
    ),
    "automatic": (_("About your report"), "{{ bericht }}"),
    "edition": (
        _("{{ overeenkomst }}: what changes from {{ datum }}"),
        _(
            "{{ aanhef }}\n\nThe service level agreement “{{ overeenkomst }}”, which we have with "
            "{{ klant.organisatie }}, changes on {{ datum }}.\n\n{{ wijzigingen }}"
        ),
    ),
    "rate": (
        _("{{ overeenkomst }}: other rates"),
        _("{{ aanhef }}\n\n{{ tarief }}\n\nQuestions? You reach us at {{ telefoon }}."),
    ),
    "credit": (
        _("{{ overeenkomst }}: credit"),
        _("{{ aanhef }}\n\n{{ restitutie }}\n\nQuestions? You reach us at {{ telefoon }}."),
    ),
    "maintenance": (
        _("Maintenance of your services"),
        _("{{ aanhef }}\n\n{{ onderhoud }}\n\nQuestions? You reach us at {{ telefoon }}."),
    ),
    "monthly": (
        _("Monthly report of {{ klant.organisatie }}"),
        _("{{ aanhef }}\n\n{{ rapport }}\n\nQuestions? You reach us at {{ telefoon }}."),
    ),
    "invitation": (
        _("{{ klant.organisatie }}: an account at our helpdesk"),
        _(
            "{{ aanhef }}\n\n{{ uitnodiger }} of {{ klant.organisatie }} made an account for you "
            "at our helpdesk. There you report, and follow what we do about it.\n\n{{ link }}"
        ),
    ),
    "sign_in_link": (
        _("A link to sign in to {{ aanbieder }}"),
        _("{{ aanhef }}\n\nWith this link you sign in:\n\n{{ link }}"),
    ),
    "forgotten": (
        _("A new password for {{ aanbieder }}"),
        _("{{ aanhef }}\n\nWith this link you choose a new password:\n\n{{ link }}"),
    ),
    "locks": (_("Your account was changed"), "{{ aanhef }}\n\n{{ wijziging }}"),
    "report_form": (
        _("Your form for a report"),
        _(
            "Hello,\n\nSomebody asked us to mail this address a link to the form for a report. It "
            "opens the form as that of your organisation, if we know it:\n\n{{ link }}"
        ),
    ),
    "outage_followed": ("{{ titel }}", "{{ titel }}\n\n{{ nieuws }}"),
    "status_confirm": (
        _("Confirm that you want our status by e-mail"),
        _(
            "Hello,\n\nSomebody asked us to mail this address about outages and maintenance. Was "
            "it you? Open this link and press the button there:\n\n{{ link }}"
        ),
    ),
    "status_news": ("{{ titel }}", "{{ titel }}\n\n{{ nieuws }}"),
}
