"""What people type into the search, read into words and conditions. Pure: it knows no tickets."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

MOST_TERMS = 20
MOST_CHARACTERS = 400

# Each name that people type, and what it is.
OPERATORS = {
    "status": "status",
    "toestand": "status",
    "org": "organisation",
    "organisatie": "organisation",
    "organisation": "organisation",
    "van": "from",
    "from": "from",
    "aan": "assignee",
    "agent": "assignee",
    "assignee": "assignee",
    "team": "team",
    "prio": "priority",
    "prioriteit": "priority",
    "priority": "priority",
    "soort": "kind",
    "kind": "kind",
    "kanaal": "channel",
    "channel": "channel",
    "te": "due",
    "due": "due",
    "na": "after",
    "after": "after",
    "voor": "before",
    "before": "before",
    "bijlage": "file",
    "attachment": "file",
    "is": "is",
}
_TERM = re.compile(
    r"""(?P<without>-)?
        (?:(?P<name>[^\W\d_]+):)?
        (?:"(?P<quoted>[^"]*)"?|(?P<bare>[^\s"]+))""",
    re.VERBOSE,
)
# As PostgreSQL's unaccent writes the letters that are more than a letter with an accent.
_LETTERS = str.maketrans(
    {"ß": "ss", "ø": "o", "Ø": "O", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE", "ł": "l", "đ": "d"}
    | dict.fromkeys("‘’‚‛", "'")
)
_QUOTES = str.maketrans(dict.fromkeys("“”„‟«»", '"'))
_PUNCTUATION = str.maketrans(dict.fromkeys("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~\x00", " "))


@dataclass(frozen=True)
class Word:
    """Something to be found in the text. exact: as it was quoted, no beginning of a word."""

    text: str
    exact: bool = False
    without: bool = False


@dataclass(frozen=True)
class Condition:
    """A fact that must hold: its operator, the value, and the whole as it was typed."""

    operator: str
    value: str
    typed: str
    without: bool = False


@dataclass(frozen=True)
class Asked:
    """A search as it was read. unknown: operators that there are not, searched as text."""

    words: tuple[Word, ...] = ()
    conditions: tuple[Condition, ...] = ()
    unknown: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Does it ask for nothing at all?"""
        return not (self.words or self.conditions)


def plain(text: str) -> str:
    """What was typed on one line, without what no text can hold."""
    text = text.replace("\x00", " ").translate(_QUOTES)
    return " ".join(text.split())[:MOST_CHARACTERS].strip()


def bare(text: str) -> str:
    """Only words and numbers without accents, one space between them: punctuation separates."""
    apart = unicodedata.normalize("NFKD", text.translate(_LETTERS))
    folded = "".join(char for char in apart if not unicodedata.combining(char))
    return " ".join(folded.translate(_PUNCTUATION).split())


def read(text: str) -> Asked:
    """Read a search: words, "quoted phrases", -without, operator:value, operator:"a value"."""
    words: list[Word] = []
    conditions: list[Condition] = []
    unknown: list[str] = []
    for term in list(_TERM.finditer(plain(text)))[:MOST_TERMS]:
        name, quoted = term["name"], term["quoted"]
        value = (quoted if quoted is not None else term["bare"]).strip()
        without = term["without"] is not None
        operator = OPERATORS.get(name.casefold()) if name else None
        if operator and value:
            conditions.append(Condition(operator, value, typed=term[0], without=without))
            continue
        if name and not operator and not value.startswith("//"):  # a page's address is just text
            unknown.append(name)
        said = [Word(name, without=without)] if name else []
        said.append(Word(value, exact=quoted is not None, without=without))
        words += [word for word in said if bare(word.text)]
    return Asked(tuple(words), tuple(conditions), tuple(dict.fromkeys(unknown)))
