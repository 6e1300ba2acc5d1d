-- Times are UTC texts of one width, 2026-11-22T09:30:00.000Z: they sort as they stand.

-- Graph files as they were read, once each, by the BLAKE3 hash of their bytes.
CREATE TABLE documents (
    hash  TEXT PRIMARY KEY NOT NULL,
    bytes BLOB NOT NULL
) STRICT;

-- One row for each run. What happened in it is in `events`; this is what is looked up.
CREATE TABLE runs (
    id          TEXT PRIMARY KEY NOT NULL,
    status      TEXT NOT NULL CHECK (status IN ('running', 'waiting', 'parked', 'succeeded', 'failed')),
    graph       TEXT NOT NULL,
    hash        TEXT NOT NULL,
    document    TEXT NOT NULL REFERENCES documents (hash),
    planner     INTEGER NOT NULL,
    environment TEXT NOT NULL,
    contact     TEXT NOT NULL,
    owner       TEXT,              -- who carries it out; nobody while it rests
    epoch       INTEGER NOT NULL,  -- how often it was taken
    started_at  TEXT NOT NULL,
    ended_at    TEXT,
    wake_at     TEXT
) STRICT;

CREATE UNIQUE INDEX one_active_run ON runs (graph, contact) WHERE status IN ('running', 'waiting', 'parked');
CREATE INDEX runs_by_contact ON runs (contact);
CREATE INDEX runs_by_start ON runs (started_at);

-- What happened, in order. Rows are only ever added.
CREATE TABLE events (
    run     TEXT NOT NULL REFERENCES runs (id),
    seq     INTEGER NOT NULL,
    at      TEXT NOT NULL,
    version INTEGER NOT NULL,
    body    TEXT NOT NULL,
    kind    TEXT GENERATED ALWAYS AS (body ->> '$.kind') VIRTUAL,
    block   TEXT GENERATED ALWAYS AS (body ->> '$.block') VIRTUAL,
    PRIMARY KEY (run, seq)
) STRICT, WITHOUT ROWID;

-- Contacts: `body` is the contact as it was given, but for its tags; `email` and `phone` are as they are compared.
CREATE TABLE contacts (
    id           TEXT PRIMARY KEY NOT NULL,
    email        TEXT,
    phone        TEXT,
    body         TEXT NOT NULL,
    opted_out_at TEXT,
    created_at   TEXT NOT NULL,
    updated_at   TEXT NOT NULL
) STRICT;

CREATE INDEX opted_out_emails ON contacts (email) WHERE opted_out_at IS NOT NULL;
CREATE INDEX opted_out_phones ON contacts (phone) WHERE opted_out_at IS NOT NULL;

CREATE TABLE contact_tags (
    contact TEXT NOT NULL REFERENCES contacts (id),
    tag     TEXT NOT NULL,
    at      TEXT NOT NULL,
    PRIMARY KEY (contact, tag)
) STRICT, WITHOUT ROWID;

CREATE INDEX contacts_by_tag ON contact_tags (tag, contact);

CREATE TABLE tasks (
    id         TEXT PRIMARY KEY NOT NULL,
    run        TEXT NOT NULL REFERENCES runs (id),
    block      TEXT NOT NULL,
    contact    TEXT NOT NULL,
    label      TEXT,
    assignee   TEXT,
    priority   TEXT NOT NULL,
    created_at TEXT NOT NULL,
    done_at    TEXT
) STRICT;

CREATE INDEX tasks_by_contact ON tasks (contact);

-- The embedded CRM: `email` and `phone` are as they are compared, `fields` is the record under the graph's own names.
CREATE TABLE crm_contacts (
    id         TEXT PRIMARY KEY NOT NULL,
    email      TEXT UNIQUE,
    phone      TEXT UNIQUE,
    fields     TEXT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
) STRICT;
