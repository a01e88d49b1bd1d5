import Glibc
import Postgres

/// A listener on loopback that answers each connection with a function of the test's.
final class PostgresRawServer: Sendable {
    let port: UInt16
    private let listener: Int32
    private let thread: DedicatedThread

    /// - Parameter serve: runs on a thread of its own for each connection, which is closed after it.
    init(_ serve: @escaping @Sendable (PostgresRawPeer) -> Void) {
        // Not to be kept open by programs that other tests start meanwhile.
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        self.listener = listener
        var port: UInt16 = 0
        repeat {
            // Below the ephemeral range, where an outgoing connection could take it.
            port = UInt16.random(in: 20_000...32_000)
        } while !Self.bind(listener, to: port)
        self.port = port
        listen(listener, 16)
        thread = DedicatedThread(name: "raw-server") {
            while true {
                let peer = accept(listener, nil, nil)
                guard peer >= 0 else { return }
                _ = fcntl(peer, F_SETFD, FD_CLOEXEC)
                _ = DedicatedThread(name: "raw-peer") {
                    serve(PostgresRawPeer(descriptor: peer))
                    close(peer)
                }
            }
        }
    }

    /// Ends the listener; its port refuses connections then.
    func stop() async {
        shutdown(listener, Int32(SHUT_RDWR))
        await thread.join()
        close(listener)
    }

    var url: String { "postgres://flashsale:secret-word@127.0.0.1:\(port)/flashsale?sslmode=disable" }

    private static func bind(_ listener: Int32, to port: UInt16) -> Bool {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.bind(listener, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
    }
}

/// The server's end of a raw connection.
struct PostgresRawPeer: Sendable {
    let descriptor: Int32

    /// Reads what comes next; `false` at the end.
    @discardableResult
    func receive() -> Bool {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        return read(descriptor, &buffer, buffer.count) > 0
    }

    /// Says nothing until the client closes.
    func stayMute() {
        while receive() {}
    }

    func send(_ bytes: [UInt8]) {
        _ = Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL))
    }

    /// A message of the protocol: letter, length, content.
    func send(_ letter: Character, _ content: [UInt8] = []) {
        let length = withUnsafeBytes(of: UInt32(content.count + 4).bigEndian) { [UInt8]($0) }
        send([UInt8](String(letter).utf8) + length + content)
    }

    /// Lets the client in without a password and accepts its settings.
    func welcome() {
        receive()
        send("R", [0, 0, 0, 0])
        send("Z", [0x49])
        receive()
        send("1")
        send("2")
        send("n")
        send("C", [UInt8]("SELECT 0".utf8) + [0])
        send("Z", [0x49])
    }
}
