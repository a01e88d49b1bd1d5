import Testing

/// What the pages of `web/` keep to: the browser runs the files as they are, so nothing else would notice.
@Suite struct WebPagesTests {
    private static let files = Tree.files(in: "web").filter { !$0.path.hasSuffix(".swift") }
    private static let modules = files.filter { $0.path.hasSuffix(".js") }
    private static let list = Tree.text(of: "web/WebPages.swift")

    /// A file that nobody lists is not in the binary.
    @Test func everyFileIsListed() {
        let listed = Set(Self.list.matches(of: #/File\("([\w\/.]+)", PackageResources\.(\w+)\)/#).map { String($0.1) })

        #expect(Self.files.count > 20)
        #expect(listed.map { "web/" + $0 }.sorted() == Self.files.map(\.path))
        for match in Self.list.matches(of: #/File\("\w+\/([\w.]+)", PackageResources\.(\w+)\)/#) {
            #expect(match.1.replacing(".", with: "_") == match.2, "\(match.1)")
        }
    }

    @Test func modulesHaveAtMost200LinesOf120Columns() {
        let long = Self.files.flatMap { file in
            file.lines.enumerated().filter { $0.element.count > 120 }.map { "\(file.path):\($0.offset + 1)" }
        }

        #expect(long == [])
        #expect(Self.modules.filter { $0.lines.count > 201 }.map(\.path) == [])
    }

    @Test func modulesSayWhatTheyAreForAndImportWhatIsThere() {
        for module in Self.modules {
            #expect(module.text.hasPrefix("/**"), "\(module.path) does not open with its purpose")
            let folder = module.path.split(separator: "/").dropLast().joined(separator: "/")
            for match in module.text.matches(of: #/from "([^"]+)"/#) {
                let path = match.1.hasPrefix("../") ? "web/" + match.1.dropFirst(3) : folder + match.1.dropFirst(1)
                #expect(Tree.exists(path), "\(module.path) imports \(match.1)")
            }
        }
    }

    /// The content security policy would stop it in the browser; here it is stopped before.
    @Test func nothingIsInlineAndNoTextBecomesMarkup() {
        let pages = Self.files.filter { $0.path.hasSuffix(".html") }
        let inline = #/ style="| on\w+="|<style|<script(?![^>]* src=)|javascript:|https?:\/\//#
        let markup = #/innerHTML|outerHTML|insertAdjacentHTML|document\.write|DOMParser|\beval\b|new Function/#

        #expect(pages.count == 2)
        #expect(pages.filter { $0.text.contains(inline) }.map(\.path) == [])
        #expect(Self.modules.filter { $0.text.contains(markup) }.map(\.path) == [])
    }
}
