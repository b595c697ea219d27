"""The public page for programs: the JSON of Atlassian's Statuspage, which monitors read already,
an Atom feed, and a badge.

States that theirs has no word for are told as they are: "unknown" for a service that nobody
measures, and for all of them when the copy is old.
"""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import format_html, format_html_join
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from sla.models import OutageEvent
from sla.terms import in_language
from support.status_page import words
from support.status_page.facts import OutageSeen, Seen, State, Update, View, WorksSeen

UNKNOWN = "unknown"
COMPONENT = {
    State.WORKS: "operational",
    State.MAINTENANCE: "under_maintenance",
    State.UNMEASURED: UNKNOWN,
    State.DISTURBED: "degraded_performance",
    State.DOWN: "major_outage",
}
INDICATOR = {
    State.WORKS: "none",
    State.MAINTENANCE: "maintenance",
    State.UNMEASURED: UNKNOWN,
    State.DISTURBED: "minor",
    State.DOWN: "major",
}
PHASE = {"ahead": "scheduled", "now": "in_progress", "over": "completed"}
BADGE = {
    State.WORKS: "#22653c",
    State.MAINTENANCE: "#21468b",
    State.UNMEASURED: "#524d46",
    State.DISTURBED: "#855000",
    State.DOWN: "#ab2119",
}
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
Shape = dict[str, Any]


def all_json(view: View, *, old: bool) -> dict[str, str]:
    """Each of their documents by its name under /status/api/v2/."""
    page = _page(view)
    status = {"status": _status(view, old)}
    components = {"components": [_component(seen, view, old) for seen in view.services]}
    outages = [_incident(each, view, old) for each in view.outages]
    works = [_scheduled(each, view, old) for each in view.works]
    open_outages = [each for each in outages if each["resolved_at"] is None]
    ahead = [each for each in works if each["status"] == PHASE["ahead"]]
    active = [each for each in works if each["status"] == PHASE["now"]]
    documents: dict[str, Shape] = {
        "summary.json": {
            **components,
            "incidents": open_outages,
            "scheduled_maintenances": [*active, *ahead],
            **status,
        },
        "status.json": status,
        "components.json": components,
        "incidents.json": {"incidents": outages},
        "incidents/unresolved.json": {"incidents": open_outages},
        "scheduled-maintenances.json": {"scheduled_maintenances": works},
        "scheduled-maintenances/upcoming.json": {"scheduled_maintenances": ahead},
        "scheduled-maintenances/active.json": {"scheduled_maintenances": active},
    }
    return {
        name: json.dumps({"page": page, **document}, ensure_ascii=False)
        for name, document in documents.items()
    }


def feed(view: View) -> str:
    """Outages and maintenance as Atom, what changed last first."""
    host, about = settings.ORIGIN.host, _address()
    written = Atom1Feed(
        title=_("Status of %(who)s") % {"who": words.names_of(view.services) or "Werkdag"},
        link=about,
        description="",
        language=get_language(),
        feed_url=f"{settings.ORIGIN.url}{reverse('status-feed')}",
        feed_guid=f"tag:{host},2026:status",
    )
    zone = timezone.get_current_timezone()
    entries: list[tuple[datetime, Shape]] = []
    for outage in view.outages:
        said = words.outage_words(outage, zone)
        lines = format_html_join(
            "",
            "<p><strong>{}</strong>: {}</p>",
            ((u["progress"], u["text"]) for u in said["updates"]),
        )
        entries.append((outage.changed_at, said | {"html": lines}))
    for works in view.works:
        said = words.works_words(works, zone)
        entries.append((_changed(works), said | {"html": format_html("<p>{}</p>", said["names"])}))
    for at, said in sorted(entries, key=lambda entry: entry[0], reverse=True):
        written.add_item(
            title=_readable(said["title"]),
            link=f"{about}#{said['id']}",
            unique_id=f"tag:{host},2026:status/{said['id']}",
            description=_readable(format_html("<p>{}</p>{}", said["when"], said["html"])),
            pubdate=said["begin"],
            updateddate=at,
        )
    return str(written.writeString("utf-8"))


