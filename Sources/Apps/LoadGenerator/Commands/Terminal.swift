import Glibc

/// What is written to the terminal, or to where it was sent.
enum Terminal {
    static func write(_ text: String) { put(text + "\n", to: STDOUT_FILENO) }
    static func note(_ text: String) { put(text + "\n", to: STDERR_FILENO) }

    /// A line that the next one replaces, on a terminal.
    static func progress(_ text: String) {
        put(isatty(STDERR_FILENO) == 1 ? "\r\(text)\u{1B}[K" : text + "\n", to: STDERR_FILENO)
    }

    /// Leaves the last such line as it is.
    static func endProgress() {
        if isatty(STDERR_FILENO) == 1 { put("\n", to: STDERR_FILENO) }
    }

    private static func put(_ text: String, to descriptor: Int32) {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            guard written > 0 else { return }
            rest = rest.dropFirst(written)
        }
    }
}
