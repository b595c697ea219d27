"""Header fields of a message or a part of one, read so that no field can raise or run away.

Why not the standard library's parser: on Python 3.11 `policy.default` raises IndexError on
`Message-ID: <[abc@x]>` and LookupError on `unknown-8bit`, and needs seconds for a header of a
million characters. Its parameter reader (RFC 2231) and address reader are used, each in a guard
and on a value of bounded length.
"""

import binascii
import codecs
import re
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from email.message import Message
from email.utils import getaddresses, parsedate_to_datetime
from itertools import count

from tickets.addresses import bare_address

MAX_BLOCK = 1_500_000
"""Bytes of header lines read from a message; a part inside it gets MAX_PART_BLOCK."""

MAX_PART_BLOCK = 64_000
MAX_FIELD = 100_000
MAX_FIELDS = 1_000
MAX_PARAMETERS = 4_000
MAX_ID = 250
"""Characters of a Message-ID; longer ones are treated as unreadable."""

_FIELD = re.compile(rb"([!-9;-~]{1,200})[ \t]*:")
_BLANK_LINE = re.compile(rb"\n\r?\n")
_WORD = re.compile(r"=\?([\w.:+-]{1,40})(?:\*[\w-]{0,20})?\?([bBqQ])\?([^?]*)\?=")
_NUMBER = re.compile(r"=\?(\d{1,6})\?=")
_ID = re.compile(r"<\s*([^<>\s]+)\s*>")
_EMAIL = re.compile(r"[^\s@<>\"(),:;\\\[\]\x00-\x1f\x7f]{1,64}@[\w-]+(?:\.[\w-]+)*")
_IN_BRACKETS = re.compile(r"<([^<>@\s]{1,64}@[^<>@\s]{1,200})>")
_CONTROLS = re.compile(
    "[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]+"
)
_YEAR_BELOW_1000 = re.compile(r"[A-Za-z][ -]0\d{3}\b")
_SPACES = re.compile(r"\s+")
_UNSAFE_IN_NAME = re.compile(r'[/\\:*?"<>|\u200e\u200f]+')
# One letter beyond ASCII, as UTF-8 writes it.
_UTF8_LETTER = re.compile(
    rb"[\xc2-\xdf][\x80-\xbf]|[\xe1-\xef][\x80-\xbf]{2}|\xf0[\x90-\xbf][\x80-\xbf]{2}"
)
_MOST_PIECES = 4_000_000
"""Bytes that are mended one by one; each costs a call."""
# Codecs that are no character sets of mail, or that take quadratic time.
_REFUSED_CODECS = {"idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined"}

Address = tuple[str, str]


class Headers:
    """The fields of one header block; names in any case; a missing field reads as ''."""

    def __init__(self, fields: list[tuple[str, bytes]], *, shortened: bool = False) -> None:
        self._values: dict[str, list[bytes]] = {}
        self._order = [(name.lower(), value) for name, value in fields]
        for name, value in fields:
            self._values.setdefault(name.lower(), []).append(value)
        self.shortened = shortened

    def __bool__(self) -> bool:
        return bool(self._values)

    def all(self, name: str) -> list[str]:
        """Return every value of a field as written, in order, encoded words not decoded."""
        return [to_text(value, "")[0].strip() for value in self._values.get(name.lower(), [])]

    def in_order(self, *names: str) -> list[tuple[str, str]]:
        """Return (name in lower case, value as written) of these fields, from the top."""
        return [
            (name, to_text(value, "")[0].strip()) for name, value in self._order if name in names
        ]

    def first(self, name: str) -> str:
        """Return the first value of a field as written, or ''."""
        found = self._values.get(name.lower())
        return to_text(found[0], "")[0].strip() if found else ""

    def line(self, name: str, *, limit: int) -> str:
        """Return the first value as it is read: decoded, on one line, at most `limit` long."""
        return one_line(decode_words(self.first(name)), limit=limit)

    def parameters(self, name: str) -> tuple[str, dict[str, str]]:
        """Return a field's lower-case value and its parameters (`text/plain`, {'charset': ...})."""
        raw = self.first(name)[:MAX_PARAMETERS]
        value = raw.partition(";")[0].strip().lower()
        carrier = Message()
        found: dict[str, str] = {}
        try:
            carrier["Content-Type"] = raw
            for key, given in carrier.get_params(failobj=[])[1:]:
                found.setdefault(key.lower(), _parameter(given))
        except Exception:  # noqa: BLE001 - a parameter that can't be read is one that isn't there
            return value, found
        return value, found


