-- Redis' sandbox: these names and no others. In particular no os, io, require, print, and no global of our own.
stds.redis = {
    read_globals = {
        "KEYS", "ARGV", "redis", "cjson", "cmsgpack",
        "assert", "error", "ipairs", "next", "pairs", "pcall", "select", "tonumber", "tostring", "type", "unpack",
        "math", "string", "table",
    },
}
std = "redis"
max_line_length = 120
