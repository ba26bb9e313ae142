CREATE TABLE agreement (
  id           INTEGER PRIMARY KEY,
  peer         INTEGER NOT NULL REFERENCES peer,
  compartments TEXT NOT NULL,           -- names, ascending, one space between
  purpose      TEXT NOT NULL,
  scope        TEXT NOT NULL,
  version      INTEGER NOT NULL,        -- of the share set that it led to
  made         INTEGER NOT NULL         -- ms since 1970 UTC
) STRICT;

CREATE TABLE announced (
  peer   INTEGER NOT NULL REFERENCES peer,
  stream BLOB NOT NULL,
  PRIMARY KEY (peer, stream)
) STRICT, WITHOUT ROWID;

CREATE TABLE audit (
  seq   INTEGER PRIMARY KEY,            -- from 0, without gaps
  entry BLOB NOT NULL
) STRICT;

CREATE TABLE blob (
  sha256  BLOB PRIMARY KEY CHECK (length(sha256) = 32),
  stream  INTEGER NOT NULL REFERENCES stream,
  length  INTEGER NOT NULL,
  content BLOB
) STRICT;

CREATE TABLE card (
  replica   INTEGER PRIMARY KEY REFERENCES replica,
  site      INTEGER NOT NULL REFERENCES site,
  event_key BLOB NOT NULL CHECK (length(event_key) = 32),
  signed    BLOB NOT NULL,
  seen      INTEGER NOT NULL            -- ms since 1970 UTC
) STRICT;

CREATE TABLE card_sent (
  peer    INTEGER NOT NULL REFERENCES peer,
  replica INTEGER NOT NULL REFERENCES replica,
  PRIMARY KEY (peer, replica)
) STRICT, WITHOUT ROWID;

CREATE TABLE chain (
  id      INTEGER PRIMARY KEY,
  stream  INTEGER NOT NULL REFERENCES stream,
  replica INTEGER NOT NULL REFERENCES replica,
  uuid    BLOB NOT NULL CHECK (length(uuid) = 16),
  count   INTEGER NOT NULL,
  held    INTEGER NOT NULL,
  UNIQUE (stream, replica, uuid)
) STRICT;

CREATE TABLE edge (
  superseded INTEGER NOT NULL,          -- position
  facet      INTEGER NOT NULL REFERENCES word,
  successor  INTEGER NOT NULL,          -- position
  PRIMARY KEY (superseded, facet, successor)
) STRICT, WITHOUT ROWID;

CREATE TABLE entity (
  position INTEGER PRIMARY KEY,
  uuid     BLOB NOT NULL,
  type     INTEGER NOT NULL REFERENCES word,
  revised  INTEGER NOT NULL             -- 1 once `revision` or `edge` says more
) STRICT;

