-- Rooms, their logs and their members. Room names are ASCII; collation "C" makes every index and every lock order plain byte order.

-- head is the last seq given out; it moves with every batch, so half of each page is left free for new versions of the row in place.
CREATE TABLE delivery.rooms (
  room  text COLLATE "C" PRIMARY KEY,
  epoch text NOT NULL,
  head  bigint NOT NULL DEFAULT 0
) WITH (fillfactor = 50);

-- One row per log entry. session_id is the room.
CREATE TABLE delivery.chat_messages (
  session_id   text COLLATE "C" NOT NULL,
  seq          bigint NOT NULL,
  id           text COLLATE "C" NOT NULL,
  kind         smallint NOT NULL DEFAULT 0,       -- 0: a message
  role         text NOT NULL DEFAULT 'user',
  content      text NOT NULL,
  created_at   timestamptz NOT NULL,              -- whole milliseconds
  metadata     json,                              -- json, not jsonb: readers of the log get the very bytes that live readers got
  sender_id    text COLLATE "C" NOT NULL,
  client_id    text COLLATE "C" NOT NULL,
  priority     smallint NOT NULL DEFAULT 1,       -- 0 high, 1 normal, 2 low
  agent_id     text,
  reply_to     bigint,
  requires_ack boolean NOT NULL DEFAULT true,
  recipients   json,                              -- array of users whose delivery is tracked; null: all members but the sender
  PRIMARY KEY (session_id, seq)
);

-- What makes sending idempotent.
CREATE UNIQUE INDEX chat_messages_client ON delivery.chat_messages (session_id, sender_id, client_id);

-- Marks move often, and no index holds them.
CREATE TABLE delivery.room_members (
  room          text COLLATE "C" NOT NULL,
  user_id       text COLLATE "C" NOT NULL,
  delivered_seq bigint NOT NULL,
  read_seq      bigint NOT NULL,
  joined_at     timestamptz NOT NULL,
  PRIMARY KEY (room, user_id)
) WITH (fillfactor = 60);

CREATE INDEX room_members_user ON delivery.room_members (user_id, room);
