import Glibc
import NIOCore

/// Ends a listener without losing a connection that somebody has just opened.
///
/// When a listener closes, the kernel resets the connections that wait to be accepted. Their clients believe them open
/// and may have sent a request already, of which they then cannot know whether it was done. So first a filter drops the
/// segments that would begin a connection, then what has begun is accepted, then the listener closes. Who is dropped
/// tries again a second later, or after its own patience, and is refused.
struct ListenerEnd {
    /// Longer than a handshake takes that has begun.
    private static let handshake = TimeAmount.milliseconds(50)
    /// Time between looks at the queue, and how often it is looked at.
    private static let pause = TimeAmount.milliseconds(5)
    private static let maxLooks = 200

    let channel: any Channel

    func begin() {
        guard let options = channel as? any SocketOptionProvider else { return channel.close(promise: nil) }
        let filter = options.unsafeSetSocketOption(level: .socket, name: Self.attachFilter, value: Self.program)
        // Without the filter, on a kernel that has none, a connection may be lost, and that is all.
        filter.whenComplete { _ in
            channel.eventLoop.scheduleTask(in: Self.handshake) { closeWhenEmpty(options, looksLeft: Self.maxLooks) }
        }
    }

    private func closeWhenEmpty(_ options: any SocketOptionProvider, looksLeft: Int) {
        let info: EventLoopFuture<tcp_info> = options.unsafeGetSocketOption(level: .tcp, name: Self.tcpInfo)
        // Of a listener this is the number of connections that wait to be accepted.
        info.map { Int($0.tcpi_unacked) }.whenComplete { waiting in
            guard case .success(1...) = waiting, looksLeft > 0 else { return channel.close(promise: nil) }
            channel.eventLoop.scheduleTask(in: Self.pause) { closeWhenEmpty(options, looksLeft: looksLeft - 1) }
        }
    }

    private static let attachFilter = NIOBSDSocket.Option(rawValue: SO_ATTACH_FILTER)
    private static let tcpInfo = NIOBSDSocket.Option(rawValue: TCP_INFO)

    /// `struct sock_filter` of <linux/filter.h>, which Glibc does not have.
    private struct Instruction {
        var code: UInt16
        var whenTrue: UInt8 = 0
        var whenFalse: UInt8 = 0
        var value: UInt32
    }

    /// `struct sock_fprog`, with its pointer as a number.
    private struct Program {
        var count: UInt16
        var address: UInt
    }

    /// Drops a segment with the flag SYN, takes every other.
    private static let program: Program = {
        let text = [
            Instruction(code: 0x30, value: 13),  // load the byte of flags
            Instruction(code: 0x45, whenTrue: 0, whenFalse: 1, value: 0x02),  // is SYN among them?
            Instruction(code: 0x06, value: 0),  // drop
            Instruction(code: 0x06, value: .max),  // take all of it
        ]
        let copy = UnsafeMutablePointer<Instruction>.allocate(capacity: text.count)
        copy.initialize(from: text, count: text.count)
        return Program(count: UInt16(text.count), address: UInt(bitPattern: copy))
    }()
}
