import Foundation
import Testing

/// What the documents say about the tree.
@Suite struct DocumentTests {
    /// A reader who follows a link finds the file.
    @Test func relativeLinksResolve() {
        let documents = Tree.files.filter { $0.path.hasSuffix(".md") }
        let link = #/\]\(<?([^)#>\s]+)[^)]*\)/#
        var broken: [String] = []

        for document in documents {
            let folder = (document.path as NSString).deletingLastPathComponent
            let text = document.text.replacing(#/```.*?```/#.dotMatchesNewlines(), with: "")
            for match in text.matches(of: link) where !match.1.contains(":") {
                let target = (folder as NSString).appendingPathComponent(String(match.1))
                if !Tree.exists(target) { broken.append("\(document.path): \(match.1)") }
            }
        }

        #expect(broken == [])
        #expect(!documents.isEmpty)
    }

    /// The map leaves nothing out.
    @Test func architectureNamesEveryTarget() {
        let manifest = Tree.text(of: "Package.swift")
        let map = Tree.text(of: "ARCHITECTURE.md")
        let declaration =
            #/(?:\b(?:core|adapter|driver|system|text|floor|tests)\(|\.(?:executableTarget|target)\(\s*name: )"(\w+)"/#

        let targets = manifest.matches(of: declaration).map { String($0.1) }

        #expect(targets.count > 15)
        #expect(targets.filter { !map.contains("`\($0)`") } == [])
    }

    /// Results are of every fault that there is.
    @Test func reliabilityReportsEveryFault() {
        let reliability = Tree.text(of: "docs/RELIABILITY.md")
        let name = #/\bname: "([a-z-]+)"/#

        let faults = Tree.files(in: "Tests/FaultRuns/Faults", endingIn: ".swift").flatMap { file in
            file.text.matches(of: name).map { String($0.1) }
        }

        #expect(faults.count > 20)
        #expect(faults.filter { !reliability.contains("| `\($0)` |") } == [])
    }

    /// Whoever is paged looks a metric up by its name.
    @Test func operationsNameEveryMetric() {
        let operations = Tree.text(of: "docs/OPERATIONS.md")
        let name = #/"((?:flashsale|http_(?:server|client|requests?)|db_client)_[a-z0-9_]+)"/#

        let names = Set(
            Tree.files(in: "Sources", endingIn: ".swift").flatMap { file in
                file.text.matches(of: name).map { String($0.1) }
            }
        )

        #expect(names.count > 20)
        #expect(names.filter { !operations.contains($0) }.sorted() == [])
    }

    /// Notes that lie beside the tree are not there for whoever reads it.
    @Test func nothingPointsOutOfTheTree() {
        let outside = ".." + "/shared"

        #expect(Tree.files.filter { $0.text.contains(outside) }.map(\.path) == [])
    }
}
