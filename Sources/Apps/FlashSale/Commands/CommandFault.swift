import Kernel

/// What is wrong with a command or its surroundings: a sentence for standard error and an exit code for scripts.
struct CommandFault: Error, CustomStringConvertible {
    /// The exit codes, those of `sysexits.h` where it has one; listed in docs/OPERATIONS.md.
    enum Code: Int32 {
        /// The state of a sale does not allow it, or an audit found something broken.
        case refused = 1
        /// The command line makes no sense.
        case usage = 64
        /// What was given makes no sale or no items.
        case badData = 65
        /// There is no such sale or file.
        case notFound = 66
        /// PostgreSQL or Redis cannot be reached.
        case unavailable = 69
        /// What cannot be.
        case broken = 70
        /// The result cannot be written.
        case unwritable = 74
        /// Nothing was done because others were faster or the time was up; the command can be repeated.
        case busy = 75
        /// A setting or the schema is wrong.
        case misconfigured = 78
    }

    let description: String
    let code: Code

    init(_ description: String, _ code: Code = .refused) {
        self.description = description
        self.code = code
    }

    /// The record's reason for having no result, with `what` in front.
    init(_ error: StoreError, _ what: String? = nil) {
        let (reason, code): (String, Code) =
            switch error.code {
            case .unavailable: ("PostgreSQL cannot be reached", .unavailable)
            case .overloaded: ("PostgreSQL is busy; try again", .busy)
            case .timedOut: ("PostgreSQL took too long; try again", .busy)
            case .conflict, .unknown: ("others were faster; try again", .busy)
            case .corrupt: ("PostgreSQL holds what cannot be", .broken)
            }
        self.init([what, reason].compactMap { $0 }.joined(separator: ": ") + " (\(error))", code)
    }

    static func noSale(_ id: any CustomStringConvertible) -> CommandFault {
        CommandFault("there is no sale \(id)", .notFound)
    }
}
