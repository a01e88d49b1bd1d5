import HTTP
import Kernel
import Sales

extension Problem {
    /// What an answer without decision looks like: nothing was decided, or repeating is harmless.
    init(_ error: StoreError) {
        switch error.code {
        case .overloaded: self.init(.overloaded, retryAfter: 1)
        case .unavailable, .timedOut, .conflict, .unknown: self.init(.unavailable, retryAfter: 1)
        case .corrupt: self.init(.internalError)
        }
    }

    /// The same for a purchase, whose decision may be on its way to disk.
    init(purchase error: StoreError) {
        if error.code == .unknown {
            self.init(.purchaseInProgress, retryAfter: 1)
        } else {
            self.init(error)
        }
    }

    /// Why a checkout was refused; `now` is the record's clock, for `Retry-After`.
    init(_ refusal: CheckoutRefusal, now: Timestamp?) {
        switch refusal {
        case .itemNotFound: self.init(.itemNotFound)
        case .saleNotFound: self.init(.saleNotFound)
        case .itemNotInSale: self.init(.itemNotInSale)
        case .saleNotActive(let opensAt): self.init(notActive: opensAt, now: now)
        case .saleEnded: self.init(.saleEnded)
        case .itemSold: self.init(.itemAlreadySold)
        case .userLimit: self.init(.userLimitExceeded)
        }
    }

    /// Why a code cannot be redeemed now.
    init(_ refusal: PurchaseRefusal, now: Timestamp?) {
        switch refusal {
        case .checkoutNotFound: self.init(.checkoutNotFound)
        case .saleNotActive(let opensAt): self.init(notActive: opensAt, now: now)
        case .saleEnded: self.init(.saleEnded)
        case .checkoutEmpty: self.init(.checkoutEmpty)
        }
    }

    private init(notActive opensAt: Timestamp?, now: Timestamp?) {
        guard let opensAt else {
            self.init(.saleNotActive)
            return
        }
        let wait = now.map { (opensAt.since($0).microseconds + 999_999) / 1_000_000 } ?? 1
        self.init(.saleNotActive, detail: "It opens at \(opensAt).", retryAfter: max(1, wait))
    }

    /// Why the server answers by itself.
    init(rejection: HTTPRejection) {
        switch rejection {
        case .badRequest(let reason): self.init(.validationFailed, detail: reason, errors: ["request": reason])
        case .notFound: self.init(.notFound)
        case .methodNotAllowed: self.init(.methodNotAllowed)
        case .timeout: self.init(.requestTimeout)
        case .bodyTooLarge: self.init(.bodyTooLarge)
        case .uriTooLong: self.init(.uriTooLong)
        case .unsupportedExpectation: self.init(.expectationFailed)
        case .headersTooLarge: self.init(.headersTooLarge)
        case .internalError: self.init(.internalError)
        case .notImplemented: self.init(.notImplemented)
        case .overloaded, .tooManyConnections: self.init(.overloaded, retryAfter: 1)
        case .deadlineExceeded: self.init(.unavailable, retryAfter: 1)
        case .httpVersion: self.init(.httpVersionNotSupported)
        }
    }
}

extension HTTPRejection {
    /// The problem document that tells the client.
    public var problemResponse: HTTPResponse { Problem(rejection: self).response }
}
