import Adversarial
import Configuration
import Datasets
import Exchange
import Files
import Pictures
import Reports
import RunModel
import RunRegistry
import Safetensors
import Tensors

/// A verb's end other than success: an exit status and the sentence that says why.
package struct Failure: Error, CustomStringConvertible {
  package var status: ProcessStatus
  /// What went wrong, where, and how to mend it; `nil` where all was said already.
  package var sentence: String?

  /// A failure that is said on standard error.
  package init(_ status: ProcessStatus, _ sentence: String?) {
    self.status = status
    self.sentence = sentence
  }

  package var description: String { sentence ?? "ended with exit status \(status.rawValue)" }

  /// What an error of any room means to the caller: the one place that maps errors to statuses.
  package init(reporting error: any Error) {
    switch error {
    case let failure as Failure: self = failure
    case let error as FileError:
      self.init(error.isMissingFolder ? .missing : .disk, error.description)
    case let error as RegistryError: self.init(ProcessStatus(error.kind), error.description)
    case let error as LeaseLost: self.init(.failed, error.description)
    case let error as FilterError:
      self.init(
        .usage, "\(error.description)\n" + pointed(at: error.place, of: error.text))
    case let error as ConfigurationError: self.init(ProcessStatus(error.kind), error.description)
    case let error as DatasetError: self.init(ProcessStatus(error.kind), error.description)
    case let error as ExchangeError: self.init(ProcessStatus(error.kind), error.description)
    case let error as SafetensorsError: self.init(ProcessStatus(error.kind), error.description)
    case let error as MemoryError: self.init(.failed, error.description)
    case let error as PictureError: self.init(.failed, error.description)
    case let error as AdversarialError: self.init(.invalid, error.description)
    default:
      // Every room throws its own error type. What else arrives here nobody foresaw.
      self.init(.defect, "a defect in gan-runs: \(error); please report it with the call you made")
    }
  }
}

extension ProcessStatus {
  fileprivate init(_ kind: RegistryError.Kind) {
    switch kind {
    case .missing: self = .missing
    case .invalid: self = .invalid
    case .busy: self = .busy
    case .disk, .full: self = .disk
    case .ambiguous, .refused: self = .failed
    case .usage: self = .usage
    }
  }

  fileprivate init(_ kind: ConfigurationError.Kind) {
    switch kind {
    case .usage: self = .usage
    case .invalid: self = .invalid
    }
  }

  fileprivate init(_ kind: DatasetError.Kind) {
    switch kind {
    case .missing: self = .missing
    case .invalid: self = .invalid
    case .unreadable: self = .disk
    }
  }

  fileprivate init(_ kind: ExchangeError.Kind) {
    switch kind {
    case .missing: self = .missing
    case .invalid: self = .invalid
    case .disk: self = .disk
    }
  }

  fileprivate init(_ kind: SafetensorsError.Kind) {
    switch kind {
    case .invalid: self = .invalid
    case .disk: self = .disk
    case .missing: self = .missing
    }
  }
}
