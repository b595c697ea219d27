"""The widget in a page of somebody else: opened, filled in by keyboard, sent across origins."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Locator, Page, expect
from pytest_django.live_server_helper import LiveServer

from sla import agreements
from sla.contracts import contract
from sla.models import Contract
from support.asking.models import FieldRule
from support.widget.models import WidgetSite
from support.widget.signed import signature
from tests import people
from tickets.models import CustomField, Kind, Ticket

pytestmark = pytest.mark.django_db(transaction=True)

HOST = """<!doctype html><html lang="nl"><head><title>App</title>{style}</head>
<body><main><h1>Onze app</h1><p>Een pagina van de klant.</p></main>
<script src="{desk}/widget.js" data-site="{site}" {more} defer></script>
<noscript><a href="{desk}/report/">Meld het bij de helpdesk</a></noscript></body></html>"""
# What a careful host allows: our script, and asking us.
POLICY = "default-src 'none'; script-src {desk}; connect-src {desk}; style-src 'unsafe-inline'"
# A page whose style sheet means everything on it, and says so loudly.
HOSTILE = """<style>
  html { font: italic 900 9px/3 serif; letter-spacing: .4em; word-spacing: 1em; color: lime;
    text-transform: uppercase; text-align: right; visibility: hidden; cursor: none; }
  html main { visibility: visible; }
  * { --ink: lime !important; --line: lime !important; --paper: lime !important; }
  div, body > div { display: none !important; opacity: .2 !important; transform: scale(.5);
    direction: rtl; pointer-events: none !important; position: absolute; height: 0; }
  button, input, label { border: 9px solid lime !important; font-size: 40px !important; }
