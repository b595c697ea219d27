"""People: who works here, who reports, and for which organisation."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.core.validators import RegexValidator
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tickets.addresses import AddressField, DomainField, bare_address, domain_in_ascii
from tickets.questions import Kept
from tickets.validators import bare_number, validate_domain, validate_phone


class Role(models.TextChoices):
    """What somebody is here for; each role can do what the one before it can."""

    CUSTOMER = "customer", _("Customer")
    AGENT = "agent", _("Agent")
    LEAD = "lead", _("Team lead")
    MANAGER = "manager", _("Manager")
    ADMIN = "admin", _("Administrator")


# Who works here.
STAFF = (Role.AGENT, Role.LEAD, Role.MANAGER, Role.ADMIN)
LANGUAGES = [("nl", "Nederlands"), ("en", "English")]
KEPT_BY_AGENTS = ("contact", "contactaddress", "contactnumber")


class Team(models.Model):
    """A group of agents, with the address that their alerts go to."""

    name = models.CharField(_("name"), max_length=80, unique=True)
    email = AddressField(_("e-mail address"))

    class Meta:
        verbose_name = _("team")
        verbose_name_plural = _("teams")
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return self.name


class UserQuerySet(models.QuerySet["User"]):
    """Named questions about accounts."""

    def can_be_given_work(self) -> UserQuerySet:
        """Who works here now: the one rule for whom a ticket may be given to."""
        return self.filter(is_active=True, role__in=STAFF)

    def customers(self) -> UserQuerySet:
        """Who has an account as somebody at a customer now."""
        return self.filter(is_active=True, role=Role.CUSTOMER, contact__isnull=False)

    def left(self) -> UserQuerySet:
        """Who worked here and does not any more."""
        return self.filter(is_active=False, role__in=STAFF)


_UserManager = BaseUserManager.from_queryset(UserQuerySet)


class UserManager(_UserManager):  # type: ignore[type-arg]
    """Makes accounts; people sign in with their e-mail address."""

    def create_user(self, email: str, password: str | None = None, **fields: object) -> User:
        """An account. Without a password nobody can sign in with one."""
        user: User = self.model(email=bare_address(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: object) -> User:
        """An administrator who may do anything in the admin."""
        fields |= {"role": Role.ADMIN, "is_superuser": True}
        return self.create_user(email, password, **fields)

    def get(self, *args: Any, **named: Any) -> User:
        """One account. By its number alone, which every page asks of whoever looks at it, it is a
        question that is worked out once.
        """
        if args or set(named) != {"pk"} or not isinstance(named["pk"], int):
            other: User = super().get(*args, **named)
            return other
        found = _BY_NUMBER(number=named["pk"]).asked()
        if not found:
            raise self.model.DoesNotExist
        return found[0]

    def get_by_natural_key(self, username: str | None) -> User:
        """Addresses are kept in lower case; people type them as they like."""
        return self.get(email=bare_address(username or ""))


class User(AbstractBaseUser, PermissionsMixin):
    """Somebody who signs in: an agent, a lead, a manager, an administrator or a customer."""

    email = AddressField(_("e-mail address"), unique=True)
    name = models.CharField(_("name"), max_length=120)
    role = models.CharField(_("role"), max_length=12, choices=Role, default=Role.CUSTOMER)
    team = models.ForeignKey(
        Team, models.SET_NULL, null=True, blank=True, related_name="members", verbose_name=_("team")
    )
    language = models.CharField(_("language"), max_length=2, choices=LANGUAGES, default="nl")
    is_active = models.BooleanField(_("active"), default=True)
    date_joined = models.DateTimeField(_("since"), default=timezone.now)

    objects = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar = ["name"]

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        ordering: ClassVar = ["name"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(email=Lower("email")), name="user_email_lower_case"
            ),
            models.CheckConstraint(
                condition=models.Q(role__in=Role.values), name="user_role_is_known"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Addresses are kept in lower case, their domain in ASCII."""
        self.email = bare_address(self.email)

    @property
    def is_agent(self) -> bool:
        """Works here: may see every ticket and use the desk."""
        return self.is_active and self.role in STAFF

    @property
    def is_lead(self) -> bool:
        """May read the reports, and keep what a team shares."""
        return self.is_active and self.role in (Role.LEAD, Role.MANAGER, Role.ADMIN)

    @property
    def is_manager(self) -> bool:
        """May change agreements, calendars, releases and ways in."""
        return self.is_active and self.role in (Role.MANAGER, Role.ADMIN)

    @property
    def is_staff(self) -> bool:
        """May open the Django admin; what of it, `has_perm` says."""
        return self.is_agent

    def has_perm(self, perm: str, obj: object = None) -> bool:
        """Agents look at everything and keep contacts; managers keep all but accounts."""
        if not self.is_agent:
            return False
        app, _dot, name = perm.partition(".")
        if self.role == Role.ADMIN or self.is_superuser:
            return True
        if app not in ("tickets", "sla", "support"):
            return False
        verb, _bar, model = name.partition("_")
        if verb == "view" or model in KEPT_BY_AGENTS:
            return True
        return self.role == Role.MANAGER and model not in ("user", "team")

    def has_module_perms(self, app_label: str) -> bool:
        """Does the admin show anything of this app?"""
        return self.has_perm(f"{app_label}.view_any")


