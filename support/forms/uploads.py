"""Files in forms: several at once, limited in size, kept in memory only until they are stored."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypedDict

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, QueryDict
from django.template.defaultfilters import filesizeformat
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tickets.files import File

_LARGE = gettext_lazy("%(name)s is too large: all files together may be %(limit)s.")
_MANY = gettext_lazy("These are too many files: at most %(count)s can be sent at once.")
_REFUSED = gettext_lazy("%(name)s is a program; such files are not taken.")


class Posted(TypedDict, total=False):
    """What a form takes of a request."""

    data: QueryDict
    files: MultiValueDict[str, UploadedFile[bytes]]


def posted(request: HttpRequest) -> Posted:
    """What was sent, for a form; also when nothing was: an empty form is told what it lacks."""
    if request.method != "POST":
        return {}
    return {"data": request.POST, "files": request.FILES}


def why_refused(name: str) -> str:
    """Why a file of that name is not taken, by whichever way it comes; "" if it is."""
    ending = name.rstrip(". ").rpartition(".")[2].lower()  # as Windows reads a name
    return _REFUSED % {"name": name} if ending in settings.ATTACHMENTS_REFUSED else ""


class FilesInput(forms.ClearableFileInput):
    """A file input that takes several."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Some files, none too many, together no larger than a report may be."""

    widget = FilesInput

    def widget_attrs(self, widget: forms.Widget) -> dict[str, object]:
        """The limits, for the script that says at once which file passes them."""
        return super().widget_attrs(widget) | {
            "data-max-bytes": settings.ATTACHMENTS_MAX_BYTES,
            "data-max-files": settings.ATTACHMENTS_MAX_FILES,
            "data-said-many": _MANY,
            "data-refused": " ".join(settings.ATTACHMENTS_REFUSED),
            "data-said-large": _LARGE,
            "data-said-refused": _REFUSED,
            "data-said-remove": gettext_lazy("Remove %(name)s"),
        }

    def clean(self, data: Any, initial: Any = None) -> Sequence[File]:
        """The files as values. ValidationError says which limit was passed."""
        given = data if isinstance(data, list | tuple) else [data]
        uploads: list[UploadedFile[bytes]] = [upload for upload in given if upload]
        if len(uploads) > settings.ATTACHMENTS_MAX_FILES:
            raise forms.ValidationError(_MANY % {"count": settings.ATTACHMENTS_MAX_FILES})
        for upload in uploads:
            super().clean(upload, initial)
            if refused := why_refused(upload.name or ""):
                raise forms.ValidationError(refused)
        size = sum(upload.size or 0 for upload in uploads)
        if size > settings.ATTACHMENTS_MAX_BYTES:
            raise forms.ValidationError(
                _("These files are %(size)s together; at most %(limit)s can be sent.")
                % {
                    "size": filesizeformat(size),
                    "limit": filesizeformat(settings.ATTACHMENTS_MAX_BYTES),
                }
            )
        return [
            File(
                name=upload.name or "",
                content_type=upload.content_type or "application/octet-stream",
                data=upload.read(),
            )
            for upload in uploads
        ]
