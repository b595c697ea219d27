"""The type of a text of ours, which is put into the reader's language when it is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.functional import Promise

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    Translated = str | _StrPromise
else:
    Translated = str | Promise
