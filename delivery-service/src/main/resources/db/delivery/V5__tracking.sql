-- What has become of messages: marks of members and when they moved, exceptions, figures. Never a row per message and recipient.

ALTER TABLE delivery.room_members
  ADD COLUMN joined_seq     bigint NOT NULL DEFAULT 0,      -- the head when they joined: recipients are those who were there before
  ADD COLUMN receipts       boolean NOT NULL DEFAULT true,  -- false: marks are private
  ADD COLUMN dropped_high   bigint NOT NULL DEFAULT 0,      -- what waited up to here, with that priority, was dropped
  ADD COLUMN dropped_normal bigint NOT NULL DEFAULT 0,
  ADD COLUMN dropped_low    bigint NOT NULL DEFAULT 0;

-- What holds for rooms that a user joins later.
CREATE TABLE delivery.user_settings (
  user_id  text COLLATE "C" PRIMARY KEY,
  receipts boolean NOT NULL
);

-- When marks moved: from_seq + 1 … to_seq were delivered, or read, at that time. A reading says of what it covers that it was delivered, too.
CREATE TABLE delivery.delivered_ranges (
  room     text COLLATE "C" NOT NULL,
  user_id  text COLLATE "C" NOT NULL,
  to_seq   bigint NOT NULL,
  from_seq bigint NOT NULL,
  at       timestamptz NOT NULL,
  PRIMARY KEY (room, user_id, to_seq)
);
CREATE TABLE delivery.read_ranges (
  room     text COLLATE "C" NOT NULL,
  user_id  text COLLATE "C" NOT NULL,
  to_seq   bigint NOT NULL,
  from_seq bigint NOT NULL,
  at       timestamptz NOT NULL,
  metadata json,
  PRIMARY KEY (room, user_id, to_seq)
);

CREATE VIEW delivery.message_read_receipts AS
SELECT m.id || '-' || m.seq AS message_id, r.user_id, m.session_id, r.at AS read_at, r.metadata
FROM delivery.read_ranges r
JOIN delivery.chat_messages m ON m.session_id = r.room AND m.seq > r.from_seq AND m.seq <= r.to_seq
WHERE m.kind = 0 AND m.sender_id <> r.user_id;

-- Recipients of single messages with whom it did not go well.
CREATE TABLE delivery.delivery_exceptions (
  room     text COLLATE "C" NOT NULL,
  seq      bigint NOT NULL,
  user_id  text COLLATE "C" NOT NULL,
  state    smallint NOT NULL,              -- 0: is being tried again, 1: failed
  attempts int NOT NULL,
  reason   text,
  at       timestamptz NOT NULL,
  PRIMARY KEY (room, seq, user_id)
) WITH (fillfactor = 80);

-- What was dropped of a queue: messages of that priority in from_seq + 1 … to_seq.
CREATE TABLE delivery.delivery_drops (
  room     text COLLATE "C" NOT NULL,
  user_id  text COLLATE "C" NOT NULL,
  priority smallint NOT NULL,
  to_seq   bigint NOT NULL,
  from_seq bigint NOT NULL,
  messages bigint NOT NULL,
  reason   text NOT NULL,
  at       timestamptz NOT NULL,
  PRIMARY KEY (room, user_id, priority, to_seq)
);

-- How far everybody has read each room: it only grows.
CREATE TABLE delivery.read_by_all (
  room text COLLATE "C" PRIMARY KEY,
  seq  bigint NOT NULL
) WITH (fillfactor = 60);

-- Per sender, and in the row '' for all: recipients of their messages. Counted as it goes.
CREATE TABLE delivery.delivery_figures (
  user_id      text COLLATE "C" PRIMARY KEY,
  total        bigint NOT NULL DEFAULT 0,
  pending      bigint NOT NULL DEFAULT 0,
  delivered    bigint NOT NULL DEFAULT 0,
  read         bigint NOT NULL DEFAULT 0,
  failed       bigint NOT NULL DEFAULT 0,
  cancelled    bigint NOT NULL DEFAULT 0,
  retries      bigint NOT NULL DEFAULT 0,
  delivery_ms  bigint NOT NULL DEFAULT 0     -- from the commit to the mark, summed over what was delivered
) WITH (fillfactor = 60);