def read(raw: bytes, start: int, end: int, *, limit: int = MAX_BLOCK) -> tuple[Headers, int]:
    """Read the header block at `start`; return it and where the body begins.

    A line that is no field ends the block, so a message whose empty line is missing keeps its
    body. Beyond the limits, fields are skipped, the body is not.
    """
    fields: list[tuple[str, list[bytes]]] = []
    at, room, shortened = start, 0, False
    while at < end:
        if at - start > limit or len(fields) > MAX_FIELDS:
            blank = _BLANK_LINE.search(raw, at - 1, end)
            at, shortened = (blank.end() if blank else end), True
            break
        stop = raw.find(b"\n", at, end)
        stop, after = (end, end) if stop < 0 else (stop, stop + 1)
        line = raw[at : min(stop, at + MAX_FIELD)].rstrip(b"\r")
        if not line:
            at = after
            break
        if line[:1] in (b" ", b"\t") and fields:
            shortened |= room < len(line)
            fields[-1][1].append(line[: max(room, 0)])
            room -= len(line)
        elif match := _FIELD.match(line):
            fields.append((match[1].decode("ascii"), [line[match.end() :]]))
            room = MAX_FIELD - len(line)
            shortened |= stop - at > MAX_FIELD
        elif fields or not line.lstrip(b">").startswith(b"From "):
            break
        at = after
    joined = [(name, b"".join(pieces)) for name, pieces in fields]
    return Headers(joined, shortened=shortened), at


def to_text(data: bytes, charset: str) -> tuple[str, bool]:
    """Decode bytes by the declared charset, else UTF-8; a few wrong bytes spoil only themselves.

    What is neither is UTF-8 where it can be and cp1252 for the rest: a gateway that adds its
    footer in another encoding must not spoil the text above it. The second value is False if what
    was declared turned out to be unknown or untrue.
    """
    for name in (charset.strip().strip("\"'"), "utf-8"):
        try:
            if not name or codecs.lookup(name).name.replace("-", "_") in _REFUSED_CODECS:
                continue
            # Latin-1 never fails, and mail that says it mostly means Windows' superset.
            codec = "cp1252" if codecs.lookup(name).name == "iso8859-1" else name
            text = data.decode(codec)
        except (LookupError, ValueError):
            continue
        return _storable(text), name != "utf-8" or not charset or _means_utf8(charset, data)
    return _nearly(data, charset) or _piecewise(data), not charset


def _nearly(data: bytes, charset: str) -> str:
    """The text in the declared charset with some bytes that aren't; '' if too many aren't.

    Not for UTF-8 and ASCII: what is wrong in those is most likely a letter of cp1252.
    """
    try:
        codec = codecs.lookup(charset.strip().strip("\"'")).name
        if codec in ("utf-8", "ascii") or codec.replace("-", "_") in _REFUSED_CODECS:
            return ""
        text = data.decode(codec, "replace")
    except (LookupError, ValueError):
        return ""
    wrong = text.count("\ufffd")
    return _storable(text) if wrong <= 1 + len(text) // 50 else ""


def _piecewise(data: bytes) -> str:
    """UTF-8 where it is, cp1252 for each byte that can't be; U+FFFD for what is neither."""
    if len(data) > _MOST_PIECES or not _UTF8_LETTER.search(data):
        return data.decode("cp1252", "replace")
    return data.decode("utf-8", _AS_CP1252)


