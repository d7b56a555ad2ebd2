-- Where cancelling, dropping and trying again meet, each recipient stands in one state only; and what waits is found without going through
-- what was dropped. Functions that older nodes call keep their form.

-- Changes by their own place: a drain sends those in a stretch whose messages were all dropped. Plain messages are not in it.
CREATE INDEX chat_messages_changes_seq ON delivery.chat_messages (session_id, seq) WHERE kind <> 0;

-- Whether an entry is dropped or cancelled for that member, unless it is asked for again. Simple enough for PostgreSQL to put it in place of its call.
CREATE FUNCTION delivery.is_given_up(m delivery.room_members, c delivery.chat_messages) RETURNS boolean
LANGUAGE sql IMMUTABLE
AS $$ SELECT c.cancelled_at IS NOT NULL OR (c.kind = 0 AND c.seq <= delivery.dropped_to(m, c.priority)) $$;

-- Whether the sender has asked for it again, and it goes on.
CREATE FUNCTION delivery.is_tried(room_ text, seq_ bigint, user_ text) RETURNS boolean
LANGUAGE sql STABLE
SET enable_seqscan = off
AS $$ SELECT EXISTS (SELECT FROM delivery.delivery_exceptions e WHERE e.room = room_ AND e.seq = seq_ AND e.user_id = user_ AND e.state = 0) $$;

-- The entries above after_ that wait for the member, in order, at most so many. Below the floor (see waiting_from) there are only changes and
-- what is tried again; both have an index.
CREATE FUNCTION delivery.waiting_entries(m delivery.room_members, after_ bigint, head_ bigint, most int) RETURNS SETOF delivery.chat_messages
LANGUAGE plpgsql STABLE
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
  floor_ bigint := greatest(after_, least(head_, delivery.waiting_from(m)));
BEGIN
  RETURN QUERY
  SELECT w.* FROM (
    (SELECT c.* FROM delivery.chat_messages c
      WHERE c.session_id = m.room AND c.seq > after_ AND c.seq <= floor_ AND c.kind <> 0 AND c.sender_id <> m.user_id ORDER BY c.seq LIMIT most)
    UNION ALL
    (SELECT c.* FROM delivery.delivery_exceptions e JOIN delivery.chat_messages c ON c.session_id = e.room AND c.seq = e.seq
      WHERE e.room = m.room AND e.seq > after_ AND e.seq <= floor_ AND e.user_id = m.user_id AND e.state = 0 ORDER BY e.seq LIMIT most)
    UNION ALL
    (SELECT c.* FROM delivery.chat_messages c
      WHERE c.session_id = m.room AND c.seq > floor_ AND c.seq <= head_ AND c.sender_id <> m.user_id
        AND (NOT delivery.is_given_up(m, c) OR delivery.is_tried(c.session_id, c.seq, m.user_id)) ORDER BY c.seq LIMIT most)) w
  ORDER BY w.seq LIMIT most;
END
$$;

-- As before, but counted from the floor, and for a room in which somebody who never acks has more than 10,000 entries, no further than these.
CREATE OR REPLACE FUNCTION delivery.waiting_rooms(user_ text)
RETURNS TABLE (room text, epoch text, head bigint, delivered_seq bigint, high bigint, normal bigint, low bigint, dropped bigint)
LANGUAGE sql STABLE
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off
AS $$
  SELECT w.room, w.epoch, w.head, (w.m).delivered_seq, n.high, n.normal, n.low, d.dropped
  FROM (SELECT b AS m, b.room, r.epoch, r.head FROM delivery.room_members b JOIN delivery.rooms r ON r.room = b.room
    WHERE b.user_id = user_ AND r.head > b.delivered_seq) w
  CROSS JOIN LATERAL (
    SELECT count(*) FILTER (WHERE c.priority = 0) AS high, count(*) FILTER (WHERE c.priority = 1) AS normal, count(*) FILTER (WHERE c.priority = 2) AS low
    FROM ((SELECT p.priority FROM delivery.chat_messages p
        WHERE p.session_id = w.room AND p.seq > delivery.waiting_from(w.m) AND p.seq <= w.head AND delivery.is_for(w.m, p) AND p.sender_id <> user_
          AND (NOT delivery.is_given_up(w.m, p) OR delivery.is_tried(p.session_id, p.seq, user_)) LIMIT 10000)
      UNION ALL
      (SELECT p.priority FROM delivery.delivery_exceptions e JOIN delivery.chat_messages p ON p.session_id = e.room AND p.seq = e.seq
        WHERE e.room = w.room AND e.seq > (w.m).delivered_seq AND e.seq <= delivery.waiting_from(w.m) AND e.user_id = user_ AND e.state = 0)) c) n
  CROSS JOIN LATERAL (
    SELECT coalesce(sum(x.messages), 0)::bigint AS dropped FROM delivery.delivery_drops x
    WHERE x.room = w.room AND x.user_id = user_ AND x.to_seq > (w.m).delivered_seq) d
  WHERE n.high + n.normal + n.low + d.dropped > 0
  ORDER BY n.high = 0, w.room
