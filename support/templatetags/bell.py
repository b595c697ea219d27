"""The bell on every page of the desk."""

from __future__ import annotations

from typing import Any

from support.notifications.counts import UNSEEN


def bell(user: Any, here: str = "", counted: int | None = None) -> dict[str, object]:
    """How much somebody has not seen. here: the name of the page's address; counted: how much that
    is, where the page knows.
    """
    works_here = getattr(user, "is_agent", False)
    if works_here and counted is None:
        counted = sum(UNSEEN.count(user=user.pk).asked())
    return {
        "works_here": works_here,
        "unseen": counted or 0,
        "here": here,
    }
