"""A running node of the benchmark, and the command line that talks to it."""
import json
import pathlib
import subprocess
import sys
import time

from link import free_port


def run_program(*words):
    """Runs a program and returns what it printed."""
    done = subprocess.run([str(word) for word in words], capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"bench: {pathlib.Path(words[0]).name} {words[1]} ended with "
                 f"{done.returncode}: {done.stderr}")
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
        log = open(self.folder / "log", "ab")
        self.process = subprocess.Popen(
            [str(binaries / "accordd"), "--config", str(self.config)], stdout=log, stderr=log)
        deadline = time.monotonic() + 30
        while not self.socket.exists():
            if time.monotonic() > deadline:
                sys.exit(f"bench: {name} does not start")
            time.sleep(0.02)
        time.sleep(1)  # idle memory is read once the start has settled

    def accord(self, *words):
        return run_program(self.binaries / "accord", *words, "--socket", self.socket)

    def ask(self, *words):
        return json.loads(self.accord(*words, "--format", "json"))

    def enrol(self, peer, port):
        self.accord("peer", "add", peer.name, "--endpoint", f"127.0.0.1:{port}",
                    "--fingerprint", peer.ask("status")["fingerprint"])

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
