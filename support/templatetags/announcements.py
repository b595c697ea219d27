"""What customers have not read yet of what they were told, on every page of theirs."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from support.announcements import reading

MOST = 2
"""That are shown; the page of announcements has all."""
_HERE = ("announcements", "announcement", "announcement-read")


def announcements_near(user: Any, here: str) -> dict[str, object]:
    """What is still to be read; one query, and none on the pages where it stands itself."""
    if not user.is_authenticated or user.is_agent or here in _HERE:
        return {"lines": [], "more": 0}
    unread = list(reading.letters_of(user).unread().order_by("-pk")[: MOST + 10])
    return {
        "lines": [
            (
                reverse("announcement", args=[letter.announcement_id]),
                letter.announcement.language,
                letter.announcement.title,
            )
            for letter in unread[:MOST]
        ],
        "more": max(0, len(unread) - MOST),
    }
