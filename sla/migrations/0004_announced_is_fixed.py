"""What has been announced can't be changed, whoever tries."""

from typing import ClassVar

from django.db import migrations

FIXED = """
CREATE FUNCTION sla_edition_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.announced_at IS NOT NULL AND (TG_OP = 'DELETE' OR
        (NEW.agreement_id, NEW.number, NEW.in_force_on, NEW.calendar_id, NEW.terms, NEW.announced_at)
        IS DISTINCT FROM
        (OLD.agreement_id, OLD.number, OLD.in_force_on, OLD.calendar_id, OLD.terms, OLD.announced_at)
    ) THEN
        RAISE EXCEPTION 'an announced edition is fixed' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END
$$;
CREATE TRIGGER sla_edition_fixed BEFORE UPDATE OR DELETE ON sla_edition
    FOR EACH ROW EXECUTE FUNCTION sla_edition_fixed();

CREATE FUNCTION sla_edition_part_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM sla_edition WHERE announced_at IS NOT NULL AND id IN (
            CASE WHEN TG_OP <> 'INSERT' THEN OLD.edition_id END,
            CASE WHEN TG_OP <> 'DELETE' THEN NEW.edition_id END
        )
    ) THEN
        RAISE EXCEPTION 'an announced edition is fixed' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END
$$;
CREATE TRIGGER sla_target_fixed BEFORE INSERT OR UPDATE OR DELETE ON sla_target
    FOR EACH ROW EXECUTE FUNCTION sla_edition_part_fixed();
CREATE TRIGGER sla_escalation_fixed BEFORE INSERT OR UPDATE OR DELETE ON sla_escalationstep
    FOR EACH ROW EXECUTE FUNCTION sla_edition_part_fixed();
"""
FREE = """
DROP TRIGGER sla_edition_fixed ON sla_edition;
DROP TRIGGER sla_target_fixed ON sla_target;
DROP TRIGGER sla_escalation_fixed ON sla_escalationstep;
DROP FUNCTION sla_edition_fixed();
DROP FUNCTION sla_edition_part_fixed();
"""


class Migration(migrations.Migration):
    """A guard that Django has no words for."""

    dependencies: ClassVar = [("sla", "0003_what_was_known")]

    operations: ClassVar = [migrations.RunSQL(FIXED, FREE)]
