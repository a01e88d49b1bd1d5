// The floor of the gate: a script of two reads, sixteen of them in flight on one blocking connection.
//
//   RedisFloor PORT PID SECONDS
//
// Redis runs on 127.0.0.1 as process PID. It writes two small keys and deletes them.

#include "floor.h"

#include <hiredis.h>
#include <stdlib.h>
#include <string.h>

enum { DEPTH = 16, UNITS = 100000 };
static const double warm_up = 0.5;
static const char *script = "if redis.call('GET', KEYS[1]) ~= ARGV[1] then return { 'COLD' } end\n"
                            "if redis.call('GETBIT', KEYS[2], ARGV[2]) == 1 then return { 'SOLD' } end\n"
                            "return { 'GO' }";
static const char *epoch_key = "floor:{1}:epoch", *sold_key = "floor:{1}:sold";
static const char *epoch = "7300000000000000000.1.1";

static redisReply *checked(redisContext *redis, redisReply *reply) {
    if (!reply) floor_die("redis", redis->errstr);
    if (reply->type == REDIS_REPLY_ERROR) floor_die("redis", reply->str);
    return reply;
}

/// One round: so many scripts sent at once, each for another unit, and their replies.
static void run_scripts(redisContext *redis, const char *digest, long first) {
    char unit[16];
    const char *words[] = {"EVALSHA", digest, "2", epoch_key, sold_key, epoch, unit};
    for (int number = 0; number < DEPTH; number++) {
        snprintf(unit, sizeof unit, "%ld", ((first + number) * 7919) % UNITS);
        if (redisAppendCommandArgv(redis, 7, words, NULL) != REDIS_OK) floor_die("redis", redis->errstr);
    }
    for (int number = 0; number < DEPTH; number++) {
        void *answer = NULL;
        if (redisGetReply(redis, &answer) != REDIS_OK) floor_die("redis", redis->errstr);
        redisReply *reply = checked(redis, answer);
        if (reply->elements != 1 || strcmp(reply->element[0]->str, "GO") != 0) floor_die("script", "another answer");
        freeReplyObject(reply);
    }
}

int main(int count, char **arguments) {
    if (count != 4) floor_die("usage", "RedisFloor PORT PID SECONDS");
    int server = atoi(arguments[2]);
    double seconds = atof(arguments[3]);
    redisContext *redis = redisConnectWithTimeout("127.0.0.1", atoi(arguments[1]), (struct timeval){.tv_sec = 5});
    if (!redis || redis->err) floor_die("connect", redis ? redis->errstr : "no memory");
    redisSetTimeout(redis, (struct timeval){.tv_sec = 10});

    freeReplyObject(checked(redis, redisCommand(redis, "SET %s %s EX 600", epoch_key, epoch)));
    freeReplyObject(checked(redis, redisCommand(redis, "SETBIT %s %d 1", sold_key, UNITS)));
    redisReply *loaded = checked(redis, redisCommand(redis, "SCRIPT LOAD %s", script));

    long done = 0;
    for (double start = floor_now(); floor_now() - start < warm_up;) run_scripts(redis, loaded->str, done);
    double start = floor_now(), now = start, own = floor_own_cpu(), others = floor_tree_cpu(server);
    while (now - start < seconds) {
        run_scripts(redis, loaded->str, done);
        done += DEPTH;
        now = floor_now();
    }
    own = floor_own_cpu() - own;
    others = floor_tree_cpu(server) - others;
    floor_report("redis", done, now - start, own, "redis", others, "");

    freeReplyObject(loaded);
    freeReplyObject(checked(redis, redisCommand(redis, "DEL %s %s", epoch_key, sold_key)));
    redisFree(redis);
    return 0;
}
