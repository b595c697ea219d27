"""Organisations and contacts out to files and in from them."""

from __future__ import annotations

import io
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from openpyxl.xml.constants import SHARED_STRINGS, SHEET_MAIN_NS

from support.customers import table
from support.customers.table import TableError
from tests import people
from tickets.models import Contact, ContactAddress, EmailDomain, Organisation, Role, User

URL = "customers-exchange"


@pytest.fixture
def manager(client: Client, db: None) -> User:
    user = people.agent("Mila", Role.MANAGER)
    client.force_login(user)
    return user


def upload(client: Client, data: str | bytes, name: str = "klanten.csv") -> object:
    content = data.encode() if isinstance(data, str) else data
    return client.post(reverse(URL), {"file": SimpleUploadedFile(name, content)})


def bring_in(client: Client, data: str | bytes) -> None:
    seen = upload(client, data)
    client.post(reverse(URL), {"rows": seen.context["rows"]})  # type: ignore[attr-defined]


def states(client: Client, data: str | bytes) -> list[tuple[int, str]]:
    seen = upload(client, data)
    return [(line.number, line.state) for line in seen.context["plan"].lines]  # type: ignore[attr-defined]


def test_contacts_come_in_after_their_lines_were_shown(client: Client, manager: User) -> None:
    people.organisation("Hanze College")
    file = (
        "Organisatie;Naam;E-mail;Telefoon;Mag bellen\n"
        "hanze college;Piet Jansen;piet@hanze.example; 030 760 0290 , 06 12345678;ja\n"
    )
    file = file.replace(" , ", " | ")
    assert states(client, file) == [(2, "new")]
    assert not Contact.objects.exists()
    bring_in(client, file)
    piet = Contact.objects.get()
    assert (piet.name, piet.email, piet.may_phone) == ("Piet Jansen", "piet@hanze.example", True)
    assert {number.bare for number in piet.numbers.all()} == {"0307600290", "0612345678"}
    assert states(client, file) == [(2, "same")]


def test_somebody_known_by_address_is_changed_and_never_doubled(
    client: Client, manager: User
) -> None:
    carla = people.contact(people.organisation("School"), may_phone=True)
    file = f"organisation,name,email,may phone\nSchool,Carla de Vries,{carla.email},nee\n"
    assert states(client, file) == [(2, "changed")]
    bring_in(client, file)
    carla.refresh_from_db()
    assert (carla.name, carla.may_phone, Contact.objects.count()) == ("Carla de Vries", False, 1)


@pytest.mark.parametrize(
    "line",
    [
        "Nergens;Jan;jan@x.example;;",
        "School;;jan@x.example;;",
        "School;Jan;geen adres;;",
        "School;Jan;jan@x.example;bel mij;",
        "School;Jan;jan@x.example;;misschien",
        "Winkel;Carla;carla@school.example;;",
        f"School;{'J' * 121};;;",
    ],
)
def test_a_line_that_is_wrong_is_left_out_with_its_reason_and_the_others_come_in(
    client: Client, manager: User, line: str
) -> None:
    people.contact(people.organisation("School"))
    people.organisation("Winkel", "diploc")
    file = f"organisatie;naam;e-mail;telefoon;mag bellen\n{line}\nSchool;Els;els@school.example;;\n"
    seen = upload(client, file)
    wrong, fine = seen.context["plan"].lines  # type: ignore[attr-defined]
    assert (wrong.state, fine.state) == ("wrong", "new")
    assert wrong.problems
    bring_in(client, file)
    assert set(Contact.objects.values_list("name", flat=True)) == {"Carla", "Els"}


def test_an_address_that_stands_in_the_file_twice_is_taken_once(
    client: Client, manager: User
) -> None:
    people.organisation("School")
    file = (
        "organisatie;naam;e-mail\nSchool;Jan;jan@school.example\nSchool;Kees;jan@school.example\n"
    )
    assert states(client, file) == [(2, "new"), (3, "wrong")]


