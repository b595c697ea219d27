"""How a provider looks moves from its agreement to its brand, and who is under it belongs to that."""

from io import BytesIO

from django.db import migrations
from django.utils import timezone
from PIL import Image

HOUSE = "#21468b"
WIDEST, HIGHEST, LARGEST = 480, 120, 60_000


def redrawn(data):
    """The logo as a PNG with its size; without it where it is no picture, as letters were before."""
    try:
        with Image.open(BytesIO(data), formats=("PNG", "JPEG")) as found:
            picture = found.convert("RGBA")
        picture.thumbnail((WIDEST, HIGHEST))
        kept = BytesIO()
        picture.save(kept, "PNG", optimize=True)
    except Exception:  # noqa: BLE001 - whatever is wrong with one, letters show the name
        return b"", 0, 0
    return (kept.getvalue(), *picture.size) if kept.tell() <= LARGEST else (b"", 0, 0)


def move(apps, _schema_editor):
    """A house with one provider is that provider's; else each gets a brand, with its customers."""
    if apps.get_model("tickets", "Brand").objects.exists():
        return  # they were moved before, and changed since
    agreements = list(apps.get_model("sla", "Agreement").objects.order_by("pk"))
    brands = {}
    for agreement in agreements:
        first = brands.setdefault(agreement.provider[:80], agreement)
        if not first.logo and not first.colour:
            brands[agreement.provider[:80]] = agreement
    contracts = apps.get_model("sla", "Contract").objects.order_by("-pk")
    organisations = apps.get_model("tickets", "Organisation").objects
    for name, agreement in brands.items():
        brand = face_of(apps, name, agreement, is_default=len(brands) == 1)
        if len(brands) > 1:
            theirs = contracts.filter(agreement__provider=agreement.provider)
            organisations.filter(brand=None, pk__in=theirs.values("organisation")).update(
                brand=brand
            )

    if len(brands) != 1:
        apps.get_model("tickets", "Brand").objects.create(name="Werkdag", is_default=True)


def face_of(apps, name, agreement, *, is_default):
    """A brand that looks as the letters of that agreement did."""
    brand = apps.get_model("tickets", "Brand").objects.create(name=name, is_default=is_default)
    logo, width, height = redrawn(bytes(agreement.logo)) if agreement.logo else (b"", 0, 0)
    brand.shown = apps.get_model("tickets", "BrandFace").objects.create(
        brand=brand,
        number=1,
        name=name,
        colour=(agreement.colour or HOUSE).lower(),
        logo=logo,
        logo_width=width,
        logo_height=height,
        at=timezone.now(),
    )
    brand.save()
    return brand


class Migration(migrations.Migration):
    dependencies = [
        ("sla", "0001_squashed_0027_reports_frozen"),
        ("tickets", "0021_brands"),
    ]

    operations = [
        migrations.RunPython(move, migrations.RunPython.noop),
        migrations.RemoveConstraint(model_name="agreement", name="agreement_colour_is_one"),
        migrations.RemoveField(model_name="agreement", name="colour"),
        migrations.RemoveField(model_name="agreement", name="logo"),
    ]
