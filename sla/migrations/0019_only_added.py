"""What happened and what was decided can only be added; a service is of its contract's agreement."""

from typing import ClassVar

from django.db import migrations

ADDED_ONLY = ("sla_outageevent", "sla_claim", "sla_claimdecision", "sla_maintenanceevent")
FUNCTION = """
CREATE FUNCTION sla_added_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND TG_TABLE_NAME = 'sla_claim'
        AND to_jsonb(NEW) - 'contact_id' = to_jsonb(OLD) - 'contact_id' THEN
        RETURN NEW;  -- whoever filed it may be forgotten
    END IF;
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation';
END
$$;
"""
TRIGGERS = "\n".join(
    f"CREATE TRIGGER {table}_added_only BEFORE UPDATE OR DELETE ON {table} "
    "FOR EACH ROW EXECUTE FUNCTION sla_added_only();"
    for table in ADDED_ONLY
)
FREE = "\n".join(f"DROP TRIGGER {table}_added_only ON {table};" for table in ADDED_ONLY)

# An announced rate is fixed, but for that it was told. A decided credit, but for that it was told
# and given to billing.
FIXED = """
CREATE FUNCTION sla_rate_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.announced_at IS NOT NULL AND (
        TG_OP = 'DELETE' OR to_jsonb(NEW) - 'told_at' <> to_jsonb(OLD) - 'told_at'
    ) THEN
        RAISE EXCEPTION 'an announced rate is fixed' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END
$$;
CREATE TRIGGER sla_rate_fixed BEFORE UPDATE OR DELETE ON sla_rate
    FOR EACH ROW EXECUTE FUNCTION sla_rate_fixed();

CREATE FUNCTION sla_credit_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR (OLD.state <> 'proposed' AND
        to_jsonb(NEW) - 'told_at' - 'billed_at' <> to_jsonb(OLD) - 'told_at' - 'billed_at'
    ) THEN
        RAISE EXCEPTION 'a credit is decided once' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER sla_credit_fixed BEFORE UPDATE OR DELETE ON sla_credit
    FOR EACH ROW EXECUTE FUNCTION sla_credit_fixed();
"""
LOOSE = """
DROP TRIGGER sla_rate_fixed ON sla_rate;
DROP TRIGGER sla_credit_fixed ON sla_credit;
DROP FUNCTION sla_rate_fixed();
DROP FUNCTION sla_credit_fixed();
"""

# A service is of the same agreement as its contract.
SAME = """
ALTER TABLE sla_contract ADD CONSTRAINT contract_of_agreement UNIQUE (id, agreement_id);
ALTER TABLE sla_service ADD CONSTRAINT service_of_contracts_agreement
    FOREIGN KEY (contract_id, agreement_id) REFERENCES sla_contract (id, agreement_id);
"""
ANY = """
ALTER TABLE sla_service DROP CONSTRAINT service_of_contracts_agreement;
ALTER TABLE sla_contract DROP CONSTRAINT contract_of_agreement;
"""


class Migration(migrations.Migration):
    """Guards that Django has no words for."""

    dependencies: ClassVar = [("sla", "0018_outages_months_credits")]

    operations: ClassVar = [
        migrations.RunSQL(FUNCTION + TRIGGERS, FREE + "DROP FUNCTION sla_added_only();"),
        migrations.RunSQL(FIXED, LOOSE),
        migrations.RunSQL(SAME, ANY),
    ]
