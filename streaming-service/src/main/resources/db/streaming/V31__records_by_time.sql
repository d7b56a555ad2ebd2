-- Records in tables by the time at which their stream was opened: when the last stream of such a slot has expired, its table goes as a whole, and nothing is deleted row by row.
-- All records of a stream are in one slot, so that its primary key is that of its table. What was there before is slot 0, and so is what nodes of the version before write; its
-- rows are deleted as before.

ALTER TABLE records RENAME TO records_0;
ALTER INDEX records_pkey RENAME TO records_0_pkey;
ALTER TABLE records_0 ADD COLUMN slot integer NOT NULL DEFAULT 0 CHECK (slot = 0);

CREATE TABLE records (
  stream_id text NOT NULL,
  seq bigint NOT NULL,
  kind smallint NOT NULL,
  text text,
  extra text,
  raw text,
  slot integer NOT NULL DEFAULT 0
) PARTITION BY LIST (slot);
ALTER TABLE records ATTACH PARTITION records_0 FOR VALUES IN (0);

CREATE TABLE record_slots (
  slot integer PRIMARY KEY,
  begins_at timestamptz NOT NULL       -- streams that are opened from then on have it, until the next begins
);
INSERT INTO record_slots VALUES (0, '-infinity');

ALTER TABLE streams ADD COLUMN slot integer NOT NULL DEFAULT 0;
CREATE INDEX streams_slot ON streams (slot) WHERE head IS NOT NULL;

-- Adds the slot behind the newest when that has begun, so that one is always ready; it begins p_length after it. Attaching does not keep anybody from writing or reading.
-- True: one was added. Its caller sees to it that nobody else does the same.
CREATE FUNCTION add_record_slot(p_length interval)
RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
  newest record;
  added integer;
BEGIN
  SELECT slot, begins_at INTO newest FROM streaming.record_slots ORDER BY slot DESC LIMIT 1;
  IF newest.begins_at > clock_timestamp() THEN RETURN false; END IF;
  added := newest.slot + 1;
  EXECUTE format('CREATE TABLE streaming.records_%1$s (LIKE streaming.records INCLUDING DEFAULTS, CHECK (slot = %1$s), PRIMARY KEY (stream_id, seq))', added);
  EXECUTE format('ALTER TABLE streaming.records ATTACH PARTITION streaming.records_%1$s FOR VALUES IN (%1$s)', added);
  INSERT INTO streaming.record_slots VALUES (added, greatest(newest.begins_at + p_length, clock_timestamp()));
  RETURN true;
END $$;

-- A slot in which no stream was opened since p_before, and all of whose streams have expired. Null: there is none.
CREATE FUNCTION spent_record_slot(p_before timestamptz)
RETURNS integer LANGUAGE sql AS $$
  SELECT old.slot FROM streaming.record_slots old
    WHERE old.slot > 0
      AND EXISTS (SELECT 1 FROM streaming.record_slots later WHERE later.slot > old.slot AND later.begins_at < p_before)
      AND NOT EXISTS (SELECT 1 FROM streaming.streams s WHERE s.slot = old.slot AND s.head IS NOT NULL)
      AND NOT EXISTS (SELECT 1 FROM streaming.streams s WHERE s.slot = old.slot AND s.status IN ('STREAMING', 'PAUSED'))
    ORDER BY old.slot LIMIT 1
$$;

CREATE FUNCTION record_slot_now()
RETURNS integer LANGUAGE sql AS $$
  SELECT slot FROM streaming.record_slots WHERE begins_at <= clock_timestamp() ORDER BY slot DESC LIMIT 1
$$;

-- As open_stream, and says to which slot the records go. Without p_client it is committed without waiting for the disk.
CREATE FUNCTION begin_stream(p_owner text, p_stream text, p_room text, p_starter text, p_epoch text, p_model text, p_provider text, p_agent text,
  p_request text, p_hash text, p_client text, p_opened timestamptz, p_max integer, p_forget timestamptz,
  p_options text, p_project text, p_group text, p_place integer, p_post text)
