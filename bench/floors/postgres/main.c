// The floor of the record: a purchase is one conditional UPDATE of a unit and one INSERT, 64 purchases a transaction.
//
//   PostgresFloor URL PID PURCHASES [each|set]
//
// PostgreSQL is process PID. `each` sends two prepared statements a purchase, `set` two a transaction, with arrays; the
// whole transaction goes out at once in pipeline mode and is committed to disk. Tables are in the schema `floor`, made
// and dropped here.

#include "floor.h"

#include <libpq-fe.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { BATCH = 64, WARM_UP = 10000, MOST = 1000000, STRIDE = 7919, OUTCOME = 200 };

static const char *setup = "DROP SCHEMA IF EXISTS floor CASCADE; CREATE SCHEMA floor;"
    "CREATE TABLE floor.items (sale int, item int, name text NOT NULL, price bigint NOT NULL, sold boolean NOT NULL"
    " DEFAULT false, code uuid, PRIMARY KEY (sale, item)) WITH (fillfactor = 50);"
    "CREATE TABLE floor.purchases (sale int, code uuid, buyer bigint NOT NULL, item int NOT NULL, outcome text NOT NULL,"
    " PRIMARY KEY (sale, code));";
static const char *stock = "INSERT INTO floor.items SELECT 1, n, 'Aurora Classic Backpack', 4999 FROM"
    " generate_series(1, %ld) AS n";
static const char *sell_each =
    "UPDATE floor.items SET sold = true, code = $1::uuid WHERE sale = 1 AND item = $2::int AND NOT sold";
static const char *record_each = "INSERT INTO floor.purchases (sale, code, item, buyer, outcome)"
    " VALUES (1, $1::uuid, $2::int, $3::bigint, $4::text)";
static const char *sell_set = "UPDATE floor.items i SET sold = true, code = t.code FROM"
    " unnest($1::uuid[], $2::int[]) AS t(code, item) WHERE i.sale = 1 AND i.item = t.item AND NOT i.sold";
static const char *record_set = "INSERT INTO floor.purchases (sale, code, item, buyer, outcome) SELECT 1, *"
    " FROM unnest($1::uuid[], $2::int[], $3::bigint[], $4::text[])";

static PGconn *connection;
static char outcome[OUTCOME + 1];
static uint64_t dice = 0x9e3779b97f4a7c15u;

static void run(const char *sql) {
    PGresult *result = PQexec(connection, sql);
    if (PQresultStatus(result) != PGRES_COMMAND_OK) floor_die(sql, PQerrorMessage(connection));
    PQclear(result);
}

static void prepare(const char *name, const char *sql) {
    PGresult *result = PQprepare(connection, name, sql, 0, NULL);
    if (PQresultStatus(result) != PGRES_COMMAND_OK) floor_die(sql, PQerrorMessage(connection));
    PQclear(result);
}

static void queue(const char *name, int parameters, const char *const *values) {
    if (!PQsendQueryPrepared(connection, name, parameters, values, NULL, NULL, 0)) {
        floor_die(name, PQerrorMessage(connection));
    }
}

/// Takes in the result of the next queued statement, which must have met so many rows; -1 for one that counts none.
static void expect(int rows) {
    PGresult *result = PQgetResult(connection);
    if (PQresultStatus(result) != PGRES_COMMAND_OK) floor_die("statement", PQerrorMessage(connection));
    if (rows >= 0 && atoi(PQcmdTuples(result)) != rows) floor_die("statement", "other rows than expected");
    PQclear(result);
    PQgetResult(connection); // NULL ends the statement
}

static uint64_t random_number(void) {
    dice ^= dice << 13, dice ^= dice >> 7, dice ^= dice << 17;
    return dice;
}

