"""PostgreSQL's logical replication of the rows of an import, between two private clusters."""
import atexit
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time

# The same for both clusters. A checkpoint in the middle of a measurement would cost the one that
# is measured, so there is none. The rest is as the distribution ships it.
SETTINGS = {
    "listen_addresses": "''", "fsync": "on", "synchronous_commit": "on", "full_page_writes": "on",
    "wal_level": "logical", "shared_buffers": "512MB", "max_wal_size": "16GB",
    "min_wal_size": "2GB", "checkpoint_timeout": "1h", "default_toast_compression": "lz4",
    # How long a worker that ended waits before it starts again: there is nothing to wait for.
    "wal_retrieve_retry_interval": "100ms",
}
OPTIONS = "streaming = on, binary = on, synchronous_commit = 'on'"
# The name of the figures, and what the resources are kept as: jsonb is read on arrival and can be
# asked for its members; text is taken as it comes.
BODIES = {"postgres": "jsonb", "postgres_text": "text"}
OWNER = "postgres"


def programs():
    """The folder of the newest installed server, or None."""
    found = [path.parent for path in pathlib.Path("/usr/lib/postgresql").glob("*/bin/postgres")]
    found.sort(key=lambda folder: float(folder.parent.name))
    in_path = shutil.which("postgres")
    return found[-1] if found else pathlib.Path(in_path).parent if in_path else None


class Cluster:
    """A server with data of its own that listens on a Unix socket alone."""

    def __init__(self, binaries, folder, name):
        self.binaries, self.folder, self.name = binaries, folder, name
        self.data = folder / name
        self.process = None
        # The server refuses to run as root.
        self.rights = {"user": OWNER, "group": OWNER, "extra_groups": []} \
            if os.geteuid() == 0 else {}
        self.call("initdb", "-D", self.data, "--auth=trust", "--username=accord",
                  "--no-locale", "--encoding=UTF8", **self.rights)
        with open(self.data / "postgresql.conf", "a", encoding="utf-8") as out:
            out.write(f"unix_socket_directories = '{self.data}'\n")
            out.writelines(f"{key} = {value}\n" for key, value in SETTINGS.items())

    def call(self, program, *words, **options):
        done = subprocess.run([str(self.binaries / program), *map(str, words)], cwd=self.folder,
                              capture_output=True, text=True, **options)
        if done.returncode != 0:
            sys.exit(f"bench: {program} of {self.name} ended with {done.returncode}: "
                     f"{done.stderr[-400:]}")
        return done.stdout.strip()

    def start(self):
        with open(self.folder / f"{self.name}.log", "ab") as log:
            self.process = subprocess.Popen(
                [str(self.binaries / "postgres"), "-D", str(self.data)], cwd=self.folder,
                stdout=log, stderr=log, **self.rights)
        atexit.register(self.stop, signal.SIGQUIT)  # after a failed measurement
        deadline = time.monotonic() + 30
        while subprocess.run([str(self.binaries / "pg_isready"), "-q", "-h", str(self.data)],
                             check=False).returncode != 0:
            if time.monotonic() > deadline or self.process.poll() is not None:
                sys.exit(f"bench: {self.name} does not start")
            time.sleep(0.05)

    def stop(self, how=signal.SIGINT):
        if self.process and self.process.poll() is None:
            self.process.send_signal(how)
            self.process.wait(timeout=120)

    def sql(self, *statements):
        """Each statement in a transaction of its own; returns the last line printed."""
        return self.psql(*(word for statement in statements for word in ("-c", statement)))

    def psql(self, *words):
        shown = self.call("psql", "-XqAt", "-v", "ON_ERROR_STOP=1", "-U", "accord", "-h", self.data,
                          "-d", "postgres", "-c", "SET statement_timeout = '30min'", *words)
        return shown.splitlines()[-1] if shown else ""


