"""Real bytes of good, bad and hostile mail: each becomes a readable mail or a clear refusal."""

import tracemalloc
import zlib
from base64 import encodebytes
from datetime import UTC, datetime
from pathlib import Path

import pytest
from asn1crypto import cms
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, pkcs7
from cryptography.x509.oid import NameOID
from hypothesis import given, settings
from hypothesis import strategies as st

from support.intake import smime
from support.intake.attached import Limits
from support.intake.mime import ParsedMail, Unreadable, parse

SAMPLES = Path(__file__).parent / "samples"
HEAD = b"From: Sanne <sanne@gemeente.example>\nSubject: Inloggen\n"


def plain(*lines: bytes, body: bytes = b"Hallo") -> ParsedMail:
    return parse(HEAD + b"".join(line + b"\n" for line in lines) + b"\n" + body)


def mixed(*parts: bytes, kind: bytes = b"mixed") -> bytes:
    inner = b"".join(b"--b\n" + part + b"\n" for part in parts)
    return HEAD + b'Content-Type: multipart/%s; boundary="b"\n\n' % kind + inner + b"--b--\n"


def attached(name: bytes, data: bytes = b"x", kind: bytes = b"application/pdf") -> bytes:
    return (
        b"Content-Type: %s\nContent-Disposition: attachment; filename=%s\n"
        b"Content-Transfer-Encoding: base64\n\n%s" % (kind, name, encodebytes(data))
    )


def words(mail: ParsedMail) -> set[str]:
    return {problem.word for problem in mail.problems}


# who, what, when


def test_names_subject_and_addresses_are_decoded() -> None:
    mail = parse(
        b'From: =?utf-8?Q?Ren=C3=A9?= <Rene@X.Example>\nTo: a@b.example, "C, D" <c@d.example>\n'
        b"Cc: =?utf-8?B?UMOpLCA=?= <e@f.example>\nReply-To: <g@h.example>\n"
        b"Subject: =?iso-8859-1?Q?Caf=E9?= =?utf-8?B?4oI=?=\n =?utf-8?B?rA==?= stuk\n\nHoi"
    )
    assert (mail.sender_name, mail.sender_email) == ("René", "rene@x.example")
    assert mail.to == (("", "a@b.example"), ("C, D", "c@d.example"))
    assert mail.cc == (("Pé,", "e@f.example"),)
    assert mail.reply_to == (("", "g@h.example"),)
    assert mail.subject == "Café€ stuk"


def test_the_thread_is_read_oldest_first() -> None:
    mail = plain(b"References: <a@x>\n <b@x> <a@x>", b"In-Reply-To: <b@x> (antwoord)")
    assert (mail.references, mail.in_reply_to) == (("<a@x>", "<b@x>"), ("<b@x>",))


@pytest.mark.parametrize(
    ("given_id", "read"),
    [
        (b"<[abc@x]>", "<[abc@x]>"),
        (b"  < a@x >", "<a@x>"),
        (b"a@x", "<a@x>"),
        (b"", ""),
        (b"onzin", ""),
        (b"<" + b"a" * 5000 + b"@x>", ""),
    ],
)
def test_a_message_id_is_read_or_empty(given_id: bytes, read: str) -> None:
    assert plain(b"Message-ID: " + given_id).message_id == read


@pytest.mark.parametrize(
    "date",
    [b"Mon, 1 Jan 0001 00:00:00 +0100", b"Fri, 31 Dec 9999 23:59:59 -1200", b"morgen", b"",
     b"Mon, 2 Nov 2026 10:12:00 +9999999999", b"Mon, 99 Nov 2026 10:12:00 +0100"],
)  # fmt: skip
def test_an_impossible_date_is_no_date(date: bytes) -> None:
    assert plain(b"Date: " + date).date is None


