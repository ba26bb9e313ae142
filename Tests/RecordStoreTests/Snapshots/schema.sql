CREATE TABLE agreement (
  id           INTEGER PRIMARY KEY,
  peer         INTEGER NOT NULL REFERENCES peer,
  compartments TEXT NOT NULL,           -- names, ascending, one space between
  purpose      TEXT NOT NULL,
  scope        TEXT NOT NULL,
  attested     INTEGER NOT NULL,        -- 1: evidence that the peer wrote itself counts
  erases       INTEGER NOT NULL,        -- 1: a withdrawal orders the peer to erase, not to seal
  policy       INTEGER NOT NULL,
  made         INTEGER NOT NULL,        -- ms since 1970 UTC
  job_cursor   INTEGER,                 -- the stream up to which it was decided; NULL when done
  job_end      INTEGER NOT NULL,        -- the last stream that it must decide
  job_started  INTEGER NOT NULL         -- ms since 1970 UTC
) STRICT;

CREATE TABLE agreement_patient (
  agreement INTEGER NOT NULL REFERENCES agreement,
  patient   BLOB NOT NULL,
  until     INTEGER,                    -- ms since 1970 UTC; NULL: no end
  PRIMARY KEY (agreement, patient)
) STRICT, WITHOUT ROWID;

CREATE TABLE announced (
  peer   INTEGER NOT NULL REFERENCES peer,
  stream BLOB NOT NULL,
  PRIMARY KEY (peer, stream)
) STRICT, WITHOUT ROWID;

CREATE TABLE ask (
  name    BLOB PRIMARY KEY CHECK (length(name) = 16),
  peer    INTEGER NOT NULL REFERENCES peer,
  asked   INTEGER NOT NULL,             -- ms since 1970 UTC
  patient BLOB                          -- who was granted; NULL if nobody was
) STRICT, WITHOUT ROWID;

CREATE TABLE audit (
  seq   INTEGER PRIMARY KEY,            -- from 0, without gaps
  leaf  BLOB NOT NULL CHECK (length(leaf) = 32),
  entry BLOB NOT NULL
) STRICT;

CREATE TABLE audit_contradiction (
  note BLOB PRIMARY KEY,
  size INTEGER NOT NULL,
  peer INTEGER NOT NULL REFERENCES peer,
  seen INTEGER NOT NULL                 -- ms since 1970 UTC
) STRICT;

CREATE TABLE audit_head (
  size   INTEGER PRIMARY KEY,           -- entries that it covers
  signed INTEGER NOT NULL,              -- ms since 1970 UTC
  note   BLOB NOT NULL
) STRICT;

CREATE TABLE audit_prune (
  id    INTEGER PRIMARY KEY CHECK (id = 1),
  entry INTEGER NOT NULL
) STRICT;

CREATE TABLE audit_pruned_event (
  site    TEXT NOT NULL,                -- the peer that delivered them; empty: written here
  patient TEXT NOT NULL,                -- the patient's pseudonym in the log; empty: nobody's
  events  INTEGER NOT NULL CHECK (events >= 0),
  PRIMARY KEY (site, patient)
) STRICT, WITHOUT ROWID;

CREATE TABLE audit_pruned_tile (
  id   INTEGER PRIMARY KEY,             -- the tile's index
  root BLOB NOT NULL CHECK (length(root) = 32)
) STRICT;

CREATE TABLE audit_tile (
  id     INTEGER PRIMARY KEY,           -- level * 2^56 + index
  hashes BLOB NOT NULL CHECK (length(hashes) = 8192)
) STRICT;

CREATE TABLE blob (
  id      INTEGER PRIMARY KEY,
  sha256  BLOB NOT NULL CHECK (length(sha256) = 32),
  length  INTEGER NOT NULL,             -- as the change says that names it: one may lie
  content BLOB,                         -- null while it is on its way
  UNIQUE (sha256, length)
) STRICT;

CREATE TABLE blob_piece (
  id      INTEGER PRIMARY KEY,
  peer    INTEGER NOT NULL REFERENCES peer,
  blob    INTEGER NOT NULL REFERENCES blob,
  start   INTEGER NOT NULL,             -- from which byte
  content BLOB NOT NULL,
  UNIQUE (peer, blob, start)
) STRICT;

