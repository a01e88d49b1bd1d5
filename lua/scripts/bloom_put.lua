-- bloom_put: publish a sold-item filter unless a newer one is there.
-- KEYS[1] epoch       the epoch of the facts
-- KEYS[2] bloom       the filter: 20 digits of generation, a line break, its bytes
-- ARGV[1] epoch       under which the filter was built
-- ARGV[2] generation  20 digits, so that text compares like the number
-- ARGV[3] bytes       of the filter
-- ARGV[4] expiry      in seconds
-- Replies: STORED | OLD (a newer one is there) | COLD (another epoch)
local epoch_key, bloom_key = KEYS[1], KEYS[2]
local epoch, generation, bytes, expiry = ARGV[1], ARGV[2], ARGV[3], ARGV[4]

if redis.call('GET', epoch_key) ~= epoch then
    return { 'COLD' }
end
if redis.call('GETRANGE', bloom_key, 0, 19) >= generation then
    return { 'OLD' }
end
redis.call('SET', bloom_key, generation .. '\n' .. bytes, 'EX', expiry)
return { 'STORED' }