def test_a_date_is_given_in_utc() -> None:
    assert plain(b"Date: Mon, 2 Nov 2026 10:12:00 +0100").date == datetime(
        2026, 11, 2, 9, 12, tzinfo=UTC
    )


def test_line_ends_smuggled_into_subject_and_name_stay_on_one_line() -> None:
    mail = parse(
        b"From: =?utf-8?Q?Jan=0D=0ABcc:_x@y.example?= <jan@x.example>\n"
        b"Subject: =?utf-8?Q?Hoi=0D=0ABcc:_x@y.example=00?=\n\nHoi"
    )
    assert mail.subject == "Hoi Bcc: x@y.example"
    assert mail.sender_name == "Jan Bcc: x@y.example"


def test_a_subject_is_cut_to_200_characters() -> None:
    assert len(plain(b"Subject: x").subject) == 8
    assert len(parse(b"From: a@b.example\nSubject: " + b"x" * 999 + b"\n\n").subject) == 200


@pytest.mark.parametrize(
    "raw",
    [b"", b"  \r\n\n", b"\x00\xff" * 50, b"zomaar wat tekst", b"Subject: x\n\nGeen afzender",
     b"From:\n\nx", b"From: Jan zonder adres\n\nx", b"From: a@@b\n\nx", b"From: <>\n\nx"],
)  # fmt: skip
def test_what_no_ticket_can_be_made_of_is_refused_with_a_sentence(raw: bytes) -> None:
    with pytest.raises(Unreadable) as refused:
        parse(raw)
    assert refused.value.reason.endswith(".")
    assert refused.value.__cause__ is None


def test_an_empty_body_is_an_empty_text() -> None:
    assert parse(HEAD).text == ""
    assert parse(HEAD + b"\n").text == ""


# characters and encodings


@pytest.mark.parametrize(
    ("charset", "body", "text", "told"),
    [
        (b"iso-8859-1", b"Caf\xe9 \x80", "Café €", set()),
        (b"utf-8", b"Caf\xc3\xa9", "Café", set()),
        (b"utf-8", b"Caf\xe9 is stuk", "Café is stuk", {"charset"}),
        (b"us-ascii", b"Caf\xc3\xa9", "Café", {"charset"}),
        (b"unknown-8bit", b"Caf\xe9", "Café", {"charset"}),
        (b"bestaat-niet", b"Caf\xc3\xa9", "Café", {"charset"}),
        (
            b"utf-8",
            b"Co\xc3\xb6rdinatie \xe2\x82\xac 5 \xa9 2026",
            "Coördinatie € 5 © 2026",
            {"charset"},
        ),
        (b"utf-8", b"\xc3\xb6 \x81 \xc3", "ö \ufffd Ã", {"charset"}),
        (b"shift_jis", b"\x93\xfa\x96\x7b\x8c\xea \xff.", "日本語 \ufffd.", {"charset"}),
        (b"unicode_escape", b"a\\ud800", "a\\ud800", set()),
        (b"utf-7", b"a+2AA-", "a?", set()),
    ],
)
def test_text_is_read_in_the_declared_or_the_likely_charset(
    charset: bytes, body: bytes, text: str, told: set[str]
) -> None:
    mail = plain(b"Content-Type: text/plain; charset=" + charset, body=body)
    assert mail.text == text
    assert words(mail) == told


def test_bare_eight_bit_headers_are_read() -> None:
    mail = parse("From: René <r@x.example>\nSubject: Café\n\n".encode("cp1252"))
    assert (mail.sender_name, mail.subject) == ("René", "Café")


def test_one_wrong_byte_in_a_header_spoils_only_itself() -> None:
    mail = parse(b"From: Ren\xc3\xa9 \xa9 <r@x.example>\nSubject: Co\xc3\xb6rdinatie \xa9\n\nHallo")
    assert (mail.sender_name, mail.subject) == ("René ©", "Coördinatie ©")


