"""A million tickets of a year, every twentieth of them open, three messages each; made by SQL."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from time import perf_counter

from django.db import connection

from sla.models import Edition
from support.search import indexing
from tests import people
from tests.bench import measuring
from tests.bench.house import analyse
from tickets.models import Organisation, Team, User

ORGANISATIONS = 300
TEXTS = 5_000

# Every 20th ticket is open, some 210 of them on the name of whoever asks. What they say is put
# together from a few thousand texts, whose words are read once: to read a million documents would
# take as long as all the rest.
_FUNCTIONS = """
CREATE TABLE bench_text AS
SELECT n AS nr, body, to_tsvector('simple', body) || to_tsvector('dutch', body)
    || to_tsvector('english', body) AS words
FROM (
    SELECT n, 'zeldzaam' || n || ' ' || string_agg(word, ' ' ORDER BY place) || CASE n % 50
        WHEN 0 THEN ' het scherm blijft leeg' ELSE '' END AS body
    FROM generate_series(0, {texts} - 1) n
    CROSS JOIN LATERAL (
        SELECT place, CASE WHEN place % 3 = 0
            THEN (ARRAY['het', 'werkt', 'niet', 'de', 'printer', 'rapport', 'is', 'leeg', 'wij',
                'kunnen', 'login', 'scherm', 'sinds', 'vandaag', 'een', 'leerling', 'toets',
                'cijfer', 'melding', 'fout'])[1 + (n * 7 + place * 3) % 20]
            ELSE 'kantoor' || ((n * 31 + place * place * 17) % 3000) END AS word
        FROM generate_series(1, 30) place
    ) words GROUP BY n
) bodies
"""
_TICKETS = """
INSERT INTO tickets_ticket (id, subject, kind, proposed_priority, priority, priority_is_definitive,
    status, channel, team_id, assignee_id, organisation_id, contact_id, reporter_name,
    reporter_email, reporter_proved, reported_at, updated_at, version)
SELECT n, 'Rapport ' || n % 977 || ' is leeg ' || n % 4999,
    (ARRAY['incident', 'question', 'wish', 'setting'])[1 + n % 4], '',
    CASE WHEN n % 4 = 0 THEN (ARRAY['hoog', 'middel', 'laag'])[1 + n % 3] ELSE '' END, false,
    CASE WHEN n % 20 <> 0 THEN 'resolved' ELSE (ARRAY['new', 'open', 'waiting'])[1 + n % 3] END,
    (ARRAY['email', 'web', 'phone'])[1 + n % 3], {team}, CASE WHEN n / 20 % 7 = 0 THEN NULL
        WHEN n / 20 % 200 = 1 THEN {boss} ELSE {boss} + 1 + n / 20 % 20 END,
    {organisation} + n % {organisations}, NULL, 'Persoon ' || n % {organisations},
    'persoon' || n % {organisations} || '@klant' || n % {organisations} || '.example', true,
    now() - ({tickets} - n) * interval '31 seconds',
    now() - ({tickets} - n) * interval '31 seconds',
    1
FROM generate_series(1, {tickets}) n
"""
_MESSAGES = """
INSERT INTO tickets_message (ticket_id, kind, public, channel, author_id, sender_name, sender_email,
    subject, text, quoted, html, mail_id, at)
SELECT n, (ARRAY['customer', 'reply', 'note'])[part], part < 3, 'email',
    CASE WHEN part = 1 THEN NULL ELSE {boss} END, '', '', '', body, '', '', '',
    now() - ({tickets} - n) * interval '31 seconds' + part * interval '1 second'
FROM generate_series(1, {tickets}) n CROSS JOIN generate_series(1, 3) part
JOIN bench_text ON bench_text.nr = (n * (7 + part * 6)) % {texts}
"""
_FILES = """
INSERT INTO tickets_attachment (message_id, file, name, content_type, size, sha256, content_id)
SELECT id, 'x', 'factuur' || ticket_id % 5000 || '.pdf', 'application/pdf', 1, '', ''
FROM tickets_message WHERE kind = 'customer' AND ticket_id % 10 = 0
"""
_DOCUMENTS = """
INSERT INTO tickets_searchdocument (ticket_id, version, stemmer, words)
SELECT n, 1, {stemmer},
    setweight(to_tsvector('simple', n || ' rapport ' || n % 977 || ' is leeg ' || n % 4999), 'A')
    || setweight(to_tsvector('simple', 'org' || {organisation} + n % {organisations} || ' persoon '
        || n % {organisations} || ' persoon' || n % {organisations} || ' klant'
        || n % {organisations} || ' example'
        || CASE WHEN n % 10 = 0 THEN ' factuur' || n % 5000 || ' pdf' ELSE '' END), 'B')
    || setweight(one.words, 'C') || setweight(two.words, 'C') || setweight(three.words, 'D')
