import Foundation

/// Of the long campaigns that go through a range one after the other, each so many-th is made: 1 is all;
/// `nil` where no long campaign runs.
package let tortureStride = ProcessInfo.processInfo.environment["GAN_RUNS_TORTURE"].map {
  max(1, Int($0) ?? 1)
}

/// Whether the long campaigns run too.
package let isTorture = tortureStride != nil