-- As before, and a new member's joined_seq and receipts.
CREATE OR REPLACE FUNCTION delivery.join_room(room_ text, user_ text, epoch_ text, at_ timestamptz)
RETURNS TABLE (epoch text, head bigint, delivered_seq bigint, read_seq bigint, unread bigint)
LANGUAGE plpgsql VOLATILE
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET plan_cache_mode = force_generic_plan
AS $$
#variable_conflict use_column
BEGIN
  INSERT INTO delivery.rooms (room, epoch) VALUES (room_, epoch_) ON CONFLICT (room) DO NOTHING;
  INSERT INTO delivery.room_members (room, user_id, delivered_seq, read_seq, joined_at, joined_seq, receipts)
  SELECT r.room, user_, r.head, r.head, at_, r.head,
    coalesce((SELECT s.receipts FROM delivery.user_settings s WHERE s.user_id = user_), true)
  FROM delivery.rooms r WHERE r.room = room_
  ON CONFLICT (room, user_id) DO NOTHING;
  RETURN QUERY
  SELECT r.epoch, r.head, m.delivered_seq, m.read_seq, delivery.unread(room_, user_, m.read_seq, r.head)
  FROM delivery.rooms r JOIN delivery.room_members m ON m.room = r.room AND m.user_id = user_
  WHERE r.room = room_;
END
$$;

-- Moves the marks of many members of many rooms at once; rows are distinct and in the order of room and user, so that two nodes that do the
-- same queue up and cannot deadlock. Null: no such mark. Marks never go back, and one above the head moves nothing: the caller sees it by the
-- head in the answer. One answer per row, in order; old_delivered is null for who is no member, head for a room that does not exist.
CREATE FUNCTION delivery.move_marks(rooms_ text[], users_ text[], delivered_ bigint[], reads_ bigint[], metadatas_ text[], at_ timestamptz)
RETURNS TABLE (head bigint, receipts boolean, old_delivered bigint, old_read bigint, new_delivered bigint, new_read bigint)
LANGUAGE plpgsql VOLATILE
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET plan_cache_mode = force_generic_plan
AS $$
#variable_conflict use_column
BEGIN
  PERFORM 1 FROM unnest(rooms_, users_) WITH ORDINALITY u(room, user_id, ord)
  JOIN delivery.room_members m ON m.room = u.room AND m.user_id = u.user_id ORDER BY u.ord FOR NO KEY UPDATE OF m;

  RETURN QUERY
  WITH known AS MATERIALIZED (
    SELECT u.*, (SELECT r.head FROM delivery.rooms r WHERE r.room = u.room) AS head, m.receipts, m.delivered_seq, m.read_seq
    FROM unnest(rooms_, users_, delivered_, reads_, metadatas_) WITH ORDINALITY u(room, user_id, delivered, read, metadata, ord)
    LEFT JOIN LATERAL (SELECT b.* FROM delivery.room_members b WHERE b.room = u.room AND b.user_id = u.user_id) m ON true
  ), wanted AS MATERIALIZED (
    SELECT k.*, greatest(k.read_seq, CASE WHEN k.read <= k.head THEN k.read END) AS to_read,
      greatest(k.delivered_seq, CASE WHEN k.read <= k.head THEN k.read END, CASE WHEN k.delivered <= k.head THEN k.delivered END) AS to_delivered
    FROM known k
  ), moved AS (
    UPDATE delivery.room_members m SET delivered_seq = w.to_delivered, read_seq = w.to_read FROM wanted w
    WHERE m.room = w.room AND m.user_id = w.user_id AND (w.to_delivered > w.delivered_seq OR w.to_read > w.read_seq)
  ), delivered AS (
    INSERT INTO delivery.delivered_ranges (room, user_id, to_seq, from_seq, at)
    SELECT w.room, w.user_id, w.to_delivered, w.delivered_seq, at_ FROM wanted w
    WHERE w.to_delivered > w.delivered_seq AND w.to_delivered > w.to_read
    ON CONFLICT DO NOTHING
  ), read AS (
    INSERT INTO delivery.read_ranges (room, user_id, to_seq, from_seq, at, metadata)
    SELECT w.room, w.user_id, w.to_read, w.read_seq, at_, w.metadata::json FROM wanted w WHERE w.to_read > w.read_seq
    ON CONFLICT DO NOTHING
  )
  SELECT w.head, w.receipts, w.delivered_seq, w.read_seq, w.to_delivered, w.to_read FROM wanted w ORDER BY w.ord;