_BY_NUMBER = Kept(lambda number: User.objects.filter(pk=number), number=int)


class Organisation(models.Model):
    """A customer. What was agreed with it stands in its contract (app sla)."""

    name = models.CharField(_("name"), max_length=120, unique=True)
    fixed_contact = models.ForeignKey(
        User,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="fixed_contact_of",
        limit_choices_to={"role__in": STAFF, "is_active": True},
        verbose_name=_("fixed contact"),
        help_text=_("Our own person for this organisation (3.F)."),
    )
    language = models.CharField(
        _("language"),
        max_length=2,
        choices=LANGUAGES,
        default="nl",
        db_default="nl",
        help_text=_("Of its monthly reports, for whoever has no account with a language."),
    )
    brand = models.ForeignKey(
        "Brand",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="organisations",
        verbose_name=pgettext_lazy("provider", "brand"),
        help_text=_("Under whose name and logo it meets us. Empty: that of the house."),
    )
    sign_in_links = models.BooleanField(
        _("sign in by a mailed link"),
        default=True,
        db_default=True,
        help_text=_("Its contacts can have a link mailed to their address, without invitation."),
    )
    asks_opinion = models.BooleanField(
        _("asks how it was"),
        default=True,
        db_default=True,
        help_text=_("After a solution its people are asked once how it was."),
    )

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def present_contact(self) -> User | None:
        """Its fixed contact, if that person still works here (3.F)."""
        fixed = self.fixed_contact
        return fixed if fixed is not None and fixed.is_agent else None


class OrganisationNote(models.Model):
    """Something that colleagues should know of a customer. Customers never see it."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="notes")
    text = models.TextField(_("note"), max_length=2000)
    author = models.ForeignKey(User, models.PROTECT, verbose_name=_("author"))
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("note about a customer")
        verbose_name_plural = _("notes about customers")
        ordering: ClassVar = ["-at", "-pk"]

    def __str__(self) -> str:
        return self.text[:60]


class EmailDomain(models.Model):
    """A mail domain by which an organisation is recognised."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="domains")
    domain = DomainField(
        _("mail domain"), max_length=253, unique=True, validators=[validate_domain]
    )

    class Meta:
        verbose_name = _("mail domain")
        verbose_name_plural = _("mail domains")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(domain=Lower("domain")), name="domain_lower_case"
            ),
        ]

    def __str__(self) -> str:
        return self.domain

    def clean(self) -> None:
        """Domains are kept in lower case, in ASCII."""
        self.domain = domain_in_ascii(self.domain)


class Contact(models.Model):
    """A person at an organisation; only some of them may phone the helpdesk (3.C)."""

    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="contacts", verbose_name=_("organisation")
    )
    name = models.CharField(_("name"), max_length=120)
    may_phone = models.BooleanField(
        _("may phone"), default=False, help_text=_("Agreed as somebody who may phone (3.C).")
    )
    sees_all = models.BooleanField(
        _("reads all reports"),
        default=False,
        db_default=False,
        help_text=_("Reads and answers what colleagues at the organisation reported too."),
    )
    keeps_list = models.BooleanField(
        _("keeps the list"),
        default=False,
        db_default=False,
        help_text=_("Says for the organisation who may phone and who reads what."),
    )
    sees_reports = models.BooleanField(
        _("gets the monthly reports"),
        default=False,
        db_default=False,
        help_text=_(
            "Named by the organisation. Reads all of them, with what colleagues there reported."
        ),
    )
    user = models.OneToOneField(
        User,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="contact",
        verbose_name=_("account"),
        help_text=_("With an account this person sees their own reports on the web."),
    )

    class Meta:
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def email(self) -> str:
        """The first of this person's addresses, or nothing."""
        first = next(iter(self.addresses.all()), None)
        return first.email if first else ""


class ContactAddress(models.Model):
    """An e-mail address of a contact."""

    contact = models.ForeignKey(Contact, models.CASCADE, related_name="addresses")
    email = AddressField(_("e-mail address"), unique=True)

    class Meta:
        verbose_name = _("e-mail address")
        verbose_name_plural = _("e-mail addresses")
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(email=Lower("email")), name="contact_email_lower_case"
            ),
        ]

    def __str__(self) -> str:
        return self.email

    def clean(self) -> None:
        """Addresses are kept in lower case, their domain in ASCII."""
        self.email = bare_address(self.email)


class ContactNumber(models.Model):
    """A telephone number of a contact; `bare` is what callers are found by."""

    contact = models.ForeignKey(Contact, models.CASCADE, related_name="numbers")
    number = models.CharField(_("telephone number"), max_length=32, validators=[validate_phone])
    bare = models.CharField(
        max_length=32,
        editable=False,
        db_index=True,
        validators=[RegexValidator(r"^\d+$")],
    )

    class Meta:
        verbose_name = _("telephone number")
        verbose_name_plural = _("telephone numbers")
        ordering: ClassVar = ["pk"]

    def __str__(self) -> str:
        return self.number

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep the form that numbers are compared in beside the one people read."""
        self.bare = bare_number(self.number)
        super().save(*args, **kwargs)
