-- Takes records that were surely never tried before, none of them an end: what append does, without looking for repeats, which is much of the price of a row, and without waiting
-- for the disk, which the session says. False: the owner is fenced and nothing was written.
CREATE FUNCTION append_fresh(p_owner text, p_streams text[], p_seqs bigint[], p_kinds smallint[], p_texts text[], p_extras text[], p_raws text[])
RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
  PERFORM 1 FROM streaming.owners WHERE incarnation = p_owner AND NOT fenced FOR SHARE;
  IF NOT FOUND THEN RETURN false; END IF;
  INSERT INTO streaming.records (stream_id, seq, kind, text, extra, raw)
    SELECT * FROM unnest(p_streams, p_seqs, p_kinds, p_texts, p_extras, p_raws);
  RETURN true;
END $$;

-- As before, in one statement instead of two.
CREATE OR REPLACE FUNCTION open_stream(p_owner text, p_stream text, p_room text, p_starter text, p_epoch text, p_model text, p_provider text, p_agent text,
  p_request text, p_hash text, p_client text, p_opened timestamptz, p_max integer, p_forget timestamptz,
  p_options text, p_project text, p_group text, p_place integer, p_post text)
RETURNS TABLE (outcome text, found_id text, found_epoch text) LANGUAGE plpgsql SET enable_seqscan = off AS $$
DECLARE
  known record;
BEGIN
  PERFORM 1 FROM streaming.owners WHERE incarnation = p_owner AND NOT fenced FOR SHARE;
  IF NOT FOUND THEN RETURN QUERY SELECT 'fenced', NULL::text, NULL::text; RETURN; END IF;
  IF p_client IS NOT NULL THEN
    UPDATE streaming.streams SET client_id = NULL
      WHERE starter = p_starter AND client_id = p_client AND opened_at < p_forget AND status NOT IN ('STREAMING', 'PAUSED');
  END IF;
  IF (SELECT count(*) FROM streaming.streams WHERE starter = p_starter AND status IN ('STREAMING', 'PAUSED')) >= p_max
     AND (p_client IS NULL OR NOT EXISTS (SELECT 1 FROM streaming.streams WHERE starter = p_starter AND client_id = p_client)) THEN
    RETURN QUERY SELECT 'many', NULL::text, NULL::text; RETURN;
  END IF;
  INSERT INTO streaming.streams (stream_id, room, starter, epoch, model, provider, agent_id, owner, request, request_hash, client_id, opened_at,
      options, project, group_id, group_place, post)
    VALUES (p_stream, p_room, p_starter, p_epoch, p_model, p_provider, p_agent, p_owner, p_request, p_hash, p_client, p_opened,
      p_options, p_project, p_group, p_place, p_post)
    ON CONFLICT DO NOTHING;
  IF FOUND THEN RETURN QUERY SELECT 'opened', p_stream, p_epoch; RETURN; END IF;
  -- A fresh snapshot: it sees the row that made ours wait.
  SELECT stream_id, epoch, request_hash INTO known FROM streaming.streams WHERE starter = p_starter AND client_id = p_client;
  IF NOT FOUND THEN RETURN QUERY SELECT 'taken', NULL::text, NULL::text; RETURN; END IF;
  IF p_hash IS NOT NULL AND known.request_hash IS NOT NULL AND p_hash <> known.request_hash THEN
    RETURN QUERY SELECT 'conflict', NULL::text, NULL::text; RETURN;
  END IF;
  RETURN QUERY SELECT 'existing', known.stream_id, known.epoch;
END $$;
