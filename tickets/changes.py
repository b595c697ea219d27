"""Gives each ticket that changed its place in the order of all changes."""

from __future__ import annotations

from datetime import datetime

from django.db import connection

BATCH = 5000

_NUMBER = """
WITH gone AS (
    DELETE FROM tickets_touch WHERE id IN (SELECT id FROM tickets_touch ORDER BY id LIMIT %s)
    RETURNING ticket_id
)
INSERT INTO tickets_change (ticket_id, number, at)
SELECT ticket_id, nextval('tickets_change_order'), %s FROM (SELECT DISTINCT ticket_id FROM gone) one
ON CONFLICT (ticket_id) DO UPDATE SET number = excluded.number, at = excluded.at
"""


def number(*, now: datetime) -> int:
    """Give numbers to what was touched; gives how many tickets. One query when nothing was.

    The caller sees to it that nobody else does so meanwhile: numbers must be seen in their order.
    """
    done = 0
    with connection.cursor() as cursor:
        while True:
            cursor.execute(_NUMBER, [BATCH, now])
            if cursor.rowcount == 0:
                return done
            done += cursor.rowcount