@pytest.mark.parametrize(
    ("subject", "read"),
    [
        (b"=?iso-8859-1?Q?Die_Fr\xf6sche?=", "Die Frösche"),
        (b"=?utf-8?Q?Die_Fr\xc3\xb6sche?=", "Die Frösche"),
        (b"=?windows-1252?Q?5_=80_f\xfcr?=", "5 € für"),
    ],
)
def test_raw_letters_in_an_encoded_word_are_in_its_charset(subject: bytes, read: str) -> None:
    assert parse(b"From: a@b.example\nSubject: " + subject + b"\n\nx").subject == read


def test_nuls_are_removed() -> None:
    assert plain(body=b"a\0b").text == "ab"


def test_quoted_printable_and_format_flowed_become_paragraphs() -> None:
    mail = plain(
        b"Content-Type: text/plain; format=flowed; charset=utf-8",
        b"Content-Transfer-Encoding: quoted-printable",
        body=b"Een lange =\nzin die =20\ndoorloopt=2E\n\nNieuwe alinea",
    )
    assert mail.text == "Een lange zin die  doorloopt.\n\nNieuwe alinea"


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (b"SGFsbG8gZGFh", "Hallo daa"),
        (b"SGFsbG8gZGE", "Hallo da"),
        (b"SGFsbG8gZGFhc", "Hallo daa"),
        (b"Dit is gewoon tekst!", "Dit is gewoon tekst!"),
    ],
)
def test_broken_base64_gives_what_can_be_read(body: bytes, text: str) -> None:
    mail = plain(b"Content-Transfer-Encoding: base64", body=body)
    assert mail.text == text


WHOLE = encodebytes(("Coördinatie mislukt, geïmporteerd € 5.\n" * 9).encode())
LINES = b"_______________________________\nDit bericht is vertrouwelijk. Regenboog b.v.\n"


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (b"Q2/DtnJkaW5hdGllIG1pc2x1a3QuCg==\n\n" + LINES, "Coördinatie mislukt."),
        (b"Q2/DtnJkaW5hdGll\r\n\r\nRegenboog\r\n" + LINES, "Coördinatie"),
        (
            WHOLE + b"\nRegenboog\n" + LINES,
            "\n".join(["Coördinatie mislukt, geïmporteerd € 5."] * 9),
        ),
    ],
)
def test_words_under_base64_are_no_part_of_it(body: bytes, text: str) -> None:
    mail = plain(
        b"Content-Type: text/plain; charset=utf-8",
        b"Content-Transfer-Encoding: base64",
        body=body,
    )
    assert (mail.text, words(mail)) == (text, set())


def test_a_file_with_words_under_its_base64_is_the_file() -> None:
    mail = parse(mixed(attached(b"a.pdf", b"%PDF" * 100) + b"-- \nGescand, geen virus gevonden!\n"))
    assert [file.data for file in mail.attachments] == [b"%PDF" * 100]


# signed, encrypted


Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


def certificate(key: Key | None = None) -> tuple[x509.Certificate, Key]:
    key = key or ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Bas")])
    builder = (
        x509.CertificateBuilder(name, name, key.public_key(), 1)
        .not_valid_before(datetime(2026, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2027, 1, 1, tzinfo=UTC))
    )
    return builder.sign(key, SHA256()), key


def signed(inner: bytes, *, kind: bytes = b"signed-data") -> bytes:
    """What Outlook sends with "clear text" off, by OpenSSL's hand."""
    own, key = certificate()
    data = (
        pkcs7.PKCS7SignatureBuilder()
        .set_data(inner)
        .add_signer(own, key, SHA256())
        .sign(Encoding.DER, [pkcs7.PKCS7Options.Binary])
    )
    return (
        b"Content-Type: application/pkcs7-mime; smime-type=%s; name=smime.p7m\n"
        b"Content-Disposition: attachment; filename=smime.p7m\n"
        b"Content-Transfer-Encoding: base64\n\n%s" % (kind, encodebytes(data))
    )


