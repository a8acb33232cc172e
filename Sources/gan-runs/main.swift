import CommandLine

GanRuns.main()
