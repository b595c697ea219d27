"""A calendar in a mail is a readable line, and stays as a file."""

from zoneinfo import ZoneInfo

import pytest

from support.intake.invitations import line

ZONE = ZoneInfo("Europe/Amsterdam")


def calendar(*fields: str, method: str = "REQUEST") -> str:
    event = "\r\n".join(fields)
    return (
        f"BEGIN:VCALENDAR\r\nMETHOD:{method}\r\nBEGIN:VTIMEZONE\r\nDTSTART:16010101T000000\r\n"
        f"END:VTIMEZONE\r\nBEGIN:VEVENT\r\n{event}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    )


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (
            calendar(
                "SUMMARY;LANGUAGE=nl:Overleg\\, kort",
                'DTSTART;TZID="W. Europe Standard Time":20260521T100000',
                "DTEND;TZID=W. Europe Standard Time:20260521T110000",
                "LOCATION:Kantoor Utr",
                " echt",
            ),
            "[Appointment: Overleg, kort, 21-05-2026 10:00–11:00, Kantoor Utrecht]",
        ),
        (
            calendar("SUMMARY:Storing", "DTSTART:20260521T080000Z", "DTEND:20260522T080000Z"),
            "[Appointment: Storing, 21-05-2026 10:00 – 22-05-2026 10:00]",
        ),
        (
            calendar("SUMMARY:Vrij", "DTSTART;VALUE=DATE:20260521", method="CANCEL"),
            "[Appointment cancelled: Vrij, 21-05-2026]",
        ),
        (
            calendar("SUMMARY:Ja: Overleg", "DTSTART:99999999T999999Z", method="REPLY"),
            "[Answer to an invitation: Ja: Overleg]",
        ),
        (calendar(), ""),
        ("zomaar tekst", ""),
        ("BEGIN:VEVENT\nSUMMARY:Half", "[Appointment: Half]"),
        (calendar("SUMMARY:{0} {what}"), "[Appointment: {0} {what}]"),
    ],
)
def test_a_calendar_is_read_as_a_line(text: str, shown: str) -> None:
    assert line(text, zone=ZONE, translate=str) == shown
