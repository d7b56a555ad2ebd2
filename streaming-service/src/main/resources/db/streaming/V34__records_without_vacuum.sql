-- Rows of a slot are written once, never changed, found by their primary key, and go with their table. Vacuuming and analysing them took a third of what PostgreSQL spends on
-- records, for nothing: no row dies, no plan is in question. What must not be left out, against the wrap-around of transaction numbers, PostgreSQL does all the same.

DO $$
DECLARE
  its_slot integer;
BEGIN
  -- Whoever makes and drops slots holds this: none goes while we look at it.
  PERFORM pg_advisory_xact_lock(hashtextextended('chorus.streaming.record_slots', 0));
  FOR its_slot IN SELECT slot FROM streaming.record_slots WHERE slot > 0 AND to_regclass('streaming.records_' || slot) IS NOT NULL LOOP
    EXECUTE format('ALTER TABLE streaming.records_%s SET (autovacuum_enabled = off, toast.autovacuum_enabled = off)', its_slot);
  END LOOP;
END $$;

-- As before, but for that.
CREATE OR REPLACE FUNCTION add_record_slot(p_length interval)
RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
  newest record;
  added integer;
BEGIN
  SELECT slot, begins_at INTO newest FROM streaming.record_slots ORDER BY slot DESC LIMIT 1;
  IF newest.begins_at > clock_timestamp() THEN RETURN false; END IF;
  added := newest.slot + 1;
  EXECUTE format('CREATE TABLE streaming.records_%1$s (LIKE streaming.records INCLUDING DEFAULTS, CHECK (slot = %1$s), PRIMARY KEY (stream_id, seq))'
    ' WITH (autovacuum_enabled = off, toast.autovacuum_enabled = off)', added);
  EXECUTE format('ALTER TABLE streaming.records ATTACH PARTITION streaming.records_%1$s FOR VALUES IN (%1$s)', added);
  INSERT INTO streaming.record_slots VALUES (added, greatest(newest.begins_at + p_length, clock_timestamp()));
  RETURN true;
END $$;
