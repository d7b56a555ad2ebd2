-- Edits and deletions as entries of the log.

-- A message row holds what holds now: an edit sets its content (and metadata, if it has any), a deletion empties it. What an edit itself
-- had set stays in its own row, until the message is deleted.
ALTER TABLE delivery.chat_messages
  ADD COLUMN target       bigint,        -- of an edit (kind 1) or a deletion (kind 2): the seq of the message
  ADD COLUMN edited_seq   bigint,        -- the last edit that holds
  ADD COLUMN edited_at    timestamptz,
  ADD COLUMN deleted      boolean NOT NULL DEFAULT false,
  ADD COLUMN cancelled_at timestamptz;   -- no more attempts for whom it had not reached by then

CREATE INDEX chat_messages_changes ON delivery.chat_messages (session_id, target) WHERE target IS NOT NULL;

-- Any batch, judged row by row in its order. Kinds: 0 a message, 1 an edit, 2 a deletion, 3 a message that is judged but not stored.
-- targets and target_ids name the message that an edit or a deletion is about: its seq and the id of its row. One answer per row, in order:
-- ok | duplicate (seq, id and at are set; seq is null for kind 3) | not_member | not_found | forbidden | bad_reply | bad_recipient | no_message.
-- Repeats, also within the batch, get the first row's seq, id and time. A repeat is recognised before anything else is asked, so that a
-- batch repeated after an unknown outcome is answered as it was carried out.
CREATE FUNCTION delivery.append_judged(rooms_ text[], kinds smallint[], targets bigint[], target_ids text[], senders text[],
  client_ids text[], ids text[], roles text[], contents text[], priorities smallint[], agent_ids text[], replies bigint[], acks boolean[],
  recipients_ text[], metadatas text[], admins boolean[], at_ timestamptz)
RETURNS TABLE (verdict text, seq bigint, id text, at timestamptz)
LANGUAGE plpgsql VOLATILE
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET plan_cache_mode = force_generic_plan
AS $$
#variable_conflict use_column
DECLARE
  head_ bigint;
  author text;
BEGIN
  PERFORM 1 FROM delivery.rooms r WHERE r.room = ANY (rooms_) ORDER BY r.room FOR NO KEY UPDATE;

  FOR i IN 1 .. cardinality(senders) LOOP
    seq := NULL; id := NULL; at := NULL;
    IF kinds[i] <> 3 THEN
      SELECT m.seq, m.id, m.created_at INTO seq, id, at FROM delivery.chat_messages m
      WHERE m.session_id = rooms_[i] AND m.sender_id = senders[i] AND m.client_id = client_ids[i];
      IF FOUND THEN
        verdict := 'duplicate';
        RETURN NEXT;
        CONTINUE;
      END IF;
    END IF;

    author := NULL;
    IF kinds[i] IN (1, 2) THEN
      SELECT m.sender_id INTO author FROM delivery.chat_messages m
      WHERE m.session_id = rooms_[i] AND m.seq = targets[i] AND m.id = target_ids[i] AND m.kind = 0 AND NOT m.deleted;
    END IF;

    SELECT r.head INTO head_ FROM delivery.rooms r WHERE r.room = rooms_[i];
    verdict := CASE
      WHEN head_ IS NULL AND admins[i] THEN 'not_found'
      WHEN NOT admins[i] AND (SELECT m.read_seq FROM delivery.room_members m WHERE m.room = rooms_[i] AND m.user_id = senders[i]) IS NULL
        THEN 'not_member'
      WHEN kinds[i] IN (1, 2) AND author IS NULL THEN 'no_message'
      WHEN kinds[i] IN (1, 2) AND author <> senders[i] AND NOT admins[i] THEN 'forbidden'
      WHEN replies[i] NOT BETWEEN 1 AND head_ THEN 'bad_reply'
      WHEN recipients_[i] IS NOT NULL AND EXISTS (
        SELECT FROM json_array_elements_text(recipients_[i]::json) t(user_id)
        WHERE (SELECT m.read_seq FROM delivery.room_members m WHERE m.room = rooms_[i] AND m.user_id = t.user_id) IS NULL)
        THEN 'bad_recipient'
      ELSE 'ok' END;

    IF verdict = 'ok' THEN
      id := ids[i];
      at := at_;
      IF kinds[i] <> 3 THEN
        seq := head_ + 1;
        UPDATE delivery.rooms r SET head = head_ + 1 WHERE r.room = rooms_[i];
        INSERT INTO delivery.chat_messages (session_id, seq, id, kind, target, role, content, created_at, metadata, sender_id, client_id,
          priority, agent_id, reply_to, requires_ack, recipients)
        VALUES (rooms_[i], head_ + 1, ids[i], kinds[i], CASE WHEN kinds[i] <> 0 THEN targets[i] END, roles[i], contents[i], at_,
          metadatas[i]::json, senders[i], client_ids[i], priorities[i], agent_ids[i], replies[i], acks[i], recipients_[i]::json);
      END IF;
      IF kinds[i] = 1 THEN
        UPDATE delivery.chat_messages m
        SET content = contents[i], metadata = coalesce(metadatas[i]::json, m.metadata), edited_seq = head_ + 1, edited_at = at_
        WHERE m.session_id = rooms_[i] AND m.seq = targets[i];
      ELSIF kinds[i] = 2 THEN
        UPDATE delivery.chat_messages m SET content = '', metadata = NULL, deleted = true, edited_seq = NULL, edited_at = NULL
        WHERE m.session_id = rooms_[i] AND m.seq = targets[i];
        UPDATE delivery.chat_messages m SET content = '', metadata = NULL
        WHERE m.session_id = rooms_[i] AND m.target = targets[i] AND m.kind = 1;
      END IF;
    END IF;
    RETURN NEXT;
  END LOOP;
END
$$;
