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

    static func drawing(of id: String) -> String {
        let hash = id.utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01b3 }
        let hue = Int(hash % 360)
        let x = 60 + Int((hash >> 16) % 200)
        let y = 60 + Int((hash >> 32) % 200)
        let radius = 40 + Int((hash >> 48) % 60)
        return """
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 320 320" role="img" aria-label="\(escaped(id))">
            <rect width="320" height="320" fill="hsl(\(hue) 45% 88%)"/>
            <circle cx="\(x)" cy="\(y)" r="\(radius)" fill="hsl(\((hue + 40) % 360) 55% 62%)"/>
            <rect x="90" y="110" width="140" height="120" rx="14" fill="hsl(\(hue) 50% 45%)"/>
            <path d="M120 110a40 40 0 0 1 80 0" fill="none" stroke="hsl(\(hue) 50% 35%)" stroke-width="12"/>
            <text x="160" y="290" font-family="sans-serif" font-size="18" text-anchor="middle" \
            fill="hsl(\(hue) 40% 30%)">\(escaped(String(id.suffix(24))))</text>
            </svg>

            """
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
