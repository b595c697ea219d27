"""What can be wrong with a mail that is read all the same, in words."""

from dataclasses import dataclass

from django.utils.translation.trans_null import gettext_noop  # marks only: needs no settings

NOT_KEPT = gettext_noop("[Attachment not included: {name} ({size} MB), {reason}]")
REASONS = {
    "attachment-too-big": gettext_noop("too large"),
    "too-many-attachments": gettext_noop("too many attachments"),
    "attachment-refused": gettext_noop("programs are not accepted"),
}
SENTENCES = {
    "attachment-too-big": gettext_noop("An attachment was too large to be included."),
    "attachment-refused": gettext_noop("An attachment is a program, which is not accepted."),
    "boundary": gettext_noop("The parts of the message could not be told apart."),
    "charset": gettext_noop("The characters were not in the encoding the message claims."),
    "compressed": gettext_noop(
        "The message is packed in a way that cannot be read here:"
        " ask to send it once more without packing."
    ),
    "encrypted": gettext_noop(
        "The message is encrypted, and only the recipient's own key opens it:"
        " ask to send it once more without encryption."
    ),
    "long-header": gettext_noop("The header of the message was too long and was cut off."),
    "sender": gettext_noop("The message has no sender address."),
    "signed": gettext_noop("The message is signed; the signature has not been checked."),
    "tnef": gettext_noop(
        "Outlook packed its attachments into winmail.dat, which only Outlook opens:"
        " ask to send them once more as HTML or plain text."
    ),
    "too-deep": gettext_noop("The message was nested too deeply to be read completely."),
    "too-many-attachments": gettext_noop("There were more attachments than could be included."),
    "too-many-parts": gettext_noop("The message had too many parts to read them all."),
    "transfer-encoding": gettext_noop("A part of the message was damaged on its way."),
    "truncated": gettext_noop("The text was very long and was cut off."),
}


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that was survived: a word for machines, a sentence to translate for people."""

    word: str
    sentence: str
    about: str = ""
    """The attachment or header meant, '' if it is the message."""


def problem(word: str, about: str = "") -> Problem:
    """A problem by its word."""
    return Problem(word, SENTENCES[word], about)
