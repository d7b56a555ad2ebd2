-- The log of streams: who owns them, what they are, and their records. One number of a stream is one row.

-- One row per life of a streaming node. Whoever takes over its streams sets fenced; from then on nothing that this life still tries to
-- write is taken, however late it comes. An append holds the row FOR SHARE, so that fencing waits for appends under way.
CREATE TABLE owners (
  incarnation text PRIMARY KEY,
  node text NOT NULL,
  fenced boolean NOT NULL DEFAULT false,
  seen_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

CREATE TABLE streams (
  stream_id text PRIMARY KEY,
  room text,
  starter text NOT NULL,
  epoch text NOT NULL,
  model text NOT NULL,
  provider text NOT NULL,
  agent_id text,
  owner text NOT NULL,                 -- the incarnation that writes it
  status text NOT NULL DEFAULT 'STREAMING',
  head bigint,                         -- of an ended stream; of a running one it is the highest seq of its records
  request text,                        -- what was asked for; null once the stream has ended
  request_hash text,
  client_id text,                      -- idempotency key; null when none was given or the stream is forgotten for it
  opened_at timestamptz NOT NULL,
  ended_at timestamptz
);
CREATE UNIQUE INDEX streams_client_id ON streams (starter, client_id) WHERE client_id IS NOT NULL;
CREATE INDEX streams_running_room ON streams (room) WHERE status IN ('STREAMING', 'PAUSED') AND room IS NOT NULL;
CREATE INDEX streams_running_starter ON streams (starter) WHERE status IN ('STREAMING', 'PAUSED');
CREATE INDEX streams_running_owner ON streams (owner) WHERE status IN ('STREAMING', 'PAUSED');
CREATE INDEX streams_ended ON streams (ended_at) WHERE ended_at IS NOT NULL;

-- kind: 0 content, 1 reasoning, 2 tool, 3 notice, 4 end. Text is text and not jsonb all through: jsonb cannot hold what a provider's JSON may say (\u0000).
CREATE TABLE records (
  stream_id text NOT NULL,
  seq bigint NOT NULL,
  kind smallint NOT NULL,
  text text,                           -- of a chunk its text, of an end the status
  extra text,                          -- JSON of what else the record has
  raw text,                            -- the provider's own frame
  PRIMARY KEY (stream_id, seq)
);

-- Takes a batch of records of any streams of one owner: one element of each array per row. False: the owner is fenced and nothing was written.
-- Repeating a batch whose outcome is unknown changes nothing. A batch with an end in it reaches the disk before the answer, and with it all before it.
CREATE FUNCTION append(p_owner text, p_streams text[], p_seqs bigint[], p_kinds smallint[], p_texts text[], p_extras text[], p_raws text[])
RETURNS boolean LANGUAGE plpgsql SET enable_seqscan = off AS $$
DECLARE
  ended record;
BEGIN
  PERFORM 1 FROM streaming.owners WHERE incarnation = p_owner AND NOT fenced FOR SHARE;
  IF NOT FOUND THEN RETURN false; END IF;
  PERFORM set_config('synchronous_commit', CASE WHEN 4 = ANY (p_kinds) THEN 'on' ELSE 'off' END, true);
  INSERT INTO streaming.records (stream_id, seq, kind, text, extra, raw)
    SELECT * FROM unnest(p_streams, p_seqs, p_kinds, p_texts, p_extras, p_raws) ON CONFLICT DO NOTHING;
  IF 4 = ANY (p_kinds) THEN
    FOR ended IN SELECT * FROM unnest(p_streams, p_seqs, p_kinds, p_texts) AS rows (stream, seq, kind, status) WHERE kind = 4 LOOP
      PERFORM streaming.close_stream(ended.stream, ended.seq, ended.status);
    END LOOP;
  END IF;
  RETURN true;
END $$;

-- A stream that failed before it said anything is forgotten for idempotency: its starter may try again with the same clientId.
CREATE FUNCTION close_stream(p_stream text, p_seq bigint, p_status text)
RETURNS void LANGUAGE plpgsql SET enable_seqscan = off AS $$
BEGIN
  UPDATE streaming.streams SET status = p_status, head = p_seq, ended_at = clock_timestamp(), request = NULL,
      client_id = CASE WHEN p_status = 'FAILED' AND NOT EXISTS (SELECT 1 FROM streaming.records r WHERE r.stream_id = p_stream AND r.kind < 3)
                  THEN NULL ELSE client_id END
    WHERE stream_id = p_stream AND status IN ('STREAMING', 'PAUSED');
END $$;

-- Opens a stream, or says why not: opened, existing (with its id and epoch), conflict (another request under the same clientId), taken (the id
-- belongs to another stream), many (the starter has p_max streams running), fenced.
CREATE FUNCTION open_stream(p_owner text, p_stream text, p_room text, p_starter text, p_epoch text, p_model text, p_provider text, p_agent text,
  p_request text, p_hash text, p_client text, p_opened timestamptz, p_max integer, p_forget timestamptz)
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
  INSERT INTO streaming.streams (stream_id, room, starter, epoch, model, provider, agent_id, owner, request, request_hash, client_id, opened_at)
    VALUES (p_stream, p_room, p_starter, p_epoch, p_model, p_provider, p_agent, p_owner, p_request, p_hash, p_client, p_opened)
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

-- Ends a stream of a fenced owner with the given end record behind its last one. Null: somebody else has ended it already.
CREATE FUNCTION end_orphan(p_stream text, p_dead text, p_extra text)
RETURNS bigint LANGUAGE plpgsql SET enable_seqscan = off AS $$
DECLARE
  end_seq bigint;
BEGIN
  PERFORM 1 FROM streaming.streams s JOIN streaming.owners o ON o.incarnation = s.owner
    WHERE s.stream_id = p_stream AND s.owner = p_dead AND o.fenced AND s.status IN ('STREAMING', 'PAUSED') FOR UPDATE OF s;
  IF NOT FOUND THEN RETURN NULL; END IF;
  SELECT coalesce(max(seq), 0) + 1 INTO end_seq FROM streaming.records WHERE stream_id = p_stream;
  INSERT INTO streaming.records (stream_id, seq, kind, text, extra) VALUES (p_stream, end_seq, 4, 'FAILED', p_extra);
  PERFORM streaming.close_stream(p_stream, end_seq, 'FAILED');
  RETURN end_seq;
END $$;

-- Deletes the records of at most p_streams streams that ended before p_before, and returns how many streams that were. Their rows stay while their clientId
-- is remembered, without records.
CREATE FUNCTION expire(p_before timestamptz, p_forget timestamptz, p_streams integer)
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
  UPDATE streaming.streams SET head = NULL WHERE stream_id = ANY (old);
  RETURN cardinality(old);
END $$;
