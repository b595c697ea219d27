"""The help centre for people who work here: drafts, publishing, versions, articles of answers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from support import desk
from support.articles.models import Article, Category, Picture, Readers
from tests import people
from tests.people import words
from tests.support.test_help_centre import png, subject, written  # noqa: F401
from tickets.models import Channel, Kind, Message, MessageKind, Role, Ticket

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _files(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


def signed_in(role: str = Role.AGENT) -> Client:
    client = Client()
    client.force_login(people.agent(role.title(), role))
    return client


def typed(category: Category, **more: Any) -> dict[str, Any]:
    return {
        "title_nl": "Wachtwoord vergeten",
        "body_nl": "Klik op *vergeten*.",
        "title_en": "",
        "body_en": "",
        "category": category.pk,
        "readers": Readers.EVERYBODY,
        "slug": "",
    } | more


def test_an_agent_writes_a_draft_and_a_lead_publishes_it(subject: Category) -> None:  # noqa: F811
    agent, lead = signed_in(), signed_in(Role.LEAD)
    answer = agent.post(reverse("help-new"), typed(subject, publish="1"), follow=True)
    article = Article.objects.get()
    assert article.published is None
    assert "concept" in answer.content.decode().lower()
    publish = reverse("help-publish", args=[article.pk])
    assert agent.post(publish, {"version": 1}).status_code == 403
    lead.post(publish, {"version": 1})
    page = reverse("help-article", args=[article.slug])
    assert "Klik op <em>vergeten</em>" in Client().get(page).content.decode()
    assert agent.post(reverse("help-withdraw", args=[article.pk])).status_code == 403
    lead.post(reverse("help-withdraw", args=[article.pk]))
    assert Client().get(page).status_code == 404
    assert page not in agent.get(reverse("help-desk")).content.decode()


def test_a_draft_of_two_is_not_lost(subject: Category) -> None:  # noqa: F811
    article, client = written(subject), signed_in()
    change = reverse("help-change", args=[article.pk])
    client.post(change, typed(subject, body_nl="Eerste", seen=1))
    late = client.post(change, typed(subject, body_nl="Tweede", seen=1))
    assert late.status_code == 422
    assert "Tweede" in late.content.decode()
    assert article.versions.count() == 2
    client.post(change, typed(subject, body_nl="Tweede", seen=2))
    assert article.versions.count() == 3
    client.post(reverse("help-restore", args=[article.pk, 2]))
    assert article.versions.first().body_nl == "Eerste"  # type: ignore[union-attr]
    assert "Eerste" in client.get(reverse("help-version", args=[article.pk, 4])).content.decode()


def test_bad_input_is_told_and_kept(subject: Category) -> None:  # noqa: F811
    written(subject)
    client = signed_in()
    for more in (
        {"slug": "wachtwoord-vergeten"},
        {"slug": "Fout!"},
        {"title_en": "Only a title"},
        {"readers": Readers.ORGANISATION},
        {"body_nl": "![x](https://kwaad.example/x.png)"},
        {"body_nl": "> " * 500 + "x"},
        {"review_on": "morgen"},
        {"pictures": SimpleUploadedFile("x.svg", b"<svg><script/></svg>", "image/svg+xml")},
    ):
        answer = client.post(reverse("help-new"), typed(subject, **more))
        assert answer.status_code == 422, more
        assert "Wachtwoord vergeten" in answer.content.decode()
    assert Article.objects.count() == 1


def test_a_picture_is_kept_over_a_preview(subject: Category) -> None:  # noqa: F811
    client = signed_in()
    picture = SimpleUploadedFile("scherm.png", png(), "image/png")
    answer = client.post(reverse("help-new"), typed(subject, preview="1", pictures=picture))
    key = Picture.objects.get().key
    page = answer.content.decode()
    assert f"![scherm.png](picture:{key})" in page
    assert f'src="/help/pictures/{key}/"' in page
    assert not Article.objects.exists()


def test_an_answer_becomes_a_draft_without_the_customer(subject: Category) -> None:  # noqa: F811
    carla = people.contact(people.organisation("Regenboogschool"), "Carla Visser")
    ticket = desk.open_ticket(
        people.reporter(carla),
        words(),
        subject="Inloggen lukt niet bij Regenboogschool",
        kind=Kind.QUESTION,
        channel=Channel.WEB,
    )
    client = signed_in(Role.LEAD)
    desk.reply(
        ticket,
        words(
            "Beste Carla,\n\nZet cookies aan. Mail carla@x.example of bel 030 760 11 11, Visser."
        ),
        actor=people.agent("Bob"),
    )
    said = Message.objects.get(kind=MessageKind.REPLY)
    page = client.get(reverse("ticket", args=[ticket.reference])).content.decode()
    address = f"{reverse('help-new')}?message={said.pk}"
    assert address in page
    editor = client.get(address).content.decode()
    form = editor[editor.index("<textarea") : editor.index("</textarea>")]
    assert "Zet cookies aan" in form
    assert not [each for each in ("Carla", "Visser", "carla@", "030 760") if each in form]
    assert 'value="Inloggen lukt niet bij [naam]"' in editor
    report = Message.objects.exclude(kind=MessageKind.REPLY).order_by("pk")[0]
    assert client.get(f"{reverse('help-new')}?message={report.pk}").status_code == 404


def test_a_report_carries_the_article_that_led_to_it(
    subject: Category,  # noqa: F811
    client: Client,
    settings: Settings,
) -> None:
    from datetime import timedelta

    settings.FORM_QUICKEST = timedelta()
    article = written(subject)
    form = client.get(f"{reverse('report')}?article={article.slug}")
    assert "U las “Wachtwoord vergeten”" in form.content.decode()
    told = {
        "name": "Dora",
        "email": "dora@bakker.example",
        "kind": "question",
        "subject": "Toch niet",
        "text": "Het helpt niet.",
        "article": article.slug,
        "help_visit": "x",
        "opened": form.context["form"]["opened"].value() if form.context else "",
    }
    if not told["opened"]:
        page = form.content.decode()
        at = page.index('name="opened"')
        told["opened"] = page[page.index('value="', at) + 7 :].split('"')[0]
    assert client.post(reverse("report"), told).status_code == 302
    ticket = Ticket.objects.get()
    message = ticket.messages.order_by("pk")[0]
    assert message.text.startswith("Het helpt niet.")
    assert f"/help/{article.slug}/" in message.text


def test_an_answer_offers_what_its_reader_may_read(subject: Category) -> None:  # noqa: F811
    school, bakery = people.organisation("School"), people.organisation("Bakker")
    written(subject, "Voor iedereen")
    written(subject, "Voor klanten", readers=Readers.CUSTOMERS)
    written(subject, "Voor school", readers=Readers.ORGANISATION, organisation=school)
    written(subject, "Voor bakker", readers=Readers.ORGANISATION, organisation=bakery)
    written(subject, "Voor ons", readers=Readers.STAFF)
    written(subject, "Nog een concept", publish=False)
    ticket = desk.open_ticket(
        people.reporter(people.contact(school)),
        words(),
        subject="Hulp",
        kind=Kind.QUESTION,
        channel=Channel.WEB,
    )
    said = signed_in().get(reverse("ticket-canned", args=[ticket.reference])).json()["replies"]
    titles = {each["title"] for each in said}
    assert titles == {"Voor iedereen", "Voor klanten", "Voor school"}
    assert all("/help/voor-" in each["text"] for each in said)