def test_organisations_come_in_with_their_domains_and_fixed_contact(
    client: Client, manager: User
) -> None:
    alice = people.agent()
    taken = people.organisation("School")
    EmailDomain.objects.create(organisation=taken, domain="school.example")
    file = (
        "naam;maildomeinen;vast aanspreekpunt\n"
        f"Nieuw BV;nieuw.example; {alice.email}\n"
        "School;school.example|lyceum.example;\n"
        "Dief;school.example;\n"
        "Dom;geen domein;niemand@x.example\n"
    ).replace("|", ",")
    assert [state for _number, state in states(client, file)] == [
        "new",
        "changed",
        "wrong",
        "wrong",
    ]
    bring_in(client, file)
    new = Organisation.objects.get(name="Nieuw BV")
    assert new.fixed_contact == alice
    assert set(taken.domains.values_list("domain", flat=True)) == {
        "school.example",
        "lyceum.example",
    }
    assert not Organisation.objects.filter(name__in=["Dief", "Dom"]).exists()


@pytest.mark.parametrize("form", ["csv", "xlsx"])
@pytest.mark.parametrize("kind", ["organisations", "contacts"])
def test_what_goes_out_comes_in_again_and_changes_nothing(
    client: Client, manager: User, kind: str, form: str
) -> None:
    school = people.organisation("School")
    EmailDomain.objects.create(organisation=school, domain="school.example")
    carla = people.contact(school, "Carla")
    ContactAddress.objects.create(contact=carla, email="c@school.example")
    Organisation.objects.update(name="=School; & Zoon")
    answer = client.get(reverse("customers-export", args=[kind, form]))
    data = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    assert [state for _number, state in states(client, data)] == ["same"]
    if form == "xlsx":
        cell = load_workbook(io.BytesIO(data)).worksheets[0]["A2"]
        assert (cell.data_type, cell.value) == ("s", "=School; & Zoon")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\n;;\n",
        b"naam\n",
        b"kleur;maat\nrood;3\n",
        b"\x00\x01\x02 onzin",
        b"PK\x03\x04 geen spreadsheet",
        b"naam\n" + b"x\n" * 10_001,
    ],
)
def test_a_file_that_is_no_table_is_refused_with_the_reason(
    client: Client, manager: User, data: bytes
) -> None:
    answer = upload(client, data)
    assert answer.status_code == 422  # type: ignore[attr-defined]
    assert "aria-invalid" in answer.content.decode()  # type: ignore[attr-defined]
    assert not Organisation.objects.exists()


def test_lines_that_were_changed_on_the_way_are_not_brought_in(
    client: Client, manager: User
) -> None:
    seen = upload(client, "naam\nNieuw BV\n")
    forged = seen.context["rows"][:-2] + "xx"  # type: ignore[attr-defined]
    client.post(reverse(URL), {"rows": forged})
    assert not Organisation.objects.exists()


def test_a_sheet_made_by_hand_is_read(client: Client, manager: User) -> None:
    book, file = Workbook(), io.BytesIO()
    sheet = book.active
    assert sheet is not None
    for line in (["Naam", None], ["Nieuw BV", 3], [None, None], ["Ander BV"]):
        sheet.append(line)
    book.save(file)
    assert states(client, file.getvalue()) == [(2, "new"), (4, "new")]


@given(st.binary(max_size=200))
def test_whatever_is_sent_is_a_table_or_refused(data: bytes) -> None:
    try:
        rows = table.read(data)
    except TableError:
        return
    assert all(isinstance(text, str) for row in rows for text in row.cells.values())


@pytest.mark.parametrize("role", [Role.AGENT, Role.LEAD, Role.CUSTOMER])
def test_it_is_for_managers(client: Client, db: None, role: str) -> None:
    client.force_login(User.objects.create_user("x@desk.example", name="X", role=role))
    assert client.get(reverse(URL)).status_code == 403
    assert client.get(reverse("customers-export", args=["contacts", "csv"])).status_code == 403


