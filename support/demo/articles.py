"""The demonstration's help centre: what schools and a web shop ask most."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from support.articles.models import Category, Readers
from support.help_centre import counting, writing
from support.help_centre.writing import Written
from tickets.models import Organisation, User

DAY = timedelta(days=1)
CATEGORIES = (
    ("inloggen", "Inloggen en accounts", "Signing in and accounts", "Wachtwoord, code, rechten"),
    (
        "platform",
        "Werken met het platform",
        "Working with the platform",
        "Klassen en rapporten",
    ),
    ("hosting", "Website en e-mail", "Website and e-mail", "Domein, mailbox, certificaat"),
)
FORGOTTEN = """
U kunt zelf een nieuw wachtwoord kiezen. Dat duurt twee minuten.

## Zo doet u het

1. Ga naar de inlogpagina en klik op **Wachtwoord vergeten**.
2. Vul het e-mailadres in waarmee u bij ons bekend bent.
3. Open de mail die u krijgt en klik op de link. De link werkt één uur.
4. Kies een wachtwoord van ten minste twaalf tekens.

## Geen mail gekregen?

- Kijk in de map met ongewenste mail.
- Controleer of u het adres van school gebruikt, en niet uw eigen adres.
- Logt uw school in met Entra ID of Google? Dan verandert u het wachtwoord dáár, niet bij ons.

## Nog steeds niet gelukt?

Meld het ons met de naam van uw school. Stuur nooit uw wachtwoord mee.
"""
FORGOTTEN_EN = """
You can choose a new password yourself. It takes two minutes.

## How to do it

1. Go to the sign-in page and click **Forgot password**.
2. Fill in the e-mail address that we know you by.
3. Open the mail that you get and follow the link. It works for one hour.
4. Choose a password of at least twelve characters.

## No mail?

- Look in the folder for unwanted mail.
- Make sure that you use the school's address, not your own.
- Does your school sign in with Entra ID or Google? Then change the password there.
"""
CODE = """
Met een tweede stap komt niemand met alleen uw wachtwoord binnen.

1. Klik rechtsboven op uw naam en kies **Mijn account**.
2. Kies **Tweede stap instellen** en scan de code met een app op uw telefoon.
3. Bewaar de herstelcodes op papier, niet op dezelfde telefoon.

> Telefoon kwijt? Log in met een herstelcode en stel de tweede stap opnieuw in.
"""
PUPILS = """
Aan het begin van het schooljaar zet u alle leerlingen in één keer klaar.

## Vooraf

Exporteer de leerlingen uit uw administratiepakket als CSV. Wij lezen deze kolommen:

| Kolom | Voorbeeld | Verplicht |
|---|---|---|
| leerlingnummer | 20261 | ja |
| roepnaam | Sam | ja |
| groep | 6B | ja |
| e-mail | leeg | nee |

## Importeren

1. Ga naar **Beheer**, dan **Leerlingen**, dan **Importeren**.
2. Kies het bestand. U ziet eerst wat er gaat veranderen.
3. Klik op **Overnemen**. Van elke wijziging blijft bewaard wie haar deed.

## Dubbele leerlingen

Staat iemand er twee keer in, dan verschilt het leerlingnummer. Verwijder het verkeerde nummer niet:
voeg de twee samen, dan blijven de resultaten staan.
"""
PUPILS_EN = """
At the start of the year you bring in all pupils at once.

1. Export the pupils from your administration as CSV.
2. Go to **Administration**, **Pupils**, **Import** and choose the file.
3. You see what will change before anything does. Then click **Take over**.

Somebody in it twice? Merge the two; then the results stay.
"""
REPORT = """
Een rapport is gemaakt met de doelen van dat moment. Wijzigt u daarna een doel, dan verandert het
rapport niet mee.

1. Open het rapport en klik op **Opnieuw maken**.
2. Vergelijk de twee versies; het oude blijft bewaard.

Blijft het rapport leeg? Controleer of er voor de periode resultaten zijn ingevoerd.
"""
SLOW = """
Drie dingen die u zelf kunt nagaan voordat u ons belt:

1. Kijk op de [statuspagina](/status/) of er een storing of onderhoud is.
2. Probeer een ander netwerk, bijvoorbeeld via uw telefoon. Werkt het daar wel, dan ligt het aan
   het netwerk van school.
3. Sluit andere tabbladen en probeer een andere browser.

Blijft het traag, meld het dan met het tijdstip en de naam van uw school.
"""
DOMAIN = """
Een domein verhuist met een code van uw huidige provider.

## Wat wij nodig hebben

