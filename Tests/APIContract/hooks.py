"""Loaded by schemathesis, as schemathesis.toml says."""

import schemathesis


@schemathesis.hook
def before_load_schema(context, raw_schema):
    """Names each call's server: calls that name none would go to where the description was read."""
    for path in raw_schema["paths"].values():
        path.setdefault("servers", raw_schema["servers"])


@schemathesis.hook
def before_call(context, case, kwargs):
    """Keeps sales small: a million items, which are allowed, take the debug build more than ten seconds to make."""
    if case.operation.path == "/admin/sales" and isinstance(case.body, dict):
        count = case.body.get("total_items")
        if isinstance(count, int) and 1000 < count <= 1_000_000:
            case.body["total_items"] = 1000


@schemathesis.serializer("application/x-ndjson")
def ndjson(context, value):
    """Lines as they are, and as text what is none."""
    return value if isinstance(value, bytes) else str(value).encode()