def badge(view: View, *, old: bool) -> str:
    """A small picture that says how it is."""
    said = _("not known") if old else view.state.label
    colour = BADGE[State.UNMEASURED if old else view.state]
    return render_to_string("status/badge.svg", {"said": said, "colour": colour, "label": "status"})


def _page(view: View) -> Shape:
    return {
        "id": "status",
        "name": words.names_of(view.services) or "Werkdag",
        "url": _address(),
        "time_zone": settings.TIME_ZONE,
        "updated_at": _moment(view.at),
    }


def _status(view: View, old: bool) -> Shape:
    if old:
        return {"indicator": UNKNOWN, "description": _("How it is now, is not known")}
    return {"indicator": INDICATOR[view.state], "description": words.whole_words(view)}


def _component(seen: Seen, view: View, old: bool) -> Shape:
    since = seen.service.starts_on
    return {
        "id": seen.id,
        "name": seen.name,
        "status": UNKNOWN if old else COMPONENT[seen.state],
        "created_at": f"{since}T00:00:00.000Z" if since else _moment(view.at),
        "updated_at": _moment(view.at),
        "position": view.services.index(seen) + 1,
        "description": None,
        "showcase": True,
        "start_date": since.isoformat() if since else None,
        "group_id": None,
        "page_id": "status",
        "group": False,
        "only_show_if_degraded": False,
    }


def _components(pks: list[int], view: View, old: bool) -> list[Shape]:
    return [_component(seen, view, old) for seen in view.services if seen.service.pk in pks]


def _incident(outage: OutageSeen, view: View, old: bool) -> Shape:
    progress = {each: _first(outage, each) for each in OutageEvent.Progress}
    return {
        "id": outage.id,
        "name": words.outage_words(outage, timezone.get_current_timezone())["title"],
        "status": outage.progress.value,
        "created_at": _moment(outage.begin),
        "updated_at": _moment(outage.changed_at),
        "monitoring_at": _moment(progress[OutageEvent.Progress.MONITORING]),
        "resolved_at": _moment(outage.end),
        "impact": "major",
        "shortlink": f"{_address()}#{outage.id}",
        "started_at": _moment(outage.begin),
        "page_id": "status",
        "incident_updates": [_update(each, outage) for each in outage.updates],
        "components": _components([outage.service], view, old),
    }


def _update(update: Update, outage: OutageSeen) -> Shape:
    at = _moment(update.at)
    return {
        "id": update.id,
        "status": update.progress.value,
        "body": in_language(update.words),
        "incident_id": outage.id,
        "created_at": at,
        "updated_at": at,
        "display_at": at,
        "affected_components": None,
        "deliver_notifications": True,
        "custom_tweet": None,
        "tweet_id": None,
    }


def _scheduled(works: WorksSeen, view: View, old: bool) -> Shape:
    row = works.maintenance
    return {
        "id": works.id,
        "name": words.works_title(works),
        "status": PHASE[works.phase],
        "created_at": _moment(row.announced_at),
        "updated_at": _moment(_changed(works)),
        "monitoring_at": None,
        "resolved_at": _moment(row.finished_at or (row.ends_at if works.phase == "over" else None)),
        "impact": "maintenance",
        "shortlink": f"{_address()}#{works.id}",
        "started_at": _moment(row.started_at or row.begins_at),
        "page_id": "status",
        "incident_updates": [],
        "components": _components(works.services, view, old),
        "scheduled_for": _moment(row.begins_at),
        "scheduled_until": _moment(row.ends_at),
    }


def _first(outage: OutageSeen, progress: OutageEvent.Progress) -> datetime | None:
    told = [update.at for update in outage.updates if update.progress == progress]
    return min(told, default=None)


def _changed(works: WorksSeen) -> datetime:
    row = works.maintenance
    moments = [row.announced_at, row.started_at, row.finished_at]
    return max(moment for moment in moments if moment is not None)


def _address() -> str:
    return f"{settings.ORIGIN.url}{reverse('status')}"


def _readable(text: str) -> str:
    """Without what no XML may hold."""
    return _CONTROL.sub("", str(text))


def _moment(at: datetime | None) -> str | None:
    if at is None:
        return None
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
