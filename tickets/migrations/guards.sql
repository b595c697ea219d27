-- What Django has no words for.

-- Events can only be added.
CREATE FUNCTION tickets_event_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'ticket events are append-only' USING ERRCODE = 'integrity_constraint_violation';
END
$$;
CREATE TRIGGER tickets_event_append_only BEFORE UPDATE OR DELETE ON tickets_ticketevent
    FOR EACH ROW EXECUTE FUNCTION tickets_event_append_only();

-- Ticket numbers start where they look like ticket numbers.
ALTER TABLE tickets_ticket ALTER COLUMN id SET START WITH 10001 RESTART WITH 10001;

-- What changes a ticket gives it a new place in the order of changes.
CREATE SEQUENCE tickets_change_order;
CREATE FUNCTION tickets_note_touch() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO tickets_touch (ticket_id) SELECT DISTINCT ticket_id FROM touched;
    RETURN NULL;
END
$$;
CREATE TRIGGER tickets_touch AFTER INSERT ON tickets_ticketevent
    REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION tickets_note_touch();
CREATE TRIGGER tickets_touch AFTER INSERT ON tickets_message
    REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION tickets_note_touch();

-- A contact's name stands in what its tickets are found by.
CREATE FUNCTION tickets_documents_again() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE tickets_searchdocument SET version = 0
    WHERE ticket_id IN (SELECT id FROM tickets_ticket WHERE contact_id = NEW.id);
    RETURN NULL;
END
$$;
CREATE TRIGGER tickets_documents_again AFTER UPDATE OF name ON tickets_contact
    FOR EACH ROW WHEN (OLD.name IS DISTINCT FROM NEW.name)
    EXECUTE FUNCTION tickets_documents_again();
