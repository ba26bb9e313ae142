"""A running node of the benchmark, and the command line that talks to it."""
import atexit
import http.client
import json
import pathlib
import socket
import sqlite3
import subprocess
import sys
import time

from link import free_port


def run_program(*words):
    """Runs a program and returns what it printed."""
    done = subprocess.run([str(word) for word in words], capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"bench: {pathlib.Path(words[0]).name} {words[1]} ended with "
                 f"{done.returncode}: {done.stderr or done.stdout[-400:]}")
    return done.stdout


class BenchSite:
    """One node in a folder of its own."""

    def __init__(self, binaries, folder, name):
        self.binaries, self.name = binaries, name
        self.folder = folder / name
        self.folder.mkdir()
        self.port = free_port()
        self.socket = self.folder / "control.sock"
        self.config = self.folder / "accord.yaml"
        run_program(binaries / "accord", "init", "--name", name, "--config", self.config,
                    "--data-directory", self.folder / "data",
                    "--high-water-directory", self.folder / "high-water",
                    "--control-socket", self.socket, "--listen", f"127.0.0.1:{self.port}",
                    "--advertise", f"127.0.0.1:{self.port}")
        self.start()

    def start(self):
        """Starts the service, or starts it again after `stop`."""
        self.socket.unlink(missing_ok=True)
        log = open(self.folder / "log", "ab")
        self.process = subprocess.Popen(
            [str(self.binaries / "accordd"), "--config", str(self.config)], stdout=log, stderr=log)
        atexit.register(self.process.kill)  # what a failed measurement leaves behind
        deadline = time.monotonic() + 30
        while not self.socket.exists():
            if time.monotonic() > deadline:
                sys.exit(f"bench: {self.name} does not start")
            time.sleep(0.02)
        time.sleep(1)  # idle memory is read once the start has settled

    def accord(self, *words):
        return run_program(self.binaries / "accord", *words, "--socket", self.socket)

    def ask(self, *words):
        return json.loads(self.accord(*words, "--format", "json"))

    def enrol(self, peer, port):
        self.accord("peer", "add", peer.name, "--endpoint", f"127.0.0.1:{port}",
                    "--fingerprint", peer.ask("status")["fingerprint"])

    def post(self):
        """A connection that imports one body after the other: no process starts for each."""
        return ControlConnection(self.socket)

    def rows(self):
        """The database, read beside the service as of its last commit."""
        path = self.folder / "data" / "record.db"
        return sqlite3.connect(f"file:{path}?mode=ro", uri=True)

    def memory(self, field):
        """A figure of /proc/PID/status, in bytes."""
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        line = next(line for line in status.splitlines() if line.startswith(field + ":"))
        return int(line.split()[1]) * 1024

    def forget_peak(self):
        """Lets VmHWM start again from what is resident now (proc(5), clear_refs)."""
        pathlib.Path(f"/proc/{self.process.pid}/clear_refs").write_text("5")

    def stop(self):
        self.process.terminate()
        self.process.wait(timeout=60)

    def inspect(self):
        return json.loads(run_program(self.binaries / "accord-bench", "inspect", self.config))

    def time_audit(self, entries):
        """Of the stopped site's audit log, after as many entries more."""
        return json.loads(run_program(
            self.binaries / "accord-bench", "time-audit", self.config, str(entries)))


class ControlConnection(http.client.HTTPConnection):
    """The control socket, kept open."""

    def __init__(self, path):
        super().__init__("localhost")
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.connect(str(self.path))

    def write(self, *resources):
        """Imports resources, one unit each; returns the seconds until they are durable."""
        body = "".join(json.dumps(resource) + "\n" for resource in resources)
        started = time.perf_counter()
        self.request("POST", "/v1/import?format=ndjson", body=body.encode())
        lines = self.getresponse().read().splitlines()
        seconds = time.perf_counter() - started
        summary = json.loads(lines[-1])
        if '"refused"' in str(lines[:-1]) or "failure" in summary:
            sys.exit(f"bench: an import was refused: {lines[:1]}")
        return seconds