</style>"""
LOOKS = """root => [...root.querySelectorAll("h2, label, input, textarea, button")].map(node => {
  const style = getComputedStyle(node);
  const box = node.getBoundingClientRect();
  return [node.tagName, ...["color", "fontFamily", "fontSize", "fontStyle", "fontWeight",
    "lineHeight", "letterSpacing", "textTransform", "textAlign", "direction", "visibility",
    "borderTopWidth",
    "borderTopColor", "backgroundColor", "pointerEvents"].map(name => style[name]),
    Math.round(box.width), Math.round(box.height)].join(" ");
})"""
# Each box that one types in, against what it stands on: (lighter + 0.05) / (darker + 0.05).
CONTRASTS = """root => {
  const light = colour => {
    const [r, g, b] = colour.match(/[0-9.]+/g).map(Number)
      .map(v => v / 255).map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = light(getComputedStyle(root).backgroundColor);
  const boxes = [...root.querySelectorAll("input, textarea, .close")]
    .filter(node => !["radio", "hidden"].includes(node.type));
  return boxes.map(node => {
    const edge = light(getComputedStyle(node).borderTopColor);
    return (Math.max(edge, ground) + 0.05) / (Math.min(edge, ground) + 0.05);
  });
}"""
Host = Callable[..., str]


def stands_still(dialog: Locator) -> None:
    """It is there, and no longer on its way to its place."""
    expect(dialog).to_be_visible()
    dialog.element_handle().wait_for_element_state("stable")


@pytest.fixture
def site(live_server: LiveServer) -> WidgetSite:
    carla = people.contact(people.organisation())
    return WidgetSite.objects.create(name="App", organisation=carla.organisation, origins=["x://x"])


@pytest.fixture
def host(live_server: LiveServer, site: WidgetSite) -> Iterator[Host]:
    """A server on an origin of its own, whose page carries the widget with these attributes."""
    pages: dict[str, bytes] = {}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Security-Policy", POLICY.format(desk=live_server.url))
            self.end_headers()
            self.wfile.write(pages.get(self.path, b""))

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_port}"
    WidgetSite.objects.filter(pk=site.pk).update(origins=[address])

    def page(more: str, style: str = "") -> str:
        html = HOST.format(desk=live_server.url, site=site.key, more=more, style=style)
        pages["/app"] = html.encode()
        return f"{address}/app"

    yield page
    server.shutdown()
    server.server_close()


def test_a_report_is_sent_from_the_hosts_page_by_keyboard(page: Page, host: Host) -> None:
    page.goto(host(""))
    opener = page.get_by_role("button", name="Hulp nodig?")
    opener.focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="Melding aan de helpdesk")
    expect(dialog).to_be_visible()
    expect(dialog.get_by_text("Hoeveel last")).to_be_hidden()
    dialog.get_by_label("Uw naam").fill("Carla")
    dialog.get_by_label("Uw e-mailadres").fill("carla@school.example")
    dialog.get_by_role("radio", name="Storing").check()
    dialog.get_by_role("radio", name="Hoog").check()
    expect(dialog.get_by_role("link", name="030-7600290")).to_have_count(0)  # nobody is signed
    dialog.get_by_label("Wat is er gebeurd?").fill("Het blijft wit.")
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(opener).to_be_focused()
    page.keyboard.press("Enter")
    expect(dialog.get_by_label("Wat is er gebeurd?")).to_have_value("Het blijft wit.")
    dialog.get_by_role("button", name="Melding versturen").click()
    expect(dialog.get_by_label("In één regel")).to_be_focused()  # what was forgotten
    dialog.get_by_label("In één regel").fill("Opslaan")
    dialog.get_by_role("button", name="Melding versturen").click()
    expect(dialog.get_by_role("heading", name="Uw melding is binnen")).to_be_visible()
    ticket = Ticket.objects.get()
    assert (ticket.channel, ticket.subject) == ("widget", "Opslaan")
    expect(dialog).to_contain_text(ticket.reference)


def test_it_asks_the_fields_of_the_sites_agreement_as_one_chooses(
    page: Page, host: Host, site: WidgetSite
) -> None:
    agreement = people.agreement()
    how: dict[str, Any] = {"kinds": list(Kind), "customers_see": True}
    environment = CustomField.objects.create(
        name="Omgeving", type="choice", choices="productie\nacceptatie", **how
    )
    parts = CustomField.objects.create(name="Deel", type="several", choices="a\nb", **how)
    on = {"other": environment, "other_is": ["acceptatie"]}
    FieldRule.objects.create(field=environment, does="require", agreement=agreement)
    FieldRule.objects.create(field=parts, does="require", **on)
    page.goto(host(""))
    page.get_by_role("button", name="Hulp nodig?").click()
    dialog = page.get_by_role("dialog", name="Melding aan de helpdesk")
    dialog.get_by_label("Uw naam").fill("Carla")
    dialog.get_by_label("Uw e-mailadres").fill("carla@school.example")
    expect(dialog.get_by_label("Omgeving")).to_be_hidden()
    dialog.get_by_role("radio", name="Vraag").check()
    dialog.get_by_label("In één regel").fill("Opslaan")
    dialog.get_by_label("Wat is er gebeurd?").fill("Het blijft wit.")
    dialog.get_by_label("Omgeving").select_option("acceptatie")
    dialog.get_by_role("button", name="Melding versturen").click()
    expect(dialog.get_by_text("Dit is nodig bij zo’n melding.")).to_be_visible()
    dialog.get_by_label("b", exact=True).check()
    dialog.get_by_role("button", name="Melding versturen").click()
    expect(dialog.get_by_role("heading", name="Uw melding is binnen")).to_be_visible()
    kept = {each.field.name: each.value for each in Ticket.objects.get().field_values.all()}
    assert kept == {"Omgeving": "acceptatie", "Deel": "b"}


def test_it_has_no_accessibility_faults_and_fits_a_telephone(page: Page, host: Host) -> None:
    page.goto(host(""))
    page.get_by_role("button", name="Hulp nodig?").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("radio", name="Storing").check()
    dialog.get_by_role("radio", name="Hoog").check()
    # The host's policy keeps axe out of its page; our own demonstration is checked elsewhere.
    page.set_viewport_size({"width": 390, "height": 700})
    stands_still(dialog)
    box = dialog.bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 390
    assert box["height"] <= 700


def test_it_looks_the_same_on_a_page_that_styles_everything(page: Page, host: Host) -> None:
    seen = []
    for style in ("", HOSTILE):
        page.goto(host("", style))
        opener = page.get_by_role("button", name="Hulp nodig?")
        expect(opener).to_be_visible()
        opener.click()
        dialog = page.get_by_role("dialog")
        stands_still(dialog)
        seen.append([*dialog.evaluate(LOOKS), str(dialog.bounding_box())])
    assert seen[0] == seen[1]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_its_fields_have_borders_that_are_seen(scheme: Any, page: Page, host: Host) -> None:
    page.emulate_media(color_scheme=scheme)
    page.goto(host(""))
    page.get_by_role("button", name="Hulp nodig?").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_label("Uw naam")).to_be_visible()
    stands_still(dialog)
    found = dialog.evaluate(CONTRASTS)
    assert len(found) > 4
    assert min(found) >= 3


def test_it_begins_in_its_first_field_and_keeps_the_focus_while_sending(
    page: Page, host: Host
) -> None:
    page.goto(host(""))
    page.get_by_role("button", name="Hulp nodig?").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_label("Uw naam")).to_be_focused()
    dialog.get_by_role("button", name="Melding versturen").press("Enter")
    expect(dialog.get_by_label("Uw naam")).to_be_focused()  # the first one that was forgotten
    expect(dialog.get_by_label("Uw naam")).to_have_attribute("aria-invalid", "true")
    page.route("**/widget/*/reports/**", lambda route: route.fulfill(body="?"))
    dialog.get_by_role("button", name="Melding versturen").press("Enter")
    expect(dialog.get_by_role("alert")).to_contain_text("niet")
    expect(dialog.get_by_role("button", name="Melding versturen")).to_be_focused()


def test_on_our_demonstration_axe_finds_nothing(
    page: Page, live_server: LiveServer, site: WidgetSite
) -> None:
    from tests.browser.faults import sign_in, what_axe_finds

    sign_in(page, live_server)
    page.goto(f"{live_server.url}/desk/widget/{site.key}/")
    page.locator("script[data-site]").evaluate("tag => tag.dataset.site")
    page.get_by_role("button", name="Need help?").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("radio", name="Incident").check()
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        found = what_axe_finds(page)
        assert not found.violations_count, found.generate_report()


def signed_as_carla(site: WidgetSite) -> str:
    now = int(timezone.now().timestamp())
    signed = signature(site.secret, email="carla@school.example", name="Carla", at=now)
    return (
        f'data-name="Carla" data-email="carla@school.example" data-signed-at="{now}" '
        f'data-signature="{signed}"'
    )


def test_who_is_signed_in_at_the_host_is_filled_in_and_fixed(
    page: Page, host: Host, site: WidgetSite
) -> None:
    page.goto(host(signed_as_carla(site)))
    page.get_by_role("button", name="Hulp nodig?").click()
    address = page.get_by_label("Uw e-mailadres")
    expect(address).to_have_value("carla@school.example")
    expect(address).to_have_attribute("readonly", "")
    dialog = page.get_by_role("dialog")
    number = dialog.get_by_role("link", name="030-7600290")
    dialog.get_by_role("radio", name="Storing").check()
    dialog.get_by_role("radio", name="Laag").check()
    expect(number).to_be_hidden()
    dialog.get_by_role("radio", name="Hoog").check()
    expect(number).to_be_visible()
    expect(dialog.get_by_text("Reactie: direct, als u belt")).to_be_visible()
    dialog.get_by_role("radio", name="Instelling").check()
    expect(number).to_be_hidden()
    expect(dialog.get_by_text("binnen één werkdag (3.G)")).to_be_visible()


def test_where_no_priority_is_asked_an_incident_is_told_of_the_call_that_it_wants(
    page: Page, host: Host, site: WidgetSite
) -> None:
    target = {"key": "t", "promise": "reaction", "clause": "2.1", "ticket_kinds": ["incident"]}
    terms = contract("diploc") | {
        "key": "derde",
        "phone": "010 123 45 67",
        "targets": [target | {"hours": 1, "channels": "phone"}],
    }
    third = agreements.load(terms, in_force_on=date(2020, 1, 1)).agreement
    Contract.objects.filter(organisation=site.organisation).update(agreement=third)
    page.goto(host(signed_as_carla(site)))
    page.get_by_role("button", name="Hulp nodig?").click()
    dialog = page.get_by_role("dialog")
    number = dialog.get_by_role("link", name="010 123 45 67")
    dialog.get_by_role("radio", name="Supportverzoek").check()
    expect(number).to_be_hidden()
    dialog.get_by_role("radio", name="Storing").check()
    expect(number).to_be_visible()
    expect(dialog.get_by_text("binnen 1 werkuur, als u belt (2.1)")).to_be_visible()
    expect(dialog.get_by_text("Hoeveel last heeft u ervan?")).to_be_hidden()


def test_without_javascript_there_is_a_link(browser: Browser, host: Host) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(host(""))
    expect(page.get_by_role("link", name="Meld het bij de helpdesk")).to_be_visible()
    context.close()
