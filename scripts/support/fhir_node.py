"""One node of its own, with its door for FHIR clients open on loopback."""
import atexit
import hashlib
import secrets
import socket
import subprocess
import sys
import time

from link import free_port


class Registration:
    """One client of the node's file of clients; its token is made here and never printed."""

    def __init__(self, name, is_aware=False):
        self.name, self.is_aware = name, is_aware
        self.token = secrets.token_hex(32)

    def lines(self):
        digest = hashlib.sha256(self.token.encode()).hexdigest()
        return (f"  - name: {self.name}\n    token_sha256: {digest}\n"
                f"    practitioner: {self.name.split()[0].lower()}-1\n    role: nurse\n"
                f"    conflict_aware: {str(self.is_aware).lower()}\n")


class FHIRNode:
    """Started at once, in a folder that must be empty; killed when the program ends."""

    def __init__(self, binaries, folder, registrations):
        self.folder, port = folder, free_port()
        self.base = f"http://127.0.0.1:{port}/fhir"
        config, clients = folder / "accord.yaml", folder / "clients.yaml"
        peers = f"127.0.0.1:{free_port()}"
        made = subprocess.run(
            [str(word) for word in (
                binaries / "accord", "init", "--name", "Practice", "--config", config,
                "--data-directory", folder / "data",
                "--high-water-directory", folder / "high-water",
                "--control-socket", folder / "control.sock",
                "--listen", peers, "--advertise", peers)],
            capture_output=True, text=True)
        if made.returncode != 0:
            sys.exit(f"fhir-clients: init ended with {made.returncode}: {made.stderr}")
        clients.touch(mode=0o600)
        clients.write_text("clients:\n" + "".join(one.lines() for one in registrations))
        with open(config, "a") as settings:
            settings.write(f'\nfhir:\n  listen: "127.0.0.1:{port}"\n  clients_file: {clients}\n')
        with open(folder / "log", "wb") as log:
            self.process = subprocess.Popen(
                [str(binaries / "accordd"), "--config", str(config)], stdout=log, stderr=log)
        atexit.register(self.process.kill)  # what a failed run leaves behind
        self.wait_until_open(port)

    def wait_until_open(self, port):
        deadline = time.monotonic() + 30
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=5).close()
                return
            except OSError:
                if self.process.poll() is not None or time.monotonic() > deadline:
                    sys.exit("fhir-clients: the node does not start:\n"
                             + (self.folder / "log").read_text()[-2000:])
                time.sleep(0.05)

    def stop(self):
        """Ends the service in good order; returns its exit code."""
        self.process.terminate()
        return self.process.wait(timeout=60)
