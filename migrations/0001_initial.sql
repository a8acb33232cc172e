-- The first schema of a gan-runs registry.
--
-- One file holds what an experiment produces: settings, curves, pictures, log lines and weights.
-- Every table is STRICT; integer keys join tables, readable ids (run.run_id) stand outside. Times
-- are microseconds since 1970-01-01 UTC. Truth values are 0 and 1. Tables marked (sealed) are under
-- run.seal: whoever changes a row by hand breaks the seal.
--
-- A released migration never changes; what comes later is another file.

-- The file itself: one row.
CREATE TABLE registry(
  id         INTEGER PRIMARY KEY CHECK(id = 1),
  created_at INTEGER NOT NULL,                          -- when the file was made
  seal       BLOB NOT NULL CHECK(length(seal) = 32)     -- sum of all run.seal, mod 2^256, high byte first
) STRICT;

-- One training run. (sealed, but for epoch, step, images and checkpoints, which follow from the rest)
CREATE TABLE run(
  id            INTEGER PRIMARY KEY,
  run_id        TEXT NOT NULL UNIQUE CHECK(length(run_id) = 14 AND run_id GLOB 'r*'),
  name          TEXT NOT NULL CHECK(name <> '' AND instr(name, '@') = 0), -- several runs may share one
  experiment    TEXT NOT NULL,                          -- the name of the group it belongs to
  status        TEXT NOT NULL CHECK(status IN
                  ('running', 'finished', 'interrupted', 'crashed', 'failed', 'diverged', 'paused')),
  created_at    INTEGER NOT NULL,
  ended_at      INTEGER,
  failure       TEXT,                                   -- the sentence that ended a failed run
  parent_run_id TEXT,                                   -- run_id of the run it was forked from; may be gone
  parent_digest BLOB CHECK(length(parent_digest) = 32), -- digest of the checkpoint it started from
  epoch         INTEGER NOT NULL DEFAULT 0,             -- of the newest point or checkpoint
  step          INTEGER NOT NULL DEFAULT 0,
  images        INTEGER NOT NULL DEFAULT 0,             -- real examples seen
  checkpoints   INTEGER NOT NULL DEFAULT 0,             -- how many are stored and visible
  seal          BLOB NOT NULL CHECK(length(seal) = 32), -- sum of SHA-256(row) over its rows, mod 2^256
  CHECK((parent_run_id IS NULL) = (parent_digest IS NULL))
) STRICT;
-- `list`: newest first; `latest~N`.
CREATE INDEX run_by_creation ON run(created_at, id);
-- RUN given by name: the newest run of that name.
CREATE INDEX run_by_name ON run(name, created_at);
-- Opening a registry: runs that claim to be running are looked at.
CREATE INDEX run_by_status ON run(status);

-- One dotted configuration key of a run, every default written out. (sealed)
CREATE TABLE setting(
  run   INTEGER NOT NULL REFERENCES run(id) ON DELETE CASCADE,
  key   TEXT NOT NULL,                                  -- such as generator.layers.0.dense
  kind  TEXT NOT NULL CHECK(kind IN ('boolean', 'integer', 'number', 'text')),
  value ANY NOT NULL,                                   -- 0 or 1, an integer, a real, a text; NaN is the text 'NaN'
  PRIMARY KEY(run, key)
) STRICT, WITHOUT ROWID;

-- One stretch of training by one process; a resume opens the next. (sealed, but for heartbeat_at)
CREATE TABLE attempt(
  run             INTEGER NOT NULL REFERENCES run(id) ON DELETE CASCADE,
  number          INTEGER NOT NULL CHECK(number >= 1),
  start_step      INTEGER NOT NULL,                     -- the step it went on from
  visible_to      INTEGER,                              -- its points and checkpoints beyond are shadowed by
                                                        -- a later attempt; NULL: none are; -1: all are
  started_at      INTEGER NOT NULL,
  ended_at        INTEGER,
  status          TEXT NOT NULL CHECK(status IN
                    ('running', 'finished', 'interrupted', 'crashed', 'failed', 'diverged', 'paused')),
  host            TEXT NOT NULL,                        -- what follows names the process, to tell whether
  pid_namespace   TEXT NOT NULL,                        -- it still lives
  boot_id         TEXT NOT NULL,
  pid             INTEGER NOT NULL,
  process_started INTEGER NOT NULL,                     -- clock ticks after boot, /proc/PID/stat field 22
  heartbeat_at    INTEGER NOT NULL,                     -- last sign of life, renewed every few seconds
  PRIMARY KEY(run, number)
) STRICT, WITHOUT ROWID;

