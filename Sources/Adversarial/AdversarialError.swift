/// Why a run can't be trained or continued: one sentence that says what, where and how to mend it.
package struct AdversarialError: Error, CustomStringConvertible {
  package let description: String

  package init(_ description: String) { self.description = description }
}
