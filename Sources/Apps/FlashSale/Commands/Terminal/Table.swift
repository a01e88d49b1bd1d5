/// A table with aligned columns; what is in a cell cannot steer the terminal.
struct Table {
    /// A heading, and whether its column is of numbers, which stand to the right.
    struct Column {
        let heading: String
        let isNumeric: Bool

        static func text(_ heading: String) -> Column { Column(heading: heading, isNumeric: false) }
        static func number(_ heading: String) -> Column { Column(heading: heading, isNumeric: true) }
    }

    let columns: [Column]
    let rows: [[String]]

    /// The headings, then a line a row; no line ends in a space.
    var text: String { Self.lines(of: [columns.map(\.heading)] + rows, columns) }

    /// The lines without the headings.
    var body: String { Self.lines(of: rows, columns) }

    private static func lines(of rows: [[String]], _ columns: [Column]) -> String {
        let cells = rows.map { row in row.map(printable) }
        let widths = columns.indices.map { column in cells.map { $0[column].count }.max() ?? 0 }
        return cells.map { row in
            let line = columns.indices.map { column in
                let padding = String(repeating: " ", count: widths[column] - row[column].count)
                return columns[column].isNumeric ? padding + row[column] : row[column] + padding
            }
            .joined(separator: "  ")
            return String(line.reversed().drop { $0 == " " }.reversed())
        }
        .joined(separator: "\n")
    }

    /// The text with control characters replaced.
    static func printable(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) else { return text }
        return String(
            String.UnicodeScalarView(
                text.unicodeScalars.map { $0.properties.generalCategory == .control ? "?" : $0 }
            )
        )
    }
}
