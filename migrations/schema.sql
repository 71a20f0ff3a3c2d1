CREATE EXTENSION IF NOT EXISTS vector WITH SCHEMA public;
COMMENT ON EXTENSION vector IS 'vector data type and ivfflat and hnsw access methods';
CREATE TYPE public.procrastinate_job_event_type AS ENUM (
    'deferred',
    'started',
    'deferred_for_retry',
    'failed',
    'succeeded',
    'cancelled',
    'abort_requested',
    'aborted',
    'scheduled',
    'retried'
);
CREATE TYPE public.procrastinate_job_status AS ENUM (
    'todo',
    'doing',
    'succeeded',
    'failed',
    'cancelled',
    'aborting',
    'aborted'
);
CREATE TYPE public.procrastinate_job_to_defer_v1 AS (
	queue_name character varying,
	task_name character varying,
	priority integer,
	lock text,
	queueing_lock text,
	args jsonb,
	scheduled_at timestamp with time zone
);
CREATE FUNCTION public.ensure_reading_partitions(first timestamp with time zone, last timestamp with time zone) RETURNS void
    LANGUAGE plpgsql
    SET "TimeZone" TO 'UTC'
    AS $$
DECLARE
    month timestamptz := date_trunc('month', first);
    name text;
BEGIN
    IF (SELECT relkind FROM pg_class WHERE oid = 'meter_readings'::regclass) <> 'p' THEN
        -- a hypertable makes its own chunks, but refuses to correct more than 100,000 compressed readings by default
        PERFORM set_config('timescaledb.max_tuples_decompressed_per_dml_transaction', '0', true);
        RETURN;
    END IF;
    WHILE month <= last LOOP
        name := 'meter_readings_' || to_char(month, 'YYYYMM');
        IF to_regclass(name) IS NULL THEN
            PERFORM pg_advisory_xact_lock(hashtextextended('ensure_reading_partitions', 0));
        END IF;
        IF to_regclass(name) IS NULL THEN
            EXECUTE format('CREATE TABLE %I (LIKE meter_readings INCLUDING DEFAULTS)', name);
            EXECUTE format('ALTER TABLE meter_readings ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)',
                           name, month, month + interval '1 month');
        END IF;
        month := month + interval '1 month';
    END LOOP;
END $$;
CREATE FUNCTION public.follow_building() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    PERFORM recount_site(NEW.site_id);
    IF OLD.site_id <> NEW.site_id THEN
        PERFORM recount_site(OLD.site_id);
    END IF;
    RETURN NULL;
END
$$;
CREATE FUNCTION public.follow_meter() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    PERFORM recount_building(NEW.building_id);
    PERFORM recount_site(b.site_id) FROM buildings b WHERE b.id = NEW.building_id;
    RETURN NULL;
END
$$;
CREATE FUNCTION public.forget_readings() RETURNS trigger
    LANGUAGE plpgsql
    AS $_$
BEGIN
    IF EXISTS (SELECT FROM gone) THEN
        -- constant keys: without them, TimescaleDB would decompress every meter
        PERFORM set_config('timescaledb.max_tuples_decompressed_per_dml_transaction', '0', true);
        EXECUTE 'DELETE FROM meter_readings WHERE meter_key = ANY($1)' USING (SELECT array_agg(key) FROM gone);
        DELETE FROM meter_readings_daily d USING gone g WHERE d.meter_key = g.key;
        DELETE FROM meter_hours h USING gone g WHERE h.meter_key = g.key;
    END IF;
    RETURN NULL;
END $_$;
COMMENT ON FUNCTION public.forget_readings() IS 'Readings go with their meter; a foreign key would cost every imported row a look-up.';
CREATE FUNCTION public.procrastinate_cancel_job_v1(job_id bigint, abort boolean, delete_job boolean) RETURNS bigint
    LANGUAGE plpgsql
    AS $$
DECLARE
    _job_id bigint;
BEGIN
    IF delete_job THEN
        DELETE FROM procrastinate_jobs
        WHERE id = job_id AND status = 'todo'
        RETURNING id INTO _job_id;
    END IF;
    IF _job_id IS NULL THEN
        IF abort THEN
            UPDATE procrastinate_jobs
            SET abort_requested = true,
                status = CASE status
                    WHEN 'todo' THEN 'cancelled'::procrastinate_job_status ELSE status
                END
            WHERE id = job_id AND status IN ('todo', 'doing')
            RETURNING id INTO _job_id;
        ELSE
            UPDATE procrastinate_jobs
            SET status = 'cancelled'::procrastinate_job_status
            WHERE id = job_id AND status = 'todo'
            RETURNING id INTO _job_id;
        END IF;
    END IF;
    RETURN _job_id;
END;
$$;
CREATE FUNCTION public.procrastinate_defer_jobs_v1(jobs public.procrastinate_job_to_defer_v1[]) RETURNS bigint[]
    LANGUAGE plpgsql
    AS $$
DECLARE
    job_ids bigint[];
BEGIN
    WITH inserted_jobs AS (
        INSERT INTO procrastinate_jobs (queue_name, task_name, priority, lock, queueing_lock, args, scheduled_at)
        SELECT (job).queue_name,
               (job).task_name,
               (job).priority,
               (job).lock,
               (job).queueing_lock,
               (job).args,
               (job).scheduled_at
        FROM unnest(jobs) AS job
        RETURNING id
    )
    SELECT array_agg(id) FROM inserted_jobs INTO job_ids;
    RETURN job_ids;
END;
$$;
CREATE FUNCTION public.procrastinate_defer_periodic_job_v2(_queue_name character varying, _lock character varying, _queueing_lock character varying, _task_name character varying, _priority integer, _periodic_id character varying, _defer_timestamp bigint, _args jsonb) RETURNS bigint
    LANGUAGE plpgsql
    AS $$
DECLARE
	_job_id bigint;
	_defer_id bigint;
BEGIN
    INSERT
        INTO procrastinate_periodic_defers (task_name, periodic_id, defer_timestamp)
        VALUES (_task_name, _periodic_id, _defer_timestamp)
        ON CONFLICT DO NOTHING
        RETURNING id into _defer_id;
    IF _defer_id IS NULL THEN
        RETURN NULL;
    END IF;
    UPDATE procrastinate_periodic_defers
        SET job_id = (
            SELECT COALESCE((
                SELECT unnest(procrastinate_defer_jobs_v1(
                    ARRAY[
                        ROW(
                            _queue_name,
                            _task_name,
                            _priority,
                            _lock,
                            _queueing_lock,
                            _args,
                            NULL::timestamptz
                        )
                    ]::procrastinate_job_to_defer_v1[]
                ))
            ), NULL)
        )
        WHERE id = _defer_id
        RETURNING job_id INTO _job_id;
    DELETE
        FROM procrastinate_periodic_defers
        USING (
            SELECT id
            FROM procrastinate_periodic_defers
            WHERE procrastinate_periodic_defers.task_name = _task_name
            AND procrastinate_periodic_defers.periodic_id = _periodic_id
            AND procrastinate_periodic_defers.defer_timestamp < _defer_timestamp
            ORDER BY id
            FOR UPDATE
        ) to_delete
        WHERE procrastinate_periodic_defers.id = to_delete.id;
    RETURN _job_id;
END;
$$;
CREATE TABLE public.procrastinate_jobs (
    id bigint NOT NULL,
    queue_name character varying(128) NOT NULL,
    task_name character varying(128) NOT NULL,
    priority integer DEFAULT 0 NOT NULL,
    lock text,
    queueing_lock text,
    args jsonb DEFAULT '{}'::jsonb NOT NULL,
    status public.procrastinate_job_status DEFAULT 'todo'::public.procrastinate_job_status NOT NULL,
    scheduled_at timestamp with time zone,
    attempts integer DEFAULT 0 NOT NULL,
    abort_requested boolean DEFAULT false NOT NULL,
    worker_id bigint,
    CONSTRAINT check_not_todo_abort_requested CHECK ((NOT ((status = 'todo'::public.procrastinate_job_status) AND (abort_requested = true))))
);
CREATE FUNCTION public.procrastinate_fetch_job_v2(target_queue_names character varying[], p_worker_id bigint) RETURNS public.procrastinate_jobs
    LANGUAGE plpgsql
    AS $$
DECLARE
	found_jobs procrastinate_jobs;
BEGIN
    WITH candidate AS (
        SELECT jobs.*
            FROM procrastinate_jobs AS jobs
            WHERE
                -- reject the job if its lock has earlier or higher priority jobs
                NOT EXISTS (
                    SELECT 1
                        FROM procrastinate_jobs AS other_jobs
                        WHERE
                            jobs.lock IS NOT NULL
                            AND other_jobs.lock = jobs.lock
                            AND (
                                -- job with same lock is already running
                                other_jobs.status = 'doing'
                                OR
                                -- job with same lock is waiting and has higher priority (or same priority but was queued first)
                                (
                                    other_jobs.status = 'todo'
                                    AND (
                                        other_jobs.priority > jobs.priority
                                        OR (
                                        other_jobs.priority = jobs.priority
                                        AND other_jobs.id < jobs.id
                                        )
                                    )
                                )
                            )
                )
                AND jobs.status = 'todo'
                AND (target_queue_names IS NULL OR jobs.queue_name = ANY( target_queue_names ))
                AND (jobs.scheduled_at IS NULL OR jobs.scheduled_at <= now())
            ORDER BY jobs.priority DESC, jobs.id ASC LIMIT 1
            FOR UPDATE OF jobs SKIP LOCKED
    )
    UPDATE procrastinate_jobs
        SET status = 'doing', worker_id = p_worker_id
        FROM candidate
        WHERE procrastinate_jobs.id = candidate.id
        RETURNING procrastinate_jobs.* INTO found_jobs;
 RETURN found_jobs;
END;
$$;
CREATE FUNCTION public.procrastinate_finish_job_v1(job_id bigint, end_status public.procrastinate_job_status, delete_job boolean) RETURNS void
    LANGUAGE plpgsql
    AS $$
DECLARE
    _job_id bigint;
BEGIN
    IF end_status NOT IN ('succeeded', 'failed', 'aborted') THEN
        RAISE 'End status should be either "succeeded", "failed" or "aborted" (job id: %)', job_id;
    END IF;
    IF delete_job THEN
        DELETE FROM procrastinate_jobs
        WHERE id = job_id AND status IN ('todo', 'doing')
        RETURNING id INTO _job_id;
    ELSE
        UPDATE procrastinate_jobs
        SET status = end_status,
            abort_requested = false,
            attempts = CASE status
                WHEN 'doing' THEN attempts + 1 ELSE attempts
            END
        WHERE id = job_id AND status IN ('todo', 'doing')
        RETURNING id INTO _job_id;
    END IF;
    IF _job_id IS NULL THEN
        RAISE 'Job was not found or not in "doing" or "todo" status (job id: %)', job_id;
    END IF;
END;
$$;
CREATE FUNCTION public.procrastinate_notify_queue_abort_job_v1() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
DECLARE
    payload TEXT;
BEGIN
    SELECT json_build_object('type', 'abort_job_requested', 'job_id', NEW.id)::text INTO payload;
	PERFORM pg_notify('procrastinate_queue_v1#' || NEW.queue_name, payload);
	PERFORM pg_notify('procrastinate_any_queue_v1', payload);
	RETURN NEW;
END;
$$;
CREATE FUNCTION public.procrastinate_notify_queue_job_inserted_v1() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
DECLARE
    payload TEXT;
BEGIN
    SELECT json_build_object('type', 'job_inserted', 'job_id', NEW.id)::text INTO payload;
	PERFORM pg_notify('procrastinate_queue_v1#' || NEW.queue_name, payload);
	PERFORM pg_notify('procrastinate_any_queue_v1', payload);
	RETURN NEW;
