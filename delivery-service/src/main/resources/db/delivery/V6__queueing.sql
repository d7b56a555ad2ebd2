-- What waits for users, and what is dropped of it.

-- The delivered mark, or what has been dropped of every priority, whichever is higher: nothing waits below.
CREATE FUNCTION delivery.waiting_from(m delivery.room_members) RETURNS bigint
LANGUAGE sql IMMUTABLE
AS $$ SELECT greatest(m.delivered_seq, least(m.dropped_high, m.dropped_normal, m.dropped_low)) $$;

-- Up to where messages of that priority were dropped.
CREATE FUNCTION delivery.dropped_to(m delivery.room_members, priority_ smallint) RETURNS bigint
LANGUAGE sql IMMUTABLE
AS $$ SELECT CASE priority_ WHEN 0 THEN m.dropped_high WHEN 1 THEN m.dropped_normal ELSE m.dropped_low END $$;

-- Whether an entry above the mark is left out of what waits for that member: their own, cancelled, or dropped and not asked for again.
CREATE FUNCTION delivery.is_left_out(m delivery.room_members, c delivery.chat_messages) RETURNS boolean
LANGUAGE sql STABLE
AS $$
  SELECT c.sender_id = m.user_id
    OR ((c.cancelled_at IS NOT NULL OR (c.kind = 0 AND c.seq <= delivery.dropped_to(m, c.priority)))
      AND (SELECT e.state FROM delivery.delivery_exceptions e WHERE e.room = c.session_id AND e.seq = c.seq AND e.user_id = m.user_id)
        IS DISTINCT FROM 0)
$$;

-- Whether a message is for that member.
CREATE FUNCTION delivery.is_for(m delivery.room_members, c delivery.chat_messages) RETURNS boolean
LANGUAGE sql IMMUTABLE
AS $$ SELECT c.kind = 0 AND (c.recipients IS NULL OR c.recipients::jsonb ? m.user_id) $$;

-- What should be dropped of what waits for the user: the oldest of the lowest priority beyond max_, and all that is older than cutoff. Looks at
-- the oldest max_ + 5000 messages of each room; what lies beyond is found by the next call. Without anything that could be dropped it costs one
-- sum over the memberships. In each room and priority the rows are all that waits up to some seq.
CREATE FUNCTION delivery.droppable(user_ text, max_ bigint, cutoff timestamptz)
RETURNS TABLE (room text, seq bigint, id text, sender text, priority smallint, reason text)
LANGUAGE plpgsql STABLE
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET plan_cache_mode = force_generic_plan
AS $$
#variable_conflict use_column
BEGIN
  IF (SELECT coalesce(sum(r.head - delivery.waiting_from(m)), 0) FROM delivery.room_members m JOIN delivery.rooms r ON r.room = m.room
      WHERE m.user_id = user_ AND r.head > delivery.waiting_from(m)) <= max_
    AND NOT EXISTS (SELECT FROM delivery.room_members m JOIN delivery.rooms r ON r.room = m.room
      WHERE m.user_id = user_ AND r.head > delivery.waiting_from(m) AND cutoff > (SELECT c.created_at FROM delivery.chat_messages c
        WHERE c.session_id = m.room AND c.seq > delivery.waiting_from(m) ORDER BY c.seq LIMIT 1))
  THEN RETURN; END IF;

  RETURN QUERY
  WITH waiting AS (
    SELECT c.session_id, c.seq, c.id, c.sender_id, c.priority, c.created_at,
      row_number() OVER (ORDER BY c.priority, c.created_at DESC, c.session_id, c.seq DESC) AS place
    FROM (SELECT b AS m, b.room, r.head FROM delivery.room_members b JOIN delivery.rooms r ON r.room = b.room WHERE b.user_id = user_) w
    CROSS JOIN LATERAL (
      SELECT p.* FROM delivery.chat_messages p WHERE p.session_id = w.room AND p.seq > delivery.waiting_from(w.m)
        AND delivery.is_for(w.m, p) AND NOT delivery.is_left_out(w.m, p) ORDER BY p.seq LIMIT max_ + 5000) c
    WHERE w.head > delivery.waiting_from(w.m)
  ), judged AS (
    SELECT w.*, max(w.seq) FILTER (WHERE w.place > max_ OR w.created_at < cutoff) OVER (PARTITION BY w.session_id, w.priority) AS last
    FROM waiting w
  )
  SELECT j.session_id, j.seq, j.id, j.sender_id, j.priority, CASE WHEN j.created_at < cutoff THEN 'expired' ELSE 'overflow' END
  FROM judged j WHERE j.seq <= j.last ORDER BY j.session_id, j.seq;
