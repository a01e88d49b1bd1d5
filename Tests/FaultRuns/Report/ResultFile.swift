import Foundation

/// Results as they come, a line each, so that an interrupted run leaves what it has.
struct ResultFile {
    private let file: FileHandle

    init(_ path: String) throws {
        guard FileManager.default.createFile(atPath: path, contents: nil),
            let file = FileHandle(forWritingAtPath: path)
        else { throw FaultRunError("cannot write \(path)") }
        self.file = file
    }

    func append(_ result: some Encodable) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        try file.write(contentsOf: encoder.encode(result) + Data("\n".utf8))
    }
}