$$;

-- What should be dropped of what waits for the user in these rooms: the oldest of the lowest priority beyond max_, and all that is older than
-- cutoff. Looks at the oldest max_ + 5000 messages of each room; what lies beyond is found by the next call. In each room and priority the rows
-- are all that waits up to some seq.
CREATE FUNCTION delivery.droppable_in(user_ text, rooms_ text[], max_ bigint, cutoff timestamptz)
RETURNS TABLE (room text, seq bigint, id text, sender text, priority smallint, reason text)
LANGUAGE plpgsql STABLE
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET plan_cache_mode = force_generic_plan
AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
  WITH waiting AS (
    SELECT c.session_id, c.seq, c.id, c.sender_id, c.priority, c.created_at,
      row_number() OVER (ORDER BY c.priority, c.created_at DESC, c.session_id, c.seq DESC) AS place
    FROM (SELECT b AS m, b.room, r.head FROM delivery.room_members b JOIN delivery.rooms r ON r.room = b.room
      WHERE b.user_id = user_ AND b.room = ANY (rooms_) AND r.head > b.delivered_seq) w
    CROSS JOIN LATERAL (
      (SELECT p.session_id, p.seq, p.id, p.sender_id, p.priority, p.created_at FROM delivery.chat_messages p
        WHERE p.session_id = w.room AND p.seq > delivery.waiting_from(w.m) AND p.seq <= w.head AND delivery.is_for(w.m, p) AND p.sender_id <> user_
          AND (NOT delivery.is_given_up(w.m, p) OR delivery.is_tried(p.session_id, p.seq, user_)) ORDER BY p.seq LIMIT max_ + 5000)
      UNION ALL
      (SELECT p.session_id, p.seq, p.id, p.sender_id, p.priority, p.created_at
        FROM delivery.delivery_exceptions e JOIN delivery.chat_messages p ON p.session_id = e.room AND p.seq = e.seq
        WHERE e.room = w.room AND e.seq > (w.m).delivered_seq AND e.seq <= delivery.waiting_from(w.m) AND e.user_id = user_ AND e.state = 0)) c
  ), judged AS (
    SELECT w.*, max(w.seq) FILTER (WHERE w.place > max_ OR w.created_at < cutoff) OVER (PARTITION BY w.session_id, w.priority) AS last
    FROM waiting w
  )
  SELECT j.session_id, j.seq, j.id, j.sender_id, j.priority, CASE WHEN j.created_at < cutoff THEN 'expired' ELSE 'overflow' END
  FROM judged j WHERE j.seq <= j.last ORDER BY j.session_id, j.seq;
END
$$;

-- Notes attempts at recipients, and their failure, where there is still something to try: the message has not reached them, and it was not
-- cancelled, dropped or given up meanwhile, by whomever. Rows are in the order of room, seq and user. Answers per row, in order, the delivered
-- mark: below the seq it was noted; null: nothing is to be tried there any more.
CREATE OR REPLACE FUNCTION delivery.note_exceptions(rooms_ text[], seqs bigint[], users_ text[], states smallint[], attempts_ int[],
  reasons text[], at_ timestamptz) RETURNS SETOF bigint
LANGUAGE plpgsql VOLATILE
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET plan_cache_mode = force_generic_plan
AS $$
BEGIN
  INSERT INTO delivery.delivery_exceptions AS e (room, seq, user_id, state, attempts, reason, at)
  SELECT u.room, u.seq, u.user_id, u.state, u.attempts, u.reason, at_
  FROM unnest(rooms_, seqs, users_, states, attempts_, reasons) WITH ORDINALITY u(room, seq, user_id, state, attempts, reason, ord)
  JOIN delivery.room_members m ON m.room = u.room AND m.user_id = u.user_id AND m.delivered_seq < u.seq
  JOIN delivery.chat_messages c ON c.session_id = u.room AND c.seq = u.seq
  WHERE NOT delivery.is_given_up(m, c) OR delivery.is_tried(u.room, u.seq, u.user_id) ORDER BY u.ord
  ON CONFLICT (room, seq, user_id) DO UPDATE
  SET state = excluded.state, attempts = excluded.attempts, reason = excluded.reason, at = excluded.at WHERE e.state = 0;
  RETURN QUERY
  SELECT (SELECT CASE WHEN m.delivered_seq >= u.seq OR (SELECT e.state = u.state AND e.attempts = u.attempts AND e.at = at_
      FROM delivery.delivery_exceptions e WHERE e.room = u.room AND e.seq = u.seq AND e.user_id = u.user_id) THEN m.delivered_seq END
    FROM delivery.room_members m WHERE m.room = u.room AND m.user_id = u.user_id)
  FROM unnest(rooms_, seqs, users_, states, attempts_) WITH ORDINALITY u(room, seq, user_id, state, attempts, ord) ORDER BY u.ord;
