import HTTP
import Kernel

/// Pictures for items that have none of their own: a drawing made from the item's id, always the same.
struct ItemImages: Sendable {
    private static let svg = HTTPHeader("Content-Type", "image/svg+xml")
    private static let forEver = HTTPHeader("Cache-Control", "public, max-age=31536000, immutable")
    // A picture opened by itself must not run anything, whatever its id says.
    private static let policy = HTTPHeader("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'")

    func register(in router: inout HTTPRouter) {
        router.on(.get, "/images/{file}") { _, path in
            let file = path["file"]
            guard file.hasSuffix(".svg"), file.utf8.count > 4, file.unicodeScalars.count <= 259 else {
                return Problem(.notFound).response
            }
            return HTTPResponse(
                status: 200,
                contentType: Self.svg,
                headers: [Self.forEver, Self.policy],
                body: Array(Self.drawing(of: String(file.dropLast(4))).utf8)
            )
        }
    }

    /// Four tiles of simple forms; the id's digest chooses forms and colours.
    static func drawing(of id: String) -> String {
        var state = Self.digest(of: id)
        func next(_ count: UInt64) -> Int {
            state &+= 0x9e37_79b9_7f4a_7c15
            return Int(Self.mixed(state) % count)
        }
        let hue = next(360)
        let hues = [hue, (hue + 28) % 360, (hue + 190) % 360]
        let tiles = [(0, 0), (160, 0), (0, 160), (160, 160)].map { x, y in
            let ground = "hsl(\(hues[next(3)]) \(42 + next(20))% \(78 + next(12))%)"
            let ink = "hsl(\(hues[next(3)]) \(48 + next(22))% \(34 + next(26))%)"
            let turn = 90 * next(4)
            let form = Self.forms[next(UInt64(Self.forms.count))]
            return """
                <g transform="translate(\(x + 80) \(y + 80)) rotate(\(turn))">\
                <path fill="\(ground)" d="M-80-80H80V80H-80z"/><path fill="\(ink)" d="\(form)"/></g>
                """
        }
        return """
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 320 320" role="img" aria-label="\(escaped(id))">
            \(tiles.joined(separator: "\n"))
            </svg>

            """
    }

    /// What stands on a tile of 160 by 160 around its middle: quarter, two halves, circle, arch, leaf, stripes, triangle.
    private static let forms = [
        "M-80-80H80A160 160 0 0 1-80 80z",
        "M-80-80A80 80 0 0 1-80 80z M80-80A80 80 0 0 0 80 80z",
        "M0-52A52 52 0 0 1 0 52A52 52 0 0 1 0-52z",
        "M0-80H80A160 160 0 0 1-80 80V0A80 80 0 0 0 0-80z",
        "M-80-80A160 160 0 0 1 80 80A160 160 0 0 1-80-80z",
        "M-80-80H80V-27H-80z M-80 27H80V80H-80z",
        "M-80-80H80L-80 80z",
    ]

    /// FNV-1a of 64 bits.
    private static func digest(of id: String) -> UInt64 {
        id.utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01b3 }
    }

    /// SplitMix64's last step: ids in a row differ in their last letter alone, and are to look nothing alike.
    private static func mixed(_ state: UInt64) -> UInt64 {
        var word = (state ^ (state >> 30)) &* 0xbf58_476d_1ce4_e5b9
        word = (word ^ (word >> 27)) &* 0x94d0_49bb_1331_11eb
        return word ^ (word >> 31)
    }

    private static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "&": result += "&amp;"
            case "\"": result += "&quot;"
            // XML allows no other control characters, not even escaped.
            case "\u{0}"..<"\u{20}", "\u{7F}", "\u{FFFE}", "\u{FFFF}": result += "\u{FFFD}"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