END;
$$;
CREATE FUNCTION public.procrastinate_prune_stalled_workers_v1(seconds_since_heartbeat double precision) RETURNS TABLE(worker_id bigint)
    LANGUAGE plpgsql
    AS $$
BEGIN
    RETURN QUERY
    DELETE FROM procrastinate_workers
    WHERE last_heartbeat < NOW() - (seconds_since_heartbeat || 'SECOND')::INTERVAL
    RETURNING procrastinate_workers.id;
END;
$$;
CREATE FUNCTION public.procrastinate_register_worker_v1() RETURNS TABLE(worker_id bigint)
    LANGUAGE plpgsql
    AS $$
BEGIN
    RETURN QUERY
    INSERT INTO procrastinate_workers DEFAULT VALUES
    RETURNING procrastinate_workers.id;
END;
$$;
CREATE FUNCTION public.procrastinate_retry_job_v1(job_id bigint, retry_at timestamp with time zone, new_priority integer, new_queue_name character varying, new_lock character varying) RETURNS void
    LANGUAGE plpgsql
    AS $$
DECLARE
    _job_id bigint;
    _abort_requested boolean;
BEGIN
    SELECT abort_requested FROM procrastinate_jobs
    WHERE id = job_id AND status = 'doing'
    FOR UPDATE
    INTO _abort_requested;
    IF _abort_requested THEN
        UPDATE procrastinate_jobs
        SET status = 'failed'::procrastinate_job_status
        WHERE id = job_id AND status = 'doing'
        RETURNING id INTO _job_id;
    ELSE
        UPDATE procrastinate_jobs
        SET status = 'todo'::procrastinate_job_status,
            attempts = attempts + 1,
            scheduled_at = retry_at,
            priority = COALESCE(new_priority, priority),
            queue_name = COALESCE(new_queue_name, queue_name),
            lock = COALESCE(new_lock, lock)
        WHERE id = job_id AND status = 'doing'
        RETURNING id INTO _job_id;
    END IF;
    IF _job_id IS NULL THEN
        RAISE 'Job was not found or not in "doing" status (job id: %)', job_id;
    END IF;
END;
$$;
CREATE FUNCTION public.procrastinate_retry_job_v2(job_id bigint, retry_at timestamp with time zone, new_priority integer, new_queue_name character varying, new_lock character varying) RETURNS void
    LANGUAGE plpgsql
    AS $$
DECLARE
    _job_id bigint;
    _abort_requested boolean;
    _current_status procrastinate_job_status;
BEGIN
    SELECT status, abort_requested FROM procrastinate_jobs
    WHERE id = job_id AND status IN ('doing', 'failed')
    FOR UPDATE
    INTO _current_status, _abort_requested;
    IF _current_status = 'doing' AND _abort_requested THEN
        UPDATE procrastinate_jobs
        SET status = 'failed'::procrastinate_job_status
        WHERE id = job_id AND status = 'doing'
        RETURNING id INTO _job_id;
    ELSE
        UPDATE procrastinate_jobs
        SET status = 'todo'::procrastinate_job_status,
            attempts = attempts + 1,
            scheduled_at = retry_at,
            priority = COALESCE(new_priority, priority),
            queue_name = COALESCE(new_queue_name, queue_name),
            lock = COALESCE(new_lock, lock)
        WHERE id = job_id AND status IN ('doing', 'failed')
        RETURNING id INTO _job_id;
    END IF;
    IF _job_id IS NULL THEN
        RAISE 'Job was not found or has an invalid status to retry (job id: %)', job_id;
    END IF;
END;
$$;
CREATE FUNCTION public.procrastinate_trigger_abort_requested_events_procedure_v1() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    INSERT INTO procrastinate_events(job_id, type)
        VALUES (NEW.id, 'abort_requested'::procrastinate_job_event_type);
    RETURN NEW;
END;
$$;
CREATE FUNCTION public.procrastinate_trigger_function_scheduled_events_v1() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    INSERT INTO procrastinate_events(job_id, type, at)
        VALUES (NEW.id, 'scheduled'::procrastinate_job_event_type, NEW.scheduled_at);
	RETURN NEW;
END;
$$;
CREATE FUNCTION public.procrastinate_trigger_function_status_events_insert_v1() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    INSERT INTO procrastinate_events(job_id, type)
        VALUES (NEW.id, 'deferred'::procrastinate_job_event_type);
	RETURN NEW;
END;
$$;
CREATE FUNCTION public.procrastinate_trigger_function_status_events_update_v1() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    WITH t AS (
        SELECT CASE
            WHEN OLD.status = 'todo'::procrastinate_job_status
                AND NEW.status = 'doing'::procrastinate_job_status
                THEN 'started'::procrastinate_job_event_type
            WHEN OLD.status = 'doing'::procrastinate_job_status
                AND NEW.status = 'todo'::procrastinate_job_status
                THEN 'deferred_for_retry'::procrastinate_job_event_type
            WHEN OLD.status = 'doing'::procrastinate_job_status
                AND NEW.status = 'failed'::procrastinate_job_status
                THEN 'failed'::procrastinate_job_event_type
            WHEN OLD.status = 'doing'::procrastinate_job_status
                AND NEW.status = 'succeeded'::procrastinate_job_status
                THEN 'succeeded'::procrastinate_job_event_type
            WHEN OLD.status = 'todo'::procrastinate_job_status
                AND (
                    NEW.status = 'cancelled'::procrastinate_job_status
                    OR NEW.status = 'failed'::procrastinate_job_status
                    OR NEW.status = 'succeeded'::procrastinate_job_status
                )
                THEN 'cancelled'::procrastinate_job_event_type
            WHEN OLD.status = 'doing'::procrastinate_job_status
                AND NEW.status = 'aborted'::procrastinate_job_status
                THEN 'aborted'::procrastinate_job_event_type
            WHEN OLD.status = 'failed'::procrastinate_job_status
                AND NEW.status = 'todo'::procrastinate_job_status
                THEN 'retried'::procrastinate_job_event_type
            ELSE NULL
        END as event_type
    )
    INSERT INTO procrastinate_events(job_id, type)
        SELECT NEW.id, t.event_type
        FROM t
        WHERE t.event_type IS NOT NULL;
	RETURN NEW;
END;
$$;
CREATE FUNCTION public.procrastinate_unlink_periodic_defers_v1() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    UPDATE procrastinate_periodic_defers
    SET job_id = NULL
    WHERE job_id = OLD.id;
    RETURN OLD;
END;
$$;
CREATE FUNCTION public.procrastinate_unregister_worker_v1(worker_id bigint) RETURNS void
    LANGUAGE plpgsql
    AS $$
BEGIN
    DELETE FROM procrastinate_workers
    WHERE id = worker_id;
END;
$$;
CREATE FUNCTION public.procrastinate_update_heartbeat_v1(worker_id bigint) RETURNS void
    LANGUAGE plpgsql
    AS $$
BEGIN
    UPDATE procrastinate_workers
    SET last_heartbeat = NOW()
    WHERE id = worker_id;
END;
$$;
CREATE FUNCTION public.recount_building(changed uuid) RETURNS void
    LANGUAGE sql
    AS $$
    DELETE FROM building_totals_monthly WHERE building_id = changed;
    INSERT INTO building_totals_monthly (building_id, carrier, month, readings, estimated, total)
    SELECT changed, m.carrier, date_trunc('month', d.day)::date, sum(d.readings), sum(d.estimated), sum(d.total)
    FROM meter_readings_daily d
    JOIN energy_meters m ON m.key = d.meter_key
    WHERE m.building_id = changed AND m.archived_at IS NULL
    GROUP BY 2, 3
$$;
CREATE FUNCTION public.recount_site(changed uuid) RETURNS void
    LANGUAGE sql
    AS $$
    DELETE FROM site_totals_daily WHERE site_id = changed;
    INSERT INTO site_totals_daily (site_id, carrier, day, readings, estimated, total)
    SELECT changed, m.carrier, d.day, sum(d.readings), sum(d.estimated), sum(d.total)
    FROM meter_readings_daily d
    JOIN energy_meters m ON m.key = d.meter_key
    JOIN buildings b ON b.id = m.building_id
    WHERE b.site_id = changed AND m.archived_at IS NULL AND b.archived_at IS NULL
    GROUP BY m.carrier, d.day