INNER = "Content-Type: text/plain; charset=utf-8\n\nKassa 3 staat stil: coördinatie.\n".encode()


def test_the_text_inside_a_signature_is_read_and_named() -> None:
    mail = parse(HEAD + signed(INNER))
    assert (mail.subject, mail.text) == ("Inloggen", "Kassa 3 staat stil: coördinatie.")
    assert (words(mail), mail.attachments) == ({"signed"}, ())


def test_nothing_inside_a_signature_says_who_sent_the_mail() -> None:
    forged = b"From: baas@gemeente.example\nAuthentication-Results: mx.desk; dmarc=pass\n"
    mail = parse(
        b"From: Sanne <sanne@gemeente.example>\n" + signed(forged + INNER), servers=["mx.desk"]
    )
    assert (mail.sender_email, mail.verdict) == ("sanne@gemeente.example", "")
    assert mail.text == "Kassa 3 staat stil: coördinatie."


def test_signatures_around_signatures_and_beside_a_list_footer_are_opened() -> None:
    mail = parse(mixed(signed(signed(INNER)), b"Content-Type: text/plain\n\nVan de lijst"))
    assert mail.text == "Kassa 3 staat stil: coördinatie.\n\nVan de lijst"
    assert words(mail) == {"signed"}


def test_an_attachment_inside_a_signature_is_a_file() -> None:
    inner = mixed(b"Content-Type: text/plain\n\nZie bijlage", attached(b"a.pdf", b"%PDF"))
    mail = parse(HEAD + signed(inner[len(HEAD) :]))
    assert mail.text == "Zie bijlage"
    assert [file.name for file in mail.attachments] == ["a.pdf"]


def packed(content: bytes) -> bytes:
    """A message in CMS CompressedData (RFC 3274)."""
    data = cms.ContentInfo(
        {
            "content_type": "compressed_data",
            "content": {
                "version": "v0",
                "compression_algorithm": {"algorithm": "zlib"},
                "encap_content_info": {"content_type": "data", "content": content},
            },
        }
    ).dump()
    return (
        b"Content-Type: application/pkcs7-mime; smime-type=compressed-data; name=smime.p7z\n"
        b"Content-Transfer-Encoding: base64\n\n" + encodebytes(data)
    )


def test_a_packed_message_is_read_also_around_and_inside_a_signature() -> None:
    mail = parse(HEAD + packed(zlib.compress(INNER)))
    assert (mail.text, words(mail)) == ("Kassa 3 staat stil: coördinatie.", set())
    for both in (packed(zlib.compress(signed(INNER))), signed(packed(zlib.compress(INNER)))):
        mail = parse(HEAD + both)
        assert (mail.text, words(mail)) == ("Kassa 3 staat stil: coördinatie.", {"signed"})


@pytest.mark.parametrize(
    "content",
    [zlib.compress(INNER)[:-4], b"geen zlib", zlib.compress(bytes(smime.MAX_UNPACKED + 1))],
)
def test_what_cannot_be_unpacked_is_a_file_and_named(content: bytes) -> None:
    mail = parse(HEAD + packed(content))
    assert [file.name for file in mail.attachments] == ["smime.p7z"]
    assert words(mail) == {"compressed"}


@pytest.mark.parametrize("data", [b"onzin", b"\x30\x80" * 500, b""])
def test_what_only_claims_to_be_signed_stays_a_file(data: bytes) -> None:
    mail = parse(
        HEAD + b"Content-Type: application/pkcs7-mime; name=smime.p7m\n"
        b"Content-Transfer-Encoding: base64\n\n" + encodebytes(data)
    )
    assert [file.name for file in mail.attachments] == ["smime.p7m"]


