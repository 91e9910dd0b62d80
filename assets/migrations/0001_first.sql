-- The first shape of the store. Instants are integers in UTC milliseconds; ids of our own are 16 bytes.

CREATE TABLE channel (
    id       TEXT PRIMARY KEY,
    account  TEXT NOT NULL,
    remote   TEXT NOT NULL,
    network  TEXT NOT NULL,
    handle   TEXT NOT NULL,
    name     TEXT NOT NULL,
    health   TEXT NOT NULL,
    hidden   INTEGER NOT NULL DEFAULT 0,
    gone     INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX channel_account ON channel (account);

-- sort_at, needs_person and due_at follow from the rest; they are written beside it so that an index can answer.
CREATE TABLE post (
    id           BLOB PRIMARY KEY,
    body         TEXT NOT NULL,
    title        TEXT,
    wall         TEXT,
    zone         TEXT,
    instant      INTEGER,
    wish         TEXT NOT NULL,
    media        TEXT NOT NULL,
    campaign     TEXT,
    tags         TEXT NOT NULL,
    source       TEXT NOT NULL,
    created_at   INTEGER NOT NULL,
    updated_at   INTEGER NOT NULL,
    conflict     TEXT,
    saved_at     INTEGER NOT NULL,
    sort_at      INTEGER,
    needs_person INTEGER NOT NULL,
    due_at       INTEGER
) STRICT;
CREATE INDEX post_calendar ON post (sort_at, updated_at);
CREATE INDEX post_needs_person ON post (id) WHERE needs_person = 1;
CREATE INDEX post_due ON post (due_at) WHERE due_at IS NOT NULL;

CREATE TABLE target (
    post     BLOB NOT NULL REFERENCES post (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    channel  TEXT NOT NULL,
    account  TEXT NOT NULL,
    text     TEXT,
    wall     TEXT,
    zone     TEXT,
    instant  INTEGER,
    outcome  TEXT NOT NULL,
    remote   TEXT,
    PRIMARY KEY (post, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX target_remote ON target (account, remote) WHERE remote IS NOT NULL;

-- What a draft was before it was typed over; outlives the post.
CREATE TABLE draft_version (
    id   INTEGER PRIMARY KEY,
    post BLOB NOT NULL,
    at   INTEGER NOT NULL,
    body TEXT NOT NULL
) STRICT;
CREATE INDEX draft_version_post ON draft_version (post, id);

-- retraces names the entry that this one undid or did again; such an entry cannot itself be undone.
CREATE TABLE journal (
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    at       INTEGER NOT NULL,
    actor    TEXT NOT NULL,
    words    TEXT NOT NULL,
    changes  TEXT NOT NULL,
    undone   INTEGER NOT NULL DEFAULT 0,
    retraces INTEGER
) STRICT;
CREATE INDEX journal_yours ON journal (undone, id) WHERE actor = 'you' AND retraces IS NULL;

CREATE TABLE journal_post (
    post  BLOB NOT NULL,
    entry INTEGER NOT NULL REFERENCES journal (id) ON DELETE CASCADE,
    PRIMARY KEY (post, entry)
) STRICT, WITHOUT ROWID;
CREATE INDEX journal_post_entry ON journal_post (entry);

-- A write may outlive its post: a removal is carried out after the post is gone here.
CREATE TABLE outbox (
    seq           INTEGER PRIMARY KEY AUTOINCREMENT,
    intent        BLOB NOT NULL UNIQUE,
    account       TEXT NOT NULL,
    post          BLOB NOT NULL,
    asked         TEXT NOT NULL,
    receipts      TEXT NOT NULL,
    frozen        TEXT,
    state         TEXT NOT NULL,
    attempts      INTEGER NOT NULL,
    not_before    INTEGER,
    unknown_since INTEGER,
    last_error    TEXT,
    created_at    INTEGER NOT NULL,
    first_sent_at INTEGER,
    lease_owner   TEXT,
    lease_until   INTEGER,
    open          INTEGER NOT NULL GENERATED ALWAYS AS (state NOT IN ('done', 'failed', 'superseded')) VIRTUAL
) STRICT;
CREATE INDEX outbox_post ON outbox (post, seq);
CREATE INDEX outbox_open_post ON outbox (post, account, seq) WHERE open = 1;
CREATE INDEX outbox_open_account ON outbox (account, seq) WHERE open = 1;

CREATE TABLE attempt (
    id     INTEGER PRIMARY KEY,
    intent BLOB NOT NULL,
    post   BLOB NOT NULL,
    at     INTEGER NOT NULL,
    words  TEXT NOT NULL
) STRICT;
CREATE INDEX attempt_post ON attempt (post, id);

-- Which posts a provider has. Narrow, because every sweep stamps every row; what was shown is in remote_base.
CREATE TABLE remote_post (
    key     INTEGER PRIMARY KEY,
    account TEXT NOT NULL,
    id      TEXT NOT NULL,
    post    BLOB,
    hash    BLOB,
    at      INTEGER,
    sweep   INTEGER NOT NULL,
    UNIQUE (account, id)
) STRICT;
CREATE INDEX remote_post_post ON remote_post (post) WHERE post IS NOT NULL;

CREATE TABLE remote_base (
    key   INTEGER PRIMARY KEY REFERENCES remote_post (key) ON DELETE CASCADE,
    shown TEXT NOT NULL
) STRICT;

CREATE TABLE sync (
    account       TEXT PRIMARY KEY,
    sweep         INTEGER NOT NULL DEFAULT 0,
    sweep_started INTEGER,
    last_ok       INTEGER,
    last_full     INTEGER,
    identity      TEXT,
    error         TEXT
) STRICT;

CREATE TABLE setting (
    key   TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT;