END
$$;

-- After marks have moved in these rooms (in name order): whether each has at most so many members that receipts are told, and up to which seq
-- every recipient of everything has read, where that has grown. A recipient whose marks are private is not waited for. Looks at most at 5000
-- entries per room and call; what lies beyond is found by the next.
CREATE FUNCTION delivery.advance_read_by_all(rooms_ text[], reading boolean[], crowd int)
RETURNS TABLE (room text, small boolean, seq bigint)
LANGUAGE plpgsql VOLATILE
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET plan_cache_mode = force_generic_plan
AS $$
#variable_conflict use_variable
DECLARE
  users text[];
  marks bigint[];
  last bigint;
  before bigint;
  far bigint;
  second bigint;
  unread bigint;
BEGIN
  FOR i IN 1 .. cardinality(rooms_) LOOP
    room := rooms_[i];
    seq := NULL;
    small := (SELECT count(*) FROM (SELECT FROM delivery.room_members m WHERE m.room = rooms_[i] LIMIT crowd + 1) few) <= crowd;
    IF small AND reading[i] THEN
      SELECT array_agg(f.user_id), array_agg(f.read_seq) INTO users, marks
      FROM (SELECT m.user_id, m.read_seq FROM delivery.room_members m WHERE m.room = rooms_[i] AND m.receipts ORDER BY m.read_seq LIMIT 2) f;
      SELECT r.head INTO last FROM delivery.rooms r WHERE r.room = rooms_[i];
      IF users IS NOT NULL THEN
        second := coalesce(marks[2], last);
        before := coalesce((SELECT a.seq FROM delivery.read_by_all a WHERE a.room = rooms_[i]), greatest(0, marks[1] - 5000));
        far := least(last, before + 5000);
        unread := (
          SELECT m.seq FROM delivery.chat_messages m
          WHERE m.session_id = rooms_[i] AND m.seq > before AND m.seq <= far AND m.kind = 0 AND NOT CASE WHEN m.recipients IS NULL
            THEN m.seq <= marks[1] OR (m.sender_id = users[1] AND m.seq <= second)
            ELSE NOT EXISTS (
              SELECT FROM json_array_elements_text(m.recipients) t(user_id)
              JOIN delivery.room_members b ON b.room = m.session_id AND b.user_id = t.user_id
              WHERE b.receipts AND b.user_id <> m.sender_id AND b.read_seq < m.seq) END
          ORDER BY m.seq LIMIT 1);
        far := coalesce(unread - 1, far);
        IF far > before THEN
          INSERT INTO delivery.read_by_all AS a (room, seq) VALUES (rooms_[i], far)
          ON CONFLICT ON CONSTRAINT read_by_all_pkey DO UPDATE SET seq = excluded.seq WHERE a.seq < excluded.seq;
          IF FOUND THEN seq := far; END IF;
        END IF;
      END IF;
    END IF;
    RETURN NEXT;
  END LOOP;
END
$$;

-- Adds to figures, of users in name order, and the sum of all to the row ''.
CREATE FUNCTION delivery.add_figures(users_ text[], totals bigint[], pendings bigint[], delivereds bigint[], reads bigint[], faileds bigint[],
  cancelleds bigint[], retries_ bigint[], millis bigint[]) RETURNS void
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
  ON CONFLICT (user_id) DO UPDATE SET total = f.total + excluded.total, pending = greatest(0, f.pending + excluded.pending),
    delivered = f.delivered + excluded.delivered, read = f.read + excluded.read, failed = greatest(0, f.failed + excluded.failed),
    cancelled = f.cancelled + excluded.cancelled, retries = f.retries + excluded.retries, delivery_ms = f.delivery_ms + excluded.delivery_ms
$$;

-- Counts the recipients of new messages: so many of a sender in a room, of which the targeted ones have so many named recipients in all.
CREATE FUNCTION delivery.count_sent(rooms_ text[], senders text[], messages bigint[], targeted bigint[]) RETURNS TABLE (sender text, total bigint)
LANGUAGE sql STABLE
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off
AS $$
  SELECT u.sender, sum(u.n * (SELECT count(*) FROM delivery.room_members m WHERE m.room = u.room AND m.user_id <> u.sender) + u.named)::bigint
  FROM unnest(rooms_, senders, messages, targeted) u(room, sender, n, named) GROUP BY u.sender
