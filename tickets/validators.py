"""What forms, the admin and mail check alike."""

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from tickets.addresses import domain_in_ascii

PHONE = r"\+?(?:[ \u00a0().\-/]*[0-9]){6,}[ \u00a0().\-/]*"
"""A telephone number as people write it; the API's schema says it in the same signs."""


def validate_domain(value: str) -> None:
    """A mail domain such as school.nl, without an @."""
    if not re.fullmatch(
        r"(?i)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}", domain_in_ascii(value)
    ):
        raise ValidationError(_("Enter a domain such as school.nl, without @."))


def validate_phone(value: str) -> None:
    """A telephone number as people write it, with at least six digits."""
    if not re.fullmatch(PHONE, value):
        raise ValidationError(_("Enter a telephone number, such as 030 760 02 90."))


def bare_number(value: str) -> str:
    """A number's digits in one form: +31 (0)30 760, 0031-30-760 and 030 760 are the same caller."""
    text = value.replace("(0)", "")
    digits = re.sub(r"\D", "", text)
    if text.strip().startswith("+"):
        digits = "00" + digits
    return re.sub(r"^0031", "0", digits)
