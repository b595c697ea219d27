"""HTML from outside shows what it said, and can do nothing."""

from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from support.intake import html

ATTACKS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<a href='javascript:alert(1)'>x</a>",
    "<a href='jAvA\tscript:alert(1)'>x</a>",
    "<a href='data:text/html,<script>1</script>'>x</a>",
    "<svg onload=alert(1)><script>1</script></svg>",
    "<iframe src='https://x.example'></iframe>",
    "<style>*{background:url(https://x.example)}</style>",
    "<p style='background:url(https://x.example)'>x</p>",
    "<form action='https://x.example'><input name=a></form>",
    "<meta http-equiv=refresh content='0;url=https://x.example'>",
    "<base href='https://x.example'>",
    "<link rel=stylesheet href='https://x.example/a.css'>",
    "<object data='https://x.example'></object>",
    "<img srcset='https://x.example/a.png 1x'>",
    "<table background='https://x.example/a.png'><tr><td>x</table>",
    "<video poster='https://x.example/a.png'></video>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
]
WOULD_LOAD = {"src", "srcset", "background", "poster", "data", "action", "style", "formaction"}


class Seen(HTMLParser):
    def __init__(self, source: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.feed(source)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]


def assert_harmless(safe: str) -> None:
    seen = Seen(safe)
    assert not {"script", "style", "iframe", "svg", "form", "meta", "base", "link"} & set(seen.tags)
    for _, name, value in seen.attributes:
        assert not name.startswith("on")
        if name in WOULD_LOAD:
            assert name == "src"
            assert value.lower().startswith(("cid:", "data:image/"))
        if name == "href":
            assert not value.strip().lower().startswith(("javascript:", "data:", "vbscript:"))


@pytest.mark.parametrize("attack", ATTACKS)
def test_nothing_runs_and_nothing_is_fetched(attack: str) -> None:
    assert_harmless(html.clean(attack))


def test_a_picture_inside_the_message_stays_in_place() -> None:
    assert html.clean('<img src="cid:foto@1" alt="Foto">') == '<img src="cid:foto@1" alt="Foto">'


def test_a_pasted_screenshot_stays() -> None:
    assert 'src="data:image/png;base64,AAAA"' in html.clean(
        '<img src="data:image/png;base64,AAAA">'
    )


def test_a_picture_on_a_server_waits_until_it_is_asked_for() -> None:
    safe = html.clean('<img src="HTTPS://x.example/a.png?b=1&amp;c" alt="Logo">')
    assert safe == '<img data-remote-src="HTTPS://x.example/a.png?b=1&amp;c" alt="Logo">'


def test_a_picture_without_a_scheme_is_not_fetched() -> None:
    assert "x.example" not in html.clean('<img src="//x.example/a.png">')


def test_the_waiting_address_can_only_be_a_web_address() -> None:
    assert html.clean('<img data-remote-src="javascript:x">') == "<img>"


def test_links_open_elsewhere_and_tell_nothing() -> None:
    safe = html.clean('<a href="https://x.example/">x</a>')
    assert 'target="_blank"' in safe
    assert 'rel="noopener noreferrer nofollow"' in safe


def test_an_element_cannot_take_the_name_of_one_of_our_own() -> None:
    assert html.clean('<div id="queue" class="alert">x</div>').count("queue") == 0


def test_a_table_is_readable_as_text() -> None:
    safe = html.clean("<table><tr><td>Zaal</td><td>3</td></tr><tr><td>Tijd</td><td>9u</td></table>")
    assert [line.split() for line in html.readable(safe).splitlines()] == [
        ["Zaal", "3"],
        ["Tijd", "9u"],
    ]


def test_elements_nested_beyond_reason_become_plain_text() -> None:
    safe = html.clean("<div>" * 100_000 + "Hallo & dag")
    assert safe == "<pre>Hallo &amp; dag</pre>"


SCRAPS = [
    *[*ATTACKS, "<p>", "</p>", '"', "<img alt='", ' src="remote-image:', "<b", ">", "<!--", "-->"],
    *["<![CDATA[", "&lt;img src=&quot;"],
]


@settings(deadline=None, max_examples=100)
@given(st.lists(st.one_of(st.sampled_from(SCRAPS), st.text(max_size=8)), max_size=8))
def test_whatever_is_put_together_comes_out_harmless(bits: list[str]) -> None:
    safe = html.clean("".join(bits))
    assert_harmless(safe)
    assert_harmless(html.clean(safe))
    assert "\0" not in html.readable(safe)
