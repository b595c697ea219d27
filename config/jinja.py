"""The environment of our templates: Jinja2, strict about names, with what templates may call."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from functools import cache, lru_cache, wraps
from typing import Any

from django.conf import settings
from django.contrib.messages import get_messages
from django.forms.renderers import BaseRenderer
from django.forms.renderers import Jinja2 as WidgetTemplates
from django.http import HttpRequest, QueryDict
from django.middleware.csrf import get_token
from django.template import TemplateDoesNotExist, defaultfilters
from django.template.loader import get_template
from django.templatetags.i18n import language_name_local
from django.templatetags.static import static
from django.urls import get_script_prefix, get_urlconf, reverse
from django.utils import timezone, translation
from django.utils.functional import SimpleLazyObject
from django.utils.html import format_html, json_script
from django.utils.safestring import SafeString, mark_safe
from jinja2 import Environment, StrictUndefined, select_autoescape
from jinja2.ext import Extension
from jinja2.lexer import Token, TokenStream
from markupsafe import Markup

from support.brands.face import Face
from support.brands.face import of_request as face_of
from support.templatetags import (
    announcements,
    automation,
    bell,
    charts,
    composer,
    forms,
    frame,
    letters,
    queue_frame,
    ruler,
    standstill,
    ui,
    upkeep,
)
from support.templatetags.kept import with_token
from tickets.validators import bare_number

# Whom a page or a letter shows that is in nobody's name, or of whom nothing can be asked.
HOUSE = Face()
FUNCTIONS = {
    "begin_in": forms.begin_in,
    "beginning": forms.beginning,
    "bulk_bar": queue_frame.bulk_bar,
    "channel_icon": ui.channel_icon,
    "keys_help": frame.keys_help,
    "language": translation.get_language,
    "may_stay_empty": forms.may_stay_empty,
    "message_icon": ui.message_icon,
    "options": ui.options,
    "queue_columns": queue_frame.queue_columns,
    "priority_icon": ui.priority_icon,
    "static": cache(static),  # named when they were collected
    "search_help": frame.search_help,
    "sending_state": frame.sending_state,
    "status_icon": ui.status_icon,
    "the_side": frame.the_side,
    "status_url": standstill.status_url,
    "ticket_badge": ui.ticket_badge,
    "timeline_icon": ui.timeline_icon,
    "verb_icon": ui.verb_icon,
    "with_token": with_token,
}
# Those that look up facts, and the template that draws them.
DRAWN: dict[str, tuple[str, Callable[..., Mapping[str, Any]]]] = {
    "the_bell": ("workspace/_bell.html", bell.bell),
    "announcements_near": ("portal/_announcements.html", announcements.announcements_near),
    "maintenance_near": ("portal/_maintenance.html", upkeep.maintenance_near),
    "macro_menu": ("workspace/macro_menu.html", automation.macro_menu),
    "outcome_bar": ("components/outcome_bar.html", charts.outcome_bar),
    "ruler": ("components/ruler.html", ruler.ruler),
    "ruler_legend": ("components/ruler_legend.html", ruler.ruler_legend),
    "standstill": ("workspace/_standstill.html", standstill.standstill),
    "trend_chart": ("components/trend.html", charts.trend_chart),
}
_PRE = re.compile(r"(</?(?:pre|textarea)\b)")
_WHITE = re.compile(r"[ \t]*\n\s*|[ \t]{2,}")
# A filter of constants alone is worked out when its template is compiled: an icon costs nothing.
FILTERS = {
    "capfirst": defaultfilters.capfirst,
    "cause_text": letters.cause_text,
    "filesizeformat": defaultfilters.filesizeformat,
    "icon": ui.icon,
    "kind_label": ui.kind_label,
    "json_script": json_script,
    "language_name_local": language_name_local,
    "linebreaks": defaultfilters.linebreaks_filter,
    "linebreaksbr": defaultfilters.linebreaksbr,
    "mark_mentions": composer.mark_mentions,
    "moment": ui.moment,
    "tel": bare_number,
    "moment_text": letters.moment_text,
    "truncatechars": defaultfilters.truncatechars,
    "urlencode": defaultfilters.urlencode,
    "urlize": defaultfilters.urlize,
    "workdays": ui.workdays,
    "worked": ui.worked,
}


def environment(**options: Any) -> Environment:
    """What Django's Jinja2 backend asks for."""
    made = Environment(  # noqa: S701 - only letters in plain text are not escaped
        **{
            **options,
            "autoescape": select_autoescape(disabled_extensions=("txt",), default=True),
            "undefined": StrictUndefined,
            "trim_blocks": True,
            "lstrip_blocks": True,
            "keep_trailing_newline": True,
            "extensions": ["jinja2.ext.i18n", OneSpace],
            # As many as there are: what is thrown out is compiled again for the next page.
            "cache_size": -1,
        }
    )
    made.install_gettext_callables(  # type: ignore[attr-defined]
        translation.gettext,
        translation.ngettext,
        pgettext=translation.pgettext,
        npgettext=translation.npgettext,
    )
    made.filters |= FILTERS | {"date": date}
    made.globals |= FUNCTIONS | {
        "_": translated,
        "csrf_field": csrf_field,
        "face": HOUSE,
        "languages": languages,
        "messages": (),  # of who renders without a request
        "now": now,
        "querystring": querystring,
        "ui": Components(made),
        "url_for": url_for,
    }
    made.globals |= {name: _drawn(made, *how) for name, how in DRAWN.items()}
    return made


