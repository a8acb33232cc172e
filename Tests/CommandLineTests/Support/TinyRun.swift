/// A run of three epochs of four steps, trained in a fraction of a second by the real program.
enum TinyRun {
  /// The options of `train`.
  static let options =
    "--preset ring --set epochs=3 --set steps_per_epoch=4 --set batch_size=8 --set samples.every=0 "
    + "--set log_every=1 --set checkpoint.keep_last=0 "
    + "--set 'generator.layers=[{dense: 8, activation: relu}, {dense: 2}]' "
    + "--set 'discriminator.layers=[{dense: 8, activation: leaky-relu}, {dense: 1}]' -q"

  /// A shell command that overwrites one tensor of the checkpoint at a step.
  static func damage(step: Int) -> String {
    """
    sqlite3 gan-runs.db "UPDATE chunk SET data = zeroblob(length(data)) WHERE id IN (
      SELECT chunk FROM checkpoint JOIN tensor ON tensor.checkpoint = checkpoint.id
      JOIN content_chunk ON content_chunk.content = tensor.content
      WHERE step = \(step) AND tensor.name = 'generator.0.weight')"
    """
  }
}
