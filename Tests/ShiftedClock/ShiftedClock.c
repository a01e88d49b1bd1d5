// The time of day off by SHIFTED_CLOCK_SECONDS, for a process that is started with this library in LD_PRELOAD.
//
// The monotonic clock and everything measured by it stay as they are. Waits until a time of day are shifted back on
// their way to the kernel, whose clock is right; without that a wait of a second would last an hour.

#define _GNU_SOURCE
#include <dlfcn.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdlib.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <time.h>

static long shift_seconds(void) {
    static long known;
    static int is_known;
    if (!is_known) {
        const char *text = getenv("SHIFTED_CLOCK_SECONDS");
        known = text ? strtol(text, NULL, 10) : 0;
        is_known = 1;
    }
    return known;
}

// The function of the C library that ours stands in front of.
#define REAL(name)                                              \
    static __typeof__(&name) real;                              \
    if (!real) real = (__typeof__(&name))dlsym(RTLD_NEXT, #name)

// A time of day as the kernel knows it. Monotonic times are left alone: no machine has run for thirty years.
static struct timespec unshifted(const struct timespec *until) {
    struct timespec real = *until;
    if (real.tv_sec > 1000000000) real.tv_sec -= shift_seconds();
    return real;
}

int clock_gettime(clockid_t clock, struct timespec *now) {
    REAL(clock_gettime);
    int result = real(clock, now);
    if (result == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) now->tv_sec += shift_seconds();
    return result;
}

int gettimeofday(struct timeval *now, void *zone) {
    REAL(gettimeofday);
    int result = real(now, zone);
    if (result == 0) now->tv_sec += shift_seconds();
    return result;
}

time_t time(time_t *where) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (where) *where = now.tv_sec;
    return now.tv_sec;
}

int sem_timedwait(sem_t *semaphore, const struct timespec *until) {
    REAL(sem_timedwait);
    struct timespec when = unshifted(until);
    return real(semaphore, &when);
}

int pthread_cond_timedwait(pthread_cond_t *condition, pthread_mutex_t *mutex, const struct timespec *until) {
    REAL(pthread_cond_timedwait);
    struct timespec when = unshifted(until);
    return real(condition, mutex, &when);
}

int pthread_mutex_timedlock(pthread_mutex_t *mutex, const struct timespec *until) {
    REAL(pthread_mutex_timedlock);
    struct timespec when = unshifted(until);
    return real(mutex, &when);
}

int timerfd_settime(int timer, int flags, const struct itimerspec *value, struct itimerspec *before) {
    REAL(timerfd_settime);
    struct itimerspec when = *value;
    if (flags & TFD_TIMER_ABSTIME) when.it_value = unshifted(&value->it_value);
    return real(timer, flags, &when, before);
}
