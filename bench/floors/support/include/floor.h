// What the floors have in common: clocks, the processor time of other programs, the line they report.
#pragma once

#include <stdio.h>

/// Seconds of the monotonic clock.
double floor_now(void);

/// Seconds of processor time that this process has used, user and system.
double floor_own_cpu(void);

/// Seconds of processor time that a process, its descendants and those of them that have ended have used. In steps of
/// a clock tick, mostly 10 ms. Ends the program when there is no such process.
double floor_tree_cpu(int process);

/// Prints one line of JSON: operations a second, and microseconds of processor time an operation, of this program and,
/// where `server` names one, of it. `more` is further members with a comma in front, or empty.
void floor_report(const char *name, long operations, double seconds, double own_cpu, const char *server,
                  double server_cpu, const char *more);

/// Ends the program with a message.
_Noreturn void floor_die(const char *what, const char *why);
