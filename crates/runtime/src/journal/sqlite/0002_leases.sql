-- Leases, stops and campaigns. Foreign keys are off while this is carried out: `runs` is made anew, as SQLite cannot change a
-- CHECK, and those that point at it do so by its name.

-- The processes that carry runs out. A process says every so often that it lives; when it did not for too long, others may take
-- its runs. A run names its process in `owner`; a process that has runs has a row.
CREATE TABLE processes (
    owner      TEXT PRIMARY KEY NOT NULL,
    pid        INTEGER,           -- what the system calls it, to people
    expires_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX processes_by_expiry ON processes (expires_at);

-- One graph for many contacts. Members are added in the order of their list and started in that order: those from `next` on are
-- still to come, so that nothing has to be looked for.
CREATE TABLE campaigns (
    id                INTEGER PRIMARY KEY,
    name              TEXT NOT NULL UNIQUE,
    graph             TEXT NOT NULL,
    hash              TEXT NOT NULL,
    document          TEXT NOT NULL REFERENCES documents (hash),
    started           TEXT NOT NULL,              -- what all its runs begin with: a first event, but for run and contact
    created_at        TEXT NOT NULL,
    imported_at       TEXT,                       -- when its list had been read to the end
    members           INTEGER NOT NULL DEFAULT 0, -- the last position that was given
    next              INTEGER NOT NULL DEFAULT 1, -- the first position that was not started
    stop_requested_at TEXT,
    stop_requested_by TEXT
) STRICT;

CREATE TABLE campaign_members (
    campaign INTEGER NOT NULL REFERENCES campaigns (id),
    position INTEGER NOT NULL,
    contact  TEXT NOT NULL,
    body     TEXT NOT NULL,  -- the contact, as its line gives it
    run      TEXT,           -- once it was started: the run that it is
    skipped  TEXT,           -- or the word for why it has none of its own
    PRIMARY KEY (campaign, position)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX one_member ON campaign_members (campaign, contact);
CREATE INDEX members_skipped ON campaign_members (campaign, skipped) WHERE skipped IS NOT NULL;

CREATE TABLE runs_2 (
    id                TEXT PRIMARY KEY NOT NULL,
    status            TEXT NOT NULL CHECK (status IN ('running', 'waiting', 'parked', 'succeeded', 'failed', 'stopped')),
    graph             TEXT NOT NULL,
    hash              TEXT NOT NULL,
    document          TEXT NOT NULL REFERENCES documents (hash),
    planner           INTEGER NOT NULL,
    environment       TEXT NOT NULL,
    contact           TEXT NOT NULL,
    campaign          INTEGER REFERENCES campaigns (id),
    owner             TEXT,              -- the process that carries it out; none while it rests
    epoch             INTEGER NOT NULL,  -- how often it was taken
    started_at        TEXT NOT NULL,
    ended_at          TEXT,
    wake_at           TEXT,
    stop_requested_at TEXT,
    stop_requested_by TEXT
) STRICT;

INSERT INTO runs_2 (id, status, graph, hash, document, planner, environment, contact, owner, epoch, started_at, ended_at, wake_at)
SELECT id, status, graph, hash, document, planner, environment, contact,
       CASE status WHEN 'running' THEN owner END, epoch, started_at, ended_at,
       CASE status WHEN 'waiting' THEN coalesce(wake_at, started_at) END
FROM runs ORDER BY rowid;

DROP TABLE runs;
ALTER TABLE runs_2 RENAME TO runs;

CREATE UNIQUE INDEX one_active_run ON runs (graph, contact) WHERE status IN ('running', 'waiting', 'parked');
CREATE INDEX runs_by_contact ON runs (contact);
CREATE INDEX runs_by_start ON runs (started_at);
CREATE INDEX runs_by_owner ON runs (owner) WHERE status = 'running';
CREATE INDEX runs_by_wake ON runs (wake_at) WHERE status = 'waiting';
CREATE INDEX runs_by_campaign ON runs (campaign, status, wake_at) WHERE campaign IS NOT NULL;
CREATE INDEX runs_to_stop ON runs (owner) WHERE status = 'running' AND stop_requested_at IS NOT NULL;

-- Whoever carried runs out before this had no heartbeat: they count as gone.
INSERT INTO processes (owner, expires_at)
SELECT DISTINCT owner, '1970-01-01T00:00:00.000Z' FROM runs WHERE owner IS NOT NULL;
