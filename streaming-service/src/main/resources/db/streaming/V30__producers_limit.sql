-- A producer is a user like any other: it may have so many streams running at once.

-- As open_produced without p_max, and the outcome many: p_max streams of the producer are running.
CREATE FUNCTION open_produced(p_owner text, p_stream text, p_room text, p_epoch text, p_model text, p_agent text, p_opened timestamptz,
  p_producer text, p_producer_epoch bigint, p_producer_seq bigint, p_max integer)
RETURNS text LANGUAGE plpgsql SET enable_seqscan = off AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM streaming.streams WHERE stream_id = p_stream)
     AND (SELECT count(*) FROM streaming.streams WHERE starter = p_producer AND status IN ('STREAMING', 'PAUSED')) >= p_max THEN
    RETURN 'many';
  END IF;
  RETURN streaming.open_produced(p_owner, p_stream, p_room, p_epoch, p_model, p_agent, p_opened, p_producer, p_producer_epoch, p_producer_seq);
END $$;
