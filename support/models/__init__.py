"""Rows of the desk itself: mail in, mail out, sign-in links."""

from support.models.mail import IncomingMail, OutgoingMail
from support.models.signin import SignInLink

__all__ = ["IncomingMail", "OutgoingMail", "SignInLink"]