END
$$;

-- As before, but nothing is cut at zero: what one node takes away may be written before what another has added.
CREATE OR REPLACE FUNCTION delivery.add_figures(users_ text[], totals bigint[], pendings bigint[], delivereds bigint[], reads bigint[],
  faileds bigint[], cancelleds bigint[], retries_ bigint[], millis bigint[]) RETURNS void
LANGUAGE sql VOLATILE
SET enable_seqscan = off
AS $$
  INSERT INTO delivery.delivery_figures AS f (user_id, total, pending, delivered, read, failed, cancelled, retries, delivery_ms)
  SELECT u.user_id, u.total, u.pending, u.delivered, u.read, u.failed, u.cancelled, u.retries, u.ms FROM (
    SELECT coalesce(x.user_id, '') AS user_id, sum(x.total) AS total, sum(x.pending) AS pending, sum(x.delivered) AS delivered,
      sum(x.read) AS read, sum(x.failed) AS failed, sum(x.cancelled) AS cancelled, sum(x.retries) AS retries, sum(x.ms) AS ms
    FROM unnest(users_, totals, pendings, delivereds, reads, faileds, cancelleds, retries_, millis)
      x(user_id, total, pending, delivered, read, failed, cancelled, retries, ms)
    GROUP BY GROUPING SETS ((x.user_id), ())) u
  WHERE u.total IS NOT NULL
  ORDER BY u.user_id COLLATE "C"
  ON CONFLICT (user_id) DO UPDATE SET total = f.total + excluded.total, pending = f.pending + excluded.pending,
    delivered = f.delivered + excluded.delivered, read = f.read + excluded.read, failed = f.failed + excluded.failed,
    cancelled = f.cancelled + excluded.cancelled, retries = f.retries + excluded.retries, delivery_ms = f.delivery_ms + excluded.delivery_ms
$$;

-- Counts what moved marks have delivered and read, by sender, and in which states those had been that are delivered now: failed, waiting for
-- another attempt (pending), cancelled before the mark moved. Looks at most at 5000 entries per move.
CREATE FUNCTION delivery.count_marks(rooms_ text[], users_ text[], old_delivered bigint[], new_delivered bigint[], old_read bigint[],
  new_read bigint[], ats timestamptz[])
RETURNS TABLE (sender text, delivered bigint, read bigint, ms bigint, failed bigint, pending bigint, cancelled bigint)
LANGUAGE sql STABLE
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off
AS $$
  SELECT s.sender_id, count(*) FILTER (WHERE s.reached), count(*) FILTER (WHERE s.seq > s.r0 AND s.seq <= s.r1),
    coalesce(sum(greatest(0, extract(epoch FROM s.at - s.created_at) * 1000)) FILTER (WHERE s.reached), 0)::bigint,
    count(*) FILTER (WHERE s.was = 'failed'), count(*) FILTER (WHERE s.was = 'pending'), count(*) FILTER (WHERE s.was = 'cancelled')
  FROM (
    SELECT m.*, CASE WHEN NOT m.reached THEN NULL
      WHEN e.state = 1 THEN 'failed'
      WHEN e.state = 0 THEN CASE WHEN e.attempts = 0 THEN 'pending' END
      WHEN e.state IS NULL AND coalesce(m.cancelled_at, 'infinity') >= (
        SELECT CASE WHEN d.from_seq < m.seq THEN d.at END FROM (SELECT x.from_seq, x.at FROM delivery.delivery_drops x
          WHERE x.room = m.session_id AND x.user_id = m.user_id AND x.priority = m.priority AND x.to_seq >= m.seq ORDER BY x.to_seq LIMIT 1) d)
        THEN 'failed'
      WHEN m.cancelled_at <= m.at THEN 'cancelled' END AS was
    FROM (
      SELECT c.*, u.user_id, u.r0, u.r1, u.at, c.seq > u.d0 AS reached
      FROM unnest(rooms_, users_, old_delivered, new_delivered, old_read, new_read, ats) u(room, user_id, d0, d1, r0, r1, at)
      CROSS JOIN LATERAL (
        SELECT p.session_id, p.seq, p.sender_id, p.created_at, p.cancelled_at, p.priority, p.kind, p.recipients FROM delivery.chat_messages p
        WHERE p.session_id = u.room AND p.seq > CASE WHEN u.r1 > u.r0 THEN u.r0 ELSE u.d0 END AND p.seq <= u.d1 ORDER BY p.seq LIMIT 5000) c
      WHERE c.kind = 0 AND c.sender_id <> u.user_id AND (c.recipients IS NULL OR c.recipients::jsonb ? u.user_id)) m
    LEFT JOIN delivery.delivery_exceptions e ON e.room = m.session_id AND e.seq = m.seq AND e.user_id = m.user_id) s
  GROUP BY s.sender_id
$$;
