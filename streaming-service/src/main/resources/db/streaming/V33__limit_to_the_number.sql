-- The limit of a user holds to the number among starts that come at once, on one node or on several.

-- How many streams a user has running. Whoever is near the limit counts by itself: others of the same user wait until this transaction is over and then see what it has
-- opened. Farther away more than can be under way at once is missing to the limit, and nobody waits.
CREATE FUNCTION running_streams(p_starter text, p_max integer)
RETURNS bigint LANGUAGE plpgsql SET enable_seqscan = off AS $$
DECLARE
  running bigint := (SELECT count(*) FROM streaming.streams WHERE starter = p_starter AND status IN ('STREAMING', 'PAUSED'));
BEGIN
  IF running + 1000 < p_max THEN RETURN running; END IF;
  PERFORM pg_advisory_xact_lock(hashtextextended(p_starter, 33));
  RETURN (SELECT count(*) FROM streaming.streams WHERE starter = p_starter AND status IN ('STREAMING', 'PAUSED'));
END $$;

-- As before, but for the counting. What repeats a clientId is looked for behind it, so that a repeat at the limit finds the stream whose opening it has waited for.
CREATE OR REPLACE FUNCTION begin_stream(p_owner text, p_stream text, p_room text, p_starter text, p_epoch text, p_model text, p_provider text, p_agent text,
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
  IF streaming.running_streams(p_starter, p_max) >= p_max
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

-- As before, but for the counting.
CREATE OR REPLACE FUNCTION open_produced(p_owner text, p_stream text, p_room text, p_epoch text, p_model text, p_agent text, p_opened timestamptz,
  p_producer text, p_producer_epoch bigint, p_producer_seq bigint, p_max integer)
RETURNS text LANGUAGE plpgsql SET enable_seqscan = off AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM streaming.streams WHERE stream_id = p_stream) AND streaming.running_streams(p_producer, p_max) >= p_max THEN
    RETURN 'many';
  END IF;
  RETURN streaming.open_produced(p_owner, p_stream, p_room, p_epoch, p_model, p_agent, p_opened, p_producer, p_producer_epoch, p_producer_seq);
END $$;
