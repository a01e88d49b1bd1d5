import Kernel
import Redis
import Sales

/// A key of a sale: `fs:{<sale number>}:<noun>`, so that all keys of a sale share a hash slot.
enum SaleKey {
    case epoch
    case sold
    case full
    case bloom
    case incoming
    case done(CheckoutCode)
    case lock(CheckoutCode)
    case lease(LeaseName)
    case rate(UserID)
}

extension RedisCommand {
    mutating func append(_ key: SaleKey, of sale: SaleID) {
        append { word in
            word.append("fs:{")
            word.append(sale.number)
            word.append("}:")
            switch key {
            case .epoch: word.append("epoch")
            case .sold: word.append("sold")
            case .full: word.append("full")
            case .bloom: word.append("bloom")
            case .incoming: word.append("incoming")
            case .done(let code):
                word.append("done:")
                word.append(code.description)
            case .lock(let code):
                word.append("lock:")
                word.append(code.description)
            case .lease(.filter): word.append("lease:filter")
            case .lease(.gate): word.append("lease:gate")
            case .lease(.audit): word.append("lease:audit")
            case .rate(let user):
                word.append("rate:")
                word.append(user.text.string)
            }
        }
    }

    /// Appends the epoch's text, `<system>.<timeline>.<number>`.
    mutating func append(_ epoch: GateEpoch) {
        append { word in
            word.append(epoch.system)
            word.append(".")
            word.append(epoch.timeline)
            word.append(".")
            word.append(epoch.number)
        }
    }

    mutating func append(_ lock: LockToken) { append(lock.value) }

    /// Appends a duration in whole milliseconds, at least one.
    mutating func append(milliseconds duration: Duration) {
        let (seconds, attoseconds) = duration.components
        append(max(1, seconds * 1000 + attoseconds / 1_000_000_000_000_000))
    }
}
