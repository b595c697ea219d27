"""What was issued stays as it is: only that contacts were told of it is noted afterwards."""

from typing import ClassVar

from django.db import migrations

FROZEN = """
ALTER TABLE sla_issuedreport ADD CONSTRAINT report_checksum_is_of_its_document
    CHECK (sha256 = encode(sha256(convert_to(document, 'UTF8')), 'hex'));
ALTER TABLE sla_reportfile ADD CONSTRAINT report_file_checksum_is_its_own
    CHECK (sha256 = encode(sha256(content), 'hex'));

CREATE FUNCTION sla_report_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND TG_TABLE_NAME = 'sla_issuedreport'
        AND to_jsonb(NEW) - 'told_at' = to_jsonb(OLD) - 'told_at' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation';
END
$$;
CREATE TRIGGER sla_issuedreport_frozen BEFORE UPDATE OR DELETE ON sla_issuedreport
    FOR EACH ROW EXECUTE FUNCTION sla_report_frozen();
CREATE TRIGGER sla_reportfile_frozen BEFORE UPDATE OR DELETE ON sla_reportfile
    FOR EACH ROW EXECUTE FUNCTION sla_report_frozen();

-- Of a report that was issued, whose it is and of which month stays too.
CREATE FUNCTION sla_monthlyreport_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (TG_OP = 'DELETE' OR (NEW.organisation_id, NEW.agreement_id, NEW.month)
            IS DISTINCT FROM (OLD.organisation_id, OLD.agreement_id, OLD.month))
        AND EXISTS (SELECT 1 FROM sla_issuedreport WHERE report_id = OLD.id) THEN
        RAISE EXCEPTION 'an issued report stays what it is'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END
$$;
CREATE TRIGGER sla_monthlyreport_stays BEFORE UPDATE OR DELETE ON sla_monthlyreport
    FOR EACH ROW EXECUTE FUNCTION sla_monthlyreport_stays();
"""
FREE = """
DROP TRIGGER sla_monthlyreport_stays ON sla_monthlyreport;
DROP TRIGGER sla_reportfile_frozen ON sla_reportfile;
DROP TRIGGER sla_issuedreport_frozen ON sla_issuedreport;
DROP FUNCTION sla_monthlyreport_stays();
DROP FUNCTION sla_report_frozen();
ALTER TABLE sla_reportfile DROP CONSTRAINT report_file_checksum_is_its_own;
ALTER TABLE sla_issuedreport DROP CONSTRAINT report_checksum_is_of_its_document;
"""


class Migration(migrations.Migration):
    """Guards that Django has no words for."""

    dependencies: ClassVar = [("sla", "0026_monthly_reports")]

    operations: ClassVar = [migrations.RunSQL(FROZEN, FREE)]
