import Kernel
import Synchronization

/// Says on standard error how far a long command has come: a line that is written over on a terminal, else a line a second.
final class Progress: Sendable {
    private struct State {
        var count = 0
        var bytes = 0
        var shownAt: Instant
    }

    private let noun: String
    private let total: Int?
    private let totalBytes: Int?
    private let isShown: Bool
    private let isTerminal = Terminal.isWatched
    private let start = Instant.now
    private let state = Mutex(State(shownAt: .now))

    /// Progress of so many `noun`s, or bytes, where that is known; `wanted` is what the user says about showing it.
    ///
    /// Where the user says nothing it is shown on a terminal.
    init(_ noun: String, of total: Int? = nil, bytes: Int? = nil, wanted: Bool?) {
        self.noun = noun
        self.total = total
        totalBytes = bytes
        isShown = wanted ?? Terminal.isWatched
    }

    /// So much more was done.
    func advance(by count: Int = 0, bytes: Int = 0) {
        guard isShown else { return }
        let line = state.withLock { state -> String? in
            state.count += count
            state.bytes += bytes
            guard .now - state.shownAt > (isTerminal ? .milliseconds(200) : .seconds(1)) else { return nil }
            state.shownAt = .now
            return text(state)
        }
        if let line { show(line) }
    }

    /// Something else happens now, which cannot be counted.
    func turn(to phase: String) {
        guard isShown else { return }
        show("\(state.withLock { text($0) }); \(phase)")
    }

    /// Clears the line on a terminal.
    func finish() {
        guard isShown, isTerminal else { return }
        put("\r\u{1B}[K")
    }

    private func text(_ state: State) -> String {
        var parts = [Words.count(state.count) + (total.map { " of \(Words.count($0))" } ?? "") + " \(noun)"]
        if state.bytes > 0 {
            let ofAll = totalBytes.map { " of \(Words.bytes($0)) (\(Words.percent(state.bytes, of: $0)))" } ?? ""
            parts.append(Words.bytes(state.bytes) + ofAll)
        }
        let seconds = (Instant.now - start).inSeconds
        if seconds > 0 { parts.append("\(Words.count(Int(Double(state.count) / seconds))) a second") }
        return parts.joined(separator: ", ")
    }

    private func show(_ line: String) { put(isTerminal ? "\r\(line)\u{1B}[K" : line + "\n") }

    private func put(_ text: String) {
        do { try Terminal.write(Array(text.utf8), to: 2, called: "standard error") } catch {}
    }
}