FROM generate_series(1, {tickets}) n
JOIN bench_text one ON one.nr = (n * 13) % {texts}
JOIN bench_text two ON two.nr = (n * 19) % {texts}
JOIN bench_text three ON three.nr = (n * 25) % {texts}
"""
_EVENTS = """
INSERT INTO tickets_ticketevent (ticket_id, version, at, kind, actor_id, data)
SELECT id, 1, reported_at, 'reported', NULL, jsonb_build_object('channel', channel,
    'ticket_kind', kind, 'priority', priority, 'authorised', true, 'answered', false)
FROM tickets_ticket WHERE id % 20 = 0
"""
_CLOCKS = """
INSERT INTO sla_clock (ticket_id, target_key, turn, promise, priority, clause, binding, state,
    started_at, due_at, met_at, breached_at, pauses_since_due, alarms, next_alert_at)
SELECT n, 'reaction', 0, 'reaction', '', '3.G', n % 10 <> 5, CASE WHEN n % 20 <> 0 THEN 'met'
        WHEN due < now() THEN 'breached' ELSE 'running' END,
    now() - ({tickets} - n) * interval '31 seconds', due,
    CASE WHEN n % 20 <> 0 THEN due - interval '1 hour' END,
    CASE WHEN n % 20 = 0 AND due < now() THEN due END, '[]', '[]', NULL
FROM (
    SELECT n, CASE WHEN n % 20 = 0 THEN now() + (n % 9973 - 1000) * interval '3 minutes'
        ELSE now() - ({tickets} - n) * interval '31 seconds' + interval '8 hours' END AS due
    FROM generate_series(1, {tickets}) n
) dated WHERE n % 100 <> 40
"""
_COVERAGES = """
INSERT INTO sla_coverage (ticket_id, edition_id, waived, version, stale_causes, next_due_at,
    judge_by, would_owe)
SELECT n, {edition}, false, 1, '[]', CASE WHEN n % 20 = 0 AND n % 100 <> 40
    THEN now() + (n % 9973 - 1000) * interval '3 minutes' END,
    CASE WHEN n % 1000 = 40 THEN now() + (n % 997 - 100) * interval '3 minutes' END,
    CASE WHEN n % 1000 = 40 THEN '[["hoog", "resolution", "2036-01-01T09:00:00+00:00"]]'
        ELSE '[]' END::jsonb
FROM generate_series(1, {tickets}) n
"""
_INDEX = "CREATE INDEX document_words ON tickets_searchdocument USING gin (words)"


def build(boss: User, *, talk: bool = True) -> None:
    """All of it, in minutes, and say how long it took. talk: with what was written on them."""
    began = perf_counter()
    customers = [Organisation(name=f"Klant{number} BV") for number in range(ORGANISATIONS)]
    first = Organisation.objects.bulk_create(customers)[0]
    for number in range(21):
        people.agent(f"Agent{number}")
    people.agreement("dialog")
    given = {
        "tickets": measuring.tickets,
        "organisations": ORGANISATIONS,
        "texts": TEXTS,
        "organisation": first.pk,
        "boss": boss.pk,
        "team": Team.objects.get().pk,
        "edition": Edition.objects.get().pk,
        "stemmer": indexing.stemmer(),
    }
    tickets = (_TICKETS, _EVENTS, _COVERAGES, _CLOCKS)
    if talk:
        _do(given, _FUNCTIONS, "DROP INDEX document_words")
        pairs = [(*tickets, _DOCUMENTS), (_MESSAGES, _FILES)]
        with ThreadPoolExecutor(len(pairs)) as pool:
            list(pool.map(lambda statements: _do(given, *statements), pairs))
        _do(given, "SET maintenance_work_mem = '512MB'", _INDEX, "DROP TABLE bench_text")
    else:
        _do(given, *tickets)
    for table in ("ticket", "message"):
        _do(
            given,
            f"SELECT setval('tickets_{table}_id_seq', (SELECT max(id) FROM tickets_{table}))",
        )
    with connection.cursor() as cursor:
        cursor.execute("VACUUM")
    analyse()
    print(f"{measuring.tickets:,} tickets in {perf_counter() - began:,.0f} s", flush=True)


def _do(given: dict[str, int], *statements: str) -> None:
    """Without the checks that each row would be put through."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        for statement in statements:
            cursor.execute(statement.format(**given))
        cursor.execute("RESET session_replication_role")
