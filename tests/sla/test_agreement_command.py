"""Agreements out as TOML, in again, and compared: what goes out comes back the same."""

import tomllib
from copy import deepcopy
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import tomlkit
from django.core.management import CommandError, call_command
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from sla import agreements, comparing, written
from sla.contracts import built_in, contract
from sla.models import Agreement, Calendar, Edition
from tests import people
from tickets.models import Kind, Priority

pytestmark = pytest.mark.django_db


def run(*words: str) -> str:
    out = StringIO()
    call_command("agreement", *words, stdout=out)
    return out.getvalue()


def came_back(edition: Edition, key: str = "copy") -> Edition:
    """An edition taken out as a file and loaded again, beside itself."""
    data = tomllib.loads(written.export(edition))
    return agreements.load(data | {"key": key}, in_force_on=edition.in_force_on)


@pytest.mark.parametrize("key", built_in())
def test_what_goes_out_comes_back_the_same(key: str) -> None:
    edition = people.agreement(key).editions.get()
    copy = came_back(edition)
    before, after = agreements.terms_of(edition), agreements.terms_of(copy)
    assert (after.targets, after.escalation) == (before.targets, before.escalation)
    assert (copy.terms, copy.calendar) == (edition.terms, edition.calendar)
    assert tomllib.loads(written.export(copy)) | {"key": key} == tomllib.loads(
        written.export(edition)
    )
    assert comparing.differences(contract(key), tomllib.loads(written.export(edition))) == []


def _as_agreed(target: dict[str, Any]) -> dict[str, Any]:
    """Hours go with what is measured in them, the rule of 4.D with a reaction."""
    idle = set() if target.get("measure", "work") == "work" else {"hours"}
    idle |= set() if target["promise"] == "reaction" else {"phone_required"}
    return {name: value for name, value in target.items() if name not in idle}


WORDS = st.text(st.characters(exclude_categories=("C", "Z")), min_size=1, max_size=60)
HOURS = st.integers(0, 99_999_99).map(lambda cents: cents / 100)
SHARES = st.lists(st.integers(1, 99), unique=True, max_size=3)
TARGETS = st.lists(
    st.fixed_dictionaries(
        {
            "key": st.from_regex(r"[a-z][a-z0-9-]{0,20}", fullmatch=True),
            "promise": st.sampled_from(["reaction", "resolution"]),
            "clause": WORDS,
            "ticket_kinds": st.lists(st.sampled_from(Kind.values), unique=True, min_size=1),
        },
        optional={
            "priorities": st.lists(st.sampled_from(Priority.values), unique=True),
            "measure": st.sampled_from(["work", "release", "planning"]),
            "hours": HOURS,
            "phone_required": st.booleans(),
            "pauses_while_waiting": st.booleans(),
            "from_change": st.booleans(),
            "warnings": SHARES,
            "words": st.dictionaries(st.sampled_from(["nl", "en"]), WORDS),
        },
    ).map(_as_agreed),
    max_size=4,
    unique_by=lambda target: target["key"],
)
RECIPIENTS = st.lists(
    st.sampled_from(["assignee", "team", "fixed_contact", "managers"]), unique=True, min_size=1
)
STEPS = st.lists(
    st.one_of(
        st.fixed_dictionaries({"at": st.integers(1, 100), "to": RECIPIENTS}),
        st.fixed_dictionaries({"after_hours": st.sampled_from([0.5, 4, 8]), "to": RECIPIENTS}),
    ),
    max_size=4,
    unique_by=lambda step: (step.get("at", 100), step.get("after_hours", 0)),
)


class AnyAgreement(TestCase):
    """Hypothesis with a database: one transaction an example."""

    @given(TARGETS, STEPS, st.dictionaries(WORDS, WORDS, max_size=3))
    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
    def test_whatever_is_agreed_goes_out_and_comes_back_the_same(
        self, targets: list[Any], steps: list[Any], clauses: dict[str, str]
    ) -> None:
        data = deepcopy(contract("diploc"))
        data |= {"targets": targets, "escalation": steps, "clauses": clauses, "key": "any"}
        data["calendar"]["country"] = ""  # no need of holidays here
        edition = agreements.load(data, in_force_on=date(2026, 1, 1))
        copy = came_back(edition)
        before, after = agreements.terms_of(edition), agreements.terms_of(copy)
        assert after.targets == before.targets
        assert after.escalation == before.escalation
        assert copy.terms == edition.terms
        assert before.targets == agreements.engine.Agreement.read(data).targets


