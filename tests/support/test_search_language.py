"""What people type into the search, read into words and conditions."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.search.language import MOST_TERMS, OPERATORS, Condition, Word, bare, plain, read
from support.search.meanings import day_of


def test_words_phrases_exclusions_and_operators_are_told_apart() -> None:
    asked = read('printer "is leeg" -fax org:"Het Lyceum" -status:closed TE:laat')
    assert asked.words == (
        Word("printer"),
        Word("is leeg", exact=True),
        Word("fax", without=True),
    )
    assert asked.conditions == (
        Condition("organisation", "Het Lyceum", 'org:"Het Lyceum"'),
        Condition("status", "closed", "-status:closed", without=True),
        Condition("due", "laat", "TE:laat"),
    )


def test_what_is_no_operator_is_text_and_an_address_of_a_page_is_nothing_strange() -> None:
    asked = read("kleur:blauw https://desk.example/x 12:30 org:")
    assert asked.unknown == ("kleur",)
    assert asked.conditions == ()
    assert [bare(word.text) for word in asked.words] == [
        "kleur", "blauw", "https", "desk example x", "12 30", "org"
    ]  # fmt: skip


def test_curly_quotes_are_quotes_and_an_open_one_ends_at_the_end() -> None:
    assert read("“is leeg”").words == (Word("is leeg", exact=True),)
    assert read('"is leeg').words == (Word("is leeg", exact=True),)


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("2026-05-18", date(2026, 5, 18)),
        ("18-05-2026", date(2026, 5, 18)),
        ("18/5/2026", date(2026, 5, 18)),
        ("vandaag", date(2026, 6, 1)),
        ("gisteren", date(2026, 5, 31)),
        ("7d", date(2026, 5, 25)),
        ("31-02-2026", None),
        ("ooit", None),
    ],
)
def test_days_are_read_as_people_write_them(typed: str, day: date | None) -> None:
    assert day_of(typed, today=date(2026, 6, 1)) == day


@given(st.text())
def test_anything_can_be_read_and_holds_nothing_that_a_query_could_trip_over(text: str) -> None:
    asked = read(text)
    assert len(asked.words) + len(asked.conditions) <= 2 * MOST_TERMS
    for word in asked.words:
        assert bare(word.text)
        assert not set(bare(word.text)) & set("'\\&|!():*<>\x00\"")


@given(st.lists(st.from_regex(r"\A[a-zé]{1,9}\Z"), min_size=1, max_size=9))
def test_plain_words_come_back_as_they_are(words: list[str]) -> None:
    asked = read(" ".join(words))
    assert [word.text for word in asked.words] == words
    assert plain(" ".join(words)) == " ".join(words)


@given(st.sampled_from(sorted(OPERATORS)), st.from_regex(r"\A[a-z0-9@.]{1,9}\Z"), st.booleans())
def test_each_operator_takes_its_value(name: str, value: str, without: bool) -> None:
    typed = f"{'-' if without else ''}{name}:{value}"
    assert read(typed).conditions == (Condition(OPERATORS[name], value, typed, without),)