$$;
COMMENT ON FUNCTION public.recount_site(changed uuid) IS 'Archived buildings and meters leave the totals of their site.';
CREATE TABLE public.vectors (
    collection text NOT NULL,
    organisation_id uuid NOT NULL,
    id uuid NOT NULL,
    model text NOT NULL,
    embedding public.vector(384) NOT NULL,
    metadata jsonb DEFAULT '{}'::jsonb NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL
)
PARTITION BY LIST (collection);
COMMENT ON COLUMN public.vectors.id IS 'Of the meter, event or memory that the vector stands for.';
COMMENT ON COLUMN public.vectors.model IS 'What made the vector; only vectors of one model are compared.';
COMMENT ON COLUMN public.vectors.metadata IS 'Text by field, what a search may be narrowed by.';
CREATE TABLE public.agent_memory (
    collection text CONSTRAINT vectors_collection_not_null NOT NULL,
    organisation_id uuid CONSTRAINT vectors_organisation_id_not_null NOT NULL,
    id uuid CONSTRAINT vectors_id_not_null NOT NULL,
    model text CONSTRAINT vectors_model_not_null NOT NULL,
    embedding public.vector(384) CONSTRAINT vectors_embedding_not_null NOT NULL,
    metadata jsonb DEFAULT '{}'::jsonb CONSTRAINT vectors_metadata_not_null NOT NULL,
    updated_at timestamp with time zone DEFAULT now() CONSTRAINT vectors_updated_at_not_null NOT NULL
);
CREATE TABLE public.alembic_version (
    version_num character varying(32) NOT NULL
);
CREATE TABLE public.analysis_runs (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    organisation_id uuid NOT NULL,
    status text DEFAULT 'waiting'::text NOT NULL,
    total integer DEFAULT 0 NOT NULL,
    done integer DEFAULT 0 NOT NULL,
    failed integer DEFAULT 0 NOT NULL,
    events integer DEFAULT 0 NOT NULL,
    author text NOT NULL,
    started_at timestamp with time zone DEFAULT now() NOT NULL,
    finished_at timestamp with time zone,
    error text,
    building_id uuid,
    result text,
    parameters integer,
    CONSTRAINT analysis_runs_status_check CHECK ((status = ANY (ARRAY['waiting'::text, 'running'::text, 'done'::text, 'failed'::text])))
);
COMMENT ON COLUMN public.analysis_runs.building_id IS 'The one building that is analysed; null for the whole portfolio.';
COMMENT ON COLUMN public.analysis_runs.result IS 'JSON of what one building''s analysis answered.';
COMMENT ON COLUMN public.analysis_runs.parameters IS 'Version of the parameter set; null before there were versions.';
CREATE TABLE public.analysis_steps (
    run_id uuid NOT NULL,
    number integer NOT NULL,
    done integer NOT NULL,
    total integer NOT NULL,
    text text NOT NULL,
    at timestamp with time zone DEFAULT clock_timestamp() NOT NULL
);
CREATE TABLE public.anomaly_events (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    organisation_id uuid NOT NULL,
    building_id uuid NOT NULL,
    meter_id uuid NOT NULL,
    carrier text NOT NULL,
    kind text NOT NULL,
    fingerprint text NOT NULL,
    started_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone NOT NULL,
    hours integer NOT NULL,
    spells integer NOT NULL,
    kwh double precision NOT NULL,
    normal_kwh double precision NOT NULL,
    money double precision,
    co2_kg double precision,
    confidence double precision NOT NULL,
    explanation text NOT NULL,
    status text DEFAULT 'open'::text NOT NULL,
    status_by text,
    status_at timestamp with time zone,
    note text,
    detected_at timestamp with time zone DEFAULT now() NOT NULL,
    strength double precision DEFAULT 0 NOT NULL,
    week text DEFAULT ''::text NOT NULL,
    found_confidence double precision,
    silenced_by uuid,
    shown_by text,
    shown_at timestamp with time zone,
    CONSTRAINT anomaly_events_check CHECK ((ended_at > started_at)),
    CONSTRAINT anomaly_events_confidence_check CHECK (((confidence >= (0)::double precision) AND (confidence <= (1)::double precision))),
    CONSTRAINT anomaly_events_status_check CHECK ((status = ANY (ARRAY['open'::text, 'acknowledged'::text, 'resolved'::text])))
);
COMMENT ON COLUMN public.anomaly_events.fingerprint IS 'Kind and first hour as first found; an event that is found again keeps it, and its status.';
COMMENT ON COLUMN public.anomaly_events.kwh IS 'Recorded minus normal over the affected hours; litres for water and irrigation.';
COMMENT ON COLUMN public.anomaly_events.week IS 'Hours of the week it touched: 168 bits from Monday 00:00 in hexadecimal.';
COMMENT ON COLUMN public.anomaly_events.found_confidence IS 'Before calibration by feedback; null where that changed nothing.';
COMMENT ON COLUMN public.anomaly_events.shown_by IS 'Who asked to see it although it repeats a judged one.';
CREATE TABLE public.anomaly_feedback (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    organisation_id uuid NOT NULL,
    building_id uuid NOT NULL,
    meter_id uuid NOT NULL,
    event_id uuid,
    verdict text NOT NULL,
    kind text NOT NULL,
    started_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone NOT NULL,
    hours integer NOT NULL,
    kwh double precision NOT NULL,
    strength double precision NOT NULL,
    week text NOT NULL,
    note text,
    author text NOT NULL,
    given_at timestamp with time zone DEFAULT now() NOT NULL,
    undone_by text,
    undone_at timestamp with time zone,
    CONSTRAINT anomaly_feedback_check CHECK (((undone_by IS NULL) = (undone_at IS NULL))),
    CONSTRAINT anomaly_feedback_verdict_check CHECK ((verdict = ANY (ARRAY['real'::text, 'false'::text, 'known'::text])))
);
COMMENT ON COLUMN public.anomaly_feedback.kind IS 'Kind to week are those of the event when the verdict was given.';
CREATE TABLE public.anomaly_signatures (
    collection text CONSTRAINT vectors_collection_not_null NOT NULL,
    organisation_id uuid CONSTRAINT vectors_organisation_id_not_null NOT NULL,
    id uuid CONSTRAINT vectors_id_not_null NOT NULL,
    model text CONSTRAINT vectors_model_not_null NOT NULL,
    embedding public.vector(384) CONSTRAINT vectors_embedding_not_null NOT NULL,
    metadata jsonb DEFAULT '{}'::jsonb CONSTRAINT vectors_metadata_not_null NOT NULL,
    updated_at timestamp with time zone DEFAULT now() CONSTRAINT vectors_updated_at_not_null NOT NULL
);
CREATE TABLE public.api_tokens (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    organisation_id uuid NOT NULL,
    user_id uuid,
    name text NOT NULL,
    role text NOT NULL,
    token_hash bytea NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    expires_at timestamp with time zone,
    revoked_at timestamp with time zone
);
CREATE TABLE public.assumptions (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    organisation_id uuid NOT NULL,
    site_id uuid,
    key text NOT NULL,
    low double precision NOT NULL,
    likely double precision NOT NULL,
    high double precision NOT NULL,
    unit text NOT NULL,
    source text NOT NULL,
    dated date NOT NULL,
    author text NOT NULL,
    changed_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT assumptions_check CHECK (((likely >= low) AND (likely <= high))),
    CONSTRAINT assumptions_source_check CHECK ((source <> ''::text))
);
COMMENT ON TABLE public.assumptions IS 'Prices, factors and costs in place of the defaults; without a site they hold for all.';
CREATE TABLE public.audit_trail (
    id bigint NOT NULL,
    organisation_id uuid,
    at timestamp with time zone DEFAULT now() NOT NULL,
    actor text NOT NULL,
    action text NOT NULL,
    subject text NOT NULL,
    detail jsonb DEFAULT '{}'::jsonb NOT NULL
);
ALTER TABLE public.audit_trail ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.audit_trail_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.building_figures (
    building_id uuid NOT NULL,
    organisation_id uuid NOT NULL,
    period_start date NOT NULL,
    period_end date NOT NULL,
    use_type text NOT NULL,
    carriers text[] NOT NULL,
    area_m2 double precision,
    annual_kwh double precision,
    eui double precision,
    money double precision,
    co2_kg double precision,
    coverage double precision NOT NULL,
    load_factor double precision,
    near_base double precision,
    near_peak double precision,
    unoccupied_ratio double precision,
    cvrmse double precision,
    heating_sensitivity double precision,
    cooling_sensitivity double precision,
    excess_kwh double precision DEFAULT 0 NOT NULL,
    excess_money double precision DEFAULT 0 NOT NULL,
    analysed_at timestamp with time zone DEFAULT now() NOT NULL,
    open_anomalies integer DEFAULT 0 NOT NULL,
    open_faults integer DEFAULT 0 NOT NULL,
    open_money double precision DEFAULT 0 NOT NULL,
    open_co2_kg double precision DEFAULT 0 NOT NULL,
    newest_open timestamp with time zone,
    peak double precision,
    normalised_kwh double precision,
    normalised_reason text DEFAULT 'Not weather-normalised: not analysed since this was introduced'::text NOT NULL,
    heating_degree_days double precision,
    cooling_degree_days double precision
);
COMMENT ON COLUMN public.building_figures.load_factor IS 'Load figures and the ratio are those of the electricity meters together.';
COMMENT ON COLUMN public.building_figures.cvrmse IS 'Of the largest weather model among the meters; sensitivities are kWh a day and kelvin over all of them.';
COMMENT ON COLUMN public.building_figures.excess_money IS 'Cost of what anomalies used above normal within the period.';
COMMENT ON COLUMN public.building_figures.open_money IS 'Of open anomalies that cost something; kept current by every analysis and decision.';
COMMENT ON COLUMN public.building_figures.normalised_kwh IS 'Energy of a typical year of the site''s weather; null with the reason.';
COMMENT ON COLUMN public.building_figures.heating_degree_days IS 'K d of a typical year, base 18.3 degC.';
CREATE TABLE public.building_loads (
    building_id uuid NOT NULL,
    organisation_id uuid NOT NULL,
    first_hour timestamp with time zone NOT NULL,
    load bytea NOT NULL
);
COMMENT ON TABLE public.building_loads IS 'Electricity of the analysed year by hour, meters together, faulty hours unknown: what the portfolio''s peak is made of.';
COMMENT ON COLUMN public.building_loads.load IS 'kWh of each hour from first_hour on as little-endian float32; NaN is unknown.';
CREATE TABLE public.building_patterns (
    collection text CONSTRAINT vectors_collection_not_null NOT NULL,
    organisation_id uuid CONSTRAINT vectors_organisation_id_not_null NOT NULL,
    id uuid CONSTRAINT vectors_id_not_null NOT NULL,
    model text CONSTRAINT vectors_model_not_null NOT NULL,
    embedding public.vector(384) CONSTRAINT vectors_embedding_not_null NOT NULL,
    metadata jsonb DEFAULT '{}'::jsonb CONSTRAINT vectors_metadata_not_null NOT NULL,
    updated_at timestamp with time zone DEFAULT now() CONSTRAINT vectors_updated_at_not_null NOT NULL
);
CREATE TABLE public.building_signals (
    building_id uuid NOT NULL,
    organisation_id uuid NOT NULL,
    use text NOT NULL,
    as_of timestamp with time zone NOT NULL,
    signals jsonb NOT NULL,
    figures jsonb NOT NULL,
    skipped text[] DEFAULT '{}'::text[] NOT NULL,
    annual_money double precision,
    annual_co2 double precision,
    computed_at timestamp with time zone DEFAULT now() NOT NULL
);
COMMENT ON TABLE public.building_signals IS 'What the readings of a building say, so that prices can change without reading them again.';
COMMENT ON COLUMN public.building_signals.figures IS 'What peers are compared by.';
COMMENT ON COLUMN public.building_signals.annual_money IS 'Cost of all metered carriers over a year; null when no carrier has enough readings.';
CREATE TABLE public.building_totals_monthly (
    building_id uuid NOT NULL,
    carrier text NOT NULL,
    month date NOT NULL,
    readings integer NOT NULL,
    estimated integer NOT NULL,
    total double precision NOT NULL
);
CREATE TABLE public.buildings (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    organisation_id uuid NOT NULL,
    site_id uuid NOT NULL,
    name text NOT NULL,
    primary_use text,
    sub_use text,
    industry text,
    sub_industry text,
    area_m2 double precision,
    latitude double precision,
    longitude double precision,
    address text,
    year_built integer,
    year_renovated integer,
    date_opened date,
    floors integer,
    occupants integer,
    heating_type text,
    energy_sources text[] DEFAULT '{}'::text[] NOT NULL,
    has_renewable boolean,
    operating_hours text,
    occupancy_type text,
    energy_star_score double precision,
    published_eui double precision,
    published_site_eui double precision,
    published_source_eui double precision,
    leed_level text,
    rating text,
    bdg2_kaggle_id integer,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    archived_at timestamp with time zone,
    CONSTRAINT buildings_area_m2_check CHECK ((area_m2 > (0)::double precision)),
    CONSTRAINT buildings_floors_check CHECK (((floors >= 0) AND (floors <= 300))),
    CONSTRAINT buildings_latitude_check CHECK (((latitude >= ('-90'::integer)::double precision) AND (latitude <= (90)::double precision))),
    CONSTRAINT buildings_longitude_check CHECK (((longitude >= ('-180'::integer)::double precision) AND (longitude <= (180)::double precision))),
    CONSTRAINT buildings_occupants_check CHECK ((occupants >= 0)),
    CONSTRAINT buildings_year_built_check CHECK (((year_built >= 1000) AND (year_built <= 2100))),
    CONSTRAINT buildings_year_renovated_check CHECK (((year_renovated >= 1000) AND (year_renovated <= 2100)))
);
COMMENT ON COLUMN public.buildings.published_eui IS 'As the source gives it, kWh/m2 a year; never used in place of a computed one.';
CREATE TABLE public.chat_messages (
    id bigint NOT NULL,
    thread_id uuid NOT NULL,
    organisation_id uuid NOT NULL,
    at timestamp with time zone DEFAULT now() NOT NULL,
    author text NOT NULL,
    role text NOT NULL,
    text text NOT NULL,
    reply jsonb,
    CONSTRAINT chat_messages_author_check CHECK ((author = ANY (ARRAY['person'::text, 'eaio'::text])))
);
COMMENT ON COLUMN public.chat_messages.reply IS 'Of an answer: its requests, facts, chart, links and what was left open.';
ALTER TABLE public.chat_messages ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.chat_messages_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.chat_threads (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    organisation_id uuid NOT NULL,
    user_id uuid,
    title text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    last_at timestamp with time zone DEFAULT now() NOT NULL
);
COMMENT ON COLUMN public.chat_threads.user_id IS 'NULL for tokens and for visitors of the synthetic portfolio.';
CREATE TABLE public.edit_batches (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    organisation_id uuid NOT NULL,
    author text NOT NULL,
    method text NOT NULL,
    reason text NOT NULL,
    at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    undone_at timestamp with time zone,
    undone_by text
);
CREATE TABLE public.energy_meters (
    key integer NOT NULL,
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    organisation_id uuid NOT NULL,
    building_id uuid NOT NULL,
    name text NOT NULL,
    carrier text NOT NULL,
    unit text NOT NULL,
    interval_minutes integer DEFAULT 60 NOT NULL,
    first_reading timestamp with time zone,
    last_reading timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    archived_at timestamp with time zone,
    CONSTRAINT energy_meters_carrier_check CHECK ((carrier = ANY (ARRAY['electricity'::text, 'gas'::text, 'steam'::text, 'hotwater'::text, 'chilledwater'::text, 'water'::text, 'irrigation'::text, 'solar'::text]))),
    CONSTRAINT energy_meters_interval_minutes_check CHECK ((interval_minutes > 0)),
    CONSTRAINT energy_meters_unit_check CHECK ((unit = ANY (ARRAY['kWh'::text, 'L'::text])))
);
COMMENT ON COLUMN public.energy_meters.key IS 'Never leaves the database.';
ALTER TABLE public.energy_meters ALTER COLUMN key ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.energy_meters_key_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.forecast_models (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    organisation_id uuid NOT NULL,
    engine text NOT NULL,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    trained_until timestamp with time zone NOT NULL,
    meters integer NOT NULL,
    artefact bytea NOT NULL,
    checksum bytea NOT NULL,
    CONSTRAINT forecast_models_meters_check CHECK ((meters > 0))
);
COMMENT ON TABLE public.forecast_models IS 'Models learned over all meters of an organisation; the newest of an engine is in use.';
COMMENT ON COLUMN public.forecast_models.trained_until IS 'Nothing from this instant on was learned from, so backtests after it are honest.';
COMMENT ON COLUMN public.forecast_models.artefact IS 'Plain arrays, never a pickle; checksum is its SHA-256.';
CREATE TABLE public.forecasts (
    organisation_id uuid NOT NULL,
    meter_id uuid NOT NULL,
    origin timestamp with time zone NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    data_version bigint NOT NULL,
    fingerprint bytea NOT NULL,
    refusal text,
    local timestamp without time zone[] DEFAULT '{}'::timestamp without time zone[] NOT NULL,
    value double precision[] DEFAULT '{}'::double precision[] NOT NULL,
    low80 double precision[] DEFAULT '{}'::double precision[] NOT NULL,
    high80 double precision[] DEFAULT '{}'::double precision[] NOT NULL,
    low95 double precision[] DEFAULT '{}'::double precision[] NOT NULL,
    high95 double precision[] DEFAULT '{}'::double precision[] NOT NULL,
    days jsonb DEFAULT '[]'::jsonb NOT NULL,
    weights jsonb DEFAULT '{}'::jsonb NOT NULL,
    backtest jsonb,
    notes text[] DEFAULT '{}'::text[] NOT NULL,
    CONSTRAINT forecasts_check CHECK (((refusal IS NULL) = (backtest IS NOT NULL)))
);
COMMENT ON TABLE public.forecasts IS 'One per meter and origin; older origins stay, to be compared with what came.';
COMMENT ON COLUMN public.forecasts.data_version IS 'The organisation''s version when the forecast was last known to be current.';
COMMENT ON COLUMN public.forecasts.fingerprint IS 'Hash of the history and method it was made from: an unchanged one need not be computed again.';
COMMENT ON COLUMN public.forecasts.refusal IS 'Why this meter cannot be forecast from this origin; then there are no points.';
CREATE TABLE public.imports (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    organisation_id uuid NOT NULL,
    source text NOT NULL,
    format text NOT NULL,
    status text NOT NULL,
    author text NOT NULL,
    options jsonb DEFAULT '{}'::jsonb NOT NULL,
    started_at timestamp with time zone DEFAULT now() NOT NULL,
    finished_at timestamp with time zone,
    progress jsonb DEFAULT '{}'::jsonb NOT NULL,
    report jsonb,
    error text,
    CONSTRAINT imports_status_check CHECK ((status = ANY (ARRAY['waiting'::text, 'running'::text, 'done'::text, 'failed'::text])))
);
CREATE TABLE public.load_patterns (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    organisation_id uuid NOT NULL,
    carrier text NOT NULL,
    name text NOT NULL,
    centre double precision[] NOT NULL,
    week double precision[] NOT NULL,
    traits jsonb NOT NULL,
    rank integer NOT NULL,
    reason text NOT NULL,
    found_at timestamp with time zone DEFAULT now() NOT NULL
);
COMMENT ON COLUMN public.load_patterns.id IS 'Stays when a later grouping finds the pattern again.';
COMMENT ON COLUMN public.load_patterns.centre IS 'Mean direction of its members'' load shapes, 384 values of length 1.';
COMMENT ON COLUMN public.load_patterns.week IS 'Median of its members'' typical weeks over their means, Monday 00:00 first.';
CREATE TABLE public.memberships (
    organisation_id uuid NOT NULL,
    user_id uuid NOT NULL,
    role text NOT NULL,
    CONSTRAINT memberships_role_check CHECK ((role = ANY (ARRAY['facility_manager'::text, 'energy_analyst'::text, 'executive'::text, 'administrator'::text])))
);
CREATE TABLE public.meter_figures (
    meter_id uuid NOT NULL,
    organisation_id uuid NOT NULL,
    building_id uuid NOT NULL,
    carrier text NOT NULL,
    period_start date NOT NULL,
    period_end date NOT NULL,
    coverage double precision NOT NULL,
    annual double precision,
    money double precision,
    co2_kg double precision,
    near_base double precision,
    near_peak double precision,
    mean double precision,
    peak double precision,
    load_factor double precision,
    unoccupied_ratio double precision,
    occupied_hours text,
    model jsonb,
    refusals text[] DEFAULT '{}'::text[] NOT NULL,
    analysed_at timestamp with time zone DEFAULT now() NOT NULL,
    parameters integer,
    threshold double precision
);
COMMENT ON COLUMN public.meter_figures.annual IS 'kWh or litres of 365 days, from the hours that can be trusted; null below three quarters of them.';
COMMENT ON COLUMN public.meter_figures.refusals IS 'What could not be computed and why, as sentences.';
COMMENT ON COLUMN public.meter_figures.threshold IS 'Of detection, calibration by feedback included.';
CREATE TABLE public.meter_hours (
    hour timestamp with time zone NOT NULL,
    total double precision NOT NULL,
    minimum double precision NOT NULL,
    maximum double precision NOT NULL,
    meter_key integer NOT NULL,
    readings smallint NOT NULL,
    estimated smallint DEFAULT 0 NOT NULL
);
COMMENT ON TABLE public.meter_hours IS 'Only for meters finer than hourly; see the view meter_readings_hourly.';
COMMENT ON COLUMN public.meter_hours.readings IS '0 where corrections leave no reading of the hour.';
CREATE TABLE public.meter_quality (
    meter_key integer NOT NULL,
    checked_at timestamp with time zone NOT NULL,
    score double precision NOT NULL,
    expected bigint NOT NULL,
    present bigint NOT NULL,
    estimated bigint NOT NULL,
    wrong bigint NOT NULL,
    ingredients jsonb NOT NULL,
    issue_count integer NOT NULL,
    issues jsonb NOT NULL,
    CONSTRAINT meter_quality_score_check CHECK (((score >= (0)::double precision) AND (score <= (100)::double precision)))
);
COMMENT ON TABLE public.meter_quality IS 'What the checks said of a meter''s readings when it was last checked.';
COMMENT ON COLUMN public.meter_quality.ingredients IS 'What took points off 100, the most first.';
COMMENT ON COLUMN public.meter_quality.issues IS 'The longest ones in order of time; issue_count counts all.';
CREATE TABLE public.meter_readings (
    "time" timestamp with time zone NOT NULL,
    value double precision NOT NULL,
    meter_key integer NOT NULL,
    quality smallint DEFAULT 0 NOT NULL
)
PARTITION BY RANGE ("time");
COMMENT ON COLUMN public.meter_readings.quality IS '0 measured, 1 estimated, 2 edited by hand';
CREATE TABLE public.meter_readings_daily (
    day date NOT NULL,
    meter_key integer NOT NULL,
    readings smallint NOT NULL,
    expected smallint NOT NULL,
    estimated smallint DEFAULT 0 NOT NULL,
    total double precision NOT NULL,
    minimum double precision NOT NULL,
    maximum double precision NOT NULL
);
COMMENT ON TABLE public.meter_readings_daily IS 'Local calendar days of the site: 23, 24 or 25 hours; expected counts readings of the meter''s interval.';
CREATE TABLE public.reading_corrections (
    meter_key integer NOT NULL,
    "time" timestamp with time zone NOT NULL,
    value double precision,
    quality smallint NOT NULL,
    batch_id uuid NOT NULL,
    CONSTRAINT reading_corrections_quality_check CHECK ((quality = ANY (ARRAY[1, 2])))
);
COMMENT ON TABLE public.reading_corrections IS 'What counts in place of the raw readings, which stay as they came; the active ones only.';
COMMENT ON COLUMN public.reading_corrections.value IS 'NULL: the raw reading does not count, and there is none in its place.';
COMMENT ON COLUMN public.reading_corrections.quality IS '1 estimated, 2 edited by hand';
CREATE VIEW public.meter_readings_hourly AS
 SELECT r.meter_key,
    r."time" AS hour,
    r.value AS total,
    r.value AS minimum,
    r.value AS maximum,
    (1)::bigint AS readings,
    (((r.quality <> 0))::integer)::bigint AS estimated
   FROM (public.energy_meters m
     JOIN public.meter_readings r ON ((r.meter_key = m.key)))
  WHERE ((m.interval_minutes = 60) AND (NOT (EXISTS ( SELECT
           FROM public.reading_corrections c
          WHERE ((c.meter_key = r.meter_key) AND (c."time" = r."time"))))))
