"""Faults one after the other, and how long it takes until the alert that speaks of each one fires."""

import contextlib
import os
import resource
import signal
import threading
import time

from stack import wait_for

PATIENCE = 60


class LogReader:
    """Takes what an instance logs, through a pipe, until told to stop."""

    def __init__(self):
        self.end, self.stdout = os.pipe()
        self.is_reading = threading.Event()
        self.is_reading.set()
        threading.Thread(target=self.read, daemon=True).start()

    def read(self):
        while self.is_reading.wait():
            if not os.read(self.end, 65536):
                return


class Faults:
    """Each method is a fault: what stands before `yield` causes it, what follows repairs it."""

    def __init__(self, stack, shoppers, log):
        self.stack, self.shoppers, self.log = stack, shoppers, log
        self.first, self.second = stack.instances
        self.since = 0.0  # when the fault began; those that need preparation set it

    @contextlib.contextmanager
    def crowd(self, work):
        """Sixteen more clients, who ask all the time."""
        is_over = threading.Event()
        threads = [threading.Thread(target=work, args=(is_over,), daemon=True) for _ in range(16)]
        for thread in threads:
            thread.start()
        yield
        is_over.set()
        for thread in threads:
            thread.join()

    def nobody_reads_the_log(self):
        """The first instance logs each request, and more of them come than usual."""
        with self.crowd(self.shoppers.read):
            self.log.is_reading.clear()
            yield
            self.log.is_reading.set()

    def the_collector_refuses_traces(self):
        self.stack.collector.manner = "400"
        yield
        self.stack.collector.manner = "take"

    def descriptors_run_out(self):
        pid = self.second.process.pid
        few, many = len(os.listdir(f"/proc/{pid}/fd")) + 4, resource.prlimit(pid, resource.RLIMIT_NOFILE)
        resource.prlimit(pid, resource.RLIMIT_NOFILE, (few, many[1]))
        yield
        resource.prlimit(pid, resource.RLIMIT_NOFILE, many)

    def no_processor_time(self):
        """It stands still for 150 ms of every 300."""
        is_over = threading.Event()

        def stall():
            while not is_over.wait(0.15):
                self.second.process.send(signal.SIGSTOP)
                time.sleep(0.15)
                self.second.process.send(signal.SIGCONT)

        thread = threading.Thread(target=stall, daemon=True)
        thread.start()
        yield
        is_over.set()
        thread.join()

    def redis_makes_a_fact_up(self):
        """All units of a new sale are called sold; audits come every ten seconds here, every minute by default."""
        self.shoppers.rotate()
        time.sleep(3)
        self.since = time.monotonic()
        script = "return redis.call('SET', KEYS[1], string.rep('\\255', 76))"
        self.stack.redis_command("EVAL", script, "1", f"fs:{{{int(self.shoppers.sale[2:])}}}:sold")
        yield

    def redis_is_killed(self):
        self.stack.server("redis", "stop", "--immediate")
        yield
        self.stack.server("redis", "start")

    def postgresql_refuses_a_write(self):
        self.stack.sql("ALTER TABLE checkout_attempts ADD CONSTRAINT game_day CHECK (false) NOT VALID")
        yield
        self.stack.sql("ALTER TABLE checkout_attempts DROP CONSTRAINT game_day")

    def a_table_is_locked(self):
        """Shoppers in excess are turned away before they wait for a connection; operators are not, so they come too."""
        locker = self.stack.sql("BEGIN; LOCK TABLE items; SELECT pg_sleep(600)", wait=False)
        with self.crowd(self.shoppers.reconcile):
            yield
            self.stack.sql(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE query LIKE '%pg_sleep(600)' AND pid <> pg_backend_pid()"
            )
            locker.wait()

    def postgresql_is_stopped(self):
        self.stack.server("postgres", "stop", "--immediate")
        yield
        self.stack.server("postgres", "start")

    def an_instance_is_killed(self):
        self.second.kill()
        yield
        self.second.start()

    def an_instance_starts_again_and_again(self):
        for _ in range(2):
            self.second.kill()
            self.second.start()
            time.sleep(2)
        yield

    def all_instances_are_killed(self):
        for instance in (self.first, self.second):
            instance.kill()
        yield
        self.first.start({"LOG_LEVEL": "debug"}, self.log.stdout)
        self.second.start()


FAULTS = [
    ("nobody_reads_the_log", ["FlashsaleLogDropped"]),
    ("the_collector_refuses_traces", ["FlashsaleSpansDropped"]),
    ("descriptors_run_out", ["FlashsaleDescriptors"]),
    ("no_processor_time", ["FlashsaleEventLoopLag"]),
    ("redis_makes_a_fact_up", ["FlashsaleInvariantViolated", "FlashsaleGateDrift"]),
    ("redis_is_killed", ["FlashsaleRedisDegraded"]),
    ("postgresql_refuses_a_write", ["FlashsaleBatchRejected"]),
    ("a_table_is_locked", ["FlashsalePoolWaiting", "FlashsaleSaleBurn"]),
    ("postgresql_is_stopped", ["FlashsalePostgresUnreachable"]),
    ("an_instance_is_killed", ["FlashsaleInstanceDown"]),
    ("an_instance_starts_again_and_again", ["FlashsaleRestarts"]),
    ("all_instances_are_killed", ["FlashsaleDown"]),
]


def spoken(name):
    return name.replace("_", " ").replace("redis", "Redis").replace("postgresql", "PostgreSQL")


def quiet(stack, alerts):
    """Those of the alerts that keep firing without their fault, though they were given time to end."""
    until = time.monotonic() + PATIENCE
    while stack.firing() & alerts and time.monotonic() < until:
        time.sleep(0.5)
    return stack.firing() & alerts


def run(stack, shoppers, log):
    """Rows of fault, alert, seconds; `None` seconds where the alert did not fire in time or fired before."""
    faults, rows = Faults(stack, shoppers, log), []
    for name, alerts in FAULTS:
        words, early = spoken(name), quiet(stack, set(alerts))
        fault, fired, faults.since = getattr(faults, name)(), {}, time.monotonic()
        next(fault)
        while len(fired) < len(alerts) and time.monotonic() - faults.since < PATIENCE:
            for alert in stack.firing() & set(alerts):
                fired.setdefault(alert, time.monotonic() - faults.since)
            time.sleep(0.2)
        next(fault, None)
        for alert in alerts:
            seconds = None if alert in early else fired.get(alert)
            rows.append((words, alert, seconds))
            said = "fired before" if alert in early else "did not fire" if seconds is None else f"after {seconds:.0f} s"
            print(f"  {words}: {alert} {said}", flush=True)
        wait_for("all instances answer again", lambda: "FlashsaleInstanceDown" not in stack.firing(), 60)
    return rows
