-- Messages of others above the read mark. Exact for the first 2000 entries above it; what lies beyond is counted as if all of it were
-- messages of others, so that one long unread room costs no more than that.
CREATE FUNCTION delivery.unread(room_ text, user_ text, read_ bigint, head_ bigint) RETURNS bigint
LANGUAGE sql STABLE
SET enable_seqscan = off
AS $$
  SELECT greatest(0, head_ - read_ - 2000) + (
    SELECT count(*) FROM (
      SELECT m.kind, m.sender_id FROM delivery.chat_messages m
      WHERE m.session_id = room_ AND m.seq > read_ AND m.seq <= head_ ORDER BY m.seq LIMIT 2000
    ) above WHERE above.kind = 0 AND above.sender_id <> user_)
$$;

-- Makes the room and the membership where they are missing. A new member's marks start at the head of that moment. A member who joins
-- again writes nothing, so a storm of reconnections costs no commits.
CREATE FUNCTION delivery.join_room(room_ text, user_ text, epoch_ text, at_ timestamptz)
RETURNS TABLE (epoch text, head bigint, delivered_seq bigint, read_seq bigint, unread bigint)
LANGUAGE plpgsql VOLATILE
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET plan_cache_mode = force_generic_plan
AS $$
#variable_conflict use_column
BEGIN
  INSERT INTO delivery.rooms (room, epoch) VALUES (room_, epoch_) ON CONFLICT (room) DO NOTHING;
  INSERT INTO delivery.room_members (room, user_id, delivered_seq, read_seq, joined_at)
  SELECT r.room, user_, r.head, r.head, at_ FROM delivery.rooms r WHERE r.room = room_
  ON CONFLICT (room, user_id) DO NOTHING;
  RETURN QUERY
  SELECT r.epoch, r.head, m.delivered_seq, m.read_seq, delivery.unread(room_, user_, m.read_seq, r.head)
  FROM delivery.rooms r JOIN delivery.room_members m ON m.room = r.room AND m.user_id = user_
  WHERE r.room = room_;
END
$$;
