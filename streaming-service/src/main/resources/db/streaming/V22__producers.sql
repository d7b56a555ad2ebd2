-- Answers that programs elsewhere generate and hand in step by step.

ALTER TABLE streams
  ADD COLUMN producer_at timestamptz,  -- when it was last heard of
  ADD COLUMN producer_base bigint;     -- what to add to a producer's seq of its present epoch to get the stream's

-- Opens a stream for a producer, or finds the one that it has opened. The outcome: done, taken (the id belongs to another stream) or conflict (an older epoch).
CREATE FUNCTION open_produced(p_owner text, p_stream text, p_room text, p_epoch text, p_model text, p_agent text, p_opened timestamptz,
  p_producer text, p_producer_epoch bigint, p_producer_seq bigint)
RETURNS text LANGUAGE plpgsql SET enable_seqscan = off AS $$
DECLARE
  known record;
BEGIN
  INSERT INTO streaming.streams (stream_id, room, starter, epoch, model, provider, agent_id, owner, opened_at,
      producer, producer_epoch, producer_seq, producer_at, producer_base)
    VALUES (p_stream, p_room, p_producer, p_epoch, p_model, p_producer, p_agent, p_owner, p_opened,
      p_producer, p_producer_epoch, p_producer_seq, clock_timestamp(), -p_producer_seq)
    ON CONFLICT DO NOTHING;
  IF FOUND THEN RETURN 'done'; END IF;
  SELECT producer, producer_epoch INTO known FROM streaming.streams WHERE stream_id = p_stream;
  IF known.producer IS DISTINCT FROM p_producer THEN RETURN 'taken'; END IF;
  RETURN CASE WHEN known.producer_epoch > p_producer_epoch THEN 'conflict' ELSE 'done' END;
END $$;

-- Takes one step of a producer: a chunk (p_kind 0 or 1) or the end (p_kind 4). It adds one record, unless it is a repeat. The outcome: done, with the seq of its
-- record; repeat, the same; missing (no such stream of it), old (an older epoch), gap (a step before it is missing), ended.
CREATE FUNCTION produce(p_owner text, p_stream text, p_producer text, p_producer_epoch bigint, p_producer_seq bigint, p_kind smallint, p_text text, p_extra text)
RETURNS TABLE (outcome text, record_seq bigint) LANGUAGE plpgsql SET enable_seqscan = off AS $$
DECLARE
  known record;
  last bigint;
BEGIN
  SELECT * INTO known FROM streaming.streams WHERE stream_id = p_stream AND producer = p_producer FOR UPDATE;
  IF NOT FOUND THEN RETURN QUERY SELECT 'missing', NULL::bigint; RETURN; END IF;
  IF p_producer_epoch < known.producer_epoch THEN RETURN QUERY SELECT 'old', NULL::bigint; RETURN; END IF;
  IF p_producer_epoch = known.producer_epoch AND p_producer_seq <= known.producer_seq THEN
    RETURN QUERY SELECT 'repeat', known.producer_base + p_producer_seq; RETURN;
  END IF;
  IF known.status NOT IN ('STREAMING', 'PAUSED') THEN RETURN QUERY SELECT 'ended', NULL::bigint; RETURN; END IF;
  IF p_producer_epoch = known.producer_epoch AND p_producer_seq <> known.producer_seq + 1 THEN RETURN QUERY SELECT 'gap', NULL::bigint; RETURN; END IF;
  SELECT coalesce(max(seq), 0) INTO last FROM streaming.records WHERE stream_id = p_stream;
  UPDATE streaming.streams SET owner = p_owner, producer_epoch = p_producer_epoch, producer_seq = p_producer_seq, producer_at = clock_timestamp(),
      producer_base = last + 1 - p_producer_seq
    WHERE stream_id = p_stream;
  INSERT INTO streaming.records (stream_id, seq, kind, text, extra) VALUES (p_stream, last + 1, p_kind, p_text, p_extra);
  IF p_kind = 4 THEN PERFORM streaming.close_stream(p_stream, last + 1, p_text); END IF;
  RETURN QUERY SELECT 'done', last + 1;
END $$;

-- Ends a produced stream without its producer: by somebody's wish, or since it has fallen silent for p_silent milliseconds. Null: there is nothing to end.
CREATE FUNCTION end_produced(p_stream text, p_silent bigint, p_status text, p_extra text)
RETURNS bigint LANGUAGE plpgsql SET enable_seqscan = off AS $$
DECLARE
  last bigint;
BEGIN
  PERFORM 1 FROM streaming.streams WHERE stream_id = p_stream AND producer IS NOT NULL AND status IN ('STREAMING', 'PAUSED')
    AND producer_at <= clock_timestamp() - p_silent * interval '1 millisecond' FOR UPDATE;
  IF NOT FOUND THEN RETURN NULL; END IF;
  SELECT coalesce(max(seq), 0) + 1 INTO last FROM streaming.records WHERE stream_id = p_stream;
  INSERT INTO streaming.records (stream_id, seq, kind, text, extra) VALUES (p_stream, last, 4, p_status, p_extra);
  PERFORM streaming.close_stream(p_stream, last, p_status);
  RETURN last;
END $$;