class PostgresPeer:
    """A publisher and a subscriber. Data folders outlive the runs: written log files are used
    again, which favours the peer. What is measured happens in fresh tables."""
    unit = "rows/s"
    settings = (", ".join(f"{key}={value}" for key, value in SETTINGS.items())
                + f"; WITH ({OPTIONS}); one table, one key, no other index; Unix socket")

    def __init__(self, rows, script):
        self.rows, self.script = rows, script
        self.binaries = programs()
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="accord-peer-"))
        atexit.register(shutil.rmtree, self.folder, ignore_errors=True)
        if os.geteuid() == 0:
            shutil.chown(self.folder, OWNER, OWNER)
        self.publisher = Cluster(self.binaries, self.folder, "publisher")
        self.subscriber = Cluster(self.binaries, self.folder, "subscriber")
        shown = self.publisher.call("postgres", "--version")
        self.version = f"PostgreSQL {shown.split()[2]}"

    def measure(self):
        """Rows per second of the streamed apply and of the initial copy, by figure."""
        rates = {}
        for cluster in (self.publisher, self.subscriber):
            cluster.start()
        for name, kind in BODIES.items():
            self.make_tables(kind)
            rates[f"peers.{name}_stream_ratio"] = self.rows.count / self.apply_backlog()
            rates[f"peers.{name}_copy_ratio"] = self.rows.count / self.copy_table()
        for cluster in (self.subscriber, self.publisher):
            cluster.stop()
        return rates

    def make_tables(self, kind):
        for cluster in (self.publisher, self.subscriber):
            cluster.sql("DROP TABLE IF EXISTS resource",
                        "CREATE TABLE resource (id text PRIMARY KEY, patient text NOT NULL,"
                        f" type text NOT NULL, body {kind} NOT NULL)")
        self.publisher.sql("DROP PUBLICATION IF EXISTS rows",
                           "CREATE PUBLICATION rows FOR TABLE resource")

    def apply_backlog(self):
        """The subscription exists and is disabled while the rows are committed: seconds from
        enabling it until the last row can be read at the subscriber."""
        self.subscribe("enabled = false, copy_data = false")
        self.publisher.psql("-f", self.script)
        self.settle()
        started = time.perf_counter()
        self.subscriber.sql("ALTER SUBSCRIPTION rows ENABLE", wait_until(
            f"EXISTS (SELECT FROM resource WHERE id = '{self.rows.last}')"))
        seconds = time.perf_counter() - started
        self.compare()
        self.subscriber.sql("DROP SUBSCRIPTION rows", "TRUNCATE resource")
        return seconds

    def copy_table(self):
        """The rows are there before the subscription: seconds from creating it until its copy is
        committed."""
        self.settle()
        started = time.perf_counter()
        self.subscribe("copy_data = true")
        self.subscriber.sql(wait_until(
            "EXISTS (SELECT FROM pg_subscription_rel WHERE srsubstate IN ('f', 's', 'r'))"))
        seconds = time.perf_counter() - started
        self.compare()
        self.subscriber.sql("DROP SUBSCRIPTION rows")
        return seconds

    def subscribe(self, options):
        self.subscriber.sql(
            f"CREATE SUBSCRIPTION rows CONNECTION 'host={self.publisher.data} user=accord "
            f"dbname=postgres' PUBLICATION rows WITH ({options}, {OPTIONS})")

    def settle(self):
        for cluster in (self.publisher, self.subscriber):
            cluster.sql("CHECKPOINT")

    def compare(self):
        """Both sides hold every row, and the same."""
        left, right = [cluster.sql(
            "SELECT count(*) || ' ' || sum(hashtextextended(resource::text, 0)) FROM resource")
            for cluster in (self.publisher, self.subscriber)]
        if left != right or not left.startswith(f"{self.rows.count} "):
            sys.exit(f"bench: the publisher holds {left}, the subscriber {right}")


def wait_until(condition):
    """A statement that ends within ten milliseconds after the condition holds."""
    return (f"DO $$ BEGIN WHILE NOT ({condition}) LOOP PERFORM pg_sleep(0.01); END LOOP; "
            "END $$")