class OneSpace(Extension):
    """Sends one space for a line's end and the indentation after it, but in letters and <pre>."""

    def filter_stream(self, stream: TokenStream) -> Iterator[Token] | TokenStream:
        """What Jinja2 calls with the pieces of a template before it compiles them."""
        name = stream.name or ""
        if name.endswith(".html") and not name.startswith("mail/"):
            return _in_one_line(stream)
        return stream


def _in_one_line(stream: Iterable[Token]) -> Iterator[Token]:
    as_it_is = False
    for token in stream:
        if token.type != "data":
            yield token
            continue
        parts = _PRE.split(token.value)
        for place, part in enumerate(parts):
            if place % 2:
                as_it_is = not part.startswith("</")
            elif not as_it_is:
                parts[place] = _WHITE.sub(" ", part)
        yield Token(token.lineno, token.type, "".join(parts))


class Components:
    """The macros of templates/components/ by name: `ui.button(…)` is that of button.html."""

    def __init__(self, environment: Environment) -> None:
        self._environment = environment

    def __getattr__(self, name: str) -> Callable[..., str]:
        template = self._environment.get_template(f"components/{name}.html")
        macro: Callable[..., str] = getattr(template.module, name)
        setattr(self, name, macro)
        return macro


class FormRenderer(BaseRenderer):
    """Widgets by Django's own Jinja2 templates, which are faster; the admin's by its engine."""

    def __init__(self) -> None:
        self._find = cache(self._found)

    def get_template(self, template_name: str) -> Any:
        """What `render` asks for."""
        return self._find(template_name)

    def _found(self, name: str) -> Any:
        try:
            return WidgetTemplates().get_template(name)
        except TemplateDoesNotExist:
            return get_template(name)


def of_request(request: HttpRequest) -> dict[str, Any]:
    """What every page of ours may read; one masked token for all forms of a page."""
    return {
        "user": getattr(request, "user", None),
        "messages": get_messages(request),
        "csrf_token": SimpleLazyObject(lambda: get_token(request)),
        "face": SimpleLazyObject(lambda: face_of(request)),
    }


def translated(message: str) -> Markup:
    """A text of ours in the reader's language; it may hold HTML."""
    return _translated(translation.get_language(), message)


@cache
def _translated(_language: str | None, message: str) -> Markup:
    return Markup(translation.gettext(message).replace("%%", "%"))  # noqa: S704 - our own text


def url_for(name: str, *args: object) -> str:
    """The address of a page by its name."""
    return _address(get_urlconf(), get_script_prefix(), name, args)


# A page names some sixty addresses, most of them those of every page.
@lru_cache(maxsize=4096)
def _address(_urls: object, _prefix: str, name: str, args: tuple[object, ...]) -> str:
    return reverse(name, args=args)


def csrf_field(token: object) -> SafeString:
    """The hidden field that every form of ours posts."""
    return format_html('<input type="hidden" name="csrfmiddlewaretoken" value="{}">', token)


def date(value: Any, pattern: str) -> str:
    """A moment or date in words, by Django's letters; moments in the present zone, None as ""."""
    here = timezone.localtime(value) if isinstance(value, datetime) else value
    return defaultfilters.date(here, pattern)


def now(pattern: str) -> str:
    """The present moment, likewise."""
    return date(timezone.now(), pattern)


def languages() -> list[tuple[str, str]]:
    """Those that a reader may choose from."""
    return [(code, str(name)) for code, name in settings.LANGUAGES]


def querystring(query: QueryDict, **changes: object) -> str:
    """The query of an address with these parameters changed, from its question mark on."""
    changed = query.copy()
    for name, value in changes.items():
        changed[name] = str(value)
    return f"?{changed.urlencode()}"


def _drawn(
    made: Environment, template: str, facts: Callable[..., Mapping[str, Any]]
) -> Callable[..., SafeString]:
    """A function of facts as one that draws them."""

    @wraps(facts)
    def draw(*args: Any, **kwargs: Any) -> SafeString:
        html = made.get_template(template).render(facts(*args, **kwargs))
        return mark_safe(html)  # noqa: S308 - drawn by a template that escapes

    return draw
