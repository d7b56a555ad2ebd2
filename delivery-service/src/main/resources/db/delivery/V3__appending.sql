-- Appending a batch: one call is one transaction and one round trip.
--
-- Why functions and not one WITH statement: under READ COMMITTED a statement has one snapshot, taken before it waits for the room locks.
-- The locked row is read again, but a look-up of repeats in the same statement would still see the old snapshot, and a repeat committed
-- during the wait would be missed. In a VOLATILE function each statement takes a fresh snapshot, so those behind the lock see all.
--
-- Both lock the rooms in name order, so overlapping batches, also of nodes that both believe to own a room, queue up and cannot deadlock.
-- Numbers are given out under that lock and only to rows that are stored: no gaps, no doubles, whatever dies when.
--
-- The SETs are there because plans are cached: a plan made while a table was empty would go on scanning it when it has grown. For the
-- same reason look-ups are scalar sub-queries, not joins.

-- The common batch: new messages of members only. rooms_ is sorted and distinct, counts says how many rows each gets; per row idx points
-- into rooms_ (from 1) and nth numbers the rows of a room in order (from 1). Returns the heads before the batch, one per room; or null,
-- with nothing changed, when there is anything to judge (room missing, stranger, repeat, bad reference): then `append` takes the same rows.
CREATE FUNCTION delivery.append_new(rooms_ text[], counts int[], idx int[], nth int[], senders text[], client_ids text[], ids text[],
  roles text[], contents text[], priorities smallint[], agent_ids text[], replies bigint[], acks boolean[], recipients_ text[],
  metadatas text[], admins boolean[], at_ timestamptz) RETURNS bigint[]
LANGUAGE plpgsql VOLATILE
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
  heads bigint[];
BEGIN
  SELECT array_agg(locked.head ORDER BY locked.room) INTO heads
  FROM (SELECT r.room, r.head FROM delivery.rooms r WHERE r.room = ANY (rooms_) ORDER BY r.room FOR NO KEY UPDATE) locked;
  IF cardinality(heads) IS DISTINCT FROM cardinality(rooms_) THEN RETURN NULL; END IF;

  IF EXISTS (
    SELECT FROM unnest(idx, nth, senders, client_ids, replies, admins) u(i, k, sender, client_id, reply, admin)
    WHERE (SELECT m.seq FROM delivery.chat_messages m
           WHERE m.session_id = rooms_[u.i] AND m.sender_id = u.sender AND m.client_id = u.client_id) IS NOT NULL
      OR (NOT u.admin AND (SELECT m.read_seq FROM delivery.room_members m WHERE m.room = rooms_[u.i] AND m.user_id = u.sender) IS NULL)
      OR u.reply NOT BETWEEN 1 AND heads[u.i] + u.k - 1
  ) THEN RETURN NULL; END IF;

  IF recipients_ IS NOT NULL AND EXISTS (
    SELECT FROM unnest(idx, recipients_) u(i, recipients), json_array_elements_text(u.recipients::json) t(user_id)
    WHERE (SELECT m.read_seq FROM delivery.room_members m WHERE m.room = rooms_[u.i] AND m.user_id = t.user_id) IS NULL
  ) THEN RETURN NULL; END IF;

  UPDATE delivery.rooms r SET head = r.head + c.n FROM unnest(rooms_, counts) c(room, n) WHERE r.room = c.room;
  INSERT INTO delivery.chat_messages (session_id, seq, id, role, content, created_at, metadata, sender_id, client_id, priority, agent_id,
    reply_to, requires_ack, recipients)
  SELECT rooms_[u.i], heads[u.i] + u.k, u.id, u.role, u.content, at_, u.metadata::json, u.sender, u.client_id, u.priority, u.agent_id,
    u.reply, u.ack, u.recipients::json
  FROM unnest(idx, nth, senders, client_ids, ids, roles, contents, priorities, agent_ids, replies, acks, recipients_, metadatas)
    u(i, k, sender, client_id, id, role, content, priority, agent_id, reply, ack, recipients, metadata);
  RETURN heads;
END
$$;

-- Any batch, judged row by row in its order: repeats, also within the batch, get the first row's seq, id and time. One answer per row, in
-- order: ok | duplicate (seq, id and at are set) | not_member | not_found | bad_reply | bad_recipient.
-- A repeat is recognised before membership is asked, so that a batch repeated after an unknown outcome is answered as it was carried out.
CREATE FUNCTION delivery.append(rooms_ text[], senders text[], client_ids text[], ids text[], roles text[], contents text[],
  priorities smallint[], agent_ids text[], replies bigint[], acks boolean[], recipients_ text[], metadatas text[], admins boolean[],
  at_ timestamptz)
RETURNS TABLE (verdict text, seq bigint, id text, at timestamptz)
LANGUAGE plpgsql VOLATILE
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET plan_cache_mode = force_generic_plan
AS $$
#variable_conflict use_column
DECLARE
  head_ bigint;
BEGIN
  PERFORM 1 FROM delivery.rooms r WHERE r.room = ANY (rooms_) ORDER BY r.room FOR NO KEY UPDATE;

  FOR i IN 1 .. cardinality(senders) LOOP
    SELECT m.seq, m.id, m.created_at INTO seq, id, at FROM delivery.chat_messages m
    WHERE m.session_id = rooms_[i] AND m.sender_id = senders[i] AND m.client_id = client_ids[i];
    IF FOUND THEN
      verdict := 'duplicate';
      RETURN NEXT;
      CONTINUE;
    END IF;

    SELECT r.head INTO head_ FROM delivery.rooms r WHERE r.room = rooms_[i];
    verdict := CASE
      WHEN NOT FOUND AND admins[i] THEN 'not_found'
      WHEN NOT admins[i] AND (SELECT m.read_seq FROM delivery.room_members m WHERE m.room = rooms_[i] AND m.user_id = senders[i]) IS NULL
        THEN 'not_member'
      WHEN replies[i] NOT BETWEEN 1 AND head_ THEN 'bad_reply'
      WHEN recipients_[i] IS NOT NULL AND EXISTS (
        SELECT FROM json_array_elements_text(recipients_[i]::json) t(user_id)
        WHERE (SELECT m.read_seq FROM delivery.room_members m WHERE m.room = rooms_[i] AND m.user_id = t.user_id) IS NULL)
        THEN 'bad_recipient'
      ELSE 'ok' END;

    IF verdict = 'ok' THEN
      UPDATE delivery.rooms r SET head = head_ + 1 WHERE r.room = rooms_[i];
      INSERT INTO delivery.chat_messages (session_id, seq, id, role, content, created_at, metadata, sender_id, client_id, priority,
        agent_id, reply_to, requires_ack, recipients)
      VALUES (rooms_[i], head_ + 1, ids[i], roles[i], contents[i], at_, metadatas[i]::json, senders[i], client_ids[i], priorities[i],
        agent_ids[i], replies[i], acks[i], recipients_[i]::json);
      seq := head_ + 1;
      id := ids[i];
      at := at_;
    END IF;
    RETURN NEXT;
  END LOOP;
END
$$;