$$;

-- Counts what moved marks have delivered and read, by sender, and how many of these had failed, or waited for another attempt. Looks at most at
-- 5000 entries per move.
CREATE FUNCTION delivery.count_moved(rooms_ text[], users_ text[], old_delivered bigint[], new_delivered bigint[], old_read bigint[],
  new_read bigint[], at_ timestamptz) RETURNS TABLE (sender text, delivered bigint, read bigint, ms bigint, failed bigint, pending bigint)
LANGUAGE sql STABLE
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off
AS $$
  SELECT m.sender_id, count(*) FILTER (WHERE m.reached), count(*) FILTER (WHERE m.seq > m.r0 AND m.seq <= m.r1),
    coalesce(sum(greatest(0, extract(epoch FROM at_ - m.created_at) * 1000)) FILTER (WHERE m.reached), 0)::bigint,
    count(*) FILTER (WHERE m.reached AND (e.state = 1 OR (e.state IS NULL AND EXISTS (
      SELECT FROM (SELECT x.from_seq FROM delivery.delivery_drops x WHERE x.room = m.session_id AND x.user_id = m.user_id
        AND x.priority = m.priority AND x.to_seq >= m.seq ORDER BY x.to_seq LIMIT 1) d WHERE d.from_seq < m.seq)))),
    count(*) FILTER (WHERE m.reached AND e.state = 0 AND e.attempts = 0)
  FROM (
    SELECT c.*, u.user_id, u.r0, u.r1, c.seq > u.d0 AS reached
    FROM unnest(rooms_, users_, old_delivered, new_delivered, old_read, new_read) u(room, user_id, d0, d1, r0, r1)
    CROSS JOIN LATERAL (
      SELECT p.session_id, p.seq, p.sender_id, p.created_at, p.priority, p.kind, p.recipients FROM delivery.chat_messages p
      WHERE p.session_id = u.room AND p.seq > CASE WHEN u.r1 > u.r0 THEN u.r0 ELSE u.d0 END AND p.seq <= u.d1 ORDER BY p.seq LIMIT 5000) c
    WHERE c.kind = 0 AND c.sender_id <> u.user_id AND (c.recipients IS NULL OR c.recipients::jsonb ? u.user_id)) m
  LEFT JOIN delivery.delivery_exceptions e ON e.room = m.session_id AND e.seq = m.seq AND e.user_id = m.user_id
  GROUP BY m.sender_id
$$;

-- Notes attempts at recipients, and their failure, unless the message has reached them by now; rows are in the order of room, seq and user.
-- Answers per row, in order, the delivered mark: below the seq it was noted; null: no member any more.
CREATE FUNCTION delivery.note_exceptions(rooms_ text[], seqs bigint[], users_ text[], states smallint[], attempts_ int[], reasons text[],
  at_ timestamptz) RETURNS SETOF bigint
LANGUAGE plpgsql VOLATILE
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET plan_cache_mode = force_generic_plan
AS $$
BEGIN
  INSERT INTO delivery.delivery_exceptions AS e (room, seq, user_id, state, attempts, reason, at)
  SELECT u.room, u.seq, u.user_id, u.state, u.attempts, u.reason, at_
  FROM unnest(rooms_, seqs, users_, states, attempts_, reasons) WITH ORDINALITY u(room, seq, user_id, state, attempts, reason, ord)
  JOIN delivery.room_members m ON m.room = u.room AND m.user_id = u.user_id AND m.delivered_seq < u.seq ORDER BY u.ord
  ON CONFLICT (room, seq, user_id) DO UPDATE
  SET state = excluded.state, attempts = excluded.attempts, reason = excluded.reason, at = excluded.at WHERE e.state = 0;
  RETURN QUERY SELECT (SELECT m.delivered_seq FROM delivery.room_members m WHERE m.room = u.room AND m.user_id = u.user_id)
  FROM unnest(rooms_, users_) WITH ORDINALITY u(room, user_id, ord) ORDER BY u.ord;
END
$$;