UNION ALL
 SELECT c.meter_key,
    c."time" AS hour,
    c.value AS total,
    c.value AS minimum,
    c.value AS maximum,
    (1)::bigint AS readings,
    (1)::bigint AS estimated
   FROM (public.energy_meters m
     JOIN public.reading_corrections c ON ((c.meter_key = m.key)))
  WHERE ((m.interval_minutes = 60) AND (c.value IS NOT NULL))
UNION ALL
 SELECT meter_hours.meter_key,
    meter_hours.hour,
    meter_hours.total,
    meter_hours.minimum,
    meter_hours.maximum,
    (meter_hours.readings)::bigint AS readings,
    (meter_hours.estimated)::bigint AS estimated
   FROM public.meter_hours
  WHERE (meter_hours.readings > 0);
COMMENT ON VIEW public.meter_readings_hourly IS 'The validated hours: raw readings with the active corrections over them.';
CREATE TABLE public.meter_shapes (
    meter_id uuid NOT NULL,
    organisation_id uuid NOT NULL,
    building_id uuid NOT NULL,
    carrier text NOT NULL,
    week double precision[] NOT NULL,
    traits jsonb NOT NULL,
    first_day date NOT NULL,
    last_day date NOT NULL,
    turned_at timestamp with time zone,
    turned_until timestamp with time zone,
    turned_amount double precision,
    turned_usual double precision,
    pattern_id uuid,
    likeness double precision
);
COMMENT ON COLUMN public.meter_shapes.turned_at IS 'The week at which this year''s ways best take over from those of the year before.';
COMMENT ON COLUMN public.meter_shapes.turned_usual IS 'Use in the same weeks a year before those of turned_amount.';
COMMENT ON COLUMN public.meter_shapes.likeness IS 'Cosine to the centre of its pattern.';
CREATE TABLE public.meters_unchecked (
    meter_key integer NOT NULL,
    readings bigint NOT NULL
)
WITH (fillfactor='50');
COMMENT ON TABLE public.meters_unchecked IS 'Readings that came in or changed since the meter was last checked.';
CREATE TABLE public.organisations (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    name text NOT NULL,
    slug text NOT NULL,
    is_demo boolean DEFAULT false NOT NULL,
    currency text DEFAULT 'USD'::text NOT NULL,
    data_version bigint DEFAULT 0 NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    coverage_threshold double precision DEFAULT 0.9 NOT NULL,
    CONSTRAINT organisations_coverage_threshold_check CHECK (((coverage_threshold > (0)::double precision) AND (coverage_threshold <= (1)::double precision))),
    CONSTRAINT organisations_name_check CHECK ((name <> ''::text)),
    CONSTRAINT organisations_slug_check CHECK ((slug ~ '^[a-z0-9-]+$'::text))
);
COMMENT ON COLUMN public.organisations.data_version IS 'Raised by every change of readings or results; caches key on it.';
COMMENT ON COLUMN public.organisations.coverage_threshold IS 'Share of readings below which a total says that it is incomplete.';
CREATE TABLE public.parameter_activations (
    id bigint NOT NULL,
    organisation_id uuid NOT NULL,
    version integer NOT NULL,
    activated_by text NOT NULL,
    activated_at timestamp with time zone DEFAULT now() NOT NULL
);
COMMENT ON TABLE public.parameter_activations IS 'The newest one counts; without one the built-in set is active.';
ALTER TABLE public.parameter_activations ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.parameter_activations_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.parameter_sets (
    organisation_id uuid NOT NULL,
    version integer NOT NULL,
    "values" jsonb NOT NULL,
    note text NOT NULL,
    author text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT parameter_sets_version_check CHECK ((version > 0))
);
COMMENT ON COLUMN public.parameter_sets.version IS 'Counts from 1 in each organisation; 0 is what is built in and not stored.';
CREATE TABLE public.peer_choices (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    organisation_id uuid NOT NULL,
    building_id uuid NOT NULL,
    peer_id uuid NOT NULL,
    include boolean NOT NULL,
    reason text NOT NULL,
    author text NOT NULL,
    made_at timestamp with time zone DEFAULT now() NOT NULL,
    undone_by text,
    undone_at timestamp with time zone,
    CONSTRAINT peer_choices_check CHECK ((peer_id <> building_id)),
    CONSTRAINT peer_choices_reason_check CHECK (((length(reason) >= 3) AND (length(reason) <= 500)))
);
COMMENT ON TABLE public.peer_choices IS 'Buildings kept out of another one''s peers, or put in; taken back decisions stay on record.';
CREATE TABLE public.planted_faults (
    id bigint NOT NULL,
    organisation_id uuid NOT NULL,
    building_id uuid NOT NULL,
    carrier text NOT NULL,
    kind text NOT NULL,
    started_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone NOT NULL,
    excess double precision NOT NULL,
    sentence text NOT NULL
);
COMMENT ON TABLE public.planted_faults IS 'What the synthetic portfolio was made with: the truth that findings can be held against.';
ALTER TABLE public.planted_faults ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.planted_faults_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.portfolios (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    organisation_id uuid NOT NULL,
    name text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);
