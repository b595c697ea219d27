"""What requests bring: read strictly, so that a slip of the client is told and not guessed at."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import IO, Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ParseError
from rest_framework.parsers import BaseParser

from support.api.problems import TooLarge
from support.forms.uploads import why_refused
from tickets.files import File

TEXT_MOST = 100_000
MOST_ENTRIES = 10_000
MOST_TOLD = 20
"""Unknown fields that an answer names: enough to find the slip, however many were sent."""
_MEDIA_TYPE = re.compile(r"[\w.+-]{1,60}/[\w.+-]{1,59}", re.ASCII)


class Json(BaseParser):
    """JSON in UTF-8; whatever it is not is a 400."""

    media_type = "application/json"

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, object] | None = None,
    ) -> Any:
        """The body as data."""
        raw = stream.read(settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)
        if len(raw) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            raise TooLarge(_("This is too much to send at once."))
        try:
            data = json.loads(raw.decode(), parse_constant=_no_constant)
            if b"\\u" in raw:
                json.dumps(
                    data, ensure_ascii=False
                ).encode()  # half a pair of surrogates is no text
        except (ValueError, RecursionError):
            raise ParseError(_("The body is not valid JSON in UTF-8.")) from None
        if not _is_of_bounds(data):
            raise TooLarge(_("This is too much to send at once."))
        return data


def _is_of_bounds(data: object) -> bool:
    """Are there no more fields and items in it than somebody means? Each could get an error."""
    left, count = [data], 0
    while left:
        inner = left.pop()
        if isinstance(inner, (dict, list)):
            count += len(inner)
            if count > MOST_ENTRIES:
                return False
            left.extend(inner.values() if isinstance(inner, dict) else inner)
    return True


def _no_constant(name: str) -> None:
    raise ValueError(name)


class Strict(serializers.Serializer[Any]):
    """Fields as declared, and no others."""

    def to_internal_value(self, data: object) -> object:
        """The fields' values; ValidationError also names what is not known."""
        if isinstance(data, Mapping):
            unknown = [name for name in data if name not in self.fields]
            if unknown:
                message = ErrorDetail(_("There is no such field."), "unknown")
                told = unknown[:MOST_TOLD]
                raise serializers.ValidationError({name[:100]: [message] for name in told})
        return super().to_internal_value(data)


NOT_BLANK = r"[^\u0000]*\S[^\u0000]*"


class Text(serializers.CharField):
    """A string, not something that can be made one; `pattern` says what of.

    What a field takes stands in the schema (support.api.schema): no NUL, which no database keeps,
    and more than white space where something has to be said.
    """

    default_error_messages = {"pattern": gettext_lazy("This is not written as it should be.")}

    def __init__(self, *, pattern: str = "", **how: Any) -> None:
        super().__init__(**how)
        self.pattern = pattern

    def run_validation(self, data: object = serializers.empty) -> object:
        """The most that it may be is of what was sent, white space and all, as the schema says."""
        if isinstance(data, str) and self.max_length and len(data) > self.max_length:
            self.fail("max_length", max_length=self.max_length, length=len(data))
        return super().run_validation(data)

    def get_value(self, dictionary: Mapping[str, object]) -> object:
        """What was sent: an empty field of a form is not one that was left out."""
        return dictionary.get(str(self.field_name), serializers.empty)

    @property
    def told(self) -> str:
        """The pattern that the schema tells."""
        usual = r"[^\u0000]*" if self.allow_blank else NOT_BLANK
        return f"^{self.pattern or usual}$"

    def to_internal_value(self, data: object) -> str:
        """The string."""
        if not isinstance(data, str):
            self.fail("invalid")
        found = super().to_internal_value(data)
        if self.pattern and not re.fullmatch(self.pattern, found):
            self.fail("pattern")
        return found


class Flag(serializers.BooleanField):
    """true or false, not "yes"."""

    def to_internal_value(self, data: Any) -> Any:
        """The boolean."""
        if not isinstance(data, bool):
            self.fail("invalid", input=data)
        return data


class Moment(serializers.DateTimeField):
    """A moment with its offset from UTC, to choose by. Nothing happened before 1900 or will after
    2999: what lies beyond means the same as those do, and a database can keep them.
    """

    def enforce_timezone(self, value: datetime) -> datetime:
        """The moment, in the zone in which it is shown."""
        if value.utcoffset() is None:
            raise serializers.ValidationError(_("Add the offset, such as +01:00 or Z."), "naive")
        if value.year < 1900:
            value = value.replace(year=1900, day=min(value.day, 28))
        elif value.year >= 3000:
            value = value.replace(year=2999, day=min(value.day, 28))
        return super().enforce_timezone(value)


class Number(serializers.PrimaryKeyRelatedField[Any]):
    """A row by its number, written as a number."""

    def to_internal_value(self, data: object) -> object:
        """The row."""
        if isinstance(data, bool) or not isinstance(data, int):
            self.fail("incorrect_type", data_type=type(data).__name__)
        return super().to_internal_value(data)


class NumberInForm(Number):
    """The same in a form, where everything is text."""

    def to_internal_value(self, data: Any) -> Any:
        """The row."""
        digits = isinstance(data, str) and re.fullmatch("-?[0-9]{1,100}", data)
        return super().to_internal_value(int(data) if digits else data)


class ChosenBy(serializers.IntegerField):
    """The number of a row, to choose by: one that does not exist means nothing, as one that is
    somebody else's does, so that what is chosen tells nobody what there is.
    """

    def __init__(self, **how: Any) -> None:
        super().__init__(min_value=1, max_value=2**63 - 1, **how)


class Files(serializers.ListField):
    """Some files, none of them missing, together no larger than a report may be."""

    child = serializers.FileField(allow_empty_file=True, max_length=1000)

    def to_internal_value(self, data: Any) -> list[File]:
        """The files as values."""
        uploads: Sequence[UploadedFile[bytes]] = super().to_internal_value(data)
        size = sum(upload.size or 0 for upload in uploads)
        if size > settings.ATTACHMENTS_MAX_BYTES:
            raise serializers.ValidationError(
                _("These files are %(size)s together; at most %(limit)s can be sent.")
                % {
                    "size": filesizeformat(size),
                    "limit": filesizeformat(settings.ATTACHMENTS_MAX_BYTES),
                },
                "too_large",
            )
        refused = [why for upload in uploads if (why := why_refused(upload.name or ""))]
        if refused:
            raise serializers.ValidationError(refused, "refused")
        return [_file(upload) for upload in uploads]


def _file(upload: UploadedFile[bytes]) -> File:
    kind = upload.content_type or ""
    if not _MEDIA_TYPE.fullmatch(kind):
        kind = "application/octet-stream"
    return File(name=upload.name or "", content_type=kind, data=upload.read())