END
$$;

-- Drops messages of that priority up to to_seq in each room (rows in the order of room, priority and to_seq). Answers per row, in order, up
-- to where they had been dropped before: a row whose answer is not below its to_seq has done nothing, since somebody else had.
CREATE FUNCTION delivery.drop_waiting(user_ text, rooms_ text[], priorities smallint[], to_seqs bigint[], counts bigint[], reasons text[],
  at_ timestamptz) RETURNS SETOF bigint
LANGUAGE plpgsql VOLATILE
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
  member delivery.room_members;
  before bigint;
  top bigint;
  next bigint;
BEGIN
  FOR i IN 1 .. cardinality(rooms_) LOOP
    SELECT m.* INTO member FROM delivery.room_members m WHERE m.room = rooms_[i] AND m.user_id = user_ FOR NO KEY UPDATE;
    IF NOT FOUND THEN
      RETURN NEXT to_seqs[i];
      CONTINUE;
    END IF;
    -- What its sender had tried again goes with the others.
    UPDATE delivery.delivery_exceptions e SET state = 1, reason = reasons[i], at = at_
    WHERE e.room = rooms_[i] AND e.seq > member.delivered_seq AND e.seq <= to_seqs[i] AND e.user_id = user_ AND e.state = 0
      AND (SELECT c.priority FROM delivery.chat_messages c WHERE c.session_id = e.room AND c.seq = e.seq) = priorities[i];
    before := greatest(member.delivered_seq, delivery.dropped_to(member, priorities[i]));
    RETURN NEXT before;
    CONTINUE WHEN before >= to_seqs[i];
    UPDATE delivery.room_members m SET
      dropped_high = CASE WHEN priorities[i] = 0 THEN to_seqs[i] ELSE m.dropped_high END,
      dropped_normal = CASE WHEN priorities[i] = 1 THEN to_seqs[i] ELSE m.dropped_normal END,
      dropped_low = CASE WHEN priorities[i] = 2 THEN to_seqs[i] ELSE m.dropped_low END
    WHERE m.room = rooms_[i] AND m.user_id = user_;
    INSERT INTO delivery.delivery_drops (room, user_id, priority, to_seq, from_seq, messages, reason, at)
    VALUES (rooms_[i], user_, priorities[i], to_seqs[i], before, counts[i], reasons[i], at_) ON CONFLICT DO NOTHING;
  END LOOP;

  -- Priorities of which nothing waits below the highest of the three are raised to it, so that what was dropped is not gone through again.
  FOR i IN 1 .. cardinality(rooms_) LOOP
    SELECT m.* INTO member FROM delivery.room_members m WHERE m.room = rooms_[i] AND m.user_id = user_;
    CONTINUE WHEN NOT FOUND;
    top := greatest(member.dropped_high, member.dropped_normal, member.dropped_low);
    FOR p IN 0 .. 2 LOOP
      next := (SELECT c.seq FROM delivery.chat_messages c
        WHERE c.session_id = rooms_[i] AND c.seq > delivery.waiting_from(member) AND c.seq <= top AND c.kind = 0 AND c.priority = p
          AND c.seq > delivery.dropped_to(member, p::smallint) AND c.sender_id <> user_ ORDER BY c.seq LIMIT 1);
      IF next IS NULL THEN
        UPDATE delivery.room_members m SET
          dropped_high = CASE WHEN p = 0 THEN top ELSE m.dropped_high END,
          dropped_normal = CASE WHEN p = 1 THEN top ELSE m.dropped_normal END,
          dropped_low = CASE WHEN p = 2 THEN top ELSE m.dropped_low END
        WHERE m.room = rooms_[i] AND m.user_id = user_;
      END IF;
    END LOOP;
  END LOOP;
