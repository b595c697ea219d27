"""The addresses of brands and of the texts of their letters."""

from django.urls import path, register_converter

from support.faces import pages, previews, text_pages
from support.mail.texts import KNOWN


class LetterConverter:
    """The name of a letter that may be worded."""

    regex = "|".join(KNOWN)

    def to_python(self, value: str) -> str:
        """As it stands."""
        return value

    def to_url(self, value: str) -> str:
        """Likewise."""
        return value


class LanguageConverter(LetterConverter):
    """A language that letters are written in."""

    regex = "nl|en"


register_converter(LetterConverter, "letter")
register_converter(LanguageConverter, "language")
_BRAND = "desk/brands/<int:pk>/"
_VERSION = f"{_BRAND}<int:number>/"
_TEXT = f"{_BRAND}letters/<letter:letter>/<language:language>/"

urlpatterns = [
    path("desk/brands/", pages.listed, name="brands"),
    path("desk/brands/new/", pages.new, name="brand-new"),
    path(_BRAND, pages.change, name="brand"),
    path(f"{_BRAND}reach/", pages.reach, name="brand-reach"),
    path(_VERSION, pages.version, name="brand-version"),
    path(f"{_VERSION}show/", pages.show, name="brand-show"),
    path(f"{_VERSION}portal/", previews.portal, name="brand-portal"),
    path(
        f"{_VERSION}letter/<language:language>/<str:scheme>/", previews.letter, name="brand-letter"
    ),
    path(f"{_VERSION}cover.png", previews.cover, name="brand-cover"),
    path("desk/brands/look/<slug:key>/<str:scheme>/", previews.look, name="brand-look"),
    path(f"{_BRAND}letters/", text_pages.letters, name="brand-letters"),
    path(_TEXT, text_pages.change, name="brand-text"),
    path(f"{_TEXT}<int:number>/restore/", text_pages.restore, name="brand-text-restore"),
]
