"""What each person may see: every list and every page starts here."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponseBase

from sla.models import (
    Agreement,
    Alert,
    BackupJob,
    Check,
    Claim,
    Clock,
    Contract,
    Credit,
    Edition,
    IssuedReport,
    Maintenance,
    MonthlyReport,
    MonthTally,
    Outage,
    Release,
    ReportRule,
    Service,
    ServiceMonth,
    UpdateDecision,
)
from sla.models.backup import BackupJobQuerySet
from sla.models.check import CheckQuerySet
from sla.models.maintenance import MaintenanceQuerySet
from sla.models.monthly import MonthlyReportQuerySet
from sla.models.outage import OutageQuerySet
from support.articles.models import Article, ArticleQuerySet, Picture, Readers
from tickets.models import (
    Attachment,
    Contact,
    Message,
    Organisation,
    Ticket,
    TicketQuerySet,
    User,
    number_of,
)
from tickets.questions import Kept

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


_ANY = Kept(
    lambda ticket: (
        Ticket.objects.filter(pk=ticket).with_people().select_related("organisation__fixed_contact")
    ),
    ticket=int,
)


def tickets_of(user: User) -> TicketQuerySet:
    """Agents see every ticket; a customer those that they reported themselves, and whom their
    organisation named for it, those of colleagues.
    """
    if user.is_agent:
        return Ticket.objects.all()
    contact = Contact.objects.filter(user=user).first()
    own = Q(reporter_email__iexact=user.email, contact=None)
    if contact is not None:
        own |= Q(contact=contact)
        if contact.sees_all:
            own |= Q(organisation=contact.organisation_id)
    return Ticket.objects.filter(own)


def ticket_of(user: User, reference: str) -> Ticket | None:
    """The ticket that a reference names, with whom its page names, if they may see it."""
    if not user.is_agent:
        return tickets_of(user).by_reference(reference).with_people().first()
    number = number_of(reference)
    return next(iter(_ANY(ticket=number).asked()), None) if number else None


def messages_of(user: User) -> QuerySet[Message]:
    """Agents read everything; a customer the public messages on their own tickets."""
    messages = Message.objects.filter(ticket__in=tickets_of(user))
    return messages if user.is_agent else messages.filter(public=True)


def attachments_of(user: User) -> QuerySet[Attachment]:
    """The files of the messages that somebody may read."""
    return Attachment.objects.filter(message__in=messages_of(user))


def organisations_of(user: User) -> QuerySet[Organisation]:
    """Agents see every organisation; a customer their own."""
    if user.is_agent:
        return Organisation.objects.all()
    return Organisation.objects.filter(contacts__user=user)


def contacts_of(user: User) -> QuerySet[Contact]:
    """Agents see every contact; a customer themselves."""
    return Contact.objects.all() if user.is_agent else Contact.objects.filter(user=user)


def kept_contacts_of(user: User) -> QuerySet[Contact]:
    """The people of an organisation, to whoever keeps the list of them for it."""
    keeper = Contact.objects.filter(user=user, keeps_list=True)
    return Contact.objects.filter(organisation__in=keeper.values("organisation"))


def callers_of(user: User) -> QuerySet[Contact]:
    """Who may phone (3.C), at the organisations that somebody may see."""
    return Contact.objects.filter(organisation__in=organisations_of(user), may_phone=True)


def fixed_contact_of(user: User) -> User | None:
    """Our own person for a customer's organisation (3.F), if it has one who works here."""
    found = User.objects.filter(fixed_contact_of__contacts__user=user).first()
    return found if found is not None and found.is_agent else None


def agreements_of(user: User) -> QuerySet[Agreement]:
    """Agents see every agreement; a customer the one made with their organisation."""
    if user.is_agent:
        return Agreement.objects.all()
    return Agreement.objects.filter(pk__in=contracts_of(user).values("agreement"))