CREATE TABLE entity_key (
  key      INTEGER NOT NULL,
  position INTEGER NOT NULL,
  PRIMARY KEY (key, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE erasure (
  stream  BLOB NOT NULL,                -- its name: it need not be held
  replica INTEGER NOT NULL REFERENCES replica,
  counter INTEGER NOT NULL,
  idx     INTEGER NOT NULL,
  PRIMARY KEY (stream, replica, counter, idx)
) STRICT, WITHOUT ROWID;

CREATE TABLE event (
  seq       INTEGER PRIMARY KEY AUTOINCREMENT,  -- position in this node's change feed
  stream    INTEGER NOT NULL REFERENCES stream,
  replica   INTEGER NOT NULL REFERENCES replica,
  counter   INTEGER NOT NULL,
  id        BLOB NOT NULL CHECK (length(id) = 32),
  time      INTEGER NOT NULL,           -- hybrid time of the author
  accepted  INTEGER NOT NULL,           -- ms since 1970 UTC, this node's clock
  changes   INTEGER NOT NULL,
  bytes     INTEGER NOT NULL,           -- of the envelope
  source    INTEGER,                    -- the peer that delivered it; NULL if written here
  chain     INTEGER,                    -- while the chain is incomplete: its row; else NULL
  header    BLOB NOT NULL,              -- frame
  signature BLOB NOT NULL,
  salt      BLOB NOT NULL,              -- 16 bytes; longer once a value is erased
  erased    BLOB                        -- leaves of destroyed values: index (4 bytes), leaf (32)
) STRICT;

CREATE TABLE fork (
  stream   INTEGER NOT NULL REFERENCES stream,
  replica  INTEGER NOT NULL REFERENCES replica,
  counter  INTEGER NOT NULL,
  id       BLOB NOT NULL,
  envelope BLOB NOT NULL,
  PRIMARY KEY (stream, replica, counter, id)
) STRICT;

CREATE TABLE frame (
  id      INTEGER PRIMARY KEY,
  content BLOB NOT NULL
) STRICT;

CREATE TABLE identifier_key (
  key      INTEGER NOT NULL,
  position INTEGER NOT NULL,            -- entity.position
  PRIMARY KEY (key, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE import_unit (
  key     BLOB PRIMARY KEY CHECK (length(key) = 32),
  receipt BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE owed (
  peer    INTEGER NOT NULL REFERENCES peer,
  stream  INTEGER NOT NULL REFERENCES stream,
  after   INTEGER NOT NULL,             -- events up to this feed position were answered
  through INTEGER NOT NULL,             -- events past this one are the cursor's
  PRIMARY KEY (peer, stream)
) STRICT, WITHOUT ROWID;

CREATE TABLE patient_term (
  term    TEXT NOT NULL,
  patient BLOB NOT NULL,
  PRIMARY KEY (term, patient)
) STRICT, WITHOUT ROWID;

CREATE TABLE peer (
  id           INTEGER PRIMARY KEY,
  site         BLOB NOT NULL UNIQUE,
  name         TEXT NOT NULL UNIQUE,
  endpoint     TEXT,                    -- host:port; NULL if it only dials in
  fingerprint  BLOB NOT NULL,           -- SHA-256 of its TLS key's SPKI
  added        INTEGER NOT NULL,        -- ms since 1970 UTC
  revoked      INTEGER,                 -- ms since 1970 UTC
  cursor       INTEGER NOT NULL DEFAULT 0,  -- position of our feed that it has acknowledged
  share_version  INTEGER NOT NULL DEFAULT 0,  -- of our share set for it
  share_acknowledged INTEGER NOT NULL DEFAULT 0,  -- the version of ours that it holds
  their_feed     BLOB,                  -- its feed, as last seen
  their_position INTEGER NOT NULL DEFAULT 0,  -- its feed's highest position that we answered
  their_event    BLOB,                  -- the event there
  their_share_version INTEGER NOT NULL DEFAULT 0,
  last_contact   INTEGER,               -- ms since 1970 UTC
  in_step        INTEGER                -- when both sides last held the same, ms since 1970 UTC
) STRICT;

CREATE TABLE pending (
  id       INTEGER PRIMARY KEY,
  peer     INTEGER NOT NULL REFERENCES peer,
  stream   BLOB NOT NULL,
  replica  BLOB NOT NULL,
  counter  INTEGER NOT NULL,
  reason   INTEGER NOT NULL,            -- 1 event, 2 card, 3 erasure
  received INTEGER NOT NULL,            -- ms since 1970 UTC
  bytes    INTEGER NOT NULL,
  digest   BLOB NOT NULL,               -- SHA-256 of the envelope: what waits may be forged, so
                                        -- one event must not keep out another of the same dot
  envelope BLOB NOT NULL,
  UNIQUE (stream, replica, counter, digest)
) STRICT;

CREATE TABLE quarantine (
  id       INTEGER PRIMARY KEY,
  peer     INTEGER REFERENCES peer,     -- NULL for local input
  received INTEGER NOT NULL,            -- ms since 1970 UTC
  reason   TEXT NOT NULL,               -- a name of sync-v1.md, never content
  position INTEGER,                     -- of an unreadable value in an accepted event
  bytes    INTEGER NOT NULL,
  digest   BLOB,                        -- SHA-256 of `content`: what comes again is kept once
  content  BLOB,                        -- NULL when `position` names it
  UNIQUE (peer, digest)
) STRICT;

CREATE TABLE replica (
  id   INTEGER PRIMARY KEY,
  name BLOB NOT NULL UNIQUE CHECK (length(name) = 24)
) STRICT;

CREATE TABLE revision (
  entity   INTEGER NOT NULL,            -- entity.position
  facet    INTEGER NOT NULL REFERENCES word,
  position INTEGER NOT NULL,
  PRIMARY KEY (entity, facet, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE setting (
  name  TEXT PRIMARY KEY,
  value BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE share (
  peer    INTEGER NOT NULL REFERENCES peer,
  stream  INTEGER NOT NULL REFERENCES stream,
  version INTEGER NOT NULL,             -- of the peer's share set that added it
  PRIMARY KEY (peer, stream)
) STRICT, WITHOUT ROWID;

CREATE TABLE share_removed (
  peer    INTEGER NOT NULL REFERENCES peer,
  stream  INTEGER NOT NULL REFERENCES stream,
  version INTEGER NOT NULL,             -- of the peer's share set that left it out
  PRIMARY KEY (peer, stream)
) STRICT, WITHOUT ROWID;

CREATE TABLE site (
  id   INTEGER PRIMARY KEY,
  uuid BLOB NOT NULL UNIQUE CHECK (length(uuid) = 16)
) STRICT;

CREATE TABLE source_key (
  key      INTEGER NOT NULL,
  position INTEGER NOT NULL,            -- entity.position
  PRIMARY KEY (key, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE stream (
  id      INTEGER PRIMARY KEY,
  name    BLOB NOT NULL UNIQUE,         -- record-v1.md, stream name
  kind    INTEGER NOT NULL,             -- first byte of the name
  patient BLOB,                         -- 16 bytes, for streams of a patient
  home    INTEGER NOT NULL REFERENCES site  -- who registered the patient, or whose stream it is
) STRICT;

CREATE TABLE vector (
  stream  INTEGER NOT NULL REFERENCES stream,
  replica INTEGER NOT NULL REFERENCES replica,
  counter INTEGER NOT NULL,
  seq     INTEGER NOT NULL,             -- the event with that counter
  PRIMARY KEY (stream, replica)
) STRICT, WITHOUT ROWID;

CREATE TABLE word (
  id   INTEGER PRIMARY KEY,
  text TEXT NOT NULL UNIQUE
) STRICT;

CREATE INDEX blob_missing ON blob (sha256) WHERE content IS NULL;

CREATE INDEX card_site ON card (site);

CREATE INDEX event_chain ON event (chain) WHERE chain IS NOT NULL;

CREATE UNIQUE INDEX event_dot ON event (stream, replica, counter);

CREATE INDEX event_stream ON event (stream);

CREATE INDEX pending_peer ON pending (peer, bytes);

CREATE INDEX pending_replica ON pending (replica);

CREATE INDEX quarantine_peer ON quarantine (peer, bytes) WHERE position IS NULL;

CREATE INDEX share_version ON share (peer, version);

CREATE INDEX stream_patient ON stream (patient) WHERE patient IS NOT NULL;