CREATE TABLE public.procrastinate_events (
    id bigint NOT NULL,
    job_id bigint NOT NULL,
    type public.procrastinate_job_event_type,
    at timestamp with time zone DEFAULT now()
);
CREATE SEQUENCE public.procrastinate_events_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.procrastinate_events_id_seq OWNED BY public.procrastinate_events.id;
CREATE SEQUENCE public.procrastinate_jobs_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.procrastinate_jobs_id_seq OWNED BY public.procrastinate_jobs.id;
CREATE TABLE public.procrastinate_periodic_defers (
    id bigint NOT NULL,
    task_name character varying(128) NOT NULL,
    defer_timestamp bigint,
    job_id bigint,
    periodic_id character varying(128) DEFAULT ''::character varying NOT NULL
);
CREATE SEQUENCE public.procrastinate_periodic_defers_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.procrastinate_periodic_defers_id_seq OWNED BY public.procrastinate_periodic_defers.id;
CREATE TABLE public.procrastinate_workers (
    id bigint NOT NULL,
    last_heartbeat timestamp with time zone DEFAULT now() NOT NULL
);
ALTER TABLE public.procrastinate_workers ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.procrastinate_workers_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.quality_proposals (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    organisation_id uuid NOT NULL,
    meter_key integer NOT NULL,
    kind text NOT NULL,
    method text NOT NULL,
    reason text NOT NULL,
    author text NOT NULL,
    made_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    readings integer NOT NULL,
    seconds bigint[] NOT NULL,
    before double precision[] NOT NULL,
    after double precision[] NOT NULL,
    estimated boolean NOT NULL,
    status text DEFAULT 'open'::text NOT NULL,
    decided_at timestamp with time zone,
    decided_by text,
    batch_id uuid,
    CONSTRAINT quality_proposals_check CHECK (((cardinality(seconds) = readings) AND (cardinality(before) = readings) AND (cardinality(after) = readings))),
    CONSTRAINT quality_proposals_readings_check CHECK ((readings > 0)),
    CONSTRAINT quality_proposals_status_check CHECK ((status = ANY (ARRAY['open'::text, 'applied'::text, 'rejected'::text, 'replaced'::text])))
);
COMMENT ON TABLE public.quality_proposals IS 'Corrections that somebody may apply as a batch or reject; nothing has changed before.';
COMMENT ON COLUMN public.quality_proposals.seconds IS 'Beginning of each reading, seconds since 1970 UTC.';
COMMENT ON COLUMN public.quality_proposals.before IS 'What counted when it was proposed, NaN for none.';
COMMENT ON COLUMN public.quality_proposals.after IS 'What shall count, NaN for none.';
CREATE TABLE public.reading_edits (
    id bigint NOT NULL,
    meter_key integer NOT NULL,
    "time" timestamp with time zone NOT NULL,
    old_value double precision,
    new_value double precision,
    method text NOT NULL,
    author text NOT NULL,
    reason text NOT NULL,
    import_id uuid,
    at timestamp with time zone DEFAULT now() NOT NULL,
    raw_value double precision,
    batch_id uuid,
    quality smallint DEFAULT 0 NOT NULL,
    replaced_batch uuid,
    replaced_quality smallint,
    undoes bigint
);
COMMENT ON TABLE public.reading_edits IS 'The ledger, only ever added to: a value that was replaced or corrected stays here.';
COMMENT ON COLUMN public.reading_edits.old_value IS 'What counted before: the raw reading, or an earlier correction.';
COMMENT ON COLUMN public.reading_edits.replaced_batch IS 'The batch of the earlier correction, which returns with an undo.';
COMMENT ON COLUMN public.reading_edits.undoes IS 'This entry takes back another one.';
ALTER TABLE public.reading_edits ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.reading_edits_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.recommendation_events (
    id bigint NOT NULL,
    recommendation_id uuid NOT NULL,
    at timestamp with time zone DEFAULT now() NOT NULL,
    actor text NOT NULL,
    action text NOT NULL,
    old text NOT NULL,
    new text NOT NULL,
    note text DEFAULT ''::text NOT NULL
);
ALTER TABLE public.recommendation_events ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.recommendation_events_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.recommendation_runs (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    organisation_id uuid NOT NULL,
    status text DEFAULT 'waiting'::text NOT NULL,
    total integer DEFAULT 0 NOT NULL,
    done integer DEFAULT 0 NOT NULL,
    proposed integer DEFAULT 0 NOT NULL,
    withdrawn integer DEFAULT 0 NOT NULL,
    skipped integer DEFAULT 0 NOT NULL,
    author text NOT NULL,
    started_at timestamp with time zone DEFAULT now() NOT NULL,
    finished_at timestamp with time zone,
    error text,
    CONSTRAINT recommendation_runs_status_check CHECK ((status = ANY (ARRAY['waiting'::text, 'running'::text, 'done'::text, 'failed'::text])))
);
CREATE TABLE public.recommendations (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    organisation_id uuid NOT NULL,
    building_id uuid NOT NULL,
    measure text NOT NULL,
    name text NOT NULL,
    end_use text NOT NULL,
    effort text NOT NULL,
    disruption text NOT NULL,
    status text DEFAULT 'proposed'::text NOT NULL,
    reason text DEFAULT ''::text NOT NULL,
    owner text DEFAULT ''::text NOT NULL,
    due date,
    notes text DEFAULT ''::text NOT NULL,
    is_current boolean DEFAULT true NOT NULL,
    rank smallint NOT NULL,
    sentence text NOT NULL,
    money double precision NOT NULL,
    money_low double precision NOT NULL,
    money_high double precision NOT NULL,
    cost double precision,
    npv double precision,
    payback double precision,
    co2 double precision NOT NULL,
    energy_kwh double precision NOT NULL,
    value double precision NOT NULL,
    confidence double precision NOT NULL,
    net_money double precision,
    net_co2 double precision,
    net_kwh double precision,
    net_npv double precision,
    as_of timestamp with time zone NOT NULL,
    detail jsonb NOT NULL,
    generated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT recommendations_confidence_check CHECK (((confidence >= (0)::double precision) AND (confidence <= (1)::double precision))),
    CONSTRAINT recommendations_status_check CHECK ((status = ANY (ARRAY['proposed'::text, 'accepted'::text, 'scheduled'::text, 'in_progress'::text, 'done'::text, 'verified'::text, 'rejected'::text])))
);
COMMENT ON COLUMN public.recommendations.is_current IS 'Whether the latest run still finds it; what people decided stays either way.';
COMMENT ON COLUMN public.recommendations.net_money IS 'What it adds to the better-ranked measures of its building, a year; null when it does not count.';
CREATE TABLE public.sessions (
    token_hash bytea NOT NULL,
    organisation_id uuid NOT NULL,
    user_id uuid,
    role text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    expires_at timestamp with time zone NOT NULL
);
COMMENT ON COLUMN public.sessions.user_id IS 'NULL for a visitor of the synthetic portfolio.';
CREATE TABLE public.setup_links (
    token_hash bytea NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    used_at timestamp with time zone
);
CREATE TABLE public.sign_in_failures (
    email text NOT NULL,
    at timestamp with time zone DEFAULT now() NOT NULL,
    source text
);
COMMENT ON COLUMN public.sign_in_failures.source IS 'Address of the caller, so that one cannot try many accounts.';
CREATE TABLE public.site_totals_daily (
    site_id uuid NOT NULL,
    carrier text NOT NULL,
    day date NOT NULL,
    readings integer NOT NULL,
    estimated integer NOT NULL,
    total double precision NOT NULL
);
CREATE TABLE public.sites (
    key integer NOT NULL,
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    organisation_id uuid NOT NULL,
    portfolio_id uuid NOT NULL,
    name text NOT NULL,
    time_zone text NOT NULL,
    country text,
    grid_region text,
    latitude double precision,
    longitude double precision,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    archived_at timestamp with time zone,
    subdivision text,
    CONSTRAINT sites_latitude_check CHECK (((latitude >= ('-90'::integer)::double precision) AND (latitude <= (90)::double precision))),
    CONSTRAINT sites_longitude_check CHECK (((longitude >= ('-180'::integer)::double precision) AND (longitude <= (180)::double precision)))
);
COMMENT ON COLUMN public.sites.subdivision IS 'For holidays: ISO 3166-2 without the country, TX or BY.';
ALTER TABLE public.sites ALTER COLUMN key ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.sites_key_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.user_interactions (
    collection text CONSTRAINT vectors_collection_not_null NOT NULL,
    organisation_id uuid CONSTRAINT vectors_organisation_id_not_null NOT NULL,
    id uuid CONSTRAINT vectors_id_not_null NOT NULL,
    model text CONSTRAINT vectors_model_not_null NOT NULL,
    embedding public.vector(384) CONSTRAINT vectors_embedding_not_null NOT NULL,
    metadata jsonb DEFAULT '{}'::jsonb CONSTRAINT vectors_metadata_not_null NOT NULL,
    updated_at timestamp with time zone DEFAULT now() CONSTRAINT vectors_updated_at_not_null NOT NULL
);
CREATE TABLE public.users (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    email text NOT NULL,
    name text NOT NULL,
    password_hash text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    disabled_at timestamp with time zone,
    CONSTRAINT users_email_check CHECK (((email = lower(email)) AND (email ~~ '%@%'::text)))
);
CREATE TABLE public.verification_baselines (
    study_id uuid NOT NULL,
    fitted jsonb NOT NULL,
    fitted_at timestamp with time zone DEFAULT now() NOT NULL
);
COMMENT ON COLUMN public.verification_baselines.fitted IS 'Model, data window with SHA-256 of the readings, rivals.';
CREATE TABLE public.verification_events (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    study_id uuid NOT NULL,
    first_day date NOT NULL,
    last_day date NOT NULL,
    treatment text NOT NULL,
    amount double precision,
    reason text NOT NULL,
    declared_by text NOT NULL,
    declared_at timestamp with time zone DEFAULT now() NOT NULL,
    undone_by text,
    undone_at timestamp with time zone,
    CONSTRAINT verification_events_check CHECK ((first_day <= last_day)),
    CONSTRAINT verification_events_check1 CHECK (((undone_by IS NULL) = (undone_at IS NULL)))
);
COMMENT ON COLUMN public.verification_events.undone_at IS 'Undone events stay on record.';
CREATE TABLE public.verification_results (
    study_id uuid NOT NULL,
    data_version bigint NOT NULL,
    revision integer NOT NULL,
    computed_at timestamp with time zone DEFAULT now() NOT NULL,
    result jsonb,
    refusal text,
    CONSTRAINT verification_results_check CHECK (((result IS NULL) <> (refusal IS NULL)))
);
COMMENT ON COLUMN public.verification_results.data_version IS 'Of the organisation when it was computed.';
CREATE TABLE public.verification_studies (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    organisation_id uuid NOT NULL,
    meter_id uuid NOT NULL,
    name text NOT NULL,
    baseline_first date NOT NULL,
    baseline_last date NOT NULL,
    reporting_first date NOT NULL,
    reporting_last date,
    method text,
    "interval" text,
    confidence double precision NOT NULL,
    revision integer DEFAULT 1 NOT NULL,
    created_by text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    changed_by text NOT NULL,
    changed_at timestamp with time zone DEFAULT now() NOT NULL,
    archived_at timestamp with time zone,
    CONSTRAINT verification_studies_check CHECK (((baseline_first <= baseline_last) AND (baseline_last < reporting_first))),
    CONSTRAINT verification_studies_check1 CHECK (((reporting_last IS NULL) OR (reporting_first <= reporting_last))),
    CONSTRAINT verification_studies_confidence_check CHECK (((confidence > (0)::double precision) AND (confidence < (1)::double precision)))
);
COMMENT ON COLUMN public.verification_studies.reporting_last IS 'Null: to the last day with readings.';
COMMENT ON COLUMN public.verification_studies.method IS 'Null: the surest of the models that the data allow.';
COMMENT ON COLUMN public.verification_studies.revision IS 'Raised by every change of the study or its events.';
CREATE TABLE public.weather_daily (
    site_id uuid NOT NULL,
    day date NOT NULL,
    mean double precision NOT NULL,
    minimum double precision NOT NULL,
    maximum double precision NOT NULL,
    readings smallint NOT NULL
);
COMMENT ON TABLE public.weather_daily IS 'Air temperature by local day, degrees Celsius.';
CREATE TABLE public.weather_readings (
    site_key integer NOT NULL,
    "time" timestamp with time zone NOT NULL,
    air_temperature double precision,
    dew_temperature double precision,
    cloud_coverage double precision,
    precipitation_1h double precision,
    sea_level_pressure double precision,
    wind_direction double precision,
    wind_speed double precision
);
ALTER TABLE ONLY public.vectors ATTACH PARTITION public.agent_memory FOR VALUES IN ('agent_memory');
ALTER TABLE ONLY public.vectors ATTACH PARTITION public.anomaly_signatures FOR VALUES IN ('anomaly_signatures');
ALTER TABLE ONLY public.vectors ATTACH PARTITION public.building_patterns FOR VALUES IN ('building_patterns');
ALTER TABLE ONLY public.vectors ATTACH PARTITION public.user_interactions FOR VALUES IN ('user_interactions');
ALTER TABLE ONLY public.procrastinate_events ALTER COLUMN id SET DEFAULT nextval('public.procrastinate_events_id_seq'::regclass);
ALTER TABLE ONLY public.procrastinate_jobs ALTER COLUMN id SET DEFAULT nextval('public.procrastinate_jobs_id_seq'::regclass);
ALTER TABLE ONLY public.procrastinate_periodic_defers ALTER COLUMN id SET DEFAULT nextval('public.procrastinate_periodic_defers_id_seq'::regclass);
ALTER TABLE ONLY public.vectors
    ADD CONSTRAINT vectors_pkey PRIMARY KEY (collection, organisation_id, id);
