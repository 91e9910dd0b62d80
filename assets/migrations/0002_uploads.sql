-- What providers call the files they were brought, per post, so that no file is brought twice for one.
CREATE TABLE upload (
    account TEXT NOT NULL,
    post    BLOB NOT NULL,
    print   TEXT NOT NULL,
    source  TEXT NOT NULL,
    ready   INTEGER NOT NULL,
    at      INTEGER NOT NULL,
    PRIMARY KEY (account, post, print)
) STRICT, WITHOUT ROWID;
CREATE INDEX upload_print ON upload (account, print, at);