/// Sells BATCH units, the next ones in an order that scatters them over the table.
static void sell_batch(long first, long stocked, int as_set) {
    static char codes[BATCH * 40 + 8], items[BATCH * 12 + 8], buyers[BATCH * 24 + 8], outcomes[BATCH * (OUTCOME + 1) + 8];
    const char *values[] = {codes, items, buyers, outcomes};
    size_t code_end = 0, item_end = 0, buyer_end = 0, outcome_end = 0;
    queue("begin", 0, NULL);
    for (int number = 0; number < BATCH; number++) {
        char mark = !as_set ? ' ' : number == 0 ? '{' : ',';
        uint64_t high = random_number(), low = random_number();
        if (!as_set) code_end = item_end = buyer_end = outcome_end = 0;
        code_end += (size_t)sprintf(codes + code_end, "%c%016lx%016lx", mark, high, low);
        item_end += (size_t)sprintf(items + item_end, "%c%ld", mark, (first + number) * STRIDE % stocked + 1);
        buyer_end += (size_t)sprintf(buyers + buyer_end, "%c%ld", mark, (long)(high >> 2));
        outcome_end += (size_t)sprintf(outcomes + outcome_end, "%c%s", mark, outcome);
        if (!as_set) values[0] = codes + 1, queue("sell", 2, values), queue("record", 4, values);
    }
    if (as_set) {
        codes[code_end] = items[item_end] = buyers[buyer_end] = outcomes[outcome_end] = '}';
        codes[code_end + 1] = items[item_end + 1] = buyers[buyer_end + 1] = outcomes[outcome_end + 1] = 0;
        queue("sell", 2, values), queue("record", 4, values);
    }
    queue("commit", 0, NULL);
    if (!PQpipelineSync(connection)) floor_die("sync", PQerrorMessage(connection));
    expect(-1);
    for (int statement = 0; statement < 2 * (as_set ? 1 : BATCH); statement++) expect(as_set ? BATCH : 1);
    expect(-1);
    PGresult *sync = PQgetResult(connection);
    if (PQresultStatus(sync) != PGRES_PIPELINE_SYNC) floor_die("sync", PQerrorMessage(connection));
    PQclear(sync);
}

int main(int count, char **arguments) {
    if (count < 4) floor_die("usage", "PostgresFloor URL PID PURCHASES [each|set]");
    int server = atoi(arguments[2]), as_set = count > 4 && strcmp(arguments[4], "set") == 0;
    long purchases = atol(arguments[3]) / BATCH * BATCH, warm_up = WARM_UP / BATCH * BATCH, done = 0;
    if (purchases < BATCH || purchases > MOST) floor_die("purchases", "64 to 1000000");
    long stocked = purchases + warm_up;
    if (stocked % STRIDE == 0) stocked++; // no common factor, so that every unit is met once
    char sql[256];
    memset(outcome, 'x', OUTCOME);
    connection = PQconnectdb(arguments[1]);
    if (PQstatus(connection) != CONNECTION_OK) floor_die("connect", PQerrorMessage(connection));
    run("SET client_min_messages = warning; SET synchronous_commit = on; SET statement_timeout = '120s'");
    run(setup);
    snprintf(sql, sizeof sql, stock, stocked);
    run(sql);
    run("VACUUM ANALYZE floor.items");
    run("CHECKPOINT");
    prepare("begin", "BEGIN");
    prepare("commit", "COMMIT");
    prepare("sell", as_set ? sell_set : sell_each);
    prepare("record", as_set ? record_set : record_each);

    PQenterPipelineMode(connection);
    for (; done < warm_up; done += BATCH) sell_batch(done, stocked, as_set);
    double start = floor_now(), own = floor_own_cpu(), others = floor_tree_cpu(server);
    for (; done < warm_up + purchases; done += BATCH) sell_batch(done, stocked, as_set);
    double seconds = floor_now() - start;
    own = floor_own_cpu() - own;
    others = floor_tree_cpu(server) - others;
    PQexitPipelineMode(connection);
    floor_report(as_set ? "postgres-set" : "postgres", purchases, seconds, own, "postgres", others, "");
    run("DROP SCHEMA floor CASCADE");
    PQfinish(connection);
    return 0;
}
