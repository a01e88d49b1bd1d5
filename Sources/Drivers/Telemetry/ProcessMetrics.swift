import Glibc

/// What the kernel says about this process, read from `/proc/self` at each scrape.
public enum ProcessMetrics {
    static let help = [
        "process_cpu_seconds_total": "User and system time.",
        "process_resident_memory_bytes": "Memory in RAM.",
        "process_virtual_memory_bytes": "Address space.",
        "process_open_fds": "Open file descriptors.",
        "process_max_fds": "Most file descriptors that may be open.",
        "process_start_time_seconds": "Start of the process since 1970.",
        "process_threads": "Threads.",
    ]

    /// Adds the metrics that every Prometheus client library has under these names; `NaN` where `/proc` is missing.
    public static func register(in metrics: PrometheusMetrics) {
        let ticks = Double(sysconf(Int32(_SC_CLK_TCK)))
        let page = Double(sysconf(Int32(_SC_PAGESIZE)))
        let start = bootTime + field(.startTime) / ticks
        metrics.counter("process_cpu_seconds_total") { (field(.userTime) + field(.systemTime)) / ticks }
        metrics.gauge("process_resident_memory_bytes") { field(.residentPages) * page }
        metrics.gauge("process_virtual_memory_bytes") { field(.virtualBytes) }
        metrics.gauge("process_open_fds") { openFileDescriptors }
        metrics.gauge("process_max_fds") { Double(sysconf(Int32(_SC_OPEN_MAX))) }
        metrics.gauge("process_start_time_seconds") { start }
        metrics.gauge("process_threads") { field(.threads) }
    }

    /// Fields of `/proc/self/stat` by their position after the command's name, which may hold spaces (proc(5)).
    private enum Field: Int {
        case userTime = 11
        case systemTime = 12
        case threads = 17
        case startTime = 19
        case virtualBytes = 20
        case residentPages = 21
    }

    private static func field(_ field: Field) -> Double {
        let stat = contents(of: "/proc/self/stat")
        guard let nameEnd = stat.lastIndex(of: UInt8(ascii: ")")) else { return .nan }
        let fields = stat[(nameEnd + 1)...].split(separator: UInt8(ascii: " "))
        guard fields.indices.contains(field.rawValue) else { return .nan }
        return Double(String(decoding: fields[field.rawValue], as: UTF8.self)) ?? .nan
    }

    /// Seconds since 1970.
    private static var bootTime: Double {
        let lines = contents(of: "/proc/stat").split(separator: UInt8(ascii: "\n"))
        for line in lines where line.starts(with: "btime ".utf8) {
            return Double(String(decoding: line.dropFirst(6), as: UTF8.self)) ?? .nan
        }
        return .nan
    }

    /// Without the one that reading the folder takes.
    private static var openFileDescriptors: Double {
        guard let folder = opendir("/proc/self/fd") else { return .nan }
        defer { closedir(folder) }
        var entries = 0
        while readdir(folder) != nil { entries += 1 }
        return Double(entries - 3)
    }

    /// Empty when the file cannot be read.
    private static func contents(of path: String) -> [UInt8] {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return [] }
        defer { close(file) }
        var result: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = read(file, &chunk, chunk.count)
            guard count > 0 else { return result }
            result += chunk[..<count]
        }
    }
}
