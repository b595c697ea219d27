"""The addresses of what pages fetch of a brand."""

from django.urls import path, register_converter

from support.brands import pages


class ColourConverter:
    """A colour in six small hexadecimal digits."""

    regex = "[0-9a-f]{6}"

    def to_python(self, value: str) -> str:
        """As it stands."""
        return value

    def to_url(self, value: str) -> str:
        """Likewise."""
        return value


register_converter(ColourConverter, "colour")

urlpatterns = [
    path("brand/<colour:colour>.css", pages.stylesheet, name="brand-colours"),
    path("brand/<colour:colour>/<str:initial>.svg", pages.icon, name="brand-icon"),
    path("brand/logo/<int:pk>.png", pages.logo, name="brand-logo"),
]
