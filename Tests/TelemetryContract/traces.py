"""What was exported, decoded by the protocol's own definitions and held against OpenTelemetry's conventions."""

import base64
import importlib
import json
import pkgutil

from google.protobuf import json_format
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status
from opentelemetry.semconv import attributes as stable
from opentelemetry.semconv._incubating import attributes as developing

SERVER, CLIENT, INTERNAL = Span.SPAN_KIND_SERVER, Span.SPAN_KIND_CLIENT, Span.SPAN_KIND_INTERNAL
RESOURCE = {"service.name", "service.version", "service.instance.id", "telemetry.sdk.language", "telemetry.sdk.name",
            "telemetry.sdk.version"}


def known_attributes():
    """Every stable attribute's name, and those about databases, processes and resources that are not yet."""
    names = set()
    for package in (stable, developing):
        for module in pkgutil.iter_modules(package.__path__):
            content = vars(importlib.import_module(f"{package.__name__}.{module.name}"))
            names |= {value for key, value in content.items() if key.isupper() and isinstance(value, str)}
    return names


def with_binary_ids(value):
    """OTLP's JSON has ids in hexadecimal digits, where JSON of protocol buffers has Base64: the only difference."""
    if isinstance(value, list):
        return [with_binary_ids(each) for each in value]
    if not isinstance(value, dict):
        return value
    ids = {"traceId": 16, "spanId": 8, "parentSpanId": 8}
    result = {}
    for key, each in value.items():
        if key in ids:
            raw = bytes.fromhex(each)
            assert len(raw) == ids[key] and any(raw) and each == each.lower(), f"{key} {each}"
            each = base64.b64encode(raw).decode()
        result[key] = with_binary_ids(each)
    return result


def decode(body):
    """The message; unknown members, wrong types and wrong encodings of numbers are errors."""
    message = json_format.ParseDict(with_binary_ids(json.loads(body)), ExportTraceServiceRequest())
    again = ExportTraceServiceRequest.FromString(message.SerializeToString())
    assert again == message
    return message


def attributes(owner):
    return {each.key: each.value.string_value or each.value.int_value for each in owner.attributes}


def check(exports, trace_id, caller):
    """Faults of the exports; `trace_id` is one that a client began at its span `caller`, for a checkout and a purchase."""
    faults, spans, known = [], {}, known_attributes()
    assert "db.operation.batch.size" in known and "http.route" in known, "the conventions were not found"
    for path, headers, body in exports:
        if path != "/v1/traces" or headers.get("Content-Type") != "application/json":
            faults.append(f"an export to {path} as {headers.get('Content-Type')}")
        for resource in decode(body).resource_spans:
            if not RESOURCE <= set(attributes(resource.resource)):
                faults.append(f"a resource without {RESOURCE - set(attributes(resource.resource))}")
            for scope in resource.scope_spans:
                spans |= {(span.trace_id, span.span_id): span for span in scope.spans}
    for span in spans.values():
        faults += span_faults(span, spans, known)
    own = [span for span in spans.values() if span.trace_id.hex() == trace_id]
    faults += journey_faults(own, spans, caller)
    print(f"  {len(exports)} exports, {len(spans)} spans, {len(own)} of the client's trace")
    return faults


def span_faults(span, spans, known):
    said = attributes(span)
    if not 0 < span.start_time_unix_nano <= span.end_time_unix_nano:
        yield f"{span.name} ends before it begins"
    if (span.status.code == Status.STATUS_CODE_ERROR) != ("error.type" in said):
        yield f"{span.name} fails without saying why, or the other way about"
    for key in said:
        if key not in known and not key.startswith("flashsale."):
            yield f"{span.name}: {key} is no attribute of OpenTelemetry's"
    if span.kind != SERVER and span.parent_span_id and (span.trace_id, span.parent_span_id) not in spans:
        yield f"{span.name} is below a span that nobody sent"
    if span.kind == SERVER and not {"http.request.method", "url.scheme"} <= set(said):
        yield f"{span.name} lacks what a server's span must have"
    for link in span.links:
        if (link.trace_id, link.span_id) not in spans:
            yield f"{span.name} links to a span that nobody sent"


def journey_faults(own, spans, caller):
    """One trace: request, gate, wait, transaction, for checkout and purchase."""
    for name, writer in (("POST /checkout", "checkouts"), ("POST /purchase", "purchases")):
        servers = [span for span in own if span.name == name and span.kind == SERVER]
        if not servers:
            yield f"{name} has no span"
            continue
        if any(span.parent_span_id.hex() != caller for span in servers):
            yield f"{name} is not below the client's span"
        below = [span for span in own if span.parent_span_id in {server.span_id for server in servers}]
        names = {span.name for span in below}
        if not {"batch wait", "batch transaction"} <= names:
            yield f"below {name} are only {names}"
        for share in (span for span in below if span.name == "batch transaction"):
            shared = [spans[link.trace_id, link.span_id] for link in share.links]
            back = {(link.trace_id, link.span_id) for span in shared for link in span.links}
            if [span.name for span in shared] != [f"BATCH {writer}"] or (share.trace_id, share.span_id) not in back:
                yield f"{share.name} and its transaction do not link to each other"
    gates = [span for span in own if span.name.startswith("EVALSHA") and span.kind == CLIENT]
    if not any(span.name == "EVALSHA purchase_begin" for span in gates):
        yield "the gate has no span"
