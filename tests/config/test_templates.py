"""Our templates can be read, and each component is shown on the page of components."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template import engines
from django.test import Client

from tests import people
from tickets.models import User

TEMPLATES = Path(settings.BASE_DIR) / "templates"
LONGEST = 120


def test_no_line_of_a_template_is_longer_than_can_be_read() -> None:
    assert list(_too_long(TEMPLATES)) == []


def test_a_line_that_is_too_long_would_be_found(tmp_path: Path) -> None:
    (tmp_path / "some.html").write_text(f"<p>short</p>\n<p>{'long ' * 30}</p>\n")
    assert list(_too_long(tmp_path)) == ["some.html:2"]


def _too_long(root: Path) -> list[str]:
    return [
        f"{path.relative_to(root)}:{number}"
        for path in sorted(root.rglob("*"))
        if path.suffix in (".html", ".txt")
        for number, line in enumerate(path.read_text().splitlines(), start=1)
        if len(line) > LONGEST
    ]


# From the end of a sentence to the next one, by way of conditions that may both hold.
_BETWEEN = re.compile(r"\{% endtrans %\}((?:\s*\{% (?:if|endif).*?%\})*\s*)(?=\{% trans )")


def test_sentences_that_follow_each_other_have_a_space_between_them() -> None:
    assert list(_run_together(TEMPLATES)) == []


def test_sentences_that_run_together_would_be_found(tmp_path: Path) -> None:
    first, second = "{% trans %}One.{% endtrans %}", "{% trans %}Two.{% endtrans %}"
    (tmp_path / "bad.html").write_text(f"<p>\n  {first}\n  {{% if x %}}\n    {second}\n")
    (tmp_path / "good.html").write_text(f"<p>\n  {first} {{% if x %}}\n    {second}\n")
    assert list(_run_together(tmp_path)) == ["bad.html:2"]


def _run_together(root: Path) -> list[str]:
    """Of the white space between tags, what Jinja2 is told to leave out, is left out."""
    found = []
    for path in sorted(root.rglob("*")):
        if path.suffix not in (".html", ".txt"):
            continue
        text = path.read_text()
        for match in _BETWEEN.finditer(text):
            gap = re.sub(r"(?<=\n)[ \t]+(?=\{%|\Z)", "", "%}" + match[1]).replace("%}\n", "%}")
            if not re.sub(r"\{%.*?%\}", "", gap.removeprefix("%}")):
                line = text[: match.start()].count("\n") + 1
                found.append(f"{path.relative_to(root)}:{line}")
    return found


def test_every_template_of_ours_can_be_compiled() -> None:
    ours = [
        path.relative_to(TEMPLATES)
        for path in sorted(TEMPLATES.rglob("*"))
        if path.suffix in (".html", ".txt") and not path.is_relative_to(TEMPLATES / "django")
    ]
    assert len(ours) > 200
    for name in ours:
        engines["jinja2"].get_template(str(name))


@pytest.mark.django_db
def test_every_component_is_shown_on_the_page_of_components(client: Client) -> None:
    client.force_login(people.agent("Alice"))
    page = client.get("/desk/components/").content.decode()
    shown = set(re.findall(r'data-component="(\w+)"', page))
    assert shown == {path.stem for path in (TEMPLATES / "components").glob("*.html")}


@pytest.mark.django_db
def test_the_page_of_components_is_for_who_works_here(client: Client) -> None:
    carla = people.contact(people.organisation())
    carla.user = User.objects.create_user(carla.email, name=carla.name)
    carla.save()
    client.force_login(carla.user)
    assert client.get("/desk/components/").status_code == 403


def test_a_name_that_is_not_there_is_an_error() -> None:
    template = engines["jinja2"].from_string("{{ ticket.subjct }}")
    with pytest.raises(Exception, match="subjct"):
        template.render({"ticket": {"subject": "Doelen"}})


def test_what_somebody_typed_is_escaped_and_what_we_wrote_is_not() -> None:
    template = engines["jinja2"].from_string('{{ name }} {{ "phone"|icon }}')
    assert template.render({"name": "<b>"}).startswith("&lt;b&gt; <svg ")


def test_indentation_is_not_sent_but_in_what_is_shown_as_it_is() -> None:
    site = {"name": "A", "key": "k", "origins": []}
    template = engines["jinja2"].get_template("widget/demonstration.html")
    shown = template.render({"site": site, "script": "s", "report": "r"})
    assert "\n  " not in shown
    assert "&lt;/script&gt;\n&lt;noscript" in shown
