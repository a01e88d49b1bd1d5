-- rate_limit: take one request out of a user's quota, or say when the next one is due.
-- KEYS[1] line      when the user's line of requests ends: microseconds since 1970 by this server's clock
-- ARGV[1] interval  what a request takes of the line, in microseconds
-- ARGV[2] window    what a whole quota takes, in microseconds
-- Replies: ALLOWED lead | LIMITED lead (how far the line now reaches beyond the present, in microseconds)
local line_key = KEYS[1]
local interval, window = tonumber(ARGV[1]), tonumber(ARGV[2])

local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local line_end = tonumber(redis.call('GET', line_key) or now)
local lead = math.max(0, line_end - now)
-- Of another clock or another quota: nobody gets so far by this one.
if lead > window then
    lead = 0
end
if lead + interval > window then
    return { 'LIMITED', lead }
end
lead = lead + interval
redis.call('SET', line_key, string.format('%.0f', now + lead), 'PX', math.ceil(lead / 1000))
return { 'ALLOWED', lead }
