"""The help centre as visitors get it, through gunicorn as `up` starts it, beside a bare answer."""

from __future__ import annotations

import subprocess
import sys

from django.conf import settings
from django.utils import timezone

from config.env import BASE_DIR
from support.articles.models import Category
from support.help_centre import shown, writing
from support.help_centre.writing import Written
from tests.apart import environment
from tests.bench import house
from tests.bench.measuring import Row
from tests.bench.status import rates
from tests.web_server import serving

ARTICLES = 300
TEXT = "## Stap {0}\n\nKlik op **Opslaan** en kies *groep {0}*. Zie [de status](/status/).\n\n"


def run() -> list[Row]:
    """Requests a second of an article, the first page, and the sitemap."""
    with house.standing():
        first, place = _articles(), {"DEBUG": "false", "WERKDAG_VAR": str(settings.VAR_DIR)}
        # Pages name their styles by content, as `up` has collected them.
        collect = [sys.executable, "manage.py", "collectstatic", "--noinput", "--verbosity=0"]
        subprocess.run(collect, check=True, env=environment() | place, cwd=BASE_DIR)
        with serving(**place) as server:
            figures = rates(
                server.port,
                {
                    "article": (f"/help/{first}/", 3000),
                    "home": ("/help/", 5000),
                    "sitemap": ("/help/sitemap.xml", 20_000),
                    "bare": ("/healthz", 2),
                },
            )
    bare = ("a bare answer", figures["bare"])
    return [
        Row("an article", figures["article"], "/s", *bare, "≥ 300"),
        Row(f"the first page, {ARTICLES} articles", figures["home"], "/s", *bare, "≥ 300"),
        Row("sitemap.xml", figures["sitemap"], "/s", *bare, "≥ 300"),
    ]


def _articles() -> str:
    now = timezone.now()
    kept = [
        Category.objects.create(slug=f"onderwerp-{number}", name_nl=f"Onderwerp {number}")
        for number in range(10)
    ]
    body = "".join(TEXT.format(number) for number in range(12))
    for number in range(ARTICLES):
        said = Written(kept[number % 10], {"title_nl": f"Artikel {number}", "body_nl": body})
        version = writing.begin(f"artikel-{number}", said, by=None, now=now)
        writing.publish(version.article, 1, by=None, now=now)
    return str(shown.readable(None).order_by("pk")[0].slug)