- de verhuiscode (bij .nl heet die *token*)
- de naam van de eigenaar, precies zoals bij de provider

## Hoe lang het duurt

Een .nl-domein verhuist meestal binnen een werkdag. Andere domeinen duren tot zeven dagen. Uw
website en e-mail blijven werken als de DNS-instellingen van tevoren zijn overgenomen;
dat doen wij voor u.
"""
MAILBOX = """
Stel uw mailprogramma zo in:

| | Server | Poort | Beveiliging |
|---|---|---|---|
| Inkomend (IMAP) | imap.zonneschijn.example | 993 | TLS |
| Uitgaand (SMTP) | smtp.zonneschijn.example | 465 | TLS |

Uw gebruikersnaam is uw hele e-mailadres. Een foutmelding over het certificaat betekent bijna altijd
dat de naam van de server verkeerd is overgenomen.
"""
RESTART = """
Alleen voor collega's. Eerst kijken, dan pas herstarten:

1. Kijk bij **Controles** sinds wanneer het mis is.
2. Schrijf op de storing dat u onderzoekt; klanten lezen mee.
3. Herstart alleen de dienst die het betreft, nooit de hele server.
"""
ARTICLES: tuple[tuple[str, str, str, str], ...] = (
    ("inloggen", "Wachtwoord vergeten", FORGOTTEN, Readers.EVERYBODY),
    ("inloggen", "Inloggen met een tweede stap", CODE, Readers.EVERYBODY),
    ("platform", "Leerlingen importeren", PUPILS, Readers.EVERYBODY),
    ("platform", "Een rapport klopt niet meer", REPORT, Readers.CUSTOMERS),
    ("platform", "Het platform is traag", SLOW, Readers.EVERYBODY),
    ("hosting", "Een domein naar ons verhuizen", DOMAIN, Readers.EVERYBODY),
    ("hosting", "Mailbox instellen op computer of telefoon", MAILBOX, Readers.ORGANISATION),
    ("hosting", "Een dienst herstarten", RESTART, Readers.STAFF),
)
ENGLISH: Mapping[str, tuple[str, str]] = {
    "Wachtwoord vergeten": ("Forgotten your password", FORGOTTEN_EN),
    "Leerlingen importeren": ("Importing pupils", PUPILS_EN),
}


def build(*, agent: User, manager: User, shop: Organisation, now: datetime) -> None:
    """Eight articles, one of them to be looked at again, a draft, and what readers did."""
    kept = {
        slug: Category.objects.create(
            slug=slug, name_nl=dutch, name_en=english, about_nl=about, place=place
        )
        for place, (slug, dutch, english, about) in enumerate(CATEGORIES, start=1)
    }
    made = {}
    for number, (slug, title, body, readers) in enumerate(ARTICLES):
        english = ENGLISH.get(title, ("", ""))
        texts = {"title_nl": title, "body_nl": body.strip()}
        texts |= {"title_en": english[0], "body_en": english[1].strip()}
        theirs = shop if readers == Readers.ORGANISATION else None
        said = Written(kept[slug], texts, readers, theirs)
        at = now - (60 - number) * DAY
        version = writing.begin(writing.free_slug(title), said, by=agent, now=at)
        writing.publish(version.article, 1, by=manager, now=at)
        made[title] = version.article
    _draft(kept["platform"], agent, now)
    old = made["Een domein naar ons verhuizen"]
    writing.arrange(old, slug=old.slug, review_on=(now - 3 * DAY).date())
    for number, helped in enumerate((True, True, True, False)):
        text = "" if helped else "Ik kreeg de mail pas na een kwartier."
        article = made["Wachtwoord vergeten"]
        counting.vote(article, f"demo {number}", helped=helped, text=text, now=now - number * DAY)
    for number in range(6):
        visit = f"demonstration-{number:04d}"
        title = "Wachtwoord vergeten" if number % 3 else "Leerlingen importeren"
        counting.opened(made[title], visit, now=now - (number + 1) * DAY)
        if number == 4:
            counting.sent(visit)
    for words in ("schoolfoto uploaden", "schoolfoto uploaden", "toetsen archiveren"):
        counting.in_vain(words, now=now - DAY)


def _draft(category: Category, agent: User, now: datetime) -> None:
    texts = {
        "title_nl": "Een groep overdragen aan een collega",
        "body_nl": "Ga naar **Groepen**, kies de groep en klik op **Overdragen**.",
    }
    said = Written(category, texts)
    writing.begin(writing.free_slug(texts["title_nl"]), said, by=agent, now=now - 2 * DAY)
