"""Splits what a person wrote from the history that their mail program put under it.

Own rules instead of the mail-parser-reply package: with its Dutch pattern replaced it read 13 of
our 14 sample mails, by changing a private constant; it throws lines away, hides text pasted with
`>`, and cuts answers that stand under or between the quoted lines. These rules read all samples
of tests/support/intake, lose nothing (each line is in one of the two results) and are ours to fix.

Order: our own marker line, then the structure of HTML, then the words of the mail programs.
A forwarded message is not history: it is what the sender wants to show, and stays in sight.
"""

import re
from itertools import islice
from typing import NamedTuple

from lxml.html import HtmlElement  # type: ignore[import-untyped]

from support.intake import html

MARKER = "##- Typ uw antwoord boven deze regel -##"
"""The line that our own mail begins with; what stands under it is our mail."""

MAX_TEXT = 200_000
"""Characters that the rules look at; what follows goes with the last line that was looked at."""

_LINE = 400
_FORWARD = re.compile(
    r"^\W*(?:forwarded message|begin forwarded message|doorgestuurd bericht|begin doorgestuurd "
    r"bericht|weitergeleitete nachricht|anfang der weitergeleiteten nachricht"
    r"|message transféré|début du message (?:transféré|réexpédié)|mensaje reenviado"
    r"|inicio del mensaje reenviado|messaggio inoltrato|mensagem encaminhada)\b",
    re.IGNORECASE,
)
_FORWARD_SUBJECT = re.compile(
    r"^\s*(?:fwd?|wg|doorst|doorgestuurd|i|tr|rv|enc|inoltro)\s*:", re.IGNORECASE
)
_REPLY_SUBJECT = re.compile(
    r"^\s*(?:\[[^\]]{1,40}\]\s*)?(?:re|antw|aw|sv|réf|rif|res)\s*(?:\[\d+\])?\s*:", re.IGNORECASE
)
_ORIGINAL = re.compile(
    r"^\W*(?:oorspronkelijk bericht|original message|ursprüngliche nachricht|originele bericht"
    r"|original appointment|oorspronkelijke afspraak|message d['’]origine|message original"
    r"|mensaje original|messaggio originale|mensagem original)\W*$",
    re.IGNORECASE,
)
_RULE = re.compile(r"^\s*[_\-*=]{10,}\s*$")
_FROM = re.compile(r"^\s*\*?(?:van|from|von|de|da)\s?:\*?\s?\S", re.IGNORECASE)
_HEADER = re.compile(
    r"^\s*\*?(?:verzonden|sent|gesendet|envoyé|enviad[oa](?: el| em)?|inviato|datum|date|fecha|data"
    r"|aan|to|an|à|para|a|onderwerp|subject|betreff|objet|asunto|assunto|oggetto|cc)\s?:",
    re.IGNORECASE,
)
_ATTRIBUTION_STARTS = re.compile(
    r"^\s*(?:(?:op|on|am|le|el|il|em)\s|\S.{0,200}\s(?:schreef|wrote|schrieb)\b)", re.IGNORECASE
)
_OPENING = re.compile(
    r"^(?:op|on|am|le|el|il|em)\s|.{1,200}\s(?:schreef op|wrote on|schrieb am)\s", re.IGNORECASE
)
_WROTE = re.compile(
    r"\b(?:schreef|wrote|schrieb|geschreven|geschrieben|a écrit|escribió|ha scritto|escreveu)\b",
    re.IGNORECASE,
)
_DATE = re.compile(r"\d{4}|\d[:.]\d\d|\d[-/.]\d")
_ANY_LANGUAGE = re.compile(r"(?:@|\b\d{4}\b|\d:\d\d).{0,300}:\s*$")
_QUOTED = re.compile(r"^\s?>")
_ADDRESS = re.compile(r"[^\s@<>\[\]():,;\"]{1,64}@[\w.-]{1,250}\w")
_WHOLE_QUOTES = (
    "descendant::div[contains(concat(' ', @class, ' '), ' gmail_quote ')]"
    " | descendant::*[contains(concat(' ', @class, ' '), ' moz-cite-prefix ')]"
    " | descendant::*[contains(concat(' ', @class, ' '), ' yahoo_quoted ')]"
    " | descendant::*[contains(concat(' ', @class, ' '), ' protonmail_quote ')]"
    " | descendant::blockquote[translate(@type, 'CITE', 'cite') = 'cite']"
)
_FROM_HERE_ON = " | ".join(f"descendant::*[@id = '{name}']" for name in sorted(html.QUOTE_IDS))


