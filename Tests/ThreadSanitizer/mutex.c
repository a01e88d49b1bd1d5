// Tells the thread sanitizer what Synchronization.Mutex does where threads contend.
//
// Its fast path is compiled into the caller and seen. Its slow path, which waits on a futex, is in the standard library,
// which the sanitizer has not instrumented: it sees the data change hands without a lock and reports a race. Loaded
// before that library, these stand in front of the slow path and name the two halves of what it orders. `self` is the
// address of the lock's word, the same that the fast path's atomics are seen on.

#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdint.h>
#include <stdlib.h>

#define SWIFT __attribute__((swiftcall))
#define SELF __attribute__((swift_context)) void *self

#define LOCK_SLOW "$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF"
#define TRY_LOCK_SLOW "$s15Synchronization12_MutexHandleV12_tryLockSlowSbyF"
#define UNLOCK_SLOW "$s15Synchronization12_MutexHandleV11_unlockSlowyyF"

SWIFT void lock_slow(uint32_t thread, SELF) __asm__(LOCK_SLOW);
SWIFT _Bool try_lock_slow(SELF) __asm__(TRY_LOCK_SLOW);
SWIFT void unlock_slow(SELF) __asm__(UNLOCK_SLOW);

// Of a standard library that works differently nothing is known: better no result than a wrong one.
static void *next(const char *name) {
    void *function = dlsym(RTLD_NEXT, name);
    if (!function) abort();
    return function;
}

// Programs without the sanitizer may be started with this loaded, too.
static void tell(const char *name, void *lock) {
    void (*function)(void *) = (void (*)(void *))dlsym(RTLD_DEFAULT, name);
    if (function) function(lock);
}

SWIFT void lock_slow(uint32_t thread, SELF) {
    ((SWIFT void (*)(uint32_t, SELF))next(LOCK_SLOW))(thread, self);
    tell("__tsan_acquire", self);
}

SWIFT _Bool try_lock_slow(SELF) {
    _Bool is_locked = ((SWIFT _Bool(*)(SELF))next(TRY_LOCK_SLOW))(self);
    if (is_locked) tell("__tsan_acquire", self);
    return is_locked;
}

SWIFT void unlock_slow(SELF) {
    tell("__tsan_release", self);
    ((SWIFT void (*)(SELF))next(UNLOCK_SLOW))(self);
}