def test_an_export_reads_well(tmp_path: Path) -> None:
    people.agreement("diploc")
    text = run("export", "diploc")
    assert 'key = "reaction-support"\npromise = "reaction"\nclause = "Support"\n' in text
    assert '    {at_most = "99.2", percent = 40},\n' in text
    assert '[[escalation]]\nat = 80\nto = ["assignee", "team"]\n' in text
    assert "measure" not in text


def test_an_unknown_agreement_is_loaded_and_in_force_from_its_date(tmp_path: Path) -> None:
    said = run("import", "dialog", "--in-force", "2026-02-03")
    edition = Edition.objects.get()
    assert edition.in_force_on == date(2026, 2, 3)
    assert edition.announced_at
    assert "2026-02-03" in said


def changed(tmp_path: Path, **changes: Any) -> str:
    path = tmp_path / "diploc.toml"
    data = deepcopy(contract("diploc"))
    data["targets"][0]["hours"] = 2
    path.write_text(tomlkit.dumps(data | changes), encoding="utf-8")
    return str(path)


def test_a_known_agreement_gets_a_draft_and_is_told_how_to_announce_it(tmp_path: Path) -> None:
    people.organisation("Winkel", "diploc")
    said = run("import", changed(tmp_path))
    draft = Edition.objects.get(number=2)
    assert draft.announced_at is None
    assert draft.targets.get().hours == 2
    assert "/desk/agreements/diploc/2/" in said
    with pytest.raises(CommandError, match="2"):
        run("import", changed(tmp_path))  # one draft at a time
    assert Edition.objects.count() == 2


def test_a_difference_is_said_in_words_with_exit_status_1(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    people.agreement("diploc")
    out = StringIO()
    with pytest.raises(SystemExit) as left:
        call_command("agreement", "diff", "diploc", changed(tmp_path), stdout=out)
    assert left.value.code == 1
    assert "4" in out.getvalue()
    assert "2" in out.getvalue()
    assert run("diff", "diploc", "diploc") == ""
    assert run("diff", "diploc", "1") == ""
    assert Agreement.objects.count() == Edition.objects.count() == Calendar.objects.count() == 1


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("export", "acme"), "no agreement 'acme'; there are diploc"),
        (("export", "diploc", "--edition", "9"), "no edition 9"),
        (("diff", "acme", "diploc"), "no agreement 'acme'"),
        (("diff", "diploc", "dialog"), "about agreement 'dialog', not 'diploc'"),
        (("diff", "diploc", "nowhere.toml"), "No such file"),
        (("import", "nowhere.toml"), "No such file"),
        (("import", "diploc", "--in-force", "2026-01-01"), "for a new agreement"),
    ],
)
def test_a_mistake_is_one_clear_line_with_exit_status_2(words: tuple[str, ...], said: str) -> None:
    people.agreement("diploc")
    with pytest.raises(CommandError, match=said) as raised:
        run(*words)
    assert raised.value.returncode == 2
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"escalations": []}, "unknown: escalations"),
        ({"targets": 3}, "targets must be a list"),
        ({"targets": [3]}, "can't be read"),
        ({"escalation": [{"at": 120, "to": ["team"]}]}, "escalation"),
        ({"escalation": [{"at": 50, "to": ["boss"]}]}, "unknown value 'boss'"),
        ({"notice": {"weeks": 2}}, "notice: weeks is unknown"),
        ({"notice": {"days": "30"}}, "notice: days must be a whole number"),
        ({"planning": {"warn_after_days": 1.5}}, "planning: warn_after_days must be"),
        ({"availability": {"guarantee": "99.5"}}, "counts_above_minutes is missing"),
        ({"availability": {"guarantee": "veel", "counts_above_minutes": 0}}, "veel"),
        ({"clauses": {"phone": "\x00"}}, "agreement import"),
        ({"calendar": contract("diploc")["calendar"] | {"country": ""}}, "here already with other"),
        ({"targets": [contract("diploc")["targets"][0] | {"hours": 1.234}]}, "reaction-support"),
        ({"targets": [contract("diploc")["targets"][0] | {"clause": "x" * 121}]}, "clause"),
    ],
)
def test_a_file_that_is_wrong_is_refused_and_nothing_is_written(
    tmp_path: Path, changes: dict[str, Any], said: str
) -> None:
    people.agreement("diploc")
    with pytest.raises(CommandError, match=said):
        run("import", changed(tmp_path, **changes))
    assert Edition.objects.count() == Calendar.objects.count() == 1
