-- What a stream needs so that another owner can go on with it, and what several streams have to do with one another. Only additions: nodes of the version before write on as they did.

ALTER TABLE streams
  ADD COLUMN options text,             -- JSON of what was asked for beside the request; null of streams that cannot be taken over
  ADD COLUMN project text,
  ADD COLUMN group_id text,
  ADD COLUMN group_place integer,      -- of the agent in its group, from 0
  ADD COLUMN takeovers integer NOT NULL DEFAULT 0,
  ADD COLUMN post text,                -- 'due': its finished text becomes a message of the room; 'done': it has
  ADD COLUMN producer text,            -- who generates it elsewhere
  ADD COLUMN producer_epoch bigint,
  ADD COLUMN producer_seq bigint;
CREATE INDEX streams_group ON streams (group_id) WHERE group_id IS NOT NULL;
CREATE INDEX streams_project ON streams (project, opened_at) WHERE project IS NOT NULL;
CREATE INDEX streams_post ON streams (ended_at) WHERE post = 'due';

-- The request of a failed stream is kept, so that it can be recovered.
CREATE OR REPLACE FUNCTION close_stream(p_stream text, p_seq bigint, p_status text)
RETURNS void LANGUAGE plpgsql SET enable_seqscan = off AS $$
BEGIN
  UPDATE streaming.streams SET status = p_status, head = p_seq, ended_at = clock_timestamp(),
      request = CASE WHEN p_status = 'FAILED' THEN request END, post = CASE WHEN p_status = 'COMPLETED' THEN post END,
      client_id = CASE WHEN p_status = 'FAILED' AND NOT EXISTS (SELECT 1 FROM streaming.records r WHERE r.stream_id = p_stream AND r.kind < 3)
                  THEN NULL ELSE client_id END
    WHERE stream_id = p_stream AND status IN ('STREAMING', 'PAUSED');
END $$;

-- As before, and keeps what a takeover needs.
CREATE FUNCTION open_stream(p_owner text, p_stream text, p_room text, p_starter text, p_epoch text, p_model text, p_provider text, p_agent text,
  p_request text, p_hash text, p_client text, p_opened timestamptz, p_max integer, p_forget timestamptz,
  p_options text, p_project text, p_group text, p_place integer, p_post text)
RETURNS TABLE (outcome text, found_id text, found_epoch text) LANGUAGE plpgsql SET enable_seqscan = off AS $$
DECLARE
  opened record;
BEGIN
  SELECT * INTO opened FROM streaming.open_stream(p_owner, p_stream, p_room, p_starter, p_epoch, p_model, p_provider, p_agent, p_request, p_hash,
    p_client, p_opened, p_max, p_forget);
  IF opened.outcome = 'opened' THEN
    UPDATE streaming.streams SET options = p_options, project = p_project, group_id = p_group, group_place = p_place, post = p_post
      WHERE stream_id = p_stream;
  END IF;
  RETURN QUERY SELECT opened.outcome, opened.found_id, opened.found_epoch;
END $$;

-- Gives a running stream of a fenced owner to another, who must be alive. False: it is not to be had (any more).
CREATE FUNCTION adopt(p_stream text, p_dead text, p_owner text)
RETURNS boolean LANGUAGE plpgsql SET enable_seqscan = off AS $$
BEGIN
  PERFORM 1 FROM streaming.owners WHERE incarnation = p_owner AND NOT fenced FOR SHARE;
  IF NOT FOUND THEN RETURN false; END IF;
  UPDATE streaming.streams SET owner = p_owner, takeovers = takeovers + 1
    WHERE stream_id = p_stream AND owner = p_dead AND status IN ('STREAMING', 'PAUSED')
      AND EXISTS (SELECT 1 FROM streaming.owners WHERE incarnation = p_dead AND fenced);
  RETURN FOUND;
END $$;

CREATE OR REPLACE FUNCTION expire(p_before timestamptz, p_forget timestamptz, p_streams integer)
RETURNS integer LANGUAGE plpgsql SET enable_seqscan = off AS $$
DECLARE
  old text[];
BEGIN
  SELECT array_agg(stream_id) INTO old FROM (
    SELECT stream_id FROM streaming.streams WHERE ended_at < p_before AND (head IS NOT NULL OR opened_at < p_forget) ORDER BY ended_at LIMIT p_streams
    FOR UPDATE SKIP LOCKED) AS aged;
  IF old IS NULL THEN RETURN 0; END IF;
  DELETE FROM streaming.records WHERE stream_id = ANY (old);
  DELETE FROM streaming.streams WHERE stream_id = ANY (old) AND (client_id IS NULL OR opened_at < p_forget);
  UPDATE streaming.streams SET head = NULL, request = NULL, options = NULL, post = NULL WHERE stream_id = ANY (old);
  RETURN cardinality(old);
END $$;
