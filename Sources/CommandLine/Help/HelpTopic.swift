/// A page of help that belongs to no verb: `gan-runs help filters`.
package enum HelpTopic: String, Sendable, CaseIterable {
  case filters
  case exitCodes = "exit-codes"
  case environment

  /// The page, in lines of at most 80 columns, the last one ended.
  package var text: String {
    switch self {
    case .filters: Self.filterGrammar
    case .exitCodes:
      "A call's exit status says how it ended:\n\n"
        + ProcessStatus.allCases.map { status in
          let number = String(status.rawValue)
          return String(repeating: " ", count: 5 - number.count) + "\(number)  \(status.meaning)\n"
        }.joined() + "\nWhat went wrong stands on standard error, after 'gan-runs: '.\n"
    case .environment: Self.variables
    }
  }

  private static let filterGrammar = """
    A filter says which runs are meant, by what they have in common:

      gan-runs list "metrics.d_accuracy < 0.6 and params.loss = 'hinge'"
      gan-runs list "status in ('failed', 'crashed') and created_at > -7d"
      gan-runs export --filter "first_nan_step(metrics.d_loss) < 2000"

    FIELDS
      metrics.NAME                    the last value of a metric
      last min max best count nan_count first_nan_step (metrics.NAME)
                                      best is the smallest or the largest value, as
                                      the run's checkpoint.best or the name tells
      params.KEY                      a setting, as params.generator.layers.0.dense
      tags.KEY                        a tag
      id name experiment status created_at ended_at epoch step images parent
      checkpoints note failure sweep trial
                                      the run's own; parent is a run's id, trial the
                                      number of a sweep's point

      A name may end in brackets, taken as they are: metrics.swd[n=2048]. Other odd
      names stand in backquotes: metrics.`val loss`.

    COMPARISONS
      = != < <= > >=                  with a value
      in (…)   not in (…)             with any of several values
      like   ilike                    a text with a pattern: % is any characters, _
                                      any one; ilike takes a for A
      is null   is not null           whether there is a value
      and   or   not   ( )            not binds strongest, or weakest

    VALUES
      Numbers: 3, 0.5, 1e-5, inf, nan. Texts: 'ring' or "ring"; a quote within is
      doubled. Settings also: true, false. Times: -6h ago (s m h d w), '2026-11-24',
      '2026-11-24 15:30', RFC 3339; UTC unless an offset says otherwise.

    MISSING AND NaN
      A comparison with a missing value is neither true nor false, as in SQL: a run
      without x is found by neither 'metrics.x < 1' nor 'not metrics.x < 1'.
      NaN is unequal to everything and in no order with it; nan_count(metrics.x) > 0
      finds it. Settings are typed: 64 and '64' are unequal, and in no order.

    """

  private static let variables = """
    Variables that gan-runs heeds; an option of the call comes before each:

      GAN_RUNS_DB     the registry's file, where --db names none; else gan-runs.db
      NO_COLOR        not empty: no colour (no-color.org)
      CLICOLOR_FORCE  not empty and not 0: colour into pipes too
      TERM            dumb: no colour
      COLORTERM       truecolor or 24bit: 'show --samples' has all colours, else 256
      TERM_PROGRAM, KITTY_WINDOW_ID, KONSOLE_VERSION
                      whether 'show --samples' may use kitty's graphics protocol
      COLUMNS         the width of tables, where a terminal's own is not meant
      VIRTUAL_ENV, CONDA_PREFIX, HOME
                      where 'data.kind: digits' looks for scikit-learn's pictures

    """
}