ALTER TABLE ONLY public.agent_memory
    ADD CONSTRAINT agent_memory_pkey PRIMARY KEY (collection, organisation_id, id);
ALTER TABLE ONLY public.alembic_version
    ADD CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num);
ALTER TABLE ONLY public.analysis_runs
    ADD CONSTRAINT analysis_runs_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.analysis_steps
    ADD CONSTRAINT analysis_steps_pkey PRIMARY KEY (run_id, number);
ALTER TABLE ONLY public.anomaly_events
    ADD CONSTRAINT anomaly_events_meter_id_fingerprint_key UNIQUE (meter_id, fingerprint);
ALTER TABLE ONLY public.anomaly_events
    ADD CONSTRAINT anomaly_events_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.anomaly_feedback
    ADD CONSTRAINT anomaly_feedback_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.anomaly_signatures
    ADD CONSTRAINT anomaly_signatures_pkey PRIMARY KEY (collection, organisation_id, id);
ALTER TABLE ONLY public.api_tokens
    ADD CONSTRAINT api_tokens_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.api_tokens
    ADD CONSTRAINT api_tokens_token_hash_key UNIQUE (token_hash);
ALTER TABLE ONLY public.assumptions
    ADD CONSTRAINT assumptions_organisation_id_site_id_key_key UNIQUE NULLS NOT DISTINCT (organisation_id, site_id, key);
ALTER TABLE ONLY public.assumptions
    ADD CONSTRAINT assumptions_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.audit_trail
    ADD CONSTRAINT audit_trail_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.building_figures
    ADD CONSTRAINT building_figures_pkey PRIMARY KEY (building_id);
ALTER TABLE ONLY public.building_loads
    ADD CONSTRAINT building_loads_pkey PRIMARY KEY (building_id);
ALTER TABLE ONLY public.building_patterns
    ADD CONSTRAINT building_patterns_pkey PRIMARY KEY (collection, organisation_id, id);
ALTER TABLE ONLY public.building_signals
    ADD CONSTRAINT building_signals_pkey PRIMARY KEY (building_id);
ALTER TABLE ONLY public.building_totals_monthly
    ADD CONSTRAINT building_totals_monthly_pkey PRIMARY KEY (building_id, carrier, month);
ALTER TABLE ONLY public.buildings
    ADD CONSTRAINT buildings_organisation_id_name_key UNIQUE (organisation_id, name);
ALTER TABLE ONLY public.buildings
    ADD CONSTRAINT buildings_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.chat_messages
    ADD CONSTRAINT chat_messages_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.chat_threads
    ADD CONSTRAINT chat_threads_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.edit_batches
    ADD CONSTRAINT edit_batches_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.energy_meters
    ADD CONSTRAINT energy_meters_building_id_carrier_name_key UNIQUE (building_id, carrier, name);
ALTER TABLE ONLY public.energy_meters
    ADD CONSTRAINT energy_meters_key_key UNIQUE (key);
ALTER TABLE ONLY public.energy_meters
    ADD CONSTRAINT energy_meters_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.forecast_models
    ADD CONSTRAINT forecast_models_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.forecasts
    ADD CONSTRAINT forecasts_pkey PRIMARY KEY (meter_id, origin);
ALTER TABLE ONLY public.imports
    ADD CONSTRAINT imports_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.load_patterns
    ADD CONSTRAINT load_patterns_organisation_id_carrier_name_key UNIQUE (organisation_id, carrier, name);
ALTER TABLE ONLY public.load_patterns
    ADD CONSTRAINT load_patterns_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.memberships
    ADD CONSTRAINT memberships_pkey PRIMARY KEY (organisation_id, user_id);
ALTER TABLE ONLY public.meter_figures
    ADD CONSTRAINT meter_figures_pkey PRIMARY KEY (meter_id);
ALTER TABLE ONLY public.meter_hours
    ADD CONSTRAINT meter_hours_pkey PRIMARY KEY (meter_key, hour);
ALTER TABLE ONLY public.meter_quality
    ADD CONSTRAINT meter_quality_pkey PRIMARY KEY (meter_key);
ALTER TABLE ONLY public.meter_readings_daily
    ADD CONSTRAINT meter_readings_daily_pkey PRIMARY KEY (meter_key, day);
ALTER TABLE ONLY public.meter_readings
    ADD CONSTRAINT meter_readings_pkey PRIMARY KEY (meter_key, "time");
ALTER TABLE ONLY public.meter_shapes
    ADD CONSTRAINT meter_shapes_pkey PRIMARY KEY (meter_id);
ALTER TABLE ONLY public.meters_unchecked
    ADD CONSTRAINT meters_unchecked_pkey PRIMARY KEY (meter_key);
ALTER TABLE ONLY public.organisations
    ADD CONSTRAINT organisations_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.organisations
    ADD CONSTRAINT organisations_slug_key UNIQUE (slug);
ALTER TABLE ONLY public.parameter_activations
    ADD CONSTRAINT parameter_activations_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.parameter_sets
    ADD CONSTRAINT parameter_sets_pkey PRIMARY KEY (organisation_id, version);
ALTER TABLE ONLY public.peer_choices
    ADD CONSTRAINT peer_choices_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.planted_faults
    ADD CONSTRAINT planted_faults_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.portfolios
    ADD CONSTRAINT portfolios_organisation_id_name_key UNIQUE (organisation_id, name);
ALTER TABLE ONLY public.portfolios
    ADD CONSTRAINT portfolios_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.procrastinate_events
    ADD CONSTRAINT procrastinate_events_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.procrastinate_jobs
    ADD CONSTRAINT procrastinate_jobs_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.procrastinate_periodic_defers
    ADD CONSTRAINT procrastinate_periodic_defers_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.procrastinate_periodic_defers
    ADD CONSTRAINT procrastinate_periodic_defers_unique UNIQUE (task_name, periodic_id, defer_timestamp);
ALTER TABLE ONLY public.procrastinate_workers
    ADD CONSTRAINT procrastinate_workers_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.quality_proposals
    ADD CONSTRAINT quality_proposals_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.reading_corrections
    ADD CONSTRAINT reading_corrections_pkey PRIMARY KEY (meter_key, "time");
ALTER TABLE ONLY public.reading_edits
    ADD CONSTRAINT reading_edits_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.recommendation_events
    ADD CONSTRAINT recommendation_events_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.recommendation_runs
    ADD CONSTRAINT recommendation_runs_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.recommendations
    ADD CONSTRAINT recommendations_building_id_measure_key UNIQUE (building_id, measure);
ALTER TABLE ONLY public.recommendations
    ADD CONSTRAINT recommendations_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.sessions
    ADD CONSTRAINT sessions_pkey PRIMARY KEY (token_hash);
ALTER TABLE ONLY public.setup_links
    ADD CONSTRAINT setup_links_pkey PRIMARY KEY (token_hash);
