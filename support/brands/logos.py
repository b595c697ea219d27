"""Logos: only pictures, drawn anew, so that nothing that was hidden in a file is ever served."""

from __future__ import annotations

import warnings
from io import BytesIO
from typing import NamedTuple

from django.utils.translation import gettext as _
from PIL import Image, UnidentifiedImageError

from tickets.models.brand import LOGO_HIGHEST, LOGO_LARGEST, LOGO_WIDEST

MOST_BYTES = 2 * 1024 * 1024
MOST_DOTS = 16_000_000
_SMALLER = 0.75
_KINDS = ("PNG", "JPEG", "WEBP")


class LogoError(Exception):
    """Why a file can't be a logo, in words for whoever chose it."""


class Logo(NamedTuple):
    """A PNG that we drew, with its size in pixels."""

    data: bytes
    width: int
    height: int


NONE = Logo(b"", 0, 0)


def redrawn(data: bytes) -> Logo:
    """The picture in a file, without its edges, small enough for a letter. LogoError else."""
    if len(data) > MOST_BYTES:
        raise LogoError(_("This is more than 2 MB: choose a smaller one."))
    if _is_drawing(data):
        raise LogoError(
            _(
                "This is an SVG, which can hold code; it is not taken. Save it as a PNG, some 500 "
                "pixels wide, and choose that."
            )
        )
    return _smaller(_trimmed(_opened(data)))


def _is_drawing(data: bytes) -> bool:
    beginning = data[:4096].lower()
    return b"<svg" in beginning or beginning.startswith((b"\x1f\x8b", b"<?xml"))


def _opened(data: bytes) -> Image.Image:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(BytesIO(data), formats=_KINDS) as found:
                wide, high = found.size
                if wide * high > MOST_DOTS:
                    raise LogoError(
                        _("This is %(wide)s by %(high)s pixels: choose a smaller one.")
                        % {"wide": wide, "high": high}
                    )
                found.draft("RGB", (LOGO_WIDEST * 2, LOGO_HIGHEST * 2))
                return found.convert("RGBA")
    except UnidentifiedImageError:
        raise LogoError(_("This is no PNG, JPEG or WebP.")) from None
    except (OSError, SyntaxError, ValueError, EOFError, Image.DecompressionBombError) as error:
        raise LogoError(_("This picture is damaged and can't be read.")) from error
    except Image.DecompressionBombWarning:
        raise LogoError(_("This picture has too many pixels: choose a smaller one.")) from None


def _trimmed(picture: Image.Image) -> Image.Image:
    """Without empty edges, which would make it look smaller than others."""
    box = picture.getchannel("A").getbbox()
    if box is None:
        raise LogoError(_("There is nothing to see in this picture."))
    return picture.crop(box)


def _smaller(picture: Image.Image) -> Logo:
    wide, high = LOGO_WIDEST, LOGO_HIGHEST
    while True:
        picture.thumbnail((wide, high), Image.Resampling.LANCZOS)
        kept = BytesIO()
        # Made of its pixels alone: no words, profiles or other things that came with the file.
        bare = Image.frombytes("RGBA", picture.size, picture.tobytes())
        bare.save(kept, "PNG", optimize=True)
        if kept.tell() <= LOGO_LARGEST:
            return Logo(kept.getvalue(), *picture.size)
        wide, high = int(picture.width * _SMALLER), int(picture.height * _SMALLER)
