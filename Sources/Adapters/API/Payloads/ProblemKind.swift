extension Problem {
    /// Every problem there is; the raw value is the stable code that clients branch on.
    enum Kind: String, CaseIterable, Sendable {
        case validationFailed = "validation_failed"
        case userLimitExceeded = "user_limit_exceeded"
        case checkoutEmpty = "checkout_empty"
        case itemNotInSale = "item_not_in_sale"
        case unauthenticated
        case forbidden
        case saleNotFound = "sale_not_found"
        case itemNotFound = "item_not_found"
        case checkoutNotFound = "checkout_not_found"
        case purchaseNotFound = "purchase_not_found"
        case notFound = "not_found"
        case methodNotAllowed = "method_not_allowed"
        case requestTimeout = "request_timeout"
        case itemAlreadySold = "item_already_sold"
        case allItemsSold = "all_items_sold"
        case purchaseInProgress = "purchase_in_progress"
        case saleNotActive = "sale_not_active"
        case saleAlreadyStarted = "sale_already_started"
        case checkoutCompleted = "checkout_completed"
        case saleEnded = "sale_ended"
        case bodyTooLarge = "body_too_large"
        case uriTooLong = "uri_too_long"
        case expectationFailed = "expectation_failed"
        case rateLimited = "rate_limited"
        case headersTooLarge = "headers_too_large"
        case internalError = "internal_error"
        case notImplemented = "not_implemented"
        case overloaded
        case unavailable
        case httpVersionNotSupported = "http_version_not_supported"

        var status: Int {
            switch self {
            case .validationFailed, .userLimitExceeded, .checkoutEmpty, .itemNotInSale: 400
            case .unauthenticated: 401
            case .forbidden: 403
            case .saleNotFound, .itemNotFound, .checkoutNotFound, .purchaseNotFound, .notFound: 404
            case .methodNotAllowed: 405
            case .requestTimeout: 408
            case .itemAlreadySold, .allItemsSold, .purchaseInProgress, .saleNotActive, .saleAlreadyStarted,
                .checkoutCompleted:
                409
            case .saleEnded: 410
            case .bodyTooLarge: 413
            case .uriTooLong: 414
            case .expectationFailed: 417
            case .rateLimited: 429
            case .headersTooLarge: 431
            case .internalError: 500
            case .notImplemented: 501
            case .overloaded, .unavailable: 503
            case .httpVersionNotSupported: 505
            }
        }

        var title: String {
            switch self {
            case .validationFailed: "The request is not valid."
            case .userLimitExceeded: "The purchase limit for this sale is reached."
            case .checkoutEmpty: "The checkout has no items."
            case .itemNotInSale: "The item belongs to another sale."
            case .unauthenticated: "Authentication is needed."
            case .forbidden: "The token is another user's."
            case .saleNotFound: "There is no such sale."
            case .itemNotFound: "There is no such item."
            case .checkoutNotFound: "There is no such checkout."
            case .purchaseNotFound: "No purchase is decided for this code."
            case .notFound: "There is nothing at this address."
            case .methodNotAllowed: "The method is not allowed here."
            case .requestTimeout: "The request did not arrive in time."
            case .itemAlreadySold: "The item is sold."
            case .allItemsSold: "Every item of the checkout is sold."
            case .purchaseInProgress: "The purchase is being decided; ask again."
            case .saleNotActive: "The sale is not running now."
            case .saleAlreadyStarted: "The sale has started."
            case .checkoutCompleted: "The checkout is completed."
            case .saleEnded: "The sale is over."
            case .bodyTooLarge: "The body is too large."
            case .uriTooLong: "The address is too long."
            case .expectationFailed: "The expectation cannot be met."
            case .rateLimited: "Too many requests of this user; try again shortly."
            case .headersTooLarge: "The header fields are too large."
            case .internalError: "Something went wrong here."
            case .notImplemented: "This is not implemented."
            case .overloaded: "The service is at its capacity; try again shortly."
            case .unavailable: "The service cannot decide now; try again shortly."
            case .httpVersionNotSupported: "The HTTP version is not supported."
            }
        }

        /// Whether the very same request may succeed later.
        var isRetryable: Bool {
            switch self {
            case .requestTimeout, .purchaseInProgress, .saleNotActive, .rateLimited, .internalError, .overloaded,
                .unavailable:
                true
            default: false
            }
        }
    }
}
