-- Runs are deleted in two steps: `delete` marks them, and `gc` removes their rows once the grace period
-- is over. Until then `restore` takes the mark away (docs/decisions/0015-deleting-in-two-steps.md).

-- When the run was deleted; NULL: it was not. (sealed where it is not NULL)
ALTER TABLE run ADD COLUMN deleted_at INTEGER;

-- The views leave deleted runs out.
DROP VIEW run_summary;
DROP VIEW points;
DROP VIEW checkpoints;

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
FROM run WHERE run.deleted_at IS NULL ORDER BY run.created_at DESC, run.id DESC;

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
WHERE run.deleted_at IS NULL
  AND (attempt.visible_to IS NULL OR point.step <= attempt.visible_to)
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
WHERE run.deleted_at IS NULL
  AND (attempt.visible_to IS NULL OR checkpoint.step <= attempt.visible_to)
ORDER BY run.created_at, run.id, checkpoint.id;
