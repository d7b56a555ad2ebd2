-- The one thing of presence that outlives its owner: when a user was last seen, and whether others may know it.

CREATE TABLE visits (
  user_id   text PRIMARY KEY,
  last_seen bigint,                          -- milliseconds since the epoch; null for who only made a choice
  shared    boolean NOT NULL DEFAULT true,   -- everyone may know last_seen
  chosen_at timestamptz                      -- when shared was last chosen; null when never
)
-- last_seen moves once a minute for everybody who is here; it is in no index, so that the new version fits beside the old one.
WITH (fillfactor = 70);

-- Nodes ask for recent choices, lest one that they were told of over the bus was lost. Few users ever choose.
CREATE INDEX visits_chosen ON visits (chosen_at) WHERE chosen_at IS NOT NULL;