-- One fact of what an attempt ran on: version, git_commit, cpu, threads. (sealed)
CREATE TABLE environment(
  run     INTEGER NOT NULL,
  attempt INTEGER NOT NULL,
  name    TEXT NOT NULL,
  value   TEXT NOT NULL,
  PRIMARY KEY(run, attempt, name),
  FOREIGN KEY(run, attempt) REFERENCES attempt(run, number) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

-- A user's key and value on a run. (sealed)
CREATE TABLE tag(
  run   INTEGER NOT NULL REFERENCES run(id) ON DELETE CASCADE,
  key   TEXT NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY(run, key)
) STRICT, WITHOUT ROWID;

-- A user's text on a run. (sealed)
CREATE TABLE note(
  run  INTEGER PRIMARY KEY REFERENCES run(id) ON DELETE CASCADE,
  text TEXT NOT NULL
) STRICT;

-- One line of a run's log. (sealed)
CREATE TABLE line(
  run     INTEGER NOT NULL REFERENCES run(id) ON DELETE CASCADE,
  number  INTEGER NOT NULL,                             -- from 1, in the order of recording
  attempt INTEGER NOT NULL,
  time    INTEGER NOT NULL,
  text    TEXT NOT NULL,
  PRIMARY KEY(run, number)
) STRICT, WITHOUT ROWID;

-- What belongs to a step whatever was measured there. (sealed)
CREATE TABLE step(
  run     INTEGER NOT NULL REFERENCES run(id) ON DELETE CASCADE,
  step    INTEGER NOT NULL,                             -- steps done since the run's start
  attempt INTEGER NOT NULL,
  epoch   INTEGER,                                      -- from 1
  images  INTEGER,                                      -- real examples seen
  time    INTEGER NOT NULL,
  PRIMARY KEY(run, step, attempt)
) STRICT, WITHOUT ROWID;

-- One metric of a run, with the summary of its visible points, so that a listing reads no points.
-- NULL in last with count > 0 is NaN; min and max leave NaN out.
CREATE TABLE series(
  id             INTEGER PRIMARY KEY,
  run            INTEGER NOT NULL REFERENCES run(id) ON DELETE CASCADE,
  name           TEXT NOT NULL,                         -- such as d_loss or swd[n=2048]
  count          INTEGER NOT NULL DEFAULT 0,            -- visible points, NaN among them
  last           REAL,                                  -- the value at the highest step
  last_step      INTEGER,
  min            REAL,
  min_step       INTEGER,                               -- the first step where it stands
  max            REAL,
  max_step       INTEGER,
  nan_count      INTEGER NOT NULL DEFAULT 0,
  first_nan_step INTEGER,
  UNIQUE(run, name)
) STRICT;

-- One value of one metric. A row is a point: NULL is NaN, a missing point is a missing row;
-- infinities are values. docs/decisions/0001-metric-key-order.md has the measurements behind the
-- order of the key. (sealed)
CREATE TABLE point(
  series  INTEGER NOT NULL REFERENCES series(id) ON DELETE CASCADE,
  step    INTEGER NOT NULL,
  attempt INTEGER NOT NULL,
  value   REAL,
  PRIMARY KEY(series, step, attempt)
) STRICT, WITHOUT ROWID;

-- A picture made while training: a sample grid on fixed noise. (sealed)
CREATE TABLE picture(
  id      INTEGER PRIMARY KEY,
  run     INTEGER NOT NULL REFERENCES run(id) ON DELETE CASCADE,
  name    TEXT NOT NULL,                                -- such as samples
  step    INTEGER NOT NULL,
  attempt INTEGER NOT NULL,
  epoch   INTEGER NOT NULL,
  time    INTEGER NOT NULL,
  png     BLOB NOT NULL,                                -- last: what stands before is read without it
  UNIQUE(run, name, step, attempt)
) STRICT;

-- At most 1 MiB of tensor bytes, named by their SHA-256, stored once however many tensors hold them.
CREATE TABLE chunk(
  id     INTEGER PRIMARY KEY,
  digest BLOB NOT NULL UNIQUE CHECK(length(digest) = 32),   -- of the raw bytes
  bytes  INTEGER NOT NULL CHECK(bytes BETWEEN 1 AND 1048576), -- raw length
  codec  INTEGER NOT NULL CHECK(codec >= 0),            -- how data holds them; 0: as they are
  data   BLOB NOT NULL CHECK(length(data) <= bytes)
) STRICT;

-- The whole bytes of a tensor, named by their SHA-256.
CREATE TABLE content(
  id     INTEGER PRIMARY KEY,
  digest BLOB NOT NULL UNIQUE CHECK(length(digest) = 32),
  bytes  INTEGER NOT NULL CHECK(bytes >= 0)
) STRICT;

-- Which chunks, in which order, make up a content.
CREATE TABLE content_chunk(
  content  INTEGER NOT NULL REFERENCES content(id) ON DELETE CASCADE,
  position INTEGER NOT NULL,                            -- from 0
  chunk    INTEGER NOT NULL REFERENCES chunk(id),
  PRIMARY KEY(content, position)
) STRICT, WITHOUT ROWID;
-- Whether anything names a chunk; without it each deletion of a chunk would read this whole table.
CREATE INDEX content_chunk_by_chunk ON content_chunk(chunk);

-- A checkpoint: a state that training goes on from, bit for bit. A row that can be seen is whole:
-- it is written last, in one durable transaction. (sealed, with its clocks)
CREATE TABLE checkpoint(
  id           INTEGER PRIMARY KEY,
  run          INTEGER NOT NULL,
  attempt      INTEGER NOT NULL,
  step         INTEGER NOT NULL,
  epoch        INTEGER NOT NULL,                        -- the epoch it was taken in, from 1
  is_epoch_end INTEGER NOT NULL CHECK(is_epoch_end IN (0, 1)),
  created_at   INTEGER NOT NULL,
  digest       BLOB NOT NULL CHECK(length(digest) = 32), -- over tensors, counters and seed
  seed         INTEGER NOT NULL,                        -- 64 bits, read as unsigned
  tensors      INTEGER NOT NULL,                        -- how many
  bytes        INTEGER NOT NULL,                        -- of all tensors
  stored_bytes INTEGER NOT NULL,                        -- its chunks take in the file, shared ones counted whole
  FOREIGN KEY(run, attempt) REFERENCES attempt(run, number) ON DELETE CASCADE
) STRICT;
-- A run's checkpoints, for `checkpoints list`, RUN@step:N, retention and the key above.
CREATE INDEX checkpoint_by_run ON checkpoint(run, attempt, step);

-- One named tensor of a checkpoint; under the checkpoint's digest.
CREATE TABLE tensor(
  checkpoint INTEGER NOT NULL REFERENCES checkpoint(id) ON DELETE CASCADE,
  name       TEXT NOT NULL,                             -- such as generator.0.weight
  dtype      TEXT NOT NULL,                             -- F32
  shape      TEXT NOT NULL CHECK(shape GLOB '[[]*]'),     -- a JSON array, such as [64,256]
  content    INTEGER NOT NULL REFERENCES content(id),
  PRIMARY KEY(checkpoint, name)
) STRICT, WITHOUT ROWID;
-- Whether anything names a content.
CREATE INDEX tensor_by_content ON tensor(content);

-- One counter of a checkpoint, under its digest, or one clock, which stands outside of it.
CREATE TABLE counter(
  checkpoint INTEGER NOT NULL REFERENCES checkpoint(id) ON DELETE CASCADE,
  name       TEXT NOT NULL,
  kind       TEXT NOT NULL CHECK(kind IN ('integer', 'real', 'clock')),
  value      ANY NOT NULL,                              -- an integer, a real; NaN is the 8 bytes of its pattern
  PRIMARY KEY(checkpoint, kind, name)
) STRICT, WITHOUT ROWID;

-- A name on a checkpoint, which keeps it: best, sweet-spot, a user's own. (sealed)
CREATE TABLE pin(
  run        INTEGER NOT NULL REFERENCES run(id) ON DELETE CASCADE,
  name       TEXT NOT NULL,
  checkpoint INTEGER NOT NULL REFERENCES checkpoint(id) ON DELETE CASCADE,
  PRIMARY KEY(run, name)
) STRICT, WITHOUT ROWID;
-- A checkpoint's pins.
CREATE INDEX pin_by_checkpoint ON pin(checkpoint);

-- For the sqlite3 shell: one row a run, newest first.
CREATE VIEW run_summary AS
SELECT
  run.run_id AS id, run.name, run.experiment, run.status, run.epoch, run.step,
  (SELECT CASE WHEN count > 0 THEN coalesce(last, 'NaN') END FROM series
    WHERE series.run = run.id AND series.name = 'd_loss') AS d_loss,
  (SELECT CASE WHEN count > 0 THEN coalesce(last, 'NaN') END FROM series
    WHERE series.run = run.id AND series.name = 'g_loss') AS g_loss,
  (SELECT CASE WHEN count > 0 THEN coalesce(last, 'NaN') END FROM series
    WHERE series.run = run.id AND series.name = 'd_accuracy') AS d_accuracy,
  run.checkpoints,
  strftime('%Y-%m-%dT%H:%M:%SZ', run.created_at / 1000000, 'unixepoch') AS created,
  strftime('%Y-%m-%dT%H:%M:%SZ', run.ended_at / 1000000, 'unixepoch') AS ended
FROM run ORDER BY run.created_at DESC, run.id DESC;

-- For the sqlite3 shell: every visible point by name.
CREATE VIEW points AS
SELECT
  run.run_id, run.name AS run_name, series.name AS metric, point.step, step.epoch, step.images,
  coalesce(point.value, 'NaN') AS value,
  strftime('%Y-%m-%dT%H:%M:%fZ', step.time / 1000000.0, 'unixepoch') AS time
FROM run
JOIN series ON series.run = run.id
JOIN point ON point.series = series.id
JOIN attempt ON attempt.run = run.id AND attempt.number = point.attempt
LEFT JOIN step ON step.run = run.id AND step.step = point.step AND step.attempt = point.attempt
WHERE (attempt.visible_to IS NULL OR point.step <= attempt.visible_to)
  AND NOT EXISTS (SELECT 1 FROM point AS later WHERE later.series = point.series
    AND later.step = point.step AND later.attempt > point.attempt);

-- For the sqlite3 shell: every visible checkpoint, with its pins.
CREATE VIEW checkpoints AS
SELECT
  run.run_id, run.name AS run_name, checkpoint.epoch, checkpoint.step, checkpoint.is_epoch_end,
  lower(hex(checkpoint.digest)) AS digest, checkpoint.bytes, checkpoint.stored_bytes,
  checkpoint.tensors,
  (SELECT group_concat(pin.name, ' ') FROM pin WHERE pin.checkpoint = checkpoint.id) AS pins,
  strftime('%Y-%m-%dT%H:%M:%SZ', checkpoint.created_at / 1000000, 'unixepoch') AS created
FROM checkpoint
JOIN run ON run.id = checkpoint.run
JOIN attempt ON attempt.run = checkpoint.run AND attempt.number = checkpoint.attempt
WHERE attempt.visible_to IS NULL OR checkpoint.step <= attempt.visible_to
ORDER BY run.created_at, run.id, checkpoint.id;
