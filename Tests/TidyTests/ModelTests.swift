import Testing

/// The model of the purchase protocol, against the code that it is a model of.
@Suite struct ModelTests {
    private static let readme = Tree.text(of: "model/README.md")
    /// The names that the modules define.
    private static let definitions = Set(
        Tree.files(in: "model", endingIn: ".tla").flatMap { module in
            module.text.matches(of: #/(?:^|\n)(\w+)(?:\([^)]*\))? ==/#).map { String($0.1) }
        }
    )

    /// Whoever renames one side finds the other.
    @Test func everyActionOfTheTableIsInModelAndCode() {
        let row = #/\| `(\w+)` \| `(\w+)` \| \[[^\]]+\]\(\.\./([^)]+)\) \|/#
        let rows = Self.readme.matches(of: row)

        #expect(rows.count > 20)
        for match in rows {
            #expect(Self.definitions.contains(String(match.1)), "the model defines no \(match.1)")
            let words = Tree.text(of: String(match.3)).split { !($0.isLetter || $0.isNumber || $0 == "_") }
            #expect(words.contains(match.2), "\(match.3) has no \(match.2)")
        }
    }

    /// A configuration nobody describes explains nothing when it fails.
    @Test func everyBrokenVariantIsDescribedAndDefined() {
        let script = Tree.text(of: "scripts/model")
        let variants = script.matches(of: #/\nrefuted +(\S+) +(\w+) +(\w+) +(?:-|(\w+)=(\w+)) +(\w+)/#)

        #expect(variants.count > 8)
        for variant in variants {
            #expect(Self.readme.contains("| `\(variant.1)` (P"), "README.md does not describe \(variant.1)")
            for name in [variant.2, variant.3, variant.4, variant.5, variant.6].compactMap({ $0 }) {
                #expect(Self.definitions.contains(String(name)), "the model defines no \(name)")
            }
        }
    }
}
