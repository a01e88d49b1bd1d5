-- lease_take: claim work that one instance should do, or renew one's own claim.
-- KEYS[1] lease   token of whoever does the work
-- ARGV[1] token   the caller's
-- ARGV[2] expiry  in milliseconds
-- Replies: TAKEN | HELD (by another)
local lease_key = KEYS[1]
local token, expiry = ARGV[1], ARGV[2]

if redis.call('GET', lease_key) == token then
    redis.call('PEXPIRE', lease_key, expiry)
    return { 'TAKEN' }
end
if redis.call('SET', lease_key, token, 'NX', 'PX', expiry) then
    return { 'TAKEN' }
end
return { 'HELD' }
