-- Sweeps: a file that says which points to train, the points that came of it, and the trainings that they
-- came down to. Runs of a sweep are runs like others; job.run_id names them
-- (docs/decisions/0029-what-a-registry-keeps-of-a-sweep.md).
--
-- Each row has its own digest, and sweep.seal is the sum of all of them: registry.seal is over the sweeps as
-- it is over the runs.

-- One sweep. (sealed; file is under its digest)
CREATE TABLE sweep(
  id              INTEGER PRIMARY KEY,
  name            TEXT NOT NULL UNIQUE CHECK(name <> '' AND instr(name, '@') = 0),
  file            TEXT NOT NULL,                        -- its whole text; it is never read again from elsewhere
  digest          BLOB NOT NULL CHECK(length(digest) = 32), -- SHA-256 of file
  created_at      INTEGER NOT NULL,
  stopped         INTEGER NOT NULL DEFAULT 0 CHECK(stopped IN (0, 1)), -- whether nothing is to begin any more
  failures_in_row INTEGER NOT NULL DEFAULT 0 CHECK(failures_in_row >= 0), -- since a job ended otherwise
  row_seal        BLOB NOT NULL CHECK(length(row_seal) = 32), -- SHA-256 of this row and its extents
  seal            BLOB NOT NULL CHECK(length(seal) = 32) -- row_seal and those of trials and jobs, summed mod 2^256
) STRICT;

-- How far a sweep is to go: what its file says, then one row for each time that it was extended.
CREATE TABLE sweep_extent(
  sweep       INTEGER NOT NULL REFERENCES sweep(id) ON DELETE CASCADE,
  number      INTEGER NOT NULL CHECK(number >= 0),      -- from 0, in the order of time
  first_entry INTEGER NOT NULL CHECK(first_entry >= 0), -- the first entry that it decides
  points      INTEGER NOT NULL CHECK(points >= 0),      -- in all
  epochs      INTEGER NOT NULL CHECK(epochs >= 1),      -- of a full training
  PRIMARY KEY(sweep, number)
) STRICT, WITHOUT ROWID;

-- One point of a sweep: what its runs have in common.
CREATE TABLE trial(
  sweep   INTEGER NOT NULL REFERENCES sweep(id) ON DELETE CASCADE,
  number  INTEGER NOT NULL CHECK(number >= 0),          -- from 0
  repeats INTEGER CHECK(repeats < number),              -- the earlier point with the very same values
  seal    BLOB NOT NULL CHECK(length(seal) = 32),       -- SHA-256 of this row and its settings
  PRIMARY KEY(sweep, number)
) STRICT, WITHOUT ROWID;

-- The value of one parameter of a point; one that does not take part has no row.
CREATE TABLE trial_setting(
  sweep    INTEGER NOT NULL,
  number   INTEGER NOT NULL,
  position INTEGER NOT NULL CHECK(position >= 0),       -- from 0, in the order of the file
  key      TEXT NOT NULL,                               -- such as generator.optimizer.lr
  kind     TEXT NOT NULL CHECK(kind IN ('boolean', 'integer', 'number', 'text')),
  value    ANY NOT NULL,                                -- as in setting
  PRIMARY KEY(sweep, number, position),
  FOREIGN KEY(sweep, number) REFERENCES trial(sweep, number) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

-- The training of one point with one seed to one rung: what a process claims, and what came of it.
CREATE TABLE job(
  sweep           INTEGER NOT NULL,
  point           INTEGER NOT NULL,                     -- trial.number
  seed            INTEGER NOT NULL CHECK(seed >= 0),    -- of the run
  rung            INTEGER NOT NULL CHECK(rung >= 0),    -- from 0: the place of epochs among the sweep's rungs
  entry           INTEGER CHECK(entry >= 0),            -- its place in the order of decisions, from 0; NULL: it
                                                        -- confirms a point that is done
  epochs          INTEGER NOT NULL CHECK(epochs >= 1),  -- in all, that the run trains to
  state           TEXT NOT NULL CHECK(state IN
                    ('running', 'waiting', 'done', 'stopped', 'diverged', 'failed')),
  run_id          TEXT,                                 -- run.run_id of what it trains; may be gone
  value           REAL,                                 -- the objective as measured; NULL: none, or not finite
  reached         INTEGER,                              -- epochs that the run had at the job's end
  failure         TEXT,                                 -- the sentence of a failure
  attempt         INTEGER NOT NULL CHECK(attempt >= 1), -- counts claims; who holds an older one is turned away
  tries           INTEGER NOT NULL CHECK(tries >= 0),   -- claims since the run last came further, without
  vanished        INTEGER NOT NULL CHECK(vanished >= 0), -- those after a process that was gone without a word
  tried_step      INTEGER,                              -- step of the run's newest checkpoint at the last claim
  started_at      INTEGER NOT NULL,                     -- of the last claim
  ended_at        INTEGER,
  host            TEXT,                                 -- what follows names the process of the last claim; NULL
  pid_namespace   TEXT,                                 -- where nobody trained it here: a repeat, or one that
  boot_id         TEXT,                                 -- waits
  pid             INTEGER,
  process_started INTEGER,                              -- clock ticks after boot, /proc/PID/stat field 22
  heartbeat_at    INTEGER,                              -- last sign of life (under no seal)
  revision        INTEGER NOT NULL,                     -- grows by one with each change of a job of the sweep
  seal            BLOB NOT NULL CHECK(length(seal) = 32), -- SHA-256 of this row but for heartbeat_at
  PRIMARY KEY(sweep, point, seed, rung),
  FOREIGN KEY(sweep, point) REFERENCES trial(sweep, number) ON DELETE CASCADE,
  CHECK((host IS NULL) = (heartbeat_at IS NULL)),
  CHECK(state <> 'running' OR host IS NOT NULL)
) STRICT, WITHOUT ROWID;
-- What has changed since a process last looked.
CREATE UNIQUE INDEX job_by_revision ON job(sweep, revision);
-- The sweep and trial of a run.
CREATE INDEX job_by_run ON job(run_id) WHERE run_id IS NOT NULL;

-- For the sqlite3 shell: one row a trial and seed, as it stands at the highest rung that it has entered.
CREATE VIEW trials AS
SELECT
  sweep.name AS sweep, trial.number,
  (SELECT group_concat(key || '=' || value, ' ') FROM
    (SELECT key, value FROM trial_setting AS own
      WHERE own.sweep = trial.sweep AND own.number = trial.number ORDER BY position)) AS params,
  job.seed, job.rung, job.epochs, job.state, job.value, job.run_id
FROM sweep
JOIN trial ON trial.sweep = sweep.id
LEFT JOIN job ON job.sweep = trial.sweep AND job.point = trial.number
  AND NOT EXISTS (SELECT 1 FROM job AS later WHERE later.sweep = job.sweep
    AND later.point = job.point AND later.seed = job.seed AND later.rung > job.rung)
ORDER BY sweep.name, trial.number, job.seed;
