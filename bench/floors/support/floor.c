#include "floor.h"

#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

void floor_die(const char *what, const char *why) {
    fprintf(stderr, "floor: %s: %s\n", what, why);
    exit(1);
}

double floor_now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

double floor_own_cpu(void) {
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
           (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

/// Clock ticks of a process and the children it has waited for; -1 when it is gone.
static long ticks_of(int process) {
    char path[64], line[1024];
    snprintf(path, sizeof path, "/proc/%d/stat", process);
    FILE *file = fopen(path, "r");
    if (!file) return -1;
    size_t length = fread(line, 1, sizeof line - 1, file);
    fclose(file);
    line[length] = 0;
    // The name, in parentheses, may hold anything; the fields are counted from behind it.
    char *fields = strrchr(line, ')');
    long user, system, children_user, children_system;
    if (!fields || sscanf(fields + 1, " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %ld %ld %ld %ld", &user, &system,
                          &children_user, &children_system) != 4) {
        return -1;
    }
    return user + system + children_user + children_system;
}

static long ticks_of_tree(int process) {
    char path[64];
    long ticks = ticks_of(process);
    if (ticks < 0) return -1;
    snprintf(path, sizeof path, "/proc/%d/task/%d/children", process, process);
    FILE *children = fopen(path, "r");
    int child;
    while (children && fscanf(children, "%d", &child) == 1) {
        long more = ticks_of_tree(child);
        if (more > 0) ticks += more;
    }
    if (children) fclose(children);
    return ticks;
}

double floor_tree_cpu(int process) {
    long ticks = ticks_of_tree(process);
    if (ticks < 0) floor_die("processor time", "there is no such process");
    return (double)ticks / (double)sysconf(_SC_CLK_TCK);
}

void floor_report(const char *name, long operations, double seconds, double own_cpu, const char *server,
                  double server_cpu, const char *more) {
    double each = operations > 0 ? 1e6 / (double)operations : 0;
    printf("{\"floor\":\"%s\",\"operations\":%ld,\"seconds\":%.3f,\"per_second\":%.0f,\"cpu_us\":{\"program\":%.2f", name,
           operations, seconds, seconds > 0 ? (double)operations / seconds : 0, own_cpu * each);
    if (server) printf(",\"%s\":%.2f", server, server_cpu * each);
    printf("}%s}\n", more);
}