@pytest.mark.parametrize(
    ("kind", "word"), [(b"signed", "signed"), (b"encrypted", "encrypted"), (b"*", None)]
)
def test_multiparts_are_read_and_what_they_do_is_named(kind: bytes, word: str | None) -> None:
    mail = parse(mixed(b"Content-Type: text/plain\n\nHallo", kind=kind))
    assert (mail.text, words(mail)) == ("Hallo", {word} - {None})


@pytest.mark.parametrize(
    ("mark", "word"), [(b"MESSAGE", "encrypted"), (b"SIGNED MESSAGE", "signed")]
)
@pytest.mark.parametrize("kind", [b"text/plain", b"text/html"])
def test_text_that_is_encrypted_or_signed_in_itself_is_named(
    mark: bytes, word: str, kind: bytes
) -> None:
    mail = plain(b"Content-Type: " + kind, body=b"-----BEGIN PGP %s-----\n\nhQEMA\n" % mark)
    assert words(mail) == {word}


def test_a_signature_that_only_its_name_tells_is_opened() -> None:
    mail = parse(HEAD + signed(INNER).replace(b"pkcs7-mime", b"octet-stream"))
    assert (mail.text, words(mail)) == ("Kassa 3 staat stil: coördinatie.", {"signed"})


def wrapped(data: bytes, kind: bytes) -> bytes:
    return (
        HEAD + b"Content-Type: application/%s; name=smime.p7m\n"
        b"Content-Transfer-Encoding: base64\n\n%s" % (kind, encodebytes(data))
    )


def test_certificates_alone_are_a_file_and_nothing_is_encrypted() -> None:
    mail = parse(
        wrapped(pkcs7.serialize_certificates([certificate()[0]], Encoding.DER), b"pkcs7-mime")
    )
    assert (words(mail), len(mail.attachments)) == (set(), 1)


@pytest.mark.parametrize("kind", [b"pkcs7-mime", b"x-pkcs7-mime", b"octet-stream"])
def test_what_is_encrypted_is_named_whatever_it_is_called(kind: bytes) -> None:
    key = rsa.generate_private_key(65537, 2048)
    envelope = pkcs7.PKCS7EnvelopeBuilder().set_data(INNER).add_recipient(certificate(key)[0])
    mail = parse(wrapped(envelope.encrypt(Encoding.DER, []), kind))
    assert (words(mail), len(mail.attachments)) == ({"encrypted"}, 1)


# structure


def test_plain_text_is_the_text_and_html_is_kept_clean() -> None:
    mail = parse(
        mixed(b"\nHallo", b"Content-Type: text/html\n\n<p onclick=x>Hallo</p>", kind=b"alternative")
    )
    assert (mail.text, mail.html) == ("Hallo", "<p>Hallo</p>")


def test_html_only_becomes_readable_text() -> None:
    mail = plain(
        b"Content-Type: text/html", body=b"<style>p{}</style><p>Een</p><p>Twee &amp; 3</p>"
    )
    assert mail.text == "Een\n\nTwee & 3"


def test_text_after_an_attachment_is_read_too() -> None:
    mail = parse(mixed(b"\nVoor", attached(b"a.pdf"), b"\nNa"))
    assert mail.text == "Voor\n\nNa"
    assert [a.name for a in mail.attachments] == ["a.pdf"]


def test_a_picture_in_the_html_is_inline_and_another_is_not() -> None:
    picture = (
        b"Content-Type: image/png\nContent-ID: <%s>\n"
        b"Content-Disposition: inline; filename=a.png\n\nx"
    )
    mail = parse(
        mixed(
            b'Content-Type: text/html\n\n<img src="cid:een@x">',
            picture % b"een@x",
            picture % b"twee@x",
            kind=b"related",
        )
    )
    assert [(a.content_id, a.inline) for a in mail.attachments] == [
        ("een@x", True),
        ("twee@x", False),
    ]


