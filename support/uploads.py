"""Files in forms: several at once, limited in size, kept in memory only until they are stored."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from tickets.files import File


def posted(request: HttpRequest) -> dict[str, Any]:
    """What was sent, for a form; also when nothing was: an empty form is told what it lacks."""
    return {"data": request.POST, "files": request.FILES} if request.method == "POST" else {}


class FilesInput(forms.ClearableFileInput):
    """A file input that takes several."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Some files, none too many, together no larger than a report may be."""

    widget = FilesInput

    def clean(self, data: Any, initial: Any = None) -> Sequence[File]:
        """The files as values. ValidationError says which limit was passed."""
        given = data if isinstance(data, list | tuple) else [data]
        uploads: list[UploadedFile] = [upload for upload in given if upload]
        for upload in uploads:
            super().clean(upload, initial)
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