ALTER TABLE ONLY public.site_totals_daily
    ADD CONSTRAINT site_totals_daily_pkey PRIMARY KEY (site_id, carrier, day);
ALTER TABLE ONLY public.sites
    ADD CONSTRAINT sites_key_key UNIQUE (key);
ALTER TABLE ONLY public.sites
    ADD CONSTRAINT sites_organisation_id_name_key UNIQUE (organisation_id, name);
ALTER TABLE ONLY public.sites
    ADD CONSTRAINT sites_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.user_interactions
    ADD CONSTRAINT user_interactions_pkey PRIMARY KEY (collection, organisation_id, id);
ALTER TABLE ONLY public.users
    ADD CONSTRAINT users_email_key UNIQUE (email);
ALTER TABLE ONLY public.users
    ADD CONSTRAINT users_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.verification_baselines
    ADD CONSTRAINT verification_baselines_pkey PRIMARY KEY (study_id);
ALTER TABLE ONLY public.verification_events
    ADD CONSTRAINT verification_events_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.verification_results
    ADD CONSTRAINT verification_results_pkey PRIMARY KEY (study_id);
ALTER TABLE ONLY public.verification_studies
    ADD CONSTRAINT verification_studies_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.weather_daily
    ADD CONSTRAINT weather_daily_pkey PRIMARY KEY (site_id, day);
ALTER TABLE ONLY public.weather_readings
    ADD CONSTRAINT weather_readings_pkey PRIMARY KEY (site_key, "time");