RETURNS TABLE (outcome text, found_id text, found_epoch text, record_slot integer) LANGUAGE plpgsql SET enable_seqscan = off AS $$
DECLARE
  known record;
  slot_now integer;
BEGIN
  PERFORM 1 FROM streaming.owners WHERE incarnation = p_owner AND NOT fenced FOR SHARE;
  IF NOT FOUND THEN RETURN QUERY SELECT 'fenced', NULL::text, NULL::text, NULL::integer; RETURN; END IF;
  -- Nobody can repeat it, so its owner does when a crash has taken it, and its answer need not wait for the disk.
  IF p_client IS NULL THEN PERFORM set_config('synchronous_commit', 'off', true); END IF;
  IF p_client IS NOT NULL THEN
    UPDATE streaming.streams SET client_id = NULL
      WHERE starter = p_starter AND client_id = p_client AND opened_at < p_forget AND status NOT IN ('STREAMING', 'PAUSED');
  END IF;
  IF (SELECT count(*) FROM streaming.streams WHERE starter = p_starter AND status IN ('STREAMING', 'PAUSED')) >= p_max
     AND (p_client IS NULL OR NOT EXISTS (SELECT 1 FROM streaming.streams WHERE starter = p_starter AND client_id = p_client)) THEN
    RETURN QUERY SELECT 'many', NULL::text, NULL::text, NULL::integer; RETURN;
  END IF;
  slot_now := (SELECT slots.slot FROM streaming.record_slots slots WHERE slots.begins_at <= clock_timestamp() ORDER BY slots.slot DESC LIMIT 1);
  INSERT INTO streaming.streams (stream_id, room, starter, epoch, model, provider, agent_id, owner, request, request_hash, client_id, opened_at,
      options, project, group_id, group_place, post, slot)
    VALUES (p_stream, p_room, p_starter, p_epoch, p_model, p_provider, p_agent, p_owner, p_request, p_hash, p_client, p_opened,
      p_options, p_project, p_group, p_place, p_post, slot_now)
    ON CONFLICT DO NOTHING;
  IF FOUND THEN RETURN QUERY SELECT 'opened', p_stream, p_epoch, slot_now; RETURN; END IF;
  -- A fresh snapshot: it sees the row that made ours wait.
  SELECT stream_id, epoch, request_hash INTO known FROM streaming.streams WHERE starter = p_starter AND client_id = p_client;
  IF NOT FOUND THEN RETURN QUERY SELECT 'taken', NULL::text, NULL::text, NULL::integer; RETURN; END IF;
  IF p_hash IS NOT NULL AND known.request_hash IS NOT NULL AND p_hash <> known.request_hash THEN
    RETURN QUERY SELECT 'conflict', NULL::text, NULL::text, NULL::integer; RETURN;
  END IF;
  RETURN QUERY SELECT 'existing', known.stream_id, known.epoch, NULL::integer;
END $$;

-- As without p_slots: the slot of each record is that of its stream.
CREATE FUNCTION append(p_owner text, p_streams text[], p_seqs bigint[], p_kinds smallint[], p_texts text[], p_extras text[], p_raws text[], p_slots integer[])
RETURNS boolean LANGUAGE plpgsql SET enable_seqscan = off AS $$
DECLARE
  ended record;
BEGIN
  PERFORM 1 FROM streaming.owners WHERE incarnation = p_owner AND NOT fenced FOR SHARE;
  IF NOT FOUND THEN RETURN false; END IF;
  PERFORM set_config('synchronous_commit', CASE WHEN 4 = ANY (p_kinds) THEN 'on' ELSE 'off' END, true);
  INSERT INTO streaming.records (stream_id, seq, kind, text, extra, raw, slot)
    SELECT * FROM unnest(p_streams, p_seqs, p_kinds, p_texts, p_extras, p_raws, p_slots) ON CONFLICT DO NOTHING;
  IF 4 = ANY (p_kinds) THEN
    FOR ended IN SELECT * FROM unnest(p_streams, p_seqs, p_kinds, p_texts) AS rows (stream, seq, kind, status) WHERE kind = 4 LOOP
      PERFORM streaming.close_stream(ended.stream, ended.seq, ended.status);
    END LOOP;
  END IF;
  RETURN true;