def contracts_of(user: User) -> QuerySet[Contract]:
    """Agents see every contract; a customer those of their organisation."""
    contracts = Contract.objects.select_related("agreement", "organisation")
    if user.is_agent:
        return contracts
    return contracts.filter(organisation__in=organisations_of(user))


def services_of(user: User) -> QuerySet[Service]:
    """Agents see every service; a customer its own, and what all under its agreements share."""
    services = Service.objects.select_related("agreement", "contract__organisation")
    if user.is_agent:
        return services
    theirs = contracts_of(user)
    shared = Q(contract=None, agreement__in=theirs.values("agreement"))
    return services.filter(Q(contract__in=theirs.values("pk")) | shared)


def outages_of(user: User) -> OutageQuerySet:
    """The outages of the services that somebody may see; what was withdrawn is for the helpdesk."""
    outages = Outage.objects.filter(service__in=services_of(user)).select_related("service")
    return outages if user.is_agent else outages.filter(withdrawn=False)


def maintenance_of(user: User) -> MaintenanceQuerySet:
    """The maintenance of the services that somebody may see."""
    announced = Maintenance.objects.announced()
    if user.is_agent:
        return announced
    concerned = Maintenance.services.through.objects.filter(service__in=services_of(user))
    return announced.filter(pk__in=concerned.values("maintenance"))


def updates_of(user: User) -> QuerySet[UpdateDecision]:
    """How updates are done is the helpdesk's: a customer hears of those that they are told."""
    decisions = UpdateDecision.objects.select_related("actor")
    return decisions if user.is_agent else decisions.none()


def months_of(user: User) -> QuerySet[ServiceMonth]:
    """The judged months of the services that somebody may see."""
    return ServiceMonth.objects.filter(service__in=services_of(user)).select_related("service")


def credits_of(user: User) -> QuerySet[Credit]:
    """Managers see every credit; a customer what was granted to their organisation."""
    found = Credit.objects.select_related("contract__agreement", "contract__organisation")
    if user.is_manager:
        return found
    granted = found.filter(state__in=(Credit.State.APPROVED, Credit.State.CHANGED))
    return found.none() if user.is_agent else granted.filter(contract__in=contracts_of(user))


def claims_of(user: User) -> QuerySet[Claim]:
    """Agents see every claim; a customer those of their organisation."""
    claims = Claim.objects.select_related("service", "ticket", "organisation")
    if user.is_agent:
        return claims
    return claims.filter(organisation__in=organisations_of(user))


def editions_of(user: User) -> QuerySet[Edition]:
    """The editions of the agreements that somebody may see; drafts are for the helpdesk."""
    editions = Edition.objects.filter(agreement__in=agreements_of(user))
    return editions if user.is_agent else editions.filter(announced_at__isnull=False)


def releases_of(user: User) -> QuerySet[Release]:
    """The releases of the agreements that somebody may see."""
    return Release.objects.filter(agreement__in=agreements_of(user))


def checks_of(user: User) -> CheckQuerySet:
    """Checks are the helpdesk's: a customer sees what they came to, not how we look."""
    checks = Check.objects.select_related("service__contract__organisation", "outage__ticket")
    return checks if user.is_agent else checks.none()


def backups_of(user: User) -> BackupJobQuerySet:
    """The backups of the services that somebody may see."""
    jobs = BackupJob.objects.select_related("service__contract__organisation", "ticket")
    return jobs.filter(service__in=services_of(user))


def _counted_for(user: User, path: str) -> Q:
    """Whose tickets a person's reports count: managers everything, a lead the own team's, which
    are in its hands now or, where no team has them, in those of one of its people.
    """
    if user.is_manager:
        return Q()
    if not user.is_lead or user.team_id is None:
        return Q(pk__in=[])
    theirs = Q(**{f"{path}team": user.team_id})
    return theirs | Q(**{f"{path}team": None, f"{path}assignee__team": user.team_id})


