-- What there is of a produced stream, counted as it comes, so that its end can say it.

ALTER TABLE streams
  ADD COLUMN produced_chunks bigint NOT NULL DEFAULT 0,
  ADD COLUMN produced_bytes bigint NOT NULL DEFAULT 0,  -- of their texts
  ADD COLUMN produced_first_at timestamptz;

-- As before, and counts.
CREATE OR REPLACE FUNCTION produce(p_owner text, p_stream text, p_producer text, p_producer_epoch bigint, p_producer_seq bigint, p_kind smallint, p_text text, p_extra text)
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
      producer_base = last + 1 - p_producer_seq,
      produced_chunks = produced_chunks + CASE WHEN p_kind < 3 THEN 1 ELSE 0 END,
      produced_bytes = produced_bytes + CASE WHEN p_kind < 3 THEN octet_length(p_text) ELSE 0 END,
      produced_first_at = coalesce(produced_first_at, CASE WHEN p_kind < 3 THEN clock_timestamp() END)
    WHERE stream_id = p_stream;
  INSERT INTO streaming.records (stream_id, seq, kind, text, extra, slot) VALUES (p_stream, last + 1, p_kind, p_text, p_extra, known.slot);
  IF p_kind = 4 THEN PERFORM streaming.close_stream(p_stream, last + 1, p_text); END IF;
  RETURN QUERY SELECT 'done', last + 1;
END $$;

-- The end of a producer whose figures were made when the stream had p_chunks chunks. One more outcome: again (it has others by now).
CREATE FUNCTION produce_end(p_owner text, p_stream text, p_producer text, p_producer_epoch bigint, p_producer_seq bigint, p_text text, p_extra text, p_chunks bigint)
RETURNS TABLE (outcome text, record_seq bigint) LANGUAGE plpgsql SET enable_seqscan = off AS $$
DECLARE
  known record;
BEGIN
  SELECT status, produced_chunks INTO known FROM streaming.streams WHERE stream_id = p_stream FOR UPDATE;
  IF known.status IN ('STREAMING', 'PAUSED') AND known.produced_chunks <> p_chunks THEN RETURN QUERY SELECT 'again', NULL::bigint; RETURN; END IF;
  RETURN QUERY SELECT * FROM streaming.produce(p_owner, p_stream, p_producer, p_producer_epoch, p_producer_seq, 4::smallint, p_text, p_extra);
END $$;

-- As without p_chunks; -1: it has others by now.
CREATE FUNCTION end_produced(p_stream text, p_silent bigint, p_status text, p_extra text, p_chunks bigint)
RETURNS bigint LANGUAGE plpgsql SET enable_seqscan = off AS $$
DECLARE
  known record;
BEGIN
  SELECT status, produced_chunks INTO known FROM streaming.streams WHERE stream_id = p_stream FOR UPDATE;
  IF known.status IN ('STREAMING', 'PAUSED') AND known.produced_chunks <> p_chunks THEN RETURN -1; END IF;
  RETURN streaming.end_produced(p_stream, p_silent, p_status, p_extra);
END $$;
