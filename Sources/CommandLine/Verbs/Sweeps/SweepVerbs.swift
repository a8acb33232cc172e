import ArgumentParser

/// `gan-runs sweep`: many runs that one file asks for.
struct SweepVerbs: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sweep",
    abstract: "Search settings: the same file and seed give the same sweep, whatever works on it.",
    discussion: """
      Examples:
        gan-runs sweep run ring-lr -j 2
        gan-runs sweep best ring-lr
      """,
    subcommands: [
      SweepRun.self, SweepStatus.self, SweepResume.self, SweepBest.self, SweepStop.self,
      SweepVerify.self, SweepExport.self, SweepWork.self, SweepPlanned.self, SweepSlurm.self,
      SweepReported.self, SweepListed.self,
    ])

  /// The help of an argument that names a stored sweep.
  static let help = ArgumentHelp("The sweep's name.", valueName: "sweep")
}
