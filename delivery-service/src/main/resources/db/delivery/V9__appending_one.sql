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
