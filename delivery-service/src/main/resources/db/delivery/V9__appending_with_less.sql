-- A batch of one new message, as most are while little is said: the same as append_new without arrays, at about half of what that spends
-- beyond the bare row. The number is taken, and with it the room locked, only where there is nothing to judge; a repeat is found by the unique
-- index, which takes back the number. Null, with nothing changed: it is to be judged.
CREATE FUNCTION delivery.append_one(room_ text, sender text, client_id_ text, id_ text, role_ text, content_ text, priority_ smallint,
  agent_id_ text, reply bigint, ack boolean, recipients_ text, metadata_ text, admin boolean, at_ timestamptz) RETURNS bigint
LANGUAGE plpgsql VOLATILE
SET enable_seqscan = off SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
  seq_ bigint;
BEGIN
  IF recipients_ IS NOT NULL AND EXISTS (
    SELECT FROM json_array_elements_text(recipients_::json) t(user_id)
    WHERE (SELECT m.read_seq FROM delivery.room_members m WHERE m.room = room_ AND m.user_id = t.user_id) IS NULL)
  THEN RETURN NULL; END IF;

  UPDATE delivery.rooms r SET head = r.head + 1
  WHERE r.room = room_ AND (reply IS NULL OR reply BETWEEN 1 AND r.head)
    AND (admin OR (SELECT m.read_seq FROM delivery.room_members m WHERE m.room = room_ AND m.user_id = sender) IS NOT NULL)
  RETURNING r.head INTO seq_;
  IF seq_ IS NULL THEN RETURN NULL; END IF;

  INSERT INTO delivery.chat_messages (session_id, seq, id, role, content, created_at, metadata, sender_id, client_id, priority, agent_id,
    reply_to, requires_ack, recipients)
  VALUES (room_, seq_, id_, role_, content_, at_, metadata_::json, sender, client_id_, priority_, agent_id_, reply, ack, recipients_::json);
  RETURN seq_;
EXCEPTION WHEN unique_violation THEN
  RETURN NULL;
END
$$;

-- As before, but rows are looked at one by one only where they may hold something to judge. What no message of the batch has (agents, replies,
-- metadata, recipients) comes as null instead of an array of nulls.
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

  IF cardinality(heads) IS DISTINCT FROM cardinality(rooms_) OR ((false = ANY (admins) OR replies IS NOT NULL) AND EXISTS (
    SELECT FROM generate_series(1, cardinality(idx)) n
    WHERE (NOT admins[n] AND (SELECT m.read_seq FROM delivery.room_members m WHERE m.room = rooms_[idx[n]] AND m.user_id = senders[n]) IS NULL)
      OR replies[n] NOT BETWEEN 1 AND heads[idx[n]] + nth[n] - 1
  )) OR (recipients_ IS NOT NULL AND EXISTS (
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
