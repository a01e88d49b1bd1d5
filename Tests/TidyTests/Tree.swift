import Foundation

/// The files of this project, without what is built or private.
enum Tree {
    struct File: Sendable {
        /// From the root of the project.
        let path: String
        let text: String

        var name: String { path.split(separator: "/").last.map(String.init) ?? path }
        var lines: [Substring] { text.split(separator: "\n", omittingEmptySubsequences: false) }
    }

    static let root = URL(filePath: #filePath).resolvingSymlinksInPath()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// Every file that is text, by path.
    static let files: [File] = {
        var files: [File] = []
        let skipped: Set = [".build", ".git", ".local", "node_modules"]
        let walk = FileManager.default.enumerator(at: root, includingPropertiesForKeys: [.isRegularFileKey])
        while let url = walk?.nextObject() as? URL {
            if skipped.contains(url.lastPathComponent) { walk?.skipDescendants() }
            // What cannot be read as UTF-8 is a picture or somebody's socket.
            guard let text = try? String(contentsOf: url, encoding: .utf8) else { continue }
            let path = url.resolvingSymlinksInPath().path(percentEncoded: false)
            files.append(File(path: String(path.dropFirst(root.path(percentEncoded: false).count)), text: text))
        }
        return files.sorted { $0.path < $1.path }
    }()

    /// The Swift files of the project's own targets, with comments and literals blanked out.
    static let swiftCode: [File] = files(
        in: "Sources",
        "Tests",
        "bench",
        "lua",
        "migrations",
        "web",
        endingIn: ".swift"
    ).map {
        File(path: $0.path, text: SwiftCode.withoutCommentsAndLiterals($0.text))
    }

    static func files(in folders: String..., endingIn ending: String = "") -> [File] {
        files.filter { file in
            file.path.hasSuffix(ending) && folders.contains { file.path.hasPrefix($0 + "/") }
        }
    }

    /// The text of a file; empty when there is none, so that the rules which need it fail.
    static func text(of path: String) -> String { files.first { $0.path == path }?.text ?? "" }

    static func exists(_ path: String) -> Bool {
        FileManager.default.fileExists(atPath: root.appending(path: path).path(percentEncoded: false))
    }
}