def _as_cp1252(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("cp1252", "replace"), error.end


_AS_CP1252 = "support.intake.cp1252"
codecs.register_error(_AS_CP1252, _as_cp1252)


def decode_words(value: str) -> str:
    """Decode the encoded words of RFC 2047; what can't be decoded stays as it is."""
    if "=?" not in value:
        return value
    out: list[str] = []
    held, held_charset, at = b"", "", 0
    for match in _WORD.finditer(value):
        data = _word_bytes(match[2].lower(), match[3], match[1])
        if data is None:
            continue
        gap = value[at : match.start()]
        # A client may cut a letter in two: neighbouring words of one charset are decoded as one.
        if gap.strip() or not held or match[1].lower() != held_charset:
            out.append(to_text(held, held_charset)[0])
            out.append(gap if gap.strip() or not held else "")
            held = b""
        held, held_charset, at = held + data, match[1].lower(), match.end()
    out.append(to_text(held, held_charset)[0])
    return "".join(out) + value[at:]


def one_line(text: str, *, limit: int) -> str:
    """Return text on one line without control and direction-changing characters, cut to `limit`."""
    return _SPACES.sub(" ", _CONTROLS.sub(" ", text)).strip()[:limit].rstrip()


def addresses(values: Iterable[str]) -> tuple[Address, ...]:
    """Return (name, lower-case address) of each valid address, in order, each address once."""
    found: dict[str, str] = {}
    for value in values:
        for name, given in _pairs(value):
            email = bare_address(given.strip().rstrip("."))  # a rooted domain is the same one
            if _EMAIL.fullmatch(email) and len(email) <= 254:
                found.setdefault(email, one_line(decode_words(name), limit=150))
    return tuple((name, email) for email, name in found.items())


def plain_address(value: str) -> tuple[Address, ...]:
    """The one address in a From that scanners write without brackets: `Scan scan@school.example`.

    None where there are several: nobody knows then which one it is from.
    """
    words = one_line(decode_words(value), limit=1_000).split()
    found = [bare_address(word.strip("<>()\"',;:").rstrip(".")) for word in words if "@" in word]
    if len(found) != 1 or not _EMAIL.fullmatch(found[0]) or len(found[0]) > 254:
        return ()
    name = " ".join(word for word in words if "@" not in word).strip("\"' ")
    return ((name[:150], found[0]),)


def message_ids(value: str) -> tuple[str, ...]:
    """Return the Message-IDs in a value as `<...>`, in order, each once, unreadable ones not."""
    found = _ID.findall(value)
    if not found and "@" in value and len(value.split()) == 1:
        found = [value.strip("<>\"' ")]
    ids = (_CONTROLS.sub("", identifier) for identifier in found)
    return tuple(dict.fromkeys(f"<{i}>" for i in ids if 0 < len(i) <= MAX_ID - 2))


def sane_date(value: str) -> datetime | None:
    """Return the Date header in UTC if it can be a date of a mail, else None. Drives no clock."""
    if _YEAR_BELOW_1000.search(value[:200]):
        return None  # the standard library would take the year 0001 for 2001
    try:
        moment = parsedate_to_datetime(value[:200])
        moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except Exception:  # noqa: BLE001 - whatever a forged date sets off, there is no date then
        return None
    return moment if 1990 <= moment.year < 2100 else None


def file_name(given: str, *, otherwise: str) -> str:
    """Return a name that is safe to show and to save: no path, no controls, at most 150 long."""
    name = one_line(
        _UNSAFE_IN_NAME.sub("_", one_line(decode_words(given), limit=2_000)), limit=2_000
    )
    name = name.strip(" ._") or otherwise
    if len(name) > 150:
        stem, dot, ending = name.rpartition(".")
        keep = dot + ending if stem and len(ending) <= 20 else ""
        name = name[: 150 - len(keep)].rstrip(" .") + keep
    return name


def _pairs(value: str) -> list[Address]:
    # An encoded word may hide a comma, a colon or an @: it stays closed until the name is known.
    held = [match[0] for match in _WORD.finditer(value)]
    closed = _WORD.sub(_numbered(), value)
    try:
        pairs = [(_opened(name, held), email) for name, email in getaddresses([closed])]
    except Exception:  # noqa: BLE001 - RecursionError and whatever else nested comments set off
        pairs = []
    if any("@" in email for _, email in pairs):
        return pairs
    return [("", email) for email in _IN_BRACKETS.findall(decode_words(value))]


def _numbered() -> Callable[[re.Match[str]], str]:
    numbers = count()
    return lambda _: f"=?{next(numbers)}?="


def _opened(name: str, held: list[str]) -> str:
    return _NUMBER.sub(lambda m: held[int(m[1])] if int(m[1]) < len(held) else "", name)


def _parameter(given: str | tuple[str | None, str | None, str]) -> str:
    if isinstance(given, str):
        return given
    charset, _, value = given
    return to_text(value.encode("latin-1", "replace"), charset or "")[0]


def _word_bytes(encoding: str, payload: str, charset: str) -> bytes | None:
    """The bytes of an encoded word. Letters that stand in it raw are in its charset like the
    rest, where that has them.
    """
    try:
        data = payload.encode(charset)
    except (LookupError, ValueError):
        data = payload.encode("utf-8", "replace")
    if encoding == "q":
        return binascii.a2b_qp(data, header=True)
    try:
        return binascii.a2b_base64(data + b"==")
    except (binascii.Error, ValueError):
        return None


def _means_utf8(charset: str, data: bytes) -> bool:
    try:
        return codecs.lookup(charset.strip().strip("\"'")).name == "utf-8" or data.isascii()
    except (LookupError, ValueError):
        return data.isascii()


def _storable(text: str) -> str:
    """UTF-7 and its like can give lone surrogates, which nothing can store."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")