CREATE INDEX vectors_nearest ON ONLY public.vectors USING hnsw (embedding public.vector_cosine_ops) WITH (m='16', ef_construction='128');
CREATE INDEX agent_memory_embedding_idx ON public.agent_memory USING hnsw (embedding public.vector_cosine_ops) WITH (m='16', ef_construction='128');
CREATE INDEX analysis_runs_building ON public.analysis_runs USING btree (building_id, started_at DESC) WHERE (building_id IS NOT NULL);
CREATE INDEX analysis_runs_organisation ON public.analysis_runs USING btree (organisation_id, started_at DESC);
CREATE INDEX anomaly_events_building ON public.anomaly_events USING btree (building_id, started_at DESC);
CREATE INDEX anomaly_events_dearest ON public.anomaly_events USING btree (organisation_id, status, money DESC NULLS LAST, id);
CREATE INDEX anomaly_events_every ON public.anomaly_events USING btree (organisation_id, started_at DESC, id);
CREATE INDEX anomaly_events_newest ON public.anomaly_events USING btree (organisation_id, status, started_at DESC, id);
CREATE INDEX anomaly_events_silenced ON public.anomaly_events USING btree (silenced_by) WHERE (silenced_by IS NOT NULL);
CREATE UNIQUE INDEX anomaly_feedback_event ON public.anomaly_feedback USING btree (event_id) WHERE (undone_at IS NULL);
CREATE INDEX anomaly_feedback_meter ON public.anomaly_feedback USING btree (organisation_id, meter_id) WHERE (undone_at IS NULL);
CREATE INDEX anomaly_signatures_embedding_idx ON public.anomaly_signatures USING hnsw (embedding public.vector_cosine_ops) WITH (m='16', ef_construction='128');
CREATE INDEX audit_trail_organisation ON public.audit_trail USING btree (organisation_id, id DESC);
CREATE INDEX building_figures_ranking ON public.building_figures USING btree (organisation_id, use_type, eui);
CREATE INDEX building_loads_organisation ON public.building_loads USING btree (organisation_id);
CREATE INDEX building_patterns_embedding_idx ON public.building_patterns USING hnsw (embedding public.vector_cosine_ops) WITH (m='16', ef_construction='128');
CREATE INDEX building_signals_organisation ON public.building_signals USING btree (organisation_id, use);
CREATE INDEX buildings_site ON public.buildings USING btree (site_id);
CREATE INDEX chat_messages_thread ON public.chat_messages USING btree (thread_id, id);
CREATE INDEX chat_threads_owner ON public.chat_threads USING btree (organisation_id, user_id, last_at DESC);
CREATE INDEX edit_batches_organisation ON public.edit_batches USING btree (organisation_id, at DESC);
CREATE INDEX energy_meters_organisation ON public.energy_meters USING btree (organisation_id, carrier);
CREATE INDEX forecast_models_newest ON public.forecast_models USING btree (organisation_id, engine, created_at DESC);
CREATE INDEX forecasts_organisation ON public.forecasts USING btree (organisation_id);
CREATE INDEX idx_procrastinate_jobs_worker_not_null ON public.procrastinate_jobs USING btree (worker_id) WHERE ((worker_id IS NOT NULL) AND (status = 'doing'::public.procrastinate_job_status));
CREATE INDEX idx_procrastinate_workers_last_heartbeat ON public.procrastinate_workers USING btree (last_heartbeat);
CREATE INDEX imports_organisation ON public.imports USING btree (organisation_id, started_at DESC);
CREATE INDEX memberships_user ON public.memberships USING btree (user_id);
CREATE INDEX meter_figures_building ON public.meter_figures USING btree (building_id);
CREATE INDEX meter_shapes_building ON public.meter_shapes USING btree (building_id);
CREATE INDEX meter_shapes_organisation ON public.meter_shapes USING btree (organisation_id, carrier);
CREATE INDEX parameter_activations_organisation ON public.parameter_activations USING btree (organisation_id, id DESC);
CREATE UNIQUE INDEX peer_choices_standing ON public.peer_choices USING btree (building_id, peer_id) WHERE (undone_at IS NULL);
CREATE INDEX planted_faults_organisation ON public.planted_faults USING btree (organisation_id, started_at);
CREATE INDEX procrastinate_events_job_id_fkey_v1 ON public.procrastinate_events USING btree (job_id);
CREATE INDEX procrastinate_jobs_id_lock_idx_v1 ON public.procrastinate_jobs USING btree (id, lock) WHERE (status = ANY (ARRAY['todo'::public.procrastinate_job_status, 'doing'::public.procrastinate_job_status]));
CREATE UNIQUE INDEX procrastinate_jobs_lock_idx_v1 ON public.procrastinate_jobs USING btree (lock) WHERE (status = 'doing'::public.procrastinate_job_status);
CREATE INDEX procrastinate_jobs_priority_idx_v1 ON public.procrastinate_jobs USING btree (priority DESC, id) WHERE (status = 'todo'::public.procrastinate_job_status);
CREATE INDEX procrastinate_jobs_queue_name_idx_v1 ON public.procrastinate_jobs USING btree (queue_name);
CREATE UNIQUE INDEX procrastinate_jobs_queueing_lock_idx_v1 ON public.procrastinate_jobs USING btree (queueing_lock) WHERE (status = 'todo'::public.procrastinate_job_status);
CREATE INDEX procrastinate_periodic_defers_job_id_fkey_v1 ON public.procrastinate_periodic_defers USING btree (job_id);
CREATE INDEX quality_proposals_meter ON public.quality_proposals USING btree (meter_key, made_at DESC);
CREATE INDEX quality_proposals_open ON public.quality_proposals USING btree (organisation_id) WHERE (status = 'open'::text);
CREATE INDEX reading_corrections_batch ON public.reading_corrections USING btree (batch_id);
CREATE INDEX reading_edits_batch ON public.reading_edits USING btree (batch_id) WHERE (batch_id IS NOT NULL);
CREATE INDEX reading_edits_meter ON public.reading_edits USING btree (meter_key, "time");
CREATE INDEX reading_edits_undoes ON public.reading_edits USING btree (undoes) WHERE (undoes IS NOT NULL);
CREATE INDEX recommendation_events_recommendation ON public.recommendation_events USING btree (recommendation_id, id DESC);
CREATE INDEX recommendation_runs_organisation ON public.recommendation_runs USING btree (organisation_id, started_at DESC);
CREATE INDEX recommendations_value ON public.recommendations USING btree (organisation_id, is_current, value DESC);
CREATE INDEX sign_in_failures_recent ON public.sign_in_failures USING btree (email, at);
CREATE INDEX sign_in_failures_source ON public.sign_in_failures USING btree (source, at);
CREATE INDEX user_interactions_embedding_idx ON public.user_interactions USING hnsw (embedding public.vector_cosine_ops) WITH (m='16', ef_construction='128');
CREATE INDEX verification_events_study ON public.verification_events USING btree (study_id);
CREATE INDEX verification_studies_meter ON public.verification_studies USING btree (meter_id);
CREATE INDEX verification_studies_organisation ON public.verification_studies USING btree (organisation_id, archived_at);
ALTER INDEX public.vectors_nearest ATTACH PARTITION public.agent_memory_embedding_idx;
ALTER INDEX public.vectors_pkey ATTACH PARTITION public.agent_memory_pkey;
ALTER INDEX public.vectors_nearest ATTACH PARTITION public.anomaly_signatures_embedding_idx;
ALTER INDEX public.vectors_pkey ATTACH PARTITION public.anomaly_signatures_pkey;
ALTER INDEX public.vectors_nearest ATTACH PARTITION public.building_patterns_embedding_idx;
ALTER INDEX public.vectors_pkey ATTACH PARTITION public.building_patterns_pkey;
ALTER INDEX public.vectors_nearest ATTACH PARTITION public.user_interactions_embedding_idx;
ALTER INDEX public.vectors_pkey ATTACH PARTITION public.user_interactions_pkey;
CREATE TRIGGER forget_readings AFTER DELETE ON public.energy_meters REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION public.forget_readings();
CREATE TRIGGER procrastinate_jobs_notify_queue_job_aborted_v1 AFTER UPDATE OF abort_requested ON public.procrastinate_jobs FOR EACH ROW WHEN (((old.abort_requested = false) AND (new.abort_requested = true) AND (new.status = 'doing'::public.procrastinate_job_status))) EXECUTE FUNCTION public.procrastinate_notify_queue_abort_job_v1();
CREATE TRIGGER procrastinate_jobs_notify_queue_job_inserted_v1 AFTER INSERT ON public.procrastinate_jobs FOR EACH ROW WHEN ((new.status = 'todo'::public.procrastinate_job_status)) EXECUTE FUNCTION public.procrastinate_notify_queue_job_inserted_v1();
CREATE TRIGGER procrastinate_trigger_abort_requested_events_v1 AFTER UPDATE OF abort_requested ON public.procrastinate_jobs FOR EACH ROW WHEN ((new.abort_requested = true)) EXECUTE FUNCTION public.procrastinate_trigger_abort_requested_events_procedure_v1();
CREATE TRIGGER procrastinate_trigger_delete_jobs_v1 BEFORE DELETE ON public.procrastinate_jobs FOR EACH ROW EXECUTE FUNCTION public.procrastinate_unlink_periodic_defers_v1();
CREATE TRIGGER procrastinate_trigger_scheduled_events_v1 AFTER INSERT OR UPDATE ON public.procrastinate_jobs FOR EACH ROW WHEN (((new.scheduled_at IS NOT NULL) AND (new.status = 'todo'::public.procrastinate_job_status))) EXECUTE FUNCTION public.procrastinate_trigger_function_scheduled_events_v1();
CREATE TRIGGER procrastinate_trigger_status_events_insert_v1 AFTER INSERT ON public.procrastinate_jobs FOR EACH ROW WHEN ((new.status = 'todo'::public.procrastinate_job_status)) EXECUTE FUNCTION public.procrastinate_trigger_function_status_events_insert_v1();
CREATE TRIGGER procrastinate_trigger_status_events_update_v1 AFTER UPDATE OF status ON public.procrastinate_jobs FOR EACH ROW EXECUTE FUNCTION public.procrastinate_trigger_function_status_events_update_v1();
CREATE TRIGGER totals_follow AFTER UPDATE OF archived_at, site_id ON public.buildings FOR EACH ROW WHEN (((old.site_id <> new.site_id) OR ((old.archived_at IS NULL) <> (new.archived_at IS NULL)))) EXECUTE FUNCTION public.follow_building();
CREATE TRIGGER totals_follow AFTER UPDATE OF archived_at ON public.energy_meters FOR EACH ROW WHEN (((old.archived_at IS NULL) <> (new.archived_at IS NULL))) EXECUTE FUNCTION public.follow_meter();
ALTER TABLE ONLY public.analysis_runs
    ADD CONSTRAINT analysis_runs_building_id_fkey FOREIGN KEY (building_id) REFERENCES public.buildings(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.analysis_runs
    ADD CONSTRAINT analysis_runs_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES public.organisations(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.analysis_steps
    ADD CONSTRAINT analysis_steps_run_id_fkey FOREIGN KEY (run_id) REFERENCES public.analysis_runs(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.anomaly_events
    ADD CONSTRAINT anomaly_events_building_id_fkey FOREIGN KEY (building_id) REFERENCES public.buildings(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.anomaly_events
    ADD CONSTRAINT anomaly_events_meter_id_fkey FOREIGN KEY (meter_id) REFERENCES public.energy_meters(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.anomaly_events
    ADD CONSTRAINT anomaly_events_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES public.organisations(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.anomaly_events
    ADD CONSTRAINT anomaly_events_silenced_by_fkey FOREIGN KEY (silenced_by) REFERENCES public.anomaly_feedback(id) ON DELETE SET NULL;
ALTER TABLE ONLY public.anomaly_feedback
    ADD CONSTRAINT anomaly_feedback_building_id_fkey FOREIGN KEY (building_id) REFERENCES public.buildings(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.anomaly_feedback
    ADD CONSTRAINT anomaly_feedback_event_id_fkey FOREIGN KEY (event_id) REFERENCES public.anomaly_events(id) ON DELETE SET NULL;
ALTER TABLE ONLY public.anomaly_feedback
    ADD CONSTRAINT anomaly_feedback_meter_id_fkey FOREIGN KEY (meter_id) REFERENCES public.energy_meters(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.anomaly_feedback
    ADD CONSTRAINT anomaly_feedback_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES public.organisations(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.api_tokens
    ADD CONSTRAINT api_tokens_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES public.organisations(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.api_tokens
    ADD CONSTRAINT api_tokens_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.assumptions
    ADD CONSTRAINT assumptions_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES public.organisations(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.assumptions
    ADD CONSTRAINT assumptions_site_id_fkey FOREIGN KEY (site_id) REFERENCES public.sites(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.audit_trail
    ADD CONSTRAINT audit_trail_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES public.organisations(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.building_figures
    ADD CONSTRAINT building_figures_building_id_fkey FOREIGN KEY (building_id) REFERENCES public.buildings(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.building_figures
    ADD CONSTRAINT building_figures_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES public.organisations(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.building_loads
    ADD CONSTRAINT building_loads_building_id_fkey FOREIGN KEY (building_id) REFERENCES public.buildings(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.building_loads
    ADD CONSTRAINT building_loads_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES public.organisations(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.building_signals
    ADD CONSTRAINT building_signals_building_id_fkey FOREIGN KEY (building_id) REFERENCES public.buildings(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.building_signals
    ADD CONSTRAINT building_signals_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES public.organisations(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.building_totals_monthly
    ADD CONSTRAINT building_totals_monthly_building_id_fkey FOREIGN KEY (building_id) REFERENCES public.buildings(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.buildings
    ADD CONSTRAINT buildings_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES public.organisations(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.buildings
    ADD CONSTRAINT buildings_site_id_fkey FOREIGN KEY (site_id) REFERENCES public.sites(id);
ALTER TABLE ONLY public.chat_messages
    ADD CONSTRAINT chat_messages_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES public.organisations(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.chat_messages
    ADD CONSTRAINT chat_messages_thread_id_fkey FOREIGN KEY (thread_id) REFERENCES public.chat_threads(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.chat_threads
    ADD CONSTRAINT chat_threads_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES public.organisations(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.chat_threads
    ADD CONSTRAINT chat_threads_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.edit_batches
    ADD CONSTRAINT edit_batches_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES public.organisations(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.energy_meters
    ADD CONSTRAINT energy_meters_building_id_fkey FOREIGN KEY (building_id) REFERENCES public.buildings(id);
ALTER TABLE ONLY public.energy_meters
    ADD CONSTRAINT energy_meters_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES public.organisations(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.forecast_models
    ADD CONSTRAINT forecast_models_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES public.organisations(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.forecasts
    ADD CONSTRAINT forecasts_meter_id_fkey FOREIGN KEY (meter_id) REFERENCES public.energy_meters(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.forecasts
    ADD CONSTRAINT forecasts_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES public.organisations(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.imports
    ADD CONSTRAINT imports_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES public.organisations(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.load_patterns
    ADD CONSTRAINT load_patterns_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES public.organisations(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.memberships
    ADD CONSTRAINT memberships_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES public.organisations(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.memberships
    ADD CONSTRAINT memberships_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.meter_figures
    ADD CONSTRAINT meter_figures_building_id_fkey FOREIGN KEY (building_id) REFERENCES public.buildings(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.meter_figures
    ADD CONSTRAINT meter_figures_meter_id_fkey FOREIGN KEY (meter_id) REFERENCES public.energy_meters(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.meter_figures
    ADD CONSTRAINT meter_figures_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES public.organisations(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.meter_quality
    ADD CONSTRAINT meter_quality_meter_key_fkey FOREIGN KEY (meter_key) REFERENCES public.energy_meters(key) ON DELETE CASCADE;
ALTER TABLE ONLY public.meter_shapes
    ADD CONSTRAINT meter_shapes_building_id_fkey FOREIGN KEY (building_id) REFERENCES public.buildings(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.meter_shapes
    ADD CONSTRAINT meter_shapes_meter_id_fkey FOREIGN KEY (meter_id) REFERENCES public.energy_meters(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.meter_shapes
    ADD CONSTRAINT meter_shapes_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES public.organisations(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.meter_shapes
    ADD CONSTRAINT meter_shapes_pattern_id_fkey FOREIGN KEY (pattern_id) REFERENCES public.load_patterns(id) ON DELETE SET NULL;
ALTER TABLE ONLY public.meters_unchecked
    ADD CONSTRAINT meters_unchecked_meter_key_fkey FOREIGN KEY (meter_key) REFERENCES public.energy_meters(key) ON DELETE CASCADE;
ALTER TABLE ONLY public.parameter_activations
    ADD CONSTRAINT parameter_activations_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES public.organisations(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.parameter_sets
    ADD CONSTRAINT parameter_sets_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES public.organisations(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.peer_choices
    ADD CONSTRAINT peer_choices_building_id_fkey FOREIGN KEY (building_id) REFERENCES public.buildings(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.peer_choices
    ADD CONSTRAINT peer_choices_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES public.organisations(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.peer_choices
    ADD CONSTRAINT peer_choices_peer_id_fkey FOREIGN KEY (peer_id) REFERENCES public.buildings(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.planted_faults
    ADD CONSTRAINT planted_faults_building_id_fkey FOREIGN KEY (building_id) REFERENCES public.buildings(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.planted_faults
    ADD CONSTRAINT planted_faults_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES public.organisations(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.portfolios
    ADD CONSTRAINT portfolios_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES public.organisations(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.procrastinate_events
    ADD CONSTRAINT procrastinate_events_job_id_fkey FOREIGN KEY (job_id) REFERENCES public.procrastinate_jobs(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.procrastinate_jobs
    ADD CONSTRAINT procrastinate_jobs_worker_id_fkey FOREIGN KEY (worker_id) REFERENCES public.procrastinate_workers(id) ON DELETE SET NULL;
ALTER TABLE ONLY public.procrastinate_periodic_defers
    ADD CONSTRAINT procrastinate_periodic_defers_job_id_fkey FOREIGN KEY (job_id) REFERENCES public.procrastinate_jobs(id);
ALTER TABLE ONLY public.quality_proposals
    ADD CONSTRAINT quality_proposals_batch_id_fkey FOREIGN KEY (batch_id) REFERENCES public.edit_batches(id) ON DELETE SET NULL;
ALTER TABLE ONLY public.quality_proposals
    ADD CONSTRAINT quality_proposals_meter_key_fkey FOREIGN KEY (meter_key) REFERENCES public.energy_meters(key) ON DELETE CASCADE;
ALTER TABLE ONLY public.quality_proposals
    ADD CONSTRAINT quality_proposals_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES public.organisations(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.reading_corrections
    ADD CONSTRAINT reading_corrections_batch_id_fkey FOREIGN KEY (batch_id) REFERENCES public.edit_batches(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.reading_corrections
    ADD CONSTRAINT reading_corrections_meter_key_fkey FOREIGN KEY (meter_key) REFERENCES public.energy_meters(key) ON DELETE CASCADE;
ALTER TABLE ONLY public.reading_edits
    ADD CONSTRAINT reading_edits_batch_id_fkey FOREIGN KEY (batch_id) REFERENCES public.edit_batches(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.reading_edits
    ADD CONSTRAINT reading_edits_import_id_fkey FOREIGN KEY (import_id) REFERENCES public.imports(id) ON DELETE SET NULL;
ALTER TABLE ONLY public.reading_edits
    ADD CONSTRAINT reading_edits_meter_key_fkey FOREIGN KEY (meter_key) REFERENCES public.energy_meters(key) ON DELETE CASCADE;
ALTER TABLE ONLY public.reading_edits
    ADD CONSTRAINT reading_edits_undoes_fkey FOREIGN KEY (undoes) REFERENCES public.reading_edits(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.recommendation_events
    ADD CONSTRAINT recommendation_events_recommendation_id_fkey FOREIGN KEY (recommendation_id) REFERENCES public.recommendations(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.recommendation_runs
    ADD CONSTRAINT recommendation_runs_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES public.organisations(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.recommendations
    ADD CONSTRAINT recommendations_building_id_fkey FOREIGN KEY (building_id) REFERENCES public.buildings(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.recommendations
    ADD CONSTRAINT recommendations_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES public.organisations(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.sessions
    ADD CONSTRAINT sessions_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES public.organisations(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.sessions
    ADD CONSTRAINT sessions_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.site_totals_daily
    ADD CONSTRAINT site_totals_daily_site_id_fkey FOREIGN KEY (site_id) REFERENCES public.sites(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.sites
    ADD CONSTRAINT sites_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES public.organisations(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.sites
    ADD CONSTRAINT sites_portfolio_id_fkey FOREIGN KEY (portfolio_id) REFERENCES public.portfolios(id);
ALTER TABLE public.vectors
    ADD CONSTRAINT vectors_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES public.organisations(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.verification_baselines
    ADD CONSTRAINT verification_baselines_study_id_fkey FOREIGN KEY (study_id) REFERENCES public.verification_studies(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.verification_events
    ADD CONSTRAINT verification_events_study_id_fkey FOREIGN KEY (study_id) REFERENCES public.verification_studies(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.verification_results
    ADD CONSTRAINT verification_results_study_id_fkey FOREIGN KEY (study_id) REFERENCES public.verification_studies(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.verification_studies
    ADD CONSTRAINT verification_studies_meter_id_fkey FOREIGN KEY (meter_id) REFERENCES public.energy_meters(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.verification_studies
    ADD CONSTRAINT verification_studies_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES public.organisations(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.weather_daily
    ADD CONSTRAINT weather_daily_site_id_fkey FOREIGN KEY (site_id) REFERENCES public.sites(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.weather_readings
    ADD CONSTRAINT weather_readings_site_key_fkey FOREIGN KEY (site_key) REFERENCES public.sites(key) ON DELETE CASCADE;
