/// Why a run says nothing.
struct FaultRunError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }

    /// A fault that did not happen, however green the rest: the run is invalid.
    static func didNotFire(_ what: String) -> FaultRunError { FaultRunError("the fault did not fire: \(what)") }
}