def counted_tickets(user: User) -> TicketQuerySet:
    """The tickets that somebody's reports count."""
    return Ticket.objects.filter(_counted_for(user, ""))


def counted_clocks(user: User) -> QuerySet[Clock]:
    """The promises that somebody's reports count."""
    return Clock.objects.filter(_counted_for(user, "ticket__"))


def counted_tallies(user: User) -> QuerySet[MonthTally]:
    """The counts of the same promises, of months that are over."""
    counts = MonthTally.objects.all()
    if user.is_manager:
        return counts
    return counts.filter(team=user.team_id) if user.is_lead and user.team_id else counts.none()


def counted_alerts(user: User) -> QuerySet[Alert]:
    """The warnings and breaches that somebody's reports count."""
    return Alert.objects.filter(_counted_for(user, "ticket__"))


def monthly_reports_of(user: User) -> MonthlyReportQuerySet:
    """Managers see every customer's monthly reports, leads where they approve them too."""
    reports = MonthlyReport.objects.select_related("organisation", "agreement")
    return reports if ReportRule.lets(user) else reports.none()


def issued_reports_of(user: User) -> QuerySet[IssuedReport]:
    """Whoever sees the reports sees what was issued; of a customer, those whom it named, and only
    what is its own.
    """
    issued = IssuedReport.objects.select_related("report__organisation", "report__agreement")
    if user.is_agent:
        return issued if ReportRule.lets(user) else issued.none()
    return issued.filter(report__organisation__in=reporting_organisations_of(user))


def reporting_organisations_of(user: User) -> QuerySet[Organisation]:
    """Of a customer, the organisation whose reports it named them for."""
    named = Contact.objects.filter(user=user, sees_reports=True)
    return Organisation.objects.filter(pk__in=named.values("organisation"))


def articles_of(user: User | None) -> ArticleQuerySet:
    """Agents see every article; others those that are published, and for them."""
    articles = Article.objects.all()
    if user is not None and user.is_agent:
        return articles
    theirs = Q(published__readers=Readers.EVERYBODY)
    if user is not None:
        own = organisations_of(user)
        theirs |= Q(published__readers=Readers.ORGANISATION, published__organisation__in=own)
        if own.exists():
            theirs |= Q(published__readers=Readers.CUSTOMERS)
    return articles.published().filter(theirs)


def articles_for(organisation: Organisation | None) -> ArticleQuerySet:
    """What whoever reports for an organisation may read too: such go into an answer to them."""
    theirs = Q(published__readers=Readers.EVERYBODY)
    if organisation is not None:
        theirs |= Q(published__readers=Readers.CUSTOMERS)
        theirs |= Q(published__readers=Readers.ORGANISATION, published__organisation=organisation)
    return Article.objects.published().filter(theirs)


def pictures_of(user: User | None) -> QuerySet[Picture]:
    """Agents see every picture; others those in the articles that they may read, as published."""
    pictures = Picture.objects.all()
    if user is not None and user.is_agent:
        return pictures
    shown = Picture.versions.through.objects.filter(
        articleversion__in=articles_of(user).values("published")
    )
    return pictures.filter(pk__in=shown.values("picture"))


def signed_in(request: HttpRequest) -> User:
    """Who is asking. PermissionDenied for nobody."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


def agents_only(view: View[P]) -> View[P]:
    """A page for people of the helpdesk: others sign in, or learn that they may not."""
    return _only(lambda user: user.is_agent, view)


def leads_only(view: View[P]) -> View[P]:
    """A page for leads of a team, and for managers."""
    return _only(lambda user: user.is_lead, view)


def managers_only(view: View[P]) -> View[P]:
    """A page for managers."""
    return _only(lambda user: user.is_manager, view)


def _only(may: Callable[[User], bool], view: View[P]) -> View[P]:
    @wraps(view)
    def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not may(signed_in(request)):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return cast("View[P]", login_required(guarded))
