-- What Django has no words for.

-- Versions of articles can only be added.
CREATE FUNCTION support_article_added_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'versions of articles are append-only'
        USING ERRCODE = 'integrity_constraint_violation';
END
$$;
CREATE TRIGGER support_article_added_only BEFORE UPDATE OR DELETE ON support_articleversion
    FOR EACH ROW EXECUTE FUNCTION support_article_added_only();

-- The audit log. What is long is told as far as a person would read it; of a text, where it changed.
CREATE FUNCTION support_audit_told(said jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN length(said::text) <= 2000 THEN said ELSE to_jsonb(
        left(CASE jsonb_typeof(said) WHEN 'string' THEN said #>> '{}' ELSE said::text END, 2000)
        || '…') END
$$;
CREATE FUNCTION support_audit_pair(was jsonb, becomes jsonb) RETURNS jsonb
    LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
    a text := was #>> '{}';
    b text := becomes #>> '{}';
    shortest integer;
    low integer := 0;
    high integer;
    middle integer;
    ahead integer;
    behind integer;
BEGIN
    IF jsonb_typeof(was) IS DISTINCT FROM 'string' OR jsonb_typeof(becomes) <> 'string'
        OR length(a) + length(b) <= 400 THEN
        RETURN jsonb_build_array(support_audit_told(was), support_audit_told(becomes));
    END IF;
    shortest := least(length(a), length(b));
    high := shortest;
    WHILE low < high LOOP
        middle := (low + high + 1) / 2;
        IF left(a, middle) = left(b, middle) THEN low := middle; ELSE high := middle - 1; END IF;
    END LOOP;
    ahead := greatest(low - 40, 0);
    high := shortest - low;
    low := 0;
    WHILE low < high LOOP
        middle := (low + high + 1) / 2;
        IF right(a, middle) = right(b, middle) THEN low := middle; ELSE high := middle - 1; END IF;
    END LOOP;
    behind := greatest(low - 40, 0);
    a := substr(a, ahead + 1, length(a) - ahead - behind);
    b := substr(b, ahead + 1, length(b) - ahead - behind);
    RETURN jsonb_build_array(
        support_audit_told(to_jsonb(CASE WHEN ahead > 0 THEN '…' ELSE '' END || a
            || CASE WHEN behind > 0 THEN '…' ELSE '' END)),
        support_audit_told(to_jsonb(CASE WHEN ahead > 0 THEN '…' ELSE '' END || b
            || CASE WHEN behind > 0 THEN '…' ELSE '' END)));
END
$$;

-- The one writer. said: who is at work; without it what the connection was told, else what its
-- process is called.
CREATE FUNCTION support_audit_who(said jsonb) RETURNS jsonb LANGUAGE sql STABLE AS $$
    SELECT coalesce(said, nullif(current_setting('werkdag.acting', true), '')::jsonb,
        CASE WHEN current_setting('application_name') IN ('werkdag web', 'werkdag worker')
        THEN '{"how": "house"}'::jsonb
        ELSE jsonb_build_object('how', 'command', 'via', regexp_replace(
            current_setting('application_name'), '^werkdag (command )?', '')) END)
$$;
CREATE FUNCTION support_audit_write(
    what text, subject text, subject_pk text, name text, part_of text, part_of_pk text,
    changes jsonb, said jsonb, bucket text
) RETURNS void LANGUAGE sql AS $$
    INSERT INTO support_auditentry AS kept (
        at, kind, subject, subject_pk, name, part_of, part_of_pk, changes, how, who, who_name,
        via, address, bucket, times, last_at)
    SELECT clock_timestamp(), what, subject, left(coalesce(subject_pk, ''), 40),
        left(coalesce(name, ''), 200), CASE WHEN part_of_pk IS NULL THEN '' ELSE part_of END,
        left(coalesce(part_of_pk, ''), 40), coalesce(changes, '{}'), given->>'how',
        (given->>'who')::bigint, left(coalesce(given->>'who_name', ''), 200),
        left(coalesce(given->>'via', ''), 120), (given->>'address')::inet, bucket, 1,
        CASE WHEN bucket IS NULL THEN NULL ELSE clock_timestamp() END
    FROM support_audit_who(said) AS given
    ON CONFLICT (bucket) DO UPDATE SET times = kept.times + 1, last_at = excluded.last_at
$$;

-- Arguments: the subject, the column with its name, what it is part of, the columns that are not
-- listened to, those that are never shown. See support/audit/watching.py.
CREATE FUNCTION support_audit() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    was jsonb := CASE WHEN TG_OP = 'INSERT' THEN '{}'::jsonb ELSE to_jsonb(OLD) END;
    becomes jsonb := CASE WHEN TG_OP = 'DELETE' THEN '{}'::jsonb ELSE to_jsonb(NEW) END;
    whole jsonb := was || becomes;
    nothing CONSTANT jsonb := 'null';
    empty CONSTANT jsonb[] := ARRAY['null', '""', '[]', '{}']::jsonb[];
    changed jsonb;
BEGIN
    SELECT jsonb_object_agg(key, CASE WHEN key = ANY (string_to_array(TG_ARGV[4], ' '))
        THEN nothing ELSE support_audit_pair(coalesce(was->key, nothing),
        coalesce(becomes->key, nothing)) END)
    INTO changed
    FROM jsonb_object_keys(whole - string_to_array(TG_ARGV[3], ' ') - 'id'::text) AS key
    WHERE was->key IS DISTINCT FROM becomes->key
        AND NOT (coalesce(was->key, nothing) = ANY (empty)
            AND coalesce(becomes->key, nothing) = ANY (empty));
    IF TG_OP = 'UPDATE' THEN
        IF changed IS NULL THEN
            RETURN NULL;
        END IF;
        -- A key that another server changes each time is nobody's decision.
        IF support_audit_who(NULL)->>'how' = 'house' AND NOT EXISTS (
            SELECT FROM jsonb_each(changed) WHERE jsonb_typeof(value) <> 'null') THEN
            RETURN NULL;
        END IF;
    END IF;
    PERFORM support_audit_write(
        CASE TG_OP WHEN 'INSERT' THEN 'added' WHEN 'UPDATE' THEN 'changed' ELSE 'removed' END,
        TG_ARGV[0], coalesce(whole->>'id', whole->>'user_id'), whole->>nullif(TG_ARGV[1], ''),
        split_part(TG_ARGV[2], ':', 1), whole->>nullif(split_part(TG_ARGV[2], ':', 2), ''),
        changed, NULL, NULL);
    RETURN NULL;
END
$$;
CREATE PROCEDURE support_audit_watch(
    watched text, subject text, named text, of text, unheard text, masked text,
    moment text DEFAULT ''
) LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('DROP TRIGGER IF EXISTS support_audit ON %I', watched);
    EXECUTE format(
        'CREATE TRIGGER support_audit AFTER %s ON %I FOR EACH ROW '
        'EXECUTE FUNCTION support_audit(%L, %L, %L, %L, %L)',
        coalesce(nullif(moment, ''), 'INSERT OR UPDATE OR DELETE'), watched,
        subject, named, of, unheard, masked);
END
$$;

-- Only added. What is counted in one row counts on; what is older than the house keeps it may go.
CREATE FUNCTION support_audit_added_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.bucket IS NOT NULL AND NEW.times = OLD.times + 1
        AND to_jsonb(NEW) - '{times,last_at,words}'::text[]
            = to_jsonb(OLD) - '{times,last_at,words}'::text[] THEN
        RETURN NEW;
    END IF;
    IF TG_OP = 'DELETE' AND current_setting('werkdag.forgetting', true) = 'yes'
        AND OLD.at < clock_timestamp() - interval '1 year' THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'the log is append-only' USING ERRCODE = 'integrity_constraint_violation';
END
$$;
CREATE TRIGGER support_audit_added_only BEFORE UPDATE OR DELETE ON support_auditentry
    FOR EACH ROW EXECUTE FUNCTION support_audit_added_only();

-- Each table that makes up what the house does, and the words of support/audit/watching.py.
CALL support_audit_watch('tickets_team', 'tickets.team', 'name', '', '', '', '');
CALL support_audit_watch('tickets_user', 'tickets.user', 'name', '', 'last_login', 'password', '');
CALL support_audit_watch(
    'tickets_user_groups', 'tickets.user_groups', '', 'tickets.user:user_id',
    '',
    '', ''
);
CALL support_audit_watch(
    'tickets_user_user_permissions', 'tickets.user_user_permissions', '', 'tickets.user:user_id',
    '',
    '', ''
);
CALL support_audit_watch(
    'account_emailaddress', 'account.emailaddress', 'email', 'tickets.user:user_id',
    '',
    '', ''
);
CALL support_audit_watch(
    'mfa_authenticator', 'mfa.authenticator', 'type', 'tickets.user:user_id',
    'last_used_at created_at data',
    '', ''
);
CALL support_audit_watch(
    'socialaccount_socialaccount', 'socialaccount.socialaccount', 'uid', 'tickets.user:user_id',
    'last_login extra_data',
    '', ''
);
CALL support_audit_watch(
    'socialaccount_socialapp', 'socialaccount.socialapp', 'name', '',
    '',
    'secret key settings', ''
);
CALL support_audit_watch(
    'usersessions_usersession', 'usersessions.usersession', 'user_agent', 'tickets.user:user_id',
    'data',
    'session_key', 'DELETE'
);
CALL support_audit_watch(
    'support_signinlink', 'support.signinlink', '', 'tickets.user:user_id',
    'used_at',
    'token_sha256', ''
);
CALL support_audit_watch(
    'support_apitoken', 'support.apitoken', 'name', 'tickets.user:owner_id',
    'last_used_at',
    'sha256', ''
);
CALL support_audit_watch(
    'support_notificationchoice', 'support.notificationchoice', 'kind', 'tickets.user:user_id',
    '',
    '', ''
);
CALL support_audit_watch(
    'support_digesthour', 'support.digesthour', '', 'tickets.user:user_id',
    '',
    '', ''
);
CALL support_audit_watch(
    'support_pushsubscription', 'support.pushsubscription', 'user_agent', 'tickets.user:user_id',
    'last_used_at failures resting_until fault status failed_at',
    'endpoint p256dh sealed_auth', ''
);
CALL support_audit_watch('support_pushkey', 'support.pushkey', '', '', '', 'sealed_private', '');
CALL support_audit_watch('tickets_organisation', 'tickets.organisation', 'name', '', '', '', '');
CALL support_audit_watch(
    'tickets_organisationnote', 'tickets.organisationnote', '', 'tickets.organisation:organisation_id',
    '',
    '', ''
);
CALL support_audit_watch(
    'tickets_emaildomain', 'tickets.emaildomain', 'domain', 'tickets.organisation:organisation_id',
    '',
    '', ''
);
CALL support_audit_watch(
    'tickets_contact', 'tickets.contact', 'name', 'tickets.organisation:organisation_id',
    '',
    '', ''
);
CALL support_audit_watch(
    'tickets_contactaddress', 'tickets.contactaddress', 'email', 'tickets.contact:contact_id',
    '',
    '', ''
);
CALL support_audit_watch(
    'tickets_contactnumber', 'tickets.contactnumber', 'number', 'tickets.contact:contact_id',
    'bare',
    '', ''
);
CALL support_audit_watch(
    'support_maintenancefeed', 'support.maintenancefeed', '', 'tickets.contact:contact_id',
    '',
    'key', ''
);
CALL support_audit_watch('sla_agreement', 'sla.agreement', 'name', '', '', '', '');
CALL support_audit_watch(
    'sla_edition', 'sla.edition', 'number', 'sla.agreement:agreement_id',
    'told_at',
    '', ''
);
CALL support_audit_watch('sla_target', 'sla.target', 'key', 'sla.edition:edition_id', '', '', '');
CALL support_audit_watch(
    'sla_escalationstep', 'sla.escalationstep', '', 'sla.edition:edition_id',
    '',
    '', ''
);
CALL support_audit_watch(
    'sla_contract', 'sla.contract', 'number', 'tickets.organisation:organisation_id',
    '',
    '', ''
);
CALL support_audit_watch('sla_rate', 'sla.rate', '', 'sla.contract:contract_id', 'told_at', '', '');
CALL support_audit_watch(
    'sla_credit', 'sla.credit', '', 'sla.contract:contract_id',
    'told_at',
    '', ''
);
CALL support_audit_watch('sla_calendar', 'sla.calendar', 'name', '', 'changed_at', '', '');
CALL support_audit_watch(
    'sla_openingblock', 'sla.openingblock', '', 'sla.calendar:calendar_id',
    '',
    '', ''
);
CALL support_audit_watch(
    'sla_calendarday', 'sla.calendarday', 'name', 'sla.calendar:calendar_id',
    'known_from',
    '', ''
);
CALL support_audit_watch(
    'sla_releaseschedule', 'sla.releaseschedule', '', 'sla.agreement:agreement_id',
    '',
    '', ''
);
CALL support_audit_watch(
    'sla_release', 'sla.release', 'name', 'sla.agreement:agreement_id',
    'known_from live_at slot',
    '', ''
);
CALL support_audit_watch(
    'sla_service', 'sla.service', 'name', 'sla.contract:contract_id',
    '',
    '', ''
);
CALL support_audit_watch(
    'sla_check', 'sla.check', 'name', 'sla.service:service_id',
    'made_at due_at leased_until turn measured_at next_by failures failing_since '
    'good_since fault said certificate_ends_at quiet outage_id',
    'ping_key', ''
);
CALL support_audit_watch(
    'sla_backupjob', 'sla.backupjob', 'name', 'sla.service:service_id',
    'made_at watched_from last_good_at last_started_at last_failed_at kept oldest_at '
    'stated_at trouble ticket_id',
    'ping_key', ''
);
CALL support_audit_watch(
    'support_shownservice', 'support.shownservice', 'name', 'sla.service:service_id',
    '',
    '', ''
);
CALL support_audit_watch('tickets_customfield', 'tickets.customfield', 'name', '', '', '', '');
CALL support_audit_watch('tickets_tag', 'tickets.tag', 'name', '', '', '', '');
CALL support_audit_watch('tickets_numbering', 'tickets.numbering', '', '', '', '', '');
CALL support_audit_watch('support_macro', 'support.macro', 'title', '', '', '', '');
CALL support_audit_watch(
    'support_trigger', 'support.trigger', 'name', '',
    'hears_from failures',
    '', ''
);
CALL support_audit_watch('support_cannedreply', 'support.cannedreply', 'title', '', '', '', '');
CALL support_audit_watch('support_cause', 'support.cause', 'name_nl', '', '', '', '');
CALL support_audit_watch('support_causerule', 'support.causerule', '', '', '', '', '');
CALL support_audit_watch('support_keptgoal', 'support.keptgoal', '', '', '', '', '');
CALL support_audit_watch('support_savedview', 'support.savedview', 'name', '', '', '', '');
CALL support_audit_watch('support_savedreport', 'support.savedreport', 'name', '', '', '', '');
CALL support_audit_watch('support_category', 'support.category', 'name_nl', '', '', '', '');
CALL support_audit_watch('support_article', 'support.article', 'slug', '', '', '', '');
CALL support_audit_watch(
    'support_articleversion', 'support.articleversion', 'title_nl', 'support.article:article_id',
    'plain_nl plain_en words_nl words_en',
    '', ''
);
CALL support_audit_watch('support_picture', 'support.picture', 'name', '', '', 'key', '');
CALL support_audit_watch(
    'support_mailbox', 'support.mailbox', 'name', '',
    'access_token access_until uid_validity last_uid taken_on taken watched_from '
    'last_read_at emptied_at last_tried_at last_error last_said claimed_at alarmed_at',
    'password client_secret refresh_token', ''
);
CALL support_audit_watch(
    'support_webhook', 'support.webhook', 'name', '',
    'heard_events heard_alerts mark_events mark_alerts mark_transaction failing_since '
    'hears_from leased_until resting_until old_secret_until created_at',
    'sealed_secret sealed_old_secret', ''
);
CALL support_audit_watch(
    'support_widgetsite', 'support.widgetsite', 'name', '',
    '',
    'sealed_secret', ''
);
CALL support_audit_watch('sla_reportrule', 'sla.reportrule', '', '', '', '', '');
CALL support_audit_watch(
    'support_regularreport', 'support.regularreport', '', 'tickets.user:receiver_id',
    'told_at mail_id',
    '', ''
);
