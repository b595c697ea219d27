"""Numbers that tell nobody how many tickets there are, and still rise, so that the newest is last.

Between one ticket and the next some numbers are left out: by chance, and in a measure that differs
from day to day and that only this house knows. Whoever reports twice learns nothing of what came
between, and whoever learns the measure of a day knows nothing of another one.
"""

from __future__ import annotations

from datetime import UTC, datetime
from secrets import randbelow

from django.conf import settings
from django.db import connection
from django.utils.crypto import salted_hmac

IN_A_ROW, SCATTERED = "in-a-row", "scattered"
"""What the setting may say; without it the house goes on as it began."""
_LEAST, _MOST = 4, 40

# As it began: a house that had tickets when this came to be goes on in a row (the migration).
_SKIP = """
    SELECT count(nextval(pg_get_serial_sequence('tickets_ticket', 'id')))
    FROM generate_series(1, %s) WHERE %s OR EXISTS (SELECT FROM tickets_numbering WHERE scattered)
"""


def skip(*, at: datetime) -> None:
    """Leave out some numbers before the next ticket."""
    if settings.TICKET_NUMBERS == IN_A_ROW:
        return
    left_out = randbelow(2 * measure(at))
    with connection.cursor() as cursor:
        cursor.execute(_SKIP, [left_out, settings.TICKET_NUMBERS == SCATTERED])


def measure(at: datetime) -> int:
    """How many numbers are left out at most half the time, on that day."""
    told = salted_hmac("tickets.numbering", at.astimezone(UTC).date().isoformat()).digest()
    return _LEAST + int.from_bytes(told[:4], "big") % (_MOST - _LEAST)