END
$$;

-- What waits for the user, per room, by priority, and what was dropped since the last ack.
CREATE FUNCTION delivery.waiting_rooms(user_ text)
RETURNS TABLE (room text, epoch text, head bigint, delivered_seq bigint, high bigint, normal bigint, low bigint, dropped bigint)
LANGUAGE sql STABLE
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off
AS $$
  SELECT w.room, w.epoch, w.head, (w.m).delivered_seq, n.high, n.normal, n.low, d.dropped
  FROM (SELECT b AS m, b.room, r.epoch, r.head FROM delivery.room_members b JOIN delivery.rooms r ON r.room = b.room
    WHERE b.user_id = user_ AND r.head > b.delivered_seq) w
  CROSS JOIN LATERAL (
    SELECT count(*) FILTER (WHERE c.priority = 0) AS high, count(*) FILTER (WHERE c.priority = 1) AS normal, count(*) FILTER (WHERE c.priority = 2) AS low
    FROM delivery.chat_messages c WHERE c.session_id = w.room AND c.seq > (w.m).delivered_seq AND delivery.is_for(w.m, c)
      AND NOT delivery.is_left_out(w.m, c)) n
  CROSS JOIN LATERAL (
    SELECT coalesce(sum(x.messages), 0)::bigint AS dropped FROM delivery.delivery_drops x
    WHERE x.room = w.room AND x.user_id = user_ AND x.to_seq > (w.m).delivered_seq) d
  WHERE n.high + n.normal + n.low + d.dropped > 0
  ORDER BY n.high = 0, w.room
$$;

-- Removes at most so many of each room's oldest entries that were made before cutoff, and what is known of them. Returns how many entries went.
CREATE FUNCTION delivery.retire(rooms_ text[], cutoff timestamptz, most int) RETURNS bigint
LANGUAGE plpgsql VOLATILE
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
  last bigint;
  gone bigint := 0;
BEGIN
  FOR i IN 1 .. cardinality(rooms_) LOOP
    last := (SELECT max(o.seq) FILTER (WHERE o.created_at < cutoff) FROM (
      SELECT c.seq, c.created_at FROM delivery.chat_messages c WHERE c.session_id = rooms_[i] ORDER BY c.seq LIMIT most) o);
    CONTINUE WHEN last IS NULL;
    gone := gone + (SELECT count(*) FROM delivery.chat_messages c WHERE c.session_id = rooms_[i] AND c.seq <= last);
    DELETE FROM delivery.chat_messages c WHERE c.session_id = rooms_[i] AND c.seq <= last;
    DELETE FROM delivery.delivery_exceptions e WHERE e.room = rooms_[i] AND e.seq <= last;
    DELETE FROM delivery.delivered_ranges x USING delivery.room_members m
    WHERE m.room = rooms_[i] AND x.room = m.room AND x.user_id = m.user_id AND x.to_seq <= last;
    DELETE FROM delivery.read_ranges x USING delivery.room_members m
    WHERE m.room = rooms_[i] AND x.room = m.room AND x.user_id = m.user_id AND x.to_seq <= last;
    DELETE FROM delivery.delivery_drops x USING delivery.room_members m
    WHERE m.room = rooms_[i] AND x.room = m.room AND x.user_id = m.user_id AND x.to_seq <= last;
  END LOOP;
  RETURN gone;
END
$$;
