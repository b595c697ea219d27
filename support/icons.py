"""The icons of what stands on every face: channels, statuses, priorities and kinds."""

from tickets.models import Kind

DRAWN_IN = "i.svg"
"""The static file with the lines of all icons (config/icons.py): short, as pages name it often."""
CHANNEL_ICONS = {
    "phone": "phone",
    "email": "mail",
    "web": "globe",
    "widget": "app-window",
    "api": "plug",
    "monitor": "activity",
}
STATUS_ICONS = {
    "new": "circle-dashed",
    "open": "circle-dot",
    "waiting": "hourglass",
    "resolved": "circle-check",
    "declined": "circle-slash",
    "closed": "lock",
    "merged": "link",
}
PRIORITY_ICONS = {
    "hoog": "chevrons-up",
    "high": "chevrons-up",
    "middel": "equal",
    "medium": "equal",
    "laag": "chevron-down",
    "low": "chevron-down",
}
KIND_ICONS = {
    Kind.INCIDENT: "triangle-alert",
    Kind.QUESTION: "circle-question-mark",
    Kind.WISH: "lightbulb",
    Kind.SETTING: "settings-2",
    Kind.SUPPORT: "server",
}
TIMELINE_ICONS = {
    "customer": "message-square",
    "reply": "reply",
    "note": "sticky-note",
    "call": "phone",
    "automatic": "bot",
    "event": "dot",
}