def test_an_attached_message_a_calendar_and_winmail_are_kept() -> None:
    mail = parse(
        mixed(
            b"\nZie bijlagen",
            b"Content-Type: message/rfc822\n\nFrom: k@x.example\nSubject: Storing 1/2\n\nHelp",
            b"Content-Type: text/calendar; method=REQUEST\n\nBEGIN:VCALENDAR",
            attached(b"winmail.dat", b"tnef", b"application/ms-tnef"),
        )
    )
    assert [a.name for a in mail.attachments] == [
        "Storing 1_2.eml",
        "attachment-2.ics",
        "winmail.dat",
    ]
    assert b"Help" in mail.attachments[0].data
    assert mail.text == "Zie bijlagen"


@pytest.mark.parametrize(
    ("given_name", "name"),
    [
        (b"../../etc/passwd", "etc_passwd"),
        (b'"C:\\\\Users\\\\jan\\\\foto.jpg"', "C_Users_jan_foto.jpg"),
        ('"factuur\u202efdp.exe"'.encode(), "factuur fdp.exe"),
        (b'"=?utf-8?Q?caf=C3=A9=0A=00.pdf?="', "café .pdf"),
        (b'"' + b"x" * 300 + b'.pdf"', "x" * 146 + ".pdf"),
        (b'"..."', "attachment-1.pdf"),
    ],
)
def test_file_names_are_safe(given_name: bytes, name: str) -> None:
    assert parse(mixed(attached(given_name))).attachments[0].name == name


def test_a_file_name_in_pieces_and_in_its_own_charset_is_read() -> None:
    part = b"Content-Disposition: attachment; filename*0*=utf-8''caf%C3; filename*1*=%A9.pdf\n\nx"
    assert parse(mixed(part)).attachments[0].name == "café.pdf"


def test_forty_attachments_are_all_kept() -> None:
    mail = parse(mixed(*[attached(b"%d.pdf" % i) for i in range(40)]))
    assert len(mail.attachments) == 40
    assert mail.problems == ()


def test_beyond_fifty_attachments_the_rest_is_named() -> None:
    raw = mixed(b"\nZie bijlagen", *[attached(b"%d.pdf" % i) for i in range(53)])
    mail = parse(raw, translate=lambda text: text.replace("Attachment not included", "Niet bij"))
    assert len(mail.attachments) == 50
    assert [p.about for p in mail.problems] == ["50.pdf", "51.pdf", "52.pdf"]
    assert mail.text.endswith("[Niet bij: 52.pdf (0.0 MB), too many attachments]")


def test_a_file_that_is_left_out_is_named_with_its_own_size() -> None:
    raw = mixed(attached(b"film.mp4", b"x" * 3_000_000))
    mail = parse(raw, limits=Limits(size=1_000_000))
    assert mail.text == "[Attachment not included: film.mp4 (3.0 MB), too large]"


def test_fifty_megabytes_are_read_in_bounded_memory() -> None:
    line = b"QUJD" * 19 + b"\n"
    big = b"Content-Disposition: attachment; filename=%s\nContent-Transfer-Encoding: base64\n\n"
    raw = mixed(b"\nZie bijlagen", big % b"a.bin" + line * 400_000, big % b"b.bin" + line * 260_000)
    tracemalloc.start()
    mail = parse(raw)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert [(a.name, len(a.data)) for a in mail.attachments] == [("a.bin", 22_800_000)]
    assert "b.bin" in mail.text
    assert len(raw) > 50_000_000
    assert peak < 60_000_000


# hostile structure


def test_two_hundred_multiparts_inside_one_another_are_read() -> None:
    layers = b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (i, i) for i in range(200)
    )
    mail = parse(HEAD + layers + b"\nHallo")
    assert (mail.text, mail.problems) == ("Hallo", ())


def test_five_thousand_of_them_are_survived() -> None:
    layers = b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (i, i) for i in range(5_000)
    )
    assert words(parse(HEAD + layers + b"\nHallo")) == {"too-deep"}


