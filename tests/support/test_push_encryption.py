"""What is pushed can be read by one browser, byte for byte as the standard says, by nobody else."""

from __future__ import annotations

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec

from support.notifications.push.encryption import MOST, checked, encrypted
from tests.push_browser import CURVE, BrowserKeys, plain, text

# The worked example of RFC 8291, appendix A.
SAID = b"When I grow up, I want to be a watermelon"
SENDER = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"
BROWSER = "q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94"
POINT = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
AUTH = "BTBZMqHH6r4Tts7J_aSIgg"
SALT = "DGv6ra1nlYgDCS1FRnbzlw"
BODY = (
    "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS"
    "6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qu"
    "lcy4a-fN"
)


def number(key: str) -> int:
    return int.from_bytes(plain(key), "big")


def test_the_example_of_the_standard_comes_out_to_the_byte() -> None:
    p256dh, auth = checked(POINT, AUTH)
    sender = ec.derive_private_key(number(SENDER), CURVE)
    body = encrypted(SAID, p256dh=p256dh, auth=auth, salt=plain(SALT), sender=sender)
    assert text(body) == BODY
    assert BrowserKeys(number(BROWSER), auth).read(body) == SAID


@pytest.mark.parametrize("said", [b"", "é€".encode(), b"x" * MOST])
def test_only_the_browser_itself_can_read_it(said: bytes) -> None:
    ours, other = BrowserKeys(), BrowserKeys()
    sender = ec.generate_private_key(CURVE)
    body = encrypted(said, p256dh=ours.public, auth=ours.auth, salt=b"s" * 16, sender=sender)
    assert len(body) <= 4096  # what every push service takes
    assert ours.read(body) == said
    with pytest.raises(InvalidTag):
        other.read(body)
    with pytest.raises(InvalidTag):
        ours.read(body[:-1] + bytes([body[-1] ^ 1]))


def test_what_does_not_fit_is_refused() -> None:
    ours = BrowserKeys()
    with pytest.raises(ValueError, match="at most"):
        encrypted(
            b"x" * (MOST + 1), p256dh=ours.public, auth=ours.auth, salt=b"", sender=ours.private
        )


@pytest.mark.parametrize(
    ("p256dh", "auth"),
    [
        ("", ""),
        (POINT, ""),
        (POINT, "é"),
        (POINT, AUTH + "AA"),
        (POINT[:-4], AUTH),
        ("A" + POINT[1:], AUTH),
        (POINT[:-4] + "AAAA", AUTH),
        (POINT + "!", AUTH),
    ],
)
def test_keys_that_no_browser_gives_are_refused(p256dh: str, auth: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - whatever it says
        checked(p256dh, auth)