def test_a_domain_that_an_earlier_line_takes_is_named_in_the_preview(
    client: Client, manager: User
) -> None:
    file = "naam;maildomeinen\nAlfa;samen.example\nBeta;SAMEN.example\n"
    seen = upload(client, file)
    first, second = seen.context["plan"].lines  # type: ignore[attr-defined]
    assert (first.state, second.state) == ("new", "wrong")
    assert "Alfa" in second.problems[0]
    bring_in(client, file)
    assert EmailDomain.objects.get().organisation.name == "Alfa"


@pytest.mark.parametrize(
    ("heading", "cells", "most"),
    [
        ("organisatie;naam;telefoon", "School;Piet;030 - 760 02 90 / 06 - 12 34 56 78", "32"),
        ("organisatie;naam;e-mail", f"School;Piet;{'a' * 250}@x.example", "254"),
        ("naam;maildomeinen", f"Nieuw;{'.'.join(['a' * 63] * 4)}.example", "253"),
    ],
)
def test_what_is_too_long_is_named_with_its_field_and_the_rest_comes_in(
    client: Client, manager: User, heading: str, cells: str, most: str
) -> None:
    people.organisation("School")
    fine = "School;Els;" if heading.startswith("organisatie") else "Ook;"
    file = f"{heading}\n{cells}\n{fine}\n"
    seen = upload(client, file)
    wrong, other = seen.context["plan"].lines  # type: ignore[attr-defined]
    assert (wrong.state, other.state) == ("wrong", "new")
    assert f"hoogstens {most} tekens" in wrong.problems[0]
    bring_in(client, file)
    assert Contact.objects.count() + Organisation.objects.filter(name="Ook").count() == 1


def test_another_address_is_another_person_whatever_the_name(client: Client, manager: User) -> None:
    carla = people.contact(people.organisation("School"))
    file = "organisatie;naam;e-mail\nSchool;Carla;carla.junior@school.example\n"
    seen = upload(client, file)
    (line,) = seen.context["plan"].lines  # type: ignore[attr-defined]
    assert line.state == "new"
    assert f"iemand anders dan Carla, {carla.email}" in line.changes
    bring_in(client, file)
    junior = Contact.objects.exclude(pk=carla.pk).get()
    assert (junior.name, junior.may_phone, carla.addresses.count()) == ("Carla", False, 1)


def test_a_person_without_an_address_stands_in_the_file_once(client: Client, manager: User) -> None:
    people.organisation("School")
    line = "School;Tweeling;0301234567\n"
    assert states(client, f"organisatie;naam;telefoon\n{line}{line}") == [(2, "new"), (3, "wrong")]


def spreadsheet(strings: str, head: str = "", encoding: str = "utf-8") -> bytes:
    """A spreadsheet whose table of texts was written by hand."""
    book = Workbook()
    book.worksheets[0].append(["naam"])
    plain, changed, texts = io.BytesIO(), io.BytesIO(), "xl/sharedStrings.xml"
    book.save(plain)
    with zipfile.ZipFile(plain) as old, zipfile.ZipFile(changed, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            told = f'<Override PartName="/{texts}" ContentType="{SHARED_STRINGS}"/></Types>'
            new.writestr(part, old.read(part).replace(b"</Types>", told.encode()))
        table = f'{head}<sst xmlns="{SHEET_MAIN_NS}">{strings}</sst>'
        new.writestr(texts, table.encode(encoding))
    return changed.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_spreadsheet_with_an_entity_is_refused_in_words(
    client: Client, manager: User, encoding: str
) -> None:
    entity = '<!DOCTYPE sst [<!ENTITY a "naam">]>'
    data = spreadsheet("<si><t>&a;</t></si>", entity, encoding)
    answer = upload(client, data, "klanten.xlsx")
    assert answer.status_code == 422  # type: ignore[attr-defined]
    assert "definities die we niet aannemen" in answer.content.decode()  # type: ignore[attr-defined]


@pytest.mark.parametrize("text", ["<si><t>a</t></si>", "<si/>"])
def test_more_texts_than_a_table_has_are_not_read(
    text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(table, "load_workbook", lambda *_given, **_more: pytest.fail("was read"))
    with pytest.raises(TableError):
        table.read(spreadsheet(text * 300_000))