@pytest.mark.parametrize(
    "content_type",
    [b"multipart/mixed", b"multipart/mixed; boundary=x", b"multipart/mixed; boundary="],
)
def test_a_missing_boundary_leaves_the_text_readable(content_type: bytes) -> None:
    mail = plain(b"Content-Type: " + content_type)
    assert mail.text == "Hallo"
    assert words(mail) == {"boundary"}


def test_a_message_cut_off_in_the_middle_keeps_what_came() -> None:
    mail = parse(mixed(b"\nZie bijlage", attached(b"a.pdf", b"x" * 999))[:-700])
    assert mail.text == "Zie bijlage"
    assert mail.attachments[0].data.startswith(b"xxx")


def test_a_header_of_a_million_characters_is_survived() -> None:
    mail = plain(b"X-Long: " + b"x" * 1_000_000, b"To: " + b"a@b.example, " * 100_000)
    assert (mail.text, mail.sender_email) == ("Hallo", "sanne@gemeente.example")
    assert words(mail) == {"long-header"}


def test_ten_million_empty_parts_are_survived() -> None:
    assert words(parse(mixed()[:-7] + b"--b\n" * 10_000_000)) == {"too-many-parts"}


def test_a_bounce_names_the_message_that_came_back() -> None:
    mail = parse((SAMPLES / "bounce.eml").read_bytes())
    assert (mail.automatic, mail.bounce_of) == ("bounce", ("<10423.1@werkdag.example>",))
    assert (mail.sender_email, words(mail)) == ("", {"sender"})


# any bytes


def assert_storable(mail: ParsedMail) -> None:
    texts = [mail.text, mail.quoted, mail.html, mail.subject, mail.sender_name, mail.sender_email]
    texts += [mail.message_id, *mail.references, *mail.in_reply_to, *mail.bounce_of]
    texts += [part for a in mail.attachments for part in (a.name, a.content_type, a.content_id)]
    texts += [part for pair in (*mail.to, *mail.cc, *mail.reply_to) for part in pair]
    for text in texts:
        assert "\0" not in text
        text.encode("utf-8")
    assert not set("\r\n") & set(mail.subject + mail.sender_name)


def read_or_refuse(raw: bytes) -> None:
    unforeseen = None
    try:
        assert_storable(parse(raw))
    except Unreadable as refused:
        unforeseen = refused.__cause__
    assert unforeseen is None


@settings(deadline=None, max_examples=200)
@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(raw: bytes) -> None:
    read_or_refuse(raw)
    read_or_refuse(HEAD + raw)


SEEDS = [path.read_bytes() for path in sorted(SAMPLES.glob("*.eml"))]
SEEDS += [mixed(b"\nHallo", attached(b"a.pdf"), kind=kind) for kind in (b"related", b"report")]
SCRAPS = [
    *[b"\0", b"\r", b"\n", b"\n\n", b"\xff", b"=?utf-8?b?", b"?=", b"--b", b"<", b">", b'"', b";"],
    *[b"(", b"=", b"multipart/mixed", b"charset=utf-7", b"+2AA-", b"filename*0*=x'y'%"],
    *[b"\xed\xa0\x80", b"boundary=", b"&#xD800;", b"base64", b"Content-Type: "],
]


@settings(deadline=None, max_examples=300)
@given(
    st.sampled_from(SEEDS),
    st.lists(
        st.tuples(
            st.integers(0, 2_000),
            st.integers(0, 40),
            st.one_of(st.sampled_from(SCRAPS), st.binary(max_size=6)),
        ),
        min_size=1,
        max_size=6,
    ),
)
def test_any_damage_to_a_good_mail_is_read_or_refused(
    raw: bytes, cuts: list[tuple[int, int, bytes]]
) -> None:
    for at, length, scrap in cuts:
        raw = raw[:at] + scrap + raw[at + length :]
    read_or_refuse(raw)