CREATE TABLE blob_use (
  blob     INTEGER NOT NULL REFERENCES blob,
  position INTEGER NOT NULL,            -- of the change
  stream   INTEGER NOT NULL REFERENCES stream,
  PRIMARY KEY (blob, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE card (
  replica   INTEGER PRIMARY KEY REFERENCES replica,
  site      INTEGER NOT NULL REFERENCES site,
  event_key BLOB NOT NULL CHECK (length(event_key) = 32),
  signed    BLOB NOT NULL,
  seen      INTEGER NOT NULL,           -- ms since 1970 UTC
  source    INTEGER REFERENCES peer     -- the peer that brought it; NULL: its own, or by enrolment
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

CREATE TABLE companion (
  id     BLOB PRIMARY KEY CHECK (length(id) = 16),
  kind   INTEGER NOT NULL,              -- 1 Provenance, 2 DetectedIssue, 3 Task, 4 Flag
  entity INTEGER NOT NULL               -- entity.position
) STRICT, WITHOUT ROWID;

CREATE TABLE configured_witness (
  key           TEXT PRIMARY KEY,            -- as the configuration names it
  is_configured INTEGER NOT NULL,            -- 0: it was once, and counts no more
  size          INTEGER NOT NULL DEFAULT 0,  -- the largest head that it cosigned
  cosigned      INTEGER,                     -- when its last cosignature came, ms since 1970 UTC
  base          INTEGER NOT NULL DEFAULT 0,  -- the size from which it wants to be shown growth
  status        INTEGER,                     -- of HTTP, of its last answer; NULL if none came
  state         TEXT,                        -- what its last answer meant; NULL before
  ahead         INTEGER,                     -- it named this size, where the log does not reach
  fallen        INTEGER                      -- it had cosigned this size when it named a smaller one
) STRICT, WITHOUT ROWID;

CREATE TABLE cosigner (
  peer     INTEGER PRIMARY KEY REFERENCES peer,
  key      TEXT,                        -- the witness's key; NULL before its first cosignature
  size     INTEGER NOT NULL DEFAULT 0,  -- the largest head that it cosigned
  cosigned INTEGER,                     -- when its last cosignature came, ms since 1970 UTC
  base     INTEGER NOT NULL DEFAULT 0,  -- the size from which it wants to be shown that the log grew
  status   INTEGER NOT NULL,            -- of its last answer, as audit-log-v1.md has them
  answered INTEGER NOT NULL,            -- when that came, ms since 1970 UTC
  fallen   INTEGER                      -- it had cosigned this size when it named a smaller one
) STRICT;

CREATE TABLE early (
  stream   INTEGER NOT NULL REFERENCES stream,
  key      INTEGER NOT NULL,            -- of an entity as in entity_key, or 63 bits of SHA-256 over the dot
  position INTEGER NOT NULL,
  PRIMARY KEY (stream, key, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE edge (
  superseded INTEGER NOT NULL,          -- position
  facet      INTEGER NOT NULL REFERENCES word,
  successor  INTEGER NOT NULL,          -- position
  PRIMARY KEY (superseded, facet, successor)
) STRICT, WITHOUT ROWID;

CREATE TABLE entity (
  position INTEGER PRIMARY KEY,
  type     INTEGER NOT NULL REFERENCES word,
  uuid     BLOB,                        -- of what is found by identifier; of others the header tells
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
  accepted  INTEGER NOT NULL,           -- ms since 1970 UTC, this node's clock
  changes   INTEGER NOT NULL,
  bytes     INTEGER NOT NULL,           -- of the envelope
  source    INTEGER,                    -- the peer that delivered it; NULL if written here
  flags     INTEGER NOT NULL,           -- sum of: 1 urgent, 2 its author's clock is suspect,
                                        -- 4 its values were erased with a withdrawn stream
  chain     INTEGER,                    -- while the chain is incomplete: its row; else NULL
  header    BLOB NOT NULL,              -- frame
  signature BLOB NOT NULL,
  salt      BLOB NOT NULL,              -- 16 bytes; longer once a value is erased
  erased    BLOB                        -- leaves of destroyed values: index (4 bytes), leaf (32)
) STRICT;

CREATE TABLE evidence (
  position     INTEGER NOT NULL,        -- of the change
  number       INTEGER NOT NULL,        -- of the reference in it
  patient      BLOB NOT NULL,
  kind         TEXT NOT NULL,
  author       INTEGER NOT NULL REFERENCES site,
  organisation BLOB,                    -- 16 bytes of the entity that the reference leads to
  key          INTEGER,                 -- of its identifier, as in identifier_key
  until        INTEGER,                 -- ms since 1970 UTC; NULL: open
  PRIMARY KEY (position, number)
) STRICT, WITHOUT ROWID;

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
  key     BLOB PRIMARY KEY CHECK (length(key) = 16),  -- the first half of a SHA-256
  receipt BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE notice (
  id         INTEGER PRIMARY KEY,
  name       BLOB NOT NULL UNIQUE CHECK (length(name) = 16),
  withdrawal INTEGER REFERENCES withdrawal,  -- NULL: another node's
  signed     BLOB NOT NULL,
  received   INTEGER NOT NULL,          -- ms since 1970 UTC
  is_obeyed  INTEGER NOT NULL           -- 0 while streams of it are left to seal
) STRICT;

CREATE TABLE notice_answer (
  notice   INTEGER NOT NULL REFERENCES notice,
  peer     INTEGER NOT NULL REFERENCES peer,
  outcome  INTEGER,                     -- a code of sync-v1.md; NULL: not answered yet
  answered INTEGER,                     -- ms since 1970 UTC
  PRIMARY KEY (notice, peer)
) STRICT, WITHOUT ROWID;

CREATE TABLE owed (
  peer    INTEGER NOT NULL REFERENCES peer,
  stream  INTEGER NOT NULL REFERENCES stream,
  lane    INTEGER NOT NULL,             -- 1 urgent, 2 current, 3 backfill
  after   INTEGER NOT NULL,             -- events up to this feed position were answered
  through INTEGER NOT NULL,             -- events past this one are the cursor's
  due     INTEGER NOT NULL DEFAULT 0,   -- not before, ms since 1970 UTC
  offer   INTEGER NOT NULL DEFAULT 0,   -- 1: the peer is asked first what it holds
  again   INTEGER NOT NULL DEFAULT 0,   -- 1: the peer asked for it, also for what it brought itself
  reason  TEXT NOT NULL,                -- why it waits: a code of `accord peer show`
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
  paused       INTEGER NOT NULL DEFAULT 0,
  rate         INTEGER,                 -- bytes per second that may leave; NULL: as many as go
  windows      TEXT NOT NULL DEFAULT '', -- HH:MM-HH:MM, local time, one space between; empty: always
  proxy        TEXT,                    -- host:port of a CONNECT proxy
  cursor       INTEGER NOT NULL DEFAULT 0,  -- position of our feed that it has acknowledged
  share_version  INTEGER NOT NULL DEFAULT 0,  -- of our share set for it
  share_acknowledged INTEGER NOT NULL DEFAULT 0,  -- the version of ours that it holds
  share_count    INTEGER NOT NULL DEFAULT 0,  -- members of our share set for it
  share_sum      BLOB NOT NULL DEFAULT (zeroblob(32)),  -- sync-v1.md, share set
  their_feed     BLOB,                  -- its feed, as last seen
  their_position INTEGER NOT NULL DEFAULT 0,  -- its feed's highest position that we answered
  their_event    BLOB,                  -- the event there
  their_share_version INTEGER NOT NULL DEFAULT 0,
  their_share_count   INTEGER NOT NULL DEFAULT 0,
  their_share_sum     BLOB NOT NULL DEFAULT (zeroblob(32)),
  last_contact   INTEGER,               -- ms since 1970 UTC
  in_step        INTEGER,               -- when it last held all that it may have, ms since 1970 UTC
  exactly_in_step INTEGER,              -- when both sides last did, ms since 1970 UTC
  their_queue    INTEGER,               -- events that it still has for us, as it last said
  clock_ahead    INTEGER                -- ms that its clock is ahead; NULL unless suspect
) STRICT;

CREATE TABLE peer_organisation (
  peer       INTEGER NOT NULL REFERENCES peer,
  key        INTEGER NOT NULL,          -- as in identifier_key, of type Organization
  identifier TEXT NOT NULL,             -- system|value, as it was given
  PRIMARY KEY (peer, key)
) STRICT, WITHOUT ROWID;

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
  closed   INTEGER,                     -- ms since 1970 UTC: an administrator set it aside
  UNIQUE (peer, digest)
) STRICT;

CREATE TABLE refusal (
  peer   INTEGER NOT NULL REFERENCES peer,
  is_in  INTEGER NOT NULL,              -- 1: this node refused; 0: the peer did
  reason TEXT NOT NULL,                 -- a name of sync-v1.md
  count  INTEGER NOT NULL,
  last   INTEGER NOT NULL,              -- ms since 1970 UTC
  PRIMARY KEY (peer, is_in, reason)
) STRICT, WITHOUT ROWID;

CREATE TABLE registration (
  patient BLOB NOT NULL,
  site    INTEGER NOT NULL REFERENCES site,
  PRIMARY KEY (patient, site)
) STRICT, WITHOUT ROWID;

CREATE TABLE repetition (
  peer   INTEGER NOT NULL REFERENCES peer,
  what   TEXT NOT NULL,                 -- a code or a sentence of ours
  told   INTEGER NOT NULL,              -- ms since 1970 UTC: its newest entry
  untold INTEGER NOT NULL,              -- how often it was since
  PRIMARY KEY (peer, what)
) STRICT, WITHOUT ROWID;

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

CREATE TABLE session (
  id        INTEGER PRIMARY KEY,
  peer      INTEGER NOT NULL REFERENCES peer,
  name      BLOB NOT NULL CHECK (length(name) = 16),
  is_ours   INTEGER NOT NULL,           -- 1 if this node dialled
  started   INTEGER NOT NULL,           -- ms since 1970 UTC
  ended     INTEGER,                    -- ms since 1970 UTC
  ours      INTEGER NOT NULL,           -- position of our feed that was acknowledged
  theirs    INTEGER NOT NULL,           -- position of its feed that was answered
  sent      INTEGER NOT NULL DEFAULT 0, -- events
  received  INTEGER NOT NULL DEFAULT 0, -- events
  ending    TEXT,                       -- a code, never content
  -- Events that no audit entry tells of yet.
  untold_sent          INTEGER NOT NULL DEFAULT 0,
  untold_received      INTEGER NOT NULL DEFAULT 0,
  untold_answered      INTEGER NOT NULL DEFAULT 0,  -- sent, and answered by the peer
  untold_refused_there INTEGER NOT NULL DEFAULT 0,  -- of these, not kept by the peer
  untold_refused_here  INTEGER NOT NULL DEFAULT 0   -- received, and not kept here
) STRICT;

CREATE TABLE setting (
  name  TEXT PRIMARY KEY,
  value BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE share (
  peer      INTEGER NOT NULL REFERENCES peer,
  stream    INTEGER NOT NULL REFERENCES stream,
  version   INTEGER NOT NULL,           -- of the peer's share set that added it
  agreement INTEGER NOT NULL REFERENCES agreement,
  others    TEXT,                       -- agreements for other purposes, a space between
  policy    INTEGER NOT NULL,
  until     INTEGER,                    -- ms since 1970 UTC; NULL: no end
  PRIMARY KEY (peer, stream)
) STRICT, WITHOUT ROWID;

CREATE TABLE share_removed (
  peer    INTEGER NOT NULL REFERENCES peer,
  stream  INTEGER NOT NULL REFERENCES stream,
  version INTEGER NOT NULL,             -- of the peer's share set that left it out
  agreement INTEGER REFERENCES agreement, -- it lapsed under this; NULL: a notice told it
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
  home    INTEGER NOT NULL REFERENCES site, -- who registered the patient, or whose stream it is
  sealed  INTEGER,                      -- ms since 1970 UTC: who shared it withdrew it; not in view
  erases  INTEGER NOT NULL DEFAULT 0,   -- 1: what comes of it while it is sealed is kept without values
  returned INTEGER REFERENCES peer      -- who shares it again: it is to come back into view
) STRICT;

CREATE TABLE vector (
  stream  INTEGER NOT NULL REFERENCES stream,
  replica INTEGER NOT NULL REFERENCES replica,
  counter INTEGER NOT NULL,
  seq     INTEGER NOT NULL,             -- the event with that counter
  PRIMARY KEY (stream, replica)
) STRICT, WITHOUT ROWID;

CREATE TABLE wanted (
  peer    INTEGER NOT NULL REFERENCES peer,
  stream  BLOB NOT NULL,
  replica BLOB NOT NULL,
  first   INTEGER NOT NULL,             -- counter
  last    INTEGER NOT NULL,             -- counter
  asked   INTEGER NOT NULL DEFAULT 0,   -- ms since 1970 UTC; 0: never
  PRIMARY KEY (peer, stream, replica, first)
) STRICT, WITHOUT ROWID;

CREATE TABLE withdrawal (
  id           INTEGER PRIMARY KEY,
  peer         INTEGER NOT NULL REFERENCES peer,
  compartments TEXT NOT NULL,           -- names; empty: everything
  patient      BLOB,                    -- NULL: every patient
  reason       TEXT NOT NULL,           -- typed by the administrator
  policy       INTEGER NOT NULL,
  made         INTEGER NOT NULL,        -- ms since 1970 UTC
  streams      INTEGER NOT NULL DEFAULT 0,  -- removed so far
  cursor       INTEGER                  -- the stream up to which rows were removed; NULL when done
) STRICT;

CREATE TABLE witness_evidence (
  witnessed INTEGER NOT NULL REFERENCES witnessed,
  size      INTEGER NOT NULL,
  root      BLOB NOT NULL CHECK (length(root) = 32),
  note      BLOB NOT NULL,
  seen      INTEGER NOT NULL,           -- ms since 1970 UTC
  PRIMARY KEY (witnessed, size, root)
) STRICT;

CREATE TABLE witnessed (
  id       INTEGER PRIMARY KEY,
  origin   TEXT NOT NULL UNIQUE,
  peer     INTEGER NOT NULL REFERENCES peer,
  key      TEXT NOT NULL,               -- the log's key, as its card had it at the first head
  size     INTEGER NOT NULL,
  root     BLOB NOT NULL CHECK (length(root) = 32),
  note     BLOB NOT NULL,               -- the head with this node's cosignature
  begun    INTEGER NOT NULL,            -- when the first head came, ms since 1970 UTC
  cosigned INTEGER NOT NULL             -- when the last one did, ms since 1970 UTC
) STRICT;

CREATE TABLE word (
  id   INTEGER PRIMARY KEY,
  text TEXT NOT NULL UNIQUE
) STRICT;

CREATE INDEX agreement_job ON agreement (id) WHERE job_cursor IS NOT NULL;

CREATE INDEX ask_peer ON ask (peer, asked);

CREATE INDEX audit_alarm ON audit (seq) WHERE instr(entry, CAST('"kind":"alarm"' AS BLOB)) > 0;

CREATE INDEX audit_hold ON audit (seq) WHERE instr(entry, CAST('"kind":"hold"' AS BLOB)) > 0;

CREATE INDEX blob_missing ON blob (sha256, length) WHERE content IS NULL;

CREATE INDEX blob_piece_blob ON blob_piece (blob);

CREATE INDEX blob_use_position ON blob_use (position);

CREATE INDEX card_site ON card (site);

CREATE INDEX card_source ON card (source);

CREATE INDEX event_chain ON event (chain) WHERE chain IS NOT NULL;

CREATE UNIQUE INDEX event_dot ON event (stream, replica, counter);

CREATE INDEX event_stream ON event (stream);

CREATE INDEX evidence_patient ON evidence (patient);

CREATE INDEX notice_open ON notice_answer (peer) WHERE outcome IS NULL;

CREATE INDEX notice_withdrawal ON notice (withdrawal);

CREATE INDEX owed_lane ON owed (peer, lane, stream) WHERE after < through;

CREATE INDEX owed_settled ON owed (peer, through) WHERE after >= through;

CREATE INDEX pending_peer ON pending (peer, bytes);

CREATE INDEX pending_replica ON pending (replica);

CREATE INDEX quarantine_peer ON quarantine (peer, bytes) WHERE position IS NULL AND closed IS NULL;

CREATE INDEX session_peer ON session (peer, id);

CREATE INDEX share_removed_version ON share_removed (peer, version);

CREATE INDEX share_until ON share (until) WHERE until IS NOT NULL;

CREATE INDEX share_version ON share (peer, version);

CREATE INDEX stream_patient ON stream (patient) WHERE patient IS NOT NULL;

CREATE INDEX stream_returned ON stream (id) WHERE returned IS NOT NULL;

CREATE INDEX wanted_asked ON wanted (peer, asked);

CREATE INDEX wanted_stream ON wanted (stream);

CREATE INDEX withdrawal_open ON withdrawal (peer) WHERE cursor IS NOT NULL;

CREATE INDEX withdrawal_patient ON withdrawal (peer, patient);

CREATE INDEX witnessed_peer ON witnessed (peer);
