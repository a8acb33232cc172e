-- A run's seal in parts, so that a check can tell where a changed, missing or added row is
-- (docs/decisions/0014-what-a-check-covers.md).

-- One part of a run's seal; run.seal is the sum of its parts, mod 2^256.
CREATE TABLE seal_part(
  run  INTEGER NOT NULL REFERENCES run(id) ON DELETE CASCADE,
  part TEXT NOT NULL,                                   -- what it is over: 'setting loss', 'points of d_loss'
  seal BLOB NOT NULL CHECK(length(seal) = 32),          -- the sum over those rows, high byte first
  PRIMARY KEY(run, part)
) STRICT, WITHOUT ROWID;

-- Of what earlier versions wrote only the sum is known.
INSERT INTO seal_part(run, part, seal) SELECT id, 'earlier', seal FROM run;
