import Foundation
import FuzzTargets
import Testing

/// The committed corpus, and what it grows by: an input that once ended a parser is put there.
@Suite struct CorpusTests {
    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("../../fuzz/corpus").standardizedFileURL

    @Test(arguments: FuzzTarget.allCases)
    func holdsWhateverTheBytes(_ target: FuzzTarget) throws {
        let folder = Self.folder.appendingPathComponent(target.rawValue)
        let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
        #expect(files.count >= 10)

        for file in files {
            let bytes = try [UInt8](Data(contentsOf: file))
            target.run(bytes)
            // And what is next to it: cut short, or one byte of it another.
            for index in stride(from: 0, to: bytes.count, by: 1 + bytes.count / 32) {
                target.run(Array(bytes[..<index]))
                var changed = bytes
                changed[index] ^= 1 << UInt8(index % 8)
                target.run(changed)
            }
        }
    }
}