class Split(NamedTuple):
    """What was written now, and the history under it ('' if there is none)."""

    reply: str
    quoted: str


def is_forward(subject: str) -> bool:
    """Recognise the subject of a forwarded message (FW:, Fwd:, WG:, Doorst:)."""
    return bool(_FORWARD_SUBJECT.match(subject))


def is_reply(subject: str) -> bool:
    """Recognise the subject of an answer (Re:, Antw:, AW:)."""
    return bool(_REPLY_SUBJECT.match(subject))


def author(quoted: str) -> str:
    """The lower-case address of who wrote the history, '' where it does not say."""
    begun = quoted.lstrip().splitlines()[:4]
    found = (_ADDRESS.search(line[:_LINE]) for line in begun)
    return next((match[0].lower() for match in found if match), "")


def split(text: str) -> Split:
    """Split a text into what was written now and what was quoted; no line is lost."""
    lines = text[:MAX_TEXT].splitlines()
    rest = text[MAX_TEXT:]
    above = _above_marker(lines)
    if above is not None:
        return _split_of(lines[:above], lines[above:], rest)
    kinds = _kinds(lines)
    quoted = [i for i, kind in enumerate(kinds) if kind]
    if not quoted:
        return Split(text.strip("\n"), "")
    last_own = max((i for i, kind in enumerate(kinds) if not kind and lines[i].strip()), default=-1)
    runs = _runs(kinds, lines)
    if sum(1 for start in runs if start < last_own) > 1:
        # Answers between the quoted lines: without the questions nobody could read them.
        return _split_of(lines[: last_own + 1], lines[last_own + 1 :], rest)
    own = [line for line, kind in zip(lines, kinds, strict=True) if not kind]
    history = [line for line, kind in zip(lines, kinds, strict=True) if kind]
    return _split_of(own, history, rest, rest_is_own=not kinds[-1])


def split_html(safe: str) -> Split:
    """Split clean HTML (from `html.clean`) into two texts, by its structure, then by its words."""
    root = html.tree(safe) if len(safe) <= html.MAX_HTML_FOR_TEXT else None
    if root is None:
        return split(html.readable(safe))
    whole = html.text_of(root)
    if MARKER in whole and not _FORWARD.search(whole):
        by_marker = split(whole)
        if by_marker.reply:
            return by_marker
    history = [html.text_of(element) for element in _take_quotes(root)]
    if not history:
        return split(whole)
    own = split(html.text_of(root))
    return Split(own.reply, "\n\n".join(part for part in (*history, own.quoted) if part))


def _take_quotes(root: HtmlElement) -> list[HtmlElement]:
    """Take the quoted elements out of the tree and return them, outermost only, in order."""
    taken: list[HtmlElement] = []
    for element in root.xpath(_FROM_HERE_ON)[:1]:
        if not _holds_forward(element):
            taken += _cut_from(element)
    for element in root.xpath(_WHOLE_QUOTES)[:1_000]:
        if element.getparent() is None or element.getroottree().getroot() is not root:
            continue
        if not _holds_forward(element):
            taken.append(element)
            element.drop_tree()
    return taken


def _holds_forward(element: HtmlElement) -> bool:
    beginning = "".join(str(piece) for piece in islice(element.itertext(), 20))[:300].strip()
    around = "".join(str(piece) for piece in element.xpath("preceding::text()[position() < 4]"))
    return any(_FORWARD.match(line) for line in (beginning, *around.splitlines()[-4:]))


def _cut_from(element: HtmlElement) -> list[HtmlElement]:
    """Take an element out with all that follows it, on its own level and on those around it."""
    parent = element.getparent()
    taken: list[HtmlElement] = []
    while parent is not None and element.tag != "body":
        following = list(element.itersiblings())
        if not taken:
            following.insert(0, element)
        for sibling in following:
            parent.remove(sibling)
            taken.append(sibling)
        element, parent = parent, parent.getparent()
    return taken


def _above_marker(lines: list[str]) -> int | None:
    """Where the reply ends if our marker stands there as we sent it, None if it doesn't."""
    index = next(
        (i for i, line in enumerate(lines) if MARKER in line and not _QUOTED.match(line)), None
    )
    if index is None:
        return None
    kinds = _kinds(lines[:index])
    while index and (kinds[index - 1] or not lines[index - 1].strip()):
        index -= 1
    end = _without_attribution(lines, index)
    return end if any(line.strip() for line in lines[:end]) else None


