"""The help centre as readers get it: what each may know of, and nothing else by any way."""

from __future__ import annotations

import struct
import zlib
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from support import access
from support.articles.models import (
    Article,
    ArticleVersion,
    ArticleVote,
    Category,
    OpenedSuggestion,
    Readers,
    UnansweredSearch,
)
from support.help_centre import counting, markdown, pictures, writing
from support.help_centre.writing import Refused, Written
from tests import people
from tests.support.services.status_house import a_public, a_service, down
from tickets.files import File
from tickets.models import Organisation, User

pytestmark = pytest.mark.django_db
VISIT = "0123456789abcdef0123"
SECRET = "zeppelin"


@pytest.fixture(autouse=True)
def _files(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
    cache.clear()  # nobody has asked before


@pytest.fixture
def subject() -> Category:
    return Category.objects.create(slug="inloggen", name_nl="Inloggen", name_en="Signing in")


def png(width: int = 3, height: int = 2) -> bytes:
    head = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + head + struct.pack(">I", zlib.crc32(head))


def written(
    category: Category,
    title: str = "Wachtwoord vergeten",
    body: str = "Klik op **Wachtwoord vergeten**.",
    *,
    readers: str = Readers.EVERYBODY,
    organisation: Organisation | None = None,
    publish: bool = True,
    english: tuple[str, str] = ("", ""),
) -> Article:
    texts = {
        "title_nl": title,
        "body_nl": body,
        "title_en": english[0],
        "body_en": english[1],
    }
    said = Written(category, texts, readers, organisation)
    now = timezone.now()
    version = writing.begin(writing.free_slug(title), said, by=None, now=now)
    if publish:
        writing.publish(version.article, 1, by=None, now=now)
    version.article.refresh_from_db()
    return version.article


def customer(of: Organisation | None, name: str = "Carla") -> User:
    user = User.objects.create_user(f"{name.lower()}@school.example", name=name)
    if of is not None:
        person = people.contact(of, name)
        person.user = user
        person.save()
    return user


def signed_in(user: User | None) -> Client:
    client = Client()
    if user is not None:
        client.force_login(user)
    return client


@pytest.fixture
def hidden(subject: Category) -> dict[str, Article]:
    """Articles that say the secret word, each hidden in another way, with a picture in each."""
    bakery = people.organisation("Bakker")
    made = {}
    for number, (name, readers, organisation, publish) in enumerate(
        (
            ("draft", Readers.EVERYBODY, None, False),
            ("staff", Readers.STAFF, None, True),
            ("other", Readers.ORGANISATION, bakery, True),
            ("withdrawn", Readers.EVERYBODY, None, True),
        )
    ):
        kept = pictures.keep(
            File(f"{SECRET}{number}.png", "image/png", png()), by=None, now=timezone.now()
        )
        made[name] = written(
            subject,
            f"Geheim van de {SECRET} {name}",
            f"De {SECRET} vliegt.\n\n![foto](picture:{kept.key})",
            readers=readers,
            organisation=organisation,
            publish=publish,
        )
    writing.withdraw(made["withdrawn"], now=timezone.now())
    return made


def test_what_is_hidden_is_found_by_no_way(subject: Category, hidden: dict[str, Article]) -> None:
    shown = written(subject, f"Over de {SECRET} in het algemeen", "Iedereen mag dit lezen.")
    school = people.organisation("School")
    for user in (None, customer(school), customer(None, "Zonder")):
        client = signed_in(user)
        for article in hidden.values():
            assert client.get(reverse("help-article", args=[article.slug])).status_code == 404
            assert (
                client.post(
                    reverse("help-vote", args=[article.slug]), {"helped": "yes"}
                ).status_code
                == 404
            )
            picture = article.versions.get().pictures.get()
            assert client.get(reverse("help-picture", args=[picture.key])).status_code == 404
            assert client.get(f"/report/?article={article.slug}").status_code == 200
            client.post(reverse("help-opened"), {"article": article.slug, "visit": VISIT})
        pages = [
            reverse("help"),
            reverse("help-feed"),
            reverse("help-sitemap"),
            reverse("help-category", args=[subject.slug]),
            reverse("help-article", args=[shown.slug]),
            f"{reverse('help')}?q={SECRET}",
            f"{reverse('help-suggest')}?q=Ik+zoek+een+{SECRET}",
        ]
        for address in pages:
            said = client.get(address).content.decode()
            assert "Geheim" not in said, address
            assert "vliegt" not in said, address
            assert all(article.slug not in said for article in hidden.values()), address
    assert not OpenedSuggestion.objects.exists()
    assert not ArticleVote.objects.exists()


def test_a_category_with_nothing_to_read_is_not_there(
    subject: Category, hidden: dict[str, Article], client: Client
) -> None:
    assert client.get(reverse("help-category", args=[subject.slug])).status_code == 404
    assert "Inloggen" not in client.get(reverse("help")).content.decode()


def test_each_reads_what_is_for_them(subject: Category) -> None:
    school = people.organisation("School")
    written(subject, "Voor iedereen")
    written(subject, "Voor klanten", readers=Readers.CUSTOMERS)
    written(subject, "Voor de school", readers=Readers.ORGANISATION, organisation=school)
    written(subject, "Voor ons", readers=Readers.STAFF)

    def titles(user: User | None) -> set[str]:
        said = signed_in(user).get(reverse("help")).content.decode()
        return {
            each for each in ("iedereen", "klanten", "de school", "ons") if f"Voor {each}<" in said
        }

    assert titles(None) == {"iedereen"}
    assert titles(customer(None, "Zonder")) == {"iedereen"}
    assert titles(customer(people.organisation("Bakker"), "Dora")) == {"iedereen", "klanten"}
    assert titles(customer(school)) == {"iedereen", "klanten", "de school"}
    assert titles(people.agent()) == {"iedereen", "klanten", "de school", "ons"}


def test_what_is_withdrawn_is_gone_at_once(subject: Category, client: Client) -> None:
    article = written(subject)
    address = reverse("help-article", args=[article.slug])
    assert client.get(address).status_code == 200
    writing.withdraw(article, now=timezone.now())
    assert client.get(address).status_code == 404
    assert article.slug not in client.get(reverse("help-sitemap")).content.decode()


def test_a_newer_draft_and_its_picture_stay_hidden(subject: Category, client: Client) -> None:
    article = written(subject)
    kept = pictures.keep(File("nieuw.png", "", png()), by=None, now=timezone.now())
    draft = Written(
        subject, {"title_nl": "Nieuwe titel", "body_nl": f"![x](picture:{kept.key}) zeppelin"}
    )
    writing.write(article, draft, seen=1, by=None, now=timezone.now())
    said = client.get(reverse("help-article", args=[article.slug])).content.decode()
    assert "Nieuwe titel" not in said
    assert client.get(reverse("help-picture", args=[kept.key])).status_code == 404
    assert client.get(f"{reverse('help')}?q=zeppelin").content.decode().count("<mark>") == 0
    writing.publish(article, 2, by=None, now=timezone.now())
    said = client.get(reverse("help-article", args=[article.slug])).content.decode()
    assert "Nieuwe titel" in said
    picture = client.get(reverse("help-picture", args=[kept.key]))
    assert b"".join(picture) == png()
    assert picture["Content-Type"] == "image/png"
    assert picture["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in picture["Content-Security-Policy"]
    picture.close()


@pytest.mark.parametrize(
    "data",
    [
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"<html><script>alert(1)</script></html>",
        b"\x89PNG\r\n\x1a\n",
        b"\xff\xd8\xff\xe0",
        b"",
        png(50_000, 50_000),
        png() + b"x" * pictures.MOST_BYTES,
    ],
)
def test_what_is_no_picture_or_a_giant_is_refused_in_words(data: bytes) -> None:
    with pytest.raises(ValidationError) as refused:
        pictures.keep(File("plaatje.png", "image/png", data), by=None, now=timezone.now())
    assert "plaatje.png" in refused.value.messages[0]


def test_a_picture_is_what_its_content_says() -> None:
    webp = b"RIFF\x00\x00\x00\x00WEBPVP8X" + b"\x0a\x00\x00\x00" + b"\x00" * 4
    webp += (299).to_bytes(3, "little") + (199).to_bytes(3, "little")
    jpeg = b"\xff\xd8\xff\xe0\x00\x04ab\xff\xc0\x00\x0b\x08" + struct.pack(">HH", 20, 30) + b"\x01"
    found = {
        look[0]: tuple(look[1:])
        for data in (png(), b"GIF89a" + struct.pack("<HH", 7, 8), webp, jpeg)
        if (look := pictures.look(data))
    }
    assert found == {
        "image/png": (3, 2),
        "image/gif": (7, 8),
        "image/webp": (300, 200),
        "image/jpeg": (30, 20),
    }


@pytest.mark.parametrize(
    "source",
    [
        "<script>alert(1)</script>",
        "<svg onload=alert(1)></svg>",
        "<iframe src=https://kwaad.example></iframe>",
        '<img src=x onerror="alert(1)">',
        "![x](data:image/svg+xml;base64,AAAA)",
        "**vet** <b onclick=alert(1)>x</b>",
    ],
)
def test_html_in_an_article_stays_words(source: str) -> None:
    said = str(markdown.drawn(source).html)
    assert "<script" not in said
    assert "<svg" not in said
    assert "<iframe" not in said
    assert "<img" not in said
    assert "<b " not in said


@pytest.mark.parametrize(
    "source",
    [
        "x" * 40_001,
        "> " * 500 + "diep",
        "\n".join("  " * depth + "- a" for depth in range(60)),
        "[a]: https://e.example/" + "x" * 400 + "\n\n" + "[a]\n" * 300,
        "![x](https://kwaad.example/spion.png)",
        "[x](ftp://kwaad.example/)",
        "[x](//kwaad.example/)",
        "[" * 20_000,
        "*a" * 20_000,
        "`" * 1000,
        "a\n" * 19_000,
    ],
)
def test_a_bomb_or_a_bad_address_is_refused_in_words_and_soon(source: str) -> None:
    assert markdown.problems(source)
    assert len(str(markdown.drawn(source).html)) < 300_000


def test_links_of_ours_stay_here_and_others_open_safely() -> None:
    said = str(markdown.drawn("[a](/help/x/) [b](https://e.example/) [c](#p-deel)").html)
    assert '<a href="/help/x/">a</a>' in said
    assert 'rel="noopener noreferrer nofollow"' in said
    assert 'href="javascript:' not in str(markdown.drawn("[x](javascript:alert(1))").html)


def test_search_finds_other_endings_and_typing_errors(subject: Category, client: Client) -> None:
    written(
        subject,
        "Leerlingen importeren",
        "U importeert een klassenlijst uit het administratiepakket.",
        english=("Importing pupils", "You import a list of pupils."),
    )

    def found(words: str) -> str:
        return client.get(reverse("help"), {"q": words}).content.decode()

    assert "<mark>Leerlingen</mark>" in found("leerling")
    assert "<mark>klassenlijst</mark>" in found("klassenlijst importeer")
    assert "<mark>klassenlijst</mark>" in found("klasenlijst")
    assert "Leerlingen" in found("leerlinegn")
    assert client.get(reverse("help"), {"q": "pupil", "lang": "en"}).content.count(b"<mark>") > 0
    nothing = found("<b>bananenvlaai</b>")
    assert "Vraag het ons" in nothing
    assert "<b>" not in nothing
    assert UnansweredSearch.objects.get().words == "bananenvlaai"


def test_a_search_that_names_somebody_is_not_kept(subject: Category, client: Client) -> None:
    for words in ("jan@school.example", "0301234567", "' | :* !", "\x00 a"):
        assert client.get(reverse("help"), {"q": words}).status_code in (200, 400)
    assert not UnansweredSearch.objects.exists()


def test_english_falls_back_on_dutch_and_says_so(subject: Category, client: Client) -> None:
    dutch = written(subject)
    both = written(subject, "Mail", "Nederlands", english=("Mail settings", "In English"))
    page = client.get(reverse("help-article", args=[dutch.slug]), {"lang": "en"}).content.decode()
    assert "This article is in Dutch" in page
    page = client.get(reverse("help-article", args=[both.slug]), {"lang": "en"}).content.decode()
    assert "In English" in page
    assert "This article is in Dutch" not in page


def test_a_vote_counts_once_for_each_visitor(subject: Category, settings: Settings) -> None:
    article = written(subject)
    address = reverse("help-vote", args=[article.slug])
    browser = Client(HTTP_USER_AGENT="Een")
    for helped in ("yes", "yes", "no"):
        answer = browser.post(address, {"helped": helped, "text": "Plaatje is oud\n"})
        assert "Dank u" in answer.content.decode()
    Client(HTTP_USER_AGENT="Twee").post(address, {"helped": "yes"})
    votes = ArticleVote.objects.order_by("helped")
    assert [(vote.helped, vote.text) for vote in votes] == [(False, "Plaatje is oud"), (True, "")]
    assert browser.post(address, {"helped": "no", "text": "x" * 501}).status_code == 422
    page = browser.get(reverse("help-article", args=[article.slug])).content.decode()
    assert "Plaatje is oud" not in page


def test_votes_are_braked(subject: Category) -> None:
    article = written(subject)
    address = reverse("help-vote", args=[article.slug])
    answers = [
        Client(HTTP_USER_AGENT=str(number)).post(address, {"helped": "yes"}).status_code
        for number in range(counting.VOTES + 2)
    ]
    assert answers[-1] == 429
    assert ArticleVote.objects.count() == counting.VOTES


def test_pages_for_everybody_can_be_kept_and_others_not(subject: Category, client: Client) -> None:
    article = written(subject)
    address = reverse("help-article", args=[article.slug])
    said = client.get(address)
    assert said["Cache-Control"] == "public, max-age=30"
    assert "Set-Cookie" not in said
    assert client.get(address, headers={"if-none-match": said["ETag"]}).status_code == 304
    mine = signed_in(customer(people.organisation("School"))).get(address)
    assert mine["Cache-Control"] == "private, no-cache"
    assert "Carla" in mine.content.decode()
    assert "Carla" not in client.get(address).content.decode()


def test_a_suggestion_counts_as_helped_when_no_report_came(
    subject: Category, client: Client
) -> None:
    article = written(subject)
    said = client.get(reverse("help-suggest"), {"q": "Ik ben mijn wachtwoord vergeten"}).json()
    assert [each["slug"] for each in said["articles"]] == [article.slug]
    for visit in (VISIT, VISIT, VISIT[::-1], "te kort", "<script>0123456789"):
        client.post(reverse("help-opened"), {"article": article.slug, "visit": visit})
    counting.sent(VISIT[::-1])
    later = timezone.now() + timedelta(hours=2)
    (row,) = counting.helped(now=later)
    assert (row.helped, row.came) == (1, 1)


def test_suggestions_are_few_and_braked(subject: Category, client: Client) -> None:
    for number in range(6):
        written(subject, f"Wachtwoord {number}")
    asked = {"q": "Wachtwoord"}
    assert len(client.get(reverse("help-suggest"), asked).json()["articles"]) == 3
    for _time in range(counting.SUGGESTIONS):
        answer = client.get(reverse("help-suggest"), asked)
    assert answer.status_code == 429
    assert answer.json()["articles"] == []


def test_versions_are_only_added(subject: Category) -> None:
    article = written(subject)
    for change in (
        lambda: ArticleVersion.objects.update(title_nl="Anders"),
        lambda: ArticleVersion.objects.filter(article=article).delete(),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()
    said = Written(subject, {"title_nl": "Twee", "body_nl": "Twee"})
    writing.write(article, said, seen=1, by=None, now=timezone.now())
    with pytest.raises(Refused, match="versie 2"):
        writing.write(article, said, seen=1, by=None, now=timezone.now())


def test_addresses_do_not_collide(subject: Category) -> None:
    first, second = written(subject), written(subject)
    assert (first.slug, second.slug) == ("wachtwoord-vergeten", "wachtwoord-vergeten-2")
    said = Written(subject, {"title_nl": "Twee", "body_nl": "Twee"})
    for taken in (first.slug, "suggest"):
        with pytest.raises(Refused, match="bezet"):
            writing.begin(taken, said, by=None, now=timezone.now())
    written(subject, "Suggest")
    assert Article.objects.filter(slug="suggest-2").exists()


def test_the_one_door_gives_agents_all(subject: Category, hidden: dict[str, Article]) -> None:
    assert access.articles_of(people.agent()).count() == 4
    assert access.articles_of(None).count() == 0


def test_known_outages_are_told_under_their_public_names(client: Client) -> None:
    for service in (
        a_public("Het platform", own="Interne naam"),
        a_service("Geheime dienst", "Bakker"),
    ):
        down(service, timezone.now())
    said = client.get(reverse("help-suggest"), {"q": "Het werkt niet meer"}).json()
    assert [each["title"] for each in said["known"]] == [
        "Het platform is gestoord. Wij weten hiervan; volg het op de statuspagina."
    ]
    assert "Geheim" not in str(said)
    assert "Interne" not in str(said)
