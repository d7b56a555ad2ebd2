-- The events of projects, numbered 1, 2, 3 … in each, and kept for an hour. The numbers go on for as long as the project is remembered.

CREATE TABLE projects (
  project text PRIMARY KEY,
  head bigint NOT NULL,                -- the last number
  touched_at timestamptz NOT NULL
);
CREATE INDEX projects_touched ON projects (touched_at);

CREATE TABLE progress (
  project text NOT NULL,
  seq bigint NOT NULL,
  type text NOT NULL,
  agent_id text,                       -- whom it is about; null: the project
  data text NOT NULL,                  -- of the envelope, as JSON
  at timestamptz NOT NULL,
  PRIMARY KEY (project, seq)
);
CREATE INDEX progress_agents ON progress (project, agent_id, seq DESC) WHERE agent_id IS NOT NULL;
CREATE INDEX progress_at ON progress (at);

-- Adds events in the order of the arrays and returns the number of the last one. The project's row serialises the numbers, whichever node adds them.
CREATE FUNCTION append_progress(p_project text, p_types text[], p_agents text[], p_datas text[], p_at timestamptz)
RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  added bigint := cardinality(p_types);
  last bigint;
BEGIN
  INSERT INTO streaming.projects AS known (project, head, touched_at) VALUES (p_project, added, p_at)
    ON CONFLICT (project) DO UPDATE SET head = known.head + added, touched_at = p_at
    RETURNING head INTO last;
  INSERT INTO streaming.progress (project, seq, type, agent_id, data, at)
    SELECT p_project, last - added + event.number, event.type, event.agent, event.data, p_at
    FROM unnest(p_types, p_agents, p_datas) WITH ORDINALITY AS event (type, agent, data, number);
  RETURN last;
END $$;

-- How far a project is, and up to which number its events are not kept any more.
CREATE FUNCTION project_head(p_project text) RETURNS TABLE (project text, head bigint, floor bigint) LANGUAGE sql STABLE AS $$
  SELECT known.project, known.head,
      coalesce((SELECT min(event.seq) - 1 FROM streaming.progress event WHERE event.project = known.project), known.head)
    FROM streaming.projects known WHERE known.project = p_project
$$;
