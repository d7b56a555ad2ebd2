-- As before, but nothing is looked for twice. Taking the numbers is what locks the rooms: rows are taken in the order of rooms_, which is
-- sorted, so that overlapping batches queue up; each later statement has a fresh snapshot and sees what was committed before. A repeat is
-- found by the unique index itself, which has to look anyhow. Whatever there is to judge ends the inner block, which takes back all that was
-- done, and the answer is null.
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
    SELECT FROM generate_series(1, cardinality(idx)) n
    WHERE (NOT admins[n] AND (SELECT m.read_seq FROM delivery.room_members m WHERE m.room = rooms_[idx[n]] AND m.user_id = senders[n]) IS NULL)
      OR replies[n] NOT BETWEEN 1 AND heads[idx[n]] + nth[n] - 1
  ) OR (recipients_ IS NOT NULL AND EXISTS (
    SELECT FROM unnest(idx, recipients_) u(i, recipients), json_array_elements_text(u.recipients::json) t(user_id)
    WHERE (SELECT m.read_seq FROM delivery.room_members m WHERE m.room = rooms_[u.i] AND m.user_id = t.user_id) IS NULL
  )) THEN
    RAISE unique_violation;
  END IF;

  INSERT INTO delivery.chat_messages (session_id, seq, id, role, content, created_at, metadata, sender_id, client_id, priority, agent_id,
    reply_to, requires_ack, recipients)
  SELECT rooms_[idx[n]], heads[idx[n]] + nth[n], ids[n], roles[n], contents[n], at_, metadatas[n]::json, senders[n], client_ids[n],
    priorities[n], agent_ids[n], replies[n], acks[n], recipients_[n]::json
  FROM generate_series(1, cardinality(idx)) n;
  RETURN heads;
EXCEPTION WHEN unique_violation THEN
  RETURN NULL;
END
$$;
