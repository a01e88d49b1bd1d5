import Glibc

/// Dates in the form of RFC 9110, 5.6.7: `Sun, 06 Nov 1994 08:49:37 GMT`.
enum HTTPDate {
    private static let days = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    /// Seconds since 1970, UTC.
    static func currentSecond() -> Int { time(nil) }

    /// Renders seconds since 1970, UTC.
    ///
    /// The date is computed from the day number as in Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms".
    static func render(_ second: Int) -> String {
        let day = second / 86_400
        let time = second % 86_400
        let shifted = day + 719_468
        let dayOfEra = shifted % 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let marchMonth = (5 * dayOfYear + 2) / 153
        let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
        let year = yearOfEra + shifted / 146_097 * 400 + (month <= 2 ? 1 : 0)
        let date = "\(days[day % 7]), \(pad(dayOfYear - (153 * marchMonth + 2) / 5 + 1)) \(months[month - 1]) \(year)"
        return "\(date) \(pad(time / 3_600)):\(pad(time / 60 % 60)):\(pad(time % 60)) GMT"
    }

    private static func pad(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