END $$;

CREATE FUNCTION append_fresh(p_owner text, p_streams text[], p_seqs bigint[], p_kinds smallint[], p_texts text[], p_extras text[], p_raws text[], p_slots integer[])
RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
  PERFORM 1 FROM streaming.owners WHERE incarnation = p_owner AND NOT fenced FOR SHARE;
  IF NOT FOUND THEN RETURN false; END IF;
  INSERT INTO streaming.records (stream_id, seq, kind, text, extra, raw, slot)
    SELECT * FROM unnest(p_streams, p_seqs, p_kinds, p_texts, p_extras, p_raws, p_slots);
  RETURN true;
END $$;

-- As before; only what is in no slot of its own is deleted here.
CREATE OR REPLACE FUNCTION expire(p_before timestamptz, p_forget timestamptz, p_streams integer)
RETURNS integer LANGUAGE plpgsql SET enable_seqscan = off AS $$
DECLARE
  old text[];
BEGIN
  SELECT array_agg(stream_id) INTO old FROM (
    SELECT stream_id FROM streaming.streams WHERE ended_at < p_before AND (head IS NOT NULL OR opened_at < p_forget) ORDER BY ended_at LIMIT p_streams
    FOR UPDATE SKIP LOCKED) AS aged;
  IF old IS NULL THEN RETURN 0; END IF;
  DELETE FROM streaming.records WHERE slot = 0 AND stream_id = ANY (old);
  DELETE FROM streaming.streams WHERE stream_id = ANY (old) AND (client_id IS NULL OR opened_at < p_forget);
  UPDATE streaming.streams SET head = NULL, request = NULL, options = NULL, post = NULL WHERE stream_id = ANY (old);
  RETURN cardinality(old);
END $$;

-- As before, in the slot of the time.
CREATE OR REPLACE FUNCTION open_produced(p_owner text, p_stream text, p_room text, p_epoch text, p_model text, p_agent text, p_opened timestamptz,
  p_producer text, p_producer_epoch bigint, p_producer_seq bigint)
RETURNS text LANGUAGE plpgsql SET enable_seqscan = off AS $$
DECLARE
  known record;
BEGIN
  INSERT INTO streaming.streams (stream_id, room, starter, epoch, model, provider, agent_id, owner, opened_at,
      producer, producer_epoch, producer_seq, producer_at, producer_base, slot)
    VALUES (p_stream, p_room, p_producer, p_epoch, p_model, p_producer, p_agent, p_owner, p_opened,
      p_producer, p_producer_epoch, p_producer_seq, clock_timestamp(), -p_producer_seq, streaming.record_slot_now())
    ON CONFLICT DO NOTHING;
  IF FOUND THEN RETURN 'done'; END IF;
  SELECT producer, producer_epoch INTO known FROM streaming.streams WHERE stream_id = p_stream;
  IF known.producer IS DISTINCT FROM p_producer THEN RETURN 'taken'; END IF;
  RETURN CASE WHEN known.producer_epoch > p_producer_epoch THEN 'conflict' ELSE 'done' END;
END $$;

CREATE OR REPLACE FUNCTION end_produced(p_stream text, p_silent bigint, p_status text, p_extra text)
RETURNS bigint LANGUAGE plpgsql SET enable_seqscan = off AS $$
DECLARE
  last bigint;
  its_slot integer;
BEGIN
  SELECT slot INTO its_slot FROM streaming.streams WHERE stream_id = p_stream AND producer IS NOT NULL AND status IN ('STREAMING', 'PAUSED')
    AND producer_at <= clock_timestamp() - p_silent * interval '1 millisecond' FOR UPDATE;
  IF NOT FOUND THEN RETURN NULL; END IF;
  SELECT coalesce(max(seq), 0) + 1 INTO last FROM streaming.records WHERE stream_id = p_stream;
  INSERT INTO streaming.records (stream_id, seq, kind, text, extra, slot) VALUES (p_stream, last, 4, p_status, p_extra, its_slot);
  PERFORM streaming.close_stream(p_stream, last, p_status);
  RETURN last;
END $$;
