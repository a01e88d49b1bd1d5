/// Help texts and buckets of the service's metrics; docs/OPERATIONS.md explains them.
enum MetricNames {
    static let help: [String: String] = [
        "http_requests_total": "Requests by method, route template and status.",
        "http_request_duration_seconds": "Time from the end of a request's head to the end of its response.",
        "http_server_active_requests": "Requests that are being handled.",
        "http_server_connections": "Open connections.",
        "http_server_accept_failures_total": "Failures to accept connections, most often for want of file descriptors.",
        "http_server_rejected_total": "Requests that the server refused by itself, by reason.",
        "flashsale_requests_shed_total": "Requests turned away because too much was under way, by class.",
        "flashsale_requests_in_flight": "Requests under way, by class.",
        "flashsale_requests_bound": "How many requests of a class may be under way now.",
        "flashsale_rate_limit_total": "Checkouts held against their user's quota, by result and by who knew.",
        "flashsale_shopper_tokens_total": "Shoppers' tokens by result: accepted, or why not.",
        "flashsale_event_readers": "Readers of sales' events.",
        "flashsale_events_sent_total": "Pieces of sales' events written to readers, each once for each of them.",
        "flashsale_event_readers_dropped_total": "Readers dropped because they did not take what was sent.",
        "flashsale_event_readers_refused_total": "Readers turned away because there were too many.",
        "flashsale_build_info": "The version that runs.",
        "flashsale_checkouts_total": "Answered checkouts by outcome and by what decided them.",
        "flashsale_purchases_total": "Answered purchases by outcome.",
        "flashsale_sale_items": "Stock of a running sale.",
        "flashsale_sale_items_sold": "Units of a running sale that this instance knows to be sold.",
        "flashsale_sales_live": "Sales that are not over.",
        "flashsale_sales_open": "Sales that take checkouts now.",
        "flashsale_record_age_seconds":
            "Time since this instance last learnt from PostgreSQL, which it asks each second.",
        "flashsale_eventloop_lag_seconds": "How late the threads that serve HTTP come to what is due.",
        "flashsale_bloom_checks_total": "Answers of the sold-item filter; unconfirmed ones are mostly false positives.",
        "flashsale_bloom_size_bytes": "Size of a sale's sold-item filter.",
        "flashsale_bloom_estimated_fp_ratio": "Share of false positives by the bits that are set.",
        "flashsale_bloom_age_seconds": "Age of a sale's sold-item filter.",
        "flashsale_bloom_rebuild_duration_seconds": "Time to rebuild a sold-item filter.",
        "flashsale_gate_rebuild_duration_seconds": "Time to rebuild the gate of a sale.",
        "flashsale_audit_duration_seconds": "Time to audit a sale.",
        "flashsale_invariant_violations_total":
            "Facts that audits found to break an invariant; anything but 0 is an alarm.",
        "flashsale_gate_drift": "Facts in which Redis differed from PostgreSQL at this instance's last audit.",
        "flashsale_lock_acquire_total": "Requests for the lock on a code, by result.",
        "flashsale_batch_attempts_total": "Attempts at batches by writer and result.",
        "flashsale_batches_by_memory_total": "Batches sent without reading first, and whether that was right.",
        "flashsale_batch_requests": "Requests in a batch.",
        "flashsale_batch_duration_seconds": "Time of an attempt at a batch.",
        "flashsale_pg_txn_retries_total": "Failed attempts at transactions by SQLSTATE.",
        "flashsale_queue_depth": "Requests that wait for a batch.",
        "flashsale_redis_command_duration_seconds": "Time of calls to Redis by script.",
        "flashsale_redis_errors_total": "Failed calls to Redis by script and error.",
        "flashsale_degraded_mode": "1 while the service works without something.",
        "flashsale_log_dropped_total": "Log lines dropped because the buffer was full.",
        "otel_spans_exported_total": "Spans that the collector has taken.",
        "otel_spans_dropped_total": "Spans lost, by reason.",
        "otel_spans_waiting": "Spans that wait to be exported.",
        "db_client_connections": "Connections of a pool by state.",
        "db_client_connection_pending_requests": "Callers that wait for a connection of a pool.",
    ]

    /// Histograms that lead from a bucket to a trace.
    static let exemplified: Set = ["http_request_duration_seconds", "flashsale_batch_duration_seconds"]

    static let buckets: [String: [Double]] = [
        "flashsale_batch_requests": [1, 2, 4, 8, 16, 32, 64, 128, 256, 512]
    ]
}
