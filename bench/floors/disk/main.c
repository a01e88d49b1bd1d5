// The floor of durability: 8 KiB written over a file that is there already, as a write-ahead log is, and fdatasync.
//
//   DiskFloor DIR [ROUNDS]
//
// The file is made in DIR, which should be on the database's file system, and deleted. Reports the time of a round.

#include "floor.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { BLOCK = 8192, BLOCKS = 2048, MOST_ROUNDS = 1000000 };
static const double most_seconds = 60;

static int by_size(const void *left, const void *right) {
    double difference = *(const double *)left - *(const double *)right;
    return difference < 0 ? -1 : difference > 0;
}

static void write_block(int file, long number, const char *block) {
    if (pwrite(file, block, BLOCK, (number % BLOCKS) * (off_t)BLOCK) != BLOCK) floor_die("write", strerror(errno));
}

int main(int count, char **arguments) {
    if (count < 2) floor_die("usage", "DiskFloor DIR [ROUNDS]");
    long rounds = count > 2 ? atol(arguments[2]) : 2000, done = 0;
    if (rounds < 1 || rounds > MOST_ROUNDS) floor_die("rounds", "1 to 1000000");
    char path[4096];
    static char block[BLOCK];
    snprintf(path, sizeof path, "%s/floor.XXXXXX", arguments[1]);
    int file = mkstemp(path);
    if (file < 0) floor_die(path, strerror(errno));
    unlink(path);
    memset(block, 'x', BLOCK);
    for (long number = 0; number < BLOCKS; number++) write_block(file, number, block);
    if (fsync(file) != 0) floor_die("fsync", strerror(errno));

    double *times = malloc(sizeof(double) * (size_t)rounds);
    if (!times) floor_die("memory", "there is none");
    double start = floor_now(), cpu = floor_own_cpu(), since = start, now;
    while (done < rounds && since - start < most_seconds) {
        write_block(file, done, block);
        if (fdatasync(file) != 0) floor_die("fdatasync", strerror(errno));
        now = floor_now();
        times[done++] = now - since;
        since = now;
    }
    cpu = floor_own_cpu() - cpu;
    qsort(times, (size_t)done, sizeof(double), by_size);
    char more[128];
    snprintf(more, sizeof more, ",\"p50_us\":%.0f,\"p999_us\":%.0f,\"max_us\":%.0f", times[done / 2] * 1e6,
             times[done * 999 / 1000] * 1e6, times[done - 1] * 1e6);
    floor_report("fdatasync", done, since - start, cpu, NULL, 0, more);
    return 0;
}
