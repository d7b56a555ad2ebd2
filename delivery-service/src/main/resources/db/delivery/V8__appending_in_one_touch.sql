-- As before, but each room is touched once: taking the numbers is what locks it. Rows are taken in the order of rooms_, which is sorted, so
-- that overlapping batches queue up. What is looked up behind that sees all that was committed before, since each statement has a fresh
-- snapshot. When there is anything to judge the numbers are given back, and nobody has seen them.
CREATE OR REPLACE FUNCTION delivery.append_new(rooms_ text[], counts int[], idx int[], nth int[], senders text[], client_ids text[], ids text[],
  roles text[], contents text[], priorities smallint[], agent_ids text[], replies bigint[], acks boolean[], recipients_ text[],
  metadatas text[], admins boolean[], at_ timestamptz) RETURNS bigint[]
LANGUAGE plpgsql VOLATILE
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
  heads bigint[];
BEGIN
  WITH taken AS (
    UPDATE delivery.rooms r SET head = r.head + c.n FROM unnest(rooms_, counts) c(room, n) WHERE r.room = c.room
    RETURNING r.room, r.head - c.n AS head)
  SELECT array_agg(t.head ORDER BY t.room) INTO heads FROM taken t;

  IF cardinality(heads) IS DISTINCT FROM cardinality(rooms_) OR EXISTS (
    SELECT FROM unnest(idx, nth, senders, client_ids, replies, admins) u(i, k, sender, client_id, reply, admin)
    WHERE (SELECT m.seq FROM delivery.chat_messages m
           WHERE m.session_id = rooms_[u.i] AND m.sender_id = u.sender AND m.client_id = u.client_id) IS NOT NULL
      OR (NOT u.admin AND (SELECT m.read_seq FROM delivery.room_members m WHERE m.room = rooms_[u.i] AND m.user_id = u.sender) IS NULL)
      OR u.reply NOT BETWEEN 1 AND heads[u.i] + u.k - 1
  ) OR (recipients_ IS NOT NULL AND EXISTS (
    SELECT FROM unnest(idx, recipients_) u(i, recipients), json_array_elements_text(u.recipients::json) t(user_id)
    WHERE (SELECT m.read_seq FROM delivery.room_members m WHERE m.room = rooms_[u.i] AND m.user_id = t.user_id) IS NULL
  )) THEN
    UPDATE delivery.rooms r SET head = r.head - c.n FROM unnest(rooms_, counts) c(room, n) WHERE r.room = c.room;
    RETURN NULL;
  END IF;

  INSERT INTO delivery.chat_messages (session_id, seq, id, role, content, created_at, metadata, sender_id, client_id, priority, agent_id,
    reply_to, requires_ack, recipients)
  SELECT rooms_[u.i], heads[u.i] + u.k, u.id, u.role, u.content, at_, u.metadata::json, u.sender, u.client_id, u.priority, u.agent_id,
    u.reply, u.ack, u.recipients::json
  FROM unnest(idx, nth, senders, client_ids, ids, roles, contents, priorities, agent_ids, replies, acks, recipients_, metadatas)
    u(i, k, sender, client_id, id, role, content, priority, agent_id, reply, ack, recipients, metadata);
  RETURN heads;
END
$$;