def _without_attribution(lines: list[str], end: int) -> int:
    for start in range(max(end - 3, 0), end):
        if _attribution_length(lines[:end], start):
            return start
    return end


def _kinds(lines: list[str]) -> list[bool]:
    """Say for each line whether it is history."""
    kinds = [False] * len(lines)
    index, seen = 0, False
    while index < len(lines):
        line = lines[index][:_LINE]
        if _FORWARD.match(line):
            break
        if _starts_history(lines, index):
            return kinds[:index] + [True] * (len(lines) - index)
        if length := _attribution_length(lines, index):
            stop = _end_of_quote(lines, index + length)
            if stop is None:
                return kinds[:index] + [True] * (len(lines) - index)
            kinds[index:stop] = [True] * (stop - index)
            index, seen = stop, True
        elif _QUOTED.match(line) and (seen or _begins_quoted(lines, index)):
            kinds[index] = seen = True
            index += 1
        else:
            index += 1
    return kinds


def _starts_history(lines: list[str], index: int) -> bool:
    """A separator of Outlook, or its block of Van:, Verzonden:, Aan:, Onderwerp:."""
    line = lines[index][:_LINE]
    if _ORIGINAL.match(line):
        return True
    if _RULE.match(line):
        following = [i for i in range(index + 1, min(index + 4, len(lines))) if lines[i].strip()]
        return bool(following) and _is_header_block(lines, following[0])
    return _is_header_block(lines, index)


def _is_header_block(lines: list[str], index: int) -> bool:
    if not _FROM.match(lines[index][:_LINE]):
        return False
    return sum(1 for line in lines[index + 1 : index + 9] if _HEADER.match(line[:_LINE])) >= 2


def _attribution_length(lines: list[str], index: int) -> int:
    """How many lines the `Op ... schreef ...:` at this place takes, 0 if there is none."""
    first = lines[index][:_LINE]
    named = _ATTRIBUTION_STARTS.match(first)
    joined = ""
    for length, line in enumerate(lines[index : index + 4], start=1):
        if not line.strip() or _QUOTED.match(line):
            break
        joined = f"{joined} {line[:_LINE].strip()}".strip()
        if joined.endswith(":"):
            if named and _is_attribution(joined):
                return length
            quote_next = index + length < len(lines) and _QUOTED.match(lines[index + length])
            return length if quote_next and _ANY_LANGUAGE.search(joined[-_LINE:]) else 0
        if not named and length == 2:
            break
    return 0


def _is_attribution(joined: str) -> bool:
    if not (_WROTE.search(joined) and _DATE.search(joined)):
        return False
    return bool(_OPENING.match(joined))


def _begins_quoted(lines: list[str], index: int) -> bool:
    """Apple Mail quotes the `On ... wrote:` as well."""
    return bool(
        _attribution_length([line[1:].lstrip("> ") for line in lines[index : index + 4]], 0)
    )


def _end_of_quote(lines: list[str], index: int) -> int | None:
    """Where the `>` lines after an attribution end; None if it has none: all below is history."""
    start = index
    while start < len(lines) and not lines[start].strip():
        start += 1
    if start == len(lines) or not _QUOTED.match(lines[start]):
        return None
    end = start
    while end < len(lines) and (_QUOTED.match(lines[end]) or not lines[end].strip()):
        end += 1
    return end


def _runs(kinds: list[bool], lines: list[str]) -> list[int]:
    """Where each run of history begins; empty lines don't break one."""
    starts: list[int] = []
    inside = False
    for index, kind in enumerate(kinds):
        if kind and not inside:
            starts.append(index)
        if kind or lines[index].strip():
            inside = kind
    return starts


def _split_of(own: list[str], history: list[str], rest: str, *, rest_is_own: bool = False) -> Split:
    reply, quoted = "\n".join(own), "\n".join(history)
    if rest_is_own or not history:
        reply += rest
    else:
        quoted += rest
    return Split(_trimmed(reply), _trimmed(quoted))


def _trimmed(text: str) -> str:
    """Without empty lines around it, and without the rule that a mail program drew above."""
    lines = text.strip("\n").rstrip().split("\n")
    return "\n".join(lines).strip("\n")
