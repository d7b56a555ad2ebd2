-- What runs in a chat: its streams have one key, the part of their id before the tilde.
CREATE INDEX streams_running_key ON streams (split_part(stream_id, '~', 1)) WHERE status IN ('STREAMING', 'PAUSED');
