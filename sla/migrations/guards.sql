-- What Django has no words for.

-- What has been announced can't be changed, whoever tries.
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

-- What changes clocks and alerts gives their ticket a new place in the order of changes.
CREATE FUNCTION sla_note_touch() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO tickets_touch (ticket_id) SELECT DISTINCT coverage_id FROM touched;
    RETURN NULL;
END
$$;
CREATE TRIGGER tickets_touch_insert AFTER INSERT ON sla_alert REFERENCING NEW TABLE AS touched
    FOR EACH STATEMENT EXECUTE FUNCTION tickets_note_touch();
CREATE TRIGGER tickets_touch_insert AFTER INSERT ON sla_clock REFERENCING NEW TABLE AS touched
    FOR EACH STATEMENT EXECUTE FUNCTION tickets_note_touch();
CREATE TRIGGER tickets_touch_update AFTER UPDATE ON sla_clock REFERENCING NEW TABLE AS touched
    FOR EACH STATEMENT EXECUTE FUNCTION tickets_note_touch();
CREATE TRIGGER tickets_touch_delete AFTER DELETE ON sla_clock REFERENCING OLD TABLE AS touched
    FOR EACH STATEMENT EXECUTE FUNCTION tickets_note_touch();
CREATE TRIGGER tickets_touch_insert AFTER INSERT ON sla_coveragechange
    REFERENCING NEW TABLE AS touched
    FOR EACH STATEMENT EXECUTE FUNCTION sla_note_touch();

-- What happened and what was decided can only be added.
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
CREATE TRIGGER sla_outageevent_added_only BEFORE UPDATE OR DELETE ON sla_outageevent
    FOR EACH ROW EXECUTE FUNCTION sla_added_only();
CREATE TRIGGER sla_claim_added_only BEFORE UPDATE OR DELETE ON sla_claim FOR EACH ROW EXECUTE FUNCTION sla_added_only();
CREATE TRIGGER sla_claimdecision_added_only BEFORE UPDATE OR DELETE ON sla_claimdecision
    FOR EACH ROW EXECUTE FUNCTION sla_added_only();
CREATE TRIGGER sla_maintenanceevent_added_only BEFORE UPDATE OR DELETE ON sla_maintenanceevent
    FOR EACH ROW EXECUTE FUNCTION sla_added_only();
CREATE TRIGGER sla_updatedecision_added_only BEFORE UPDATE OR DELETE ON sla_updatedecision
    FOR EACH ROW EXECUTE FUNCTION sla_added_only();

-- An announced rate is fixed, but for that it was told. A decided credit, but for that it was told
-- and given to billing.
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

-- A service is of the same agreement as its contract.
ALTER TABLE sla_contract ADD CONSTRAINT contract_of_agreement UNIQUE (id, agreement_id);
ALTER TABLE sla_service ADD CONSTRAINT service_of_contracts_agreement
    FOREIGN KEY (contract_id, agreement_id) REFERENCES sla_contract (id, agreement_id);

-- A count of a month is marked when anything that it counts is changed.
CREATE FUNCTION sla_month_of_clocks() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO sla_monthchange (month)
        SELECT DISTINCT date_trunc('month', started_at AT TIME ZONE 'Europe/Amsterdam')::date FROM touched;
    RETURN NULL;
END
$$;
CREATE FUNCTION sla_month_of_changed_clocks() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO sla_monthchange (month)
        SELECT date_trunc('month', started_at AT TIME ZONE 'Europe/Amsterdam')::date
        FROM (
            SELECT ticket_id, turn, promise, priority, target_key, state, binding,
                due_at IS NULL, started_at FROM before
            EXCEPT
            SELECT ticket_id, turn, promise, priority, target_key, state, binding,
                due_at IS NULL, started_at FROM touched
        ) before_only
        UNION
        SELECT date_trunc('month', started_at AT TIME ZONE 'Europe/Amsterdam')::date
        FROM (
            SELECT ticket_id, turn, promise, priority, target_key, state, binding,
                due_at IS NULL, started_at FROM touched
            EXCEPT
            SELECT ticket_id, turn, promise, priority, target_key, state, binding,
                due_at IS NULL, started_at FROM before
        ) touched_only;
    RETURN NULL;
END
$$;
CREATE FUNCTION sla_month_of_ticket() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO sla_monthchange (month)
        SELECT DISTINCT date_trunc('month', started_at AT TIME ZONE 'Europe/Amsterdam')::date
        FROM sla_clock WHERE ticket_id = NEW.id;
    RETURN NULL;
END
$$;
CREATE FUNCTION sla_month_of_coverage() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO sla_monthchange (month)
        SELECT DISTINCT date_trunc('month', started_at AT TIME ZONE 'Europe/Amsterdam')::date
        FROM sla_clock WHERE ticket_id = NEW.ticket_id;
    RETURN NULL;
END
$$;
CREATE FUNCTION sla_month_of_everything() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO sla_monthchange (month)
        SELECT generate_series(
            date_trunc('month', started_at AT TIME ZONE 'Europe/Amsterdam')::date,
            now() AT TIME ZONE 'Europe/Amsterdam', interval '1 month'
        )::date
        FROM (SELECT min(started_at) AS started_at FROM sla_clock) earliest
        WHERE started_at IS NOT NULL;
    RETURN NULL;
END
$$;

CREATE TRIGGER sla_month_insert AFTER INSERT ON sla_clock
    REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION sla_month_of_clocks();
CREATE TRIGGER sla_month_delete AFTER DELETE ON sla_clock
    REFERENCING OLD TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION sla_month_of_clocks();
CREATE TRIGGER sla_month_update AFTER UPDATE ON sla_clock
    REFERENCING OLD TABLE AS before NEW TABLE AS touched
    FOR EACH STATEMENT EXECUTE FUNCTION sla_month_of_changed_clocks();
CREATE TRIGGER sla_month_ticket AFTER UPDATE OF kind, organisation_id, team_id, assignee_id
    ON tickets_ticket FOR EACH ROW
    WHEN ((OLD.kind, OLD.organisation_id, OLD.team_id, OLD.assignee_id)
        IS DISTINCT FROM (NEW.kind, NEW.organisation_id, NEW.team_id, NEW.assignee_id))
    EXECUTE FUNCTION sla_month_of_ticket();
CREATE TRIGGER sla_month_coverage AFTER UPDATE OF edition_id ON sla_coverage FOR EACH ROW
    WHEN (OLD.edition_id IS DISTINCT FROM NEW.edition_id)
    EXECUTE FUNCTION sla_month_of_coverage();
CREATE TRIGGER sla_month_covered AFTER INSERT ON sla_coverage FOR EACH ROW
    EXECUTE FUNCTION sla_month_of_coverage();
CREATE TRIGGER sla_month_user AFTER UPDATE OF team_id ON tickets_user FOR EACH ROW
    WHEN (OLD.team_id IS DISTINCT FROM NEW.team_id)
    EXECUTE FUNCTION sla_month_of_everything();

-- What was issued stays as it is: only that contacts were told of it is noted afterwards.
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
