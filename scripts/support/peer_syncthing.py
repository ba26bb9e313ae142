"""Syncthing's copy of the same resources, one file each, between two instances on loopback."""
import atexit
import hashlib
import http.client
import json
import os
import shutil
import subprocess
import sys
import time
import xml.etree.ElementTree

from link import free_port

KEY = "bench"
FOLDER = "rows"
# Nothing leaves this machine, and the instances run at the priority of the others. What decides
# the speed of a folder is left as it is, fsync after each file included.
OPTIONS = {
    "globalAnnounceEnabled": "false", "localAnnounceEnabled": "false", "relaysEnabled": "false",
    "natEnabled": "false", "startBrowser": "false", "urAccepted": "-1", "autoUpgradeIntervalH": "0",
    "crashReportingEnabled": "false", "setLowPriority": "false",
}


class Instance:
    """One running instance with a home and a folder."""

    def __init__(self, folder, name, files):
        self.home, self.files, self.name = folder / name, files, name
        self.port, self.door = free_port(), free_port()
        self.environment = {**os.environ, "HOME": str(self.home), "STNOUPGRADE": "1"}
        self.process = None
        subprocess.run(["syncthing", "generate", f"--home={self.home}", "--no-default-folder"],
                       check=True, capture_output=True, env=self.environment)
        self.id = xml.etree.ElementTree.parse(self.home / "config.xml").find("device").get("id")

    def configure(self, peer):
        """Addresses, and the folder shared with the peer, which stays paused."""
        path = self.home / "config.xml"
        tree = xml.etree.ElementTree.parse(path)
        root, options = tree.getroot(), tree.getroot().find("options")
        for key, value in {**OPTIONS, "listenAddress": f"tcp://127.0.0.1:{self.port}"}.items():
            for old in options.findall(key):
                options.remove(old)
            xml.etree.ElementTree.SubElement(options, key).text = value
        root.find("gui/address").text = f"127.0.0.1:{self.door}"
        root.find("gui/apikey").text = KEY
        device = xml.etree.ElementTree.SubElement(root, "device", id=peer.id, name=peer.name)
        for key, value in (("address", f"tcp://127.0.0.1:{peer.port}"), ("paused", "true")):
            xml.etree.ElementTree.SubElement(device, key).text = value
        shared = xml.etree.ElementTree.SubElement(
            root, "folder", id=FOLDER, path=str(self.files), type="sendreceive",
            fsWatcherEnabled="true", rescanIntervalS="3600")
        for each in (self, peer):
            xml.etree.ElementTree.SubElement(shared, "device", id=each.id)
        tree.write(path)

    def start(self):
        with open(self.home / "log", "ab") as log:
            self.process = subprocess.Popen(
                ["syncthing", "serve", f"--home={self.home}", "--no-browser", "--no-restart"],
                stdout=log, stderr=log, env=self.environment)
        atexit.register(self.process.terminate)  # after a failed measurement
        wait(30, f"{self.name} to start", self.is_up)

    def is_up(self):
        try:
            return self.ask("GET", "system/ping")["ping"] == "pong"
        except OSError:
            return False

    def ask(self, verb, path, body=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.door, timeout=600)
        connection.request(verb, f"/rest/{path}", body=json.dumps(body) if body else None,
                           headers={"X-API-Key": KEY})
        answer = connection.getresponse()
        content = answer.read()
        connection.close()
        if answer.status != 200:
            sys.exit(f"bench: syncthing answers {path} with {answer.status}")
        return json.loads(content) if content.strip() else None

    def holds(self, count):
        """Whether the folder rests with this number of files and needs nothing."""
        standing = self.ask("GET", f"db/status?folder={FOLDER}")
        return (standing["state"] == "idle" and standing["needTotalItems"] == 0
                and standing["localFiles"] == standing["globalFiles"] == count)

    def is_connected(self, peer):
        return self.ask("GET", "system/connections")["connections"][peer.id]["connected"]

    def stop(self):
        self.process.terminate()
        self.process.wait(timeout=60)


class SyncthingPeer:
    """Two instances; each run gives them homes of their own and the receiver an empty folder."""
    unit = "files/s"

    def __init__(self, rows, folder, files):
        self.rows, self.folder, self.files = rows, folder, files
        self.version = " ".join(subprocess.run(
            ["syncthing", "--version"], capture_output=True, text=True,
            check=True).stdout.split()[:2])
        self.settings = (f"{rows.files:,} of the resources; {rows.file_bytes / rows.files:,.0f} B a"
                         " file; fsync of each file; discovery and relays off; normal priority")

    def measure(self):
        """Files per second, from the moment the two are connected until the receiver has all."""
        shutil.rmtree(self.folder, ignore_errors=True)
        received = self.folder / "received"
        received.mkdir(parents=True)
        sender = Instance(self.folder, "sender", self.files)
        receiver = Instance(self.folder, "receiver", received)
        for one, other in ((sender, receiver), (receiver, sender)):
            one.configure(other)
            (one.files / ".stfolder").mkdir(exist_ok=True)
            one.start()
        sender.ask("POST", f"db/scan?folder={FOLDER}")
        wait(600, "the sender's scan", lambda: sender.holds(self.rows.files))
        for one, other in ((receiver, sender), (sender, receiver)):
            one.ask("PATCH", f"config/devices/{other.id}", {"paused": False})
        wait(120, "a connection", lambda: sender.is_connected(receiver), 0.01)
        started = time.perf_counter()
        wait(3600, "all files", lambda: receiver.holds(self.rows.files), 0.2)
        seconds = time.perf_counter() - started
        for one in (sender, receiver):
            one.stop()
        if digest(received) != digest(self.files):
            sys.exit("bench: the two folders hold different files")
        return {"peers.syncthing_ratio": self.rows.files / seconds}


def digest(folder):
    """Names and contents of a folder's resources."""
    found = hashlib.sha256()
    for path in sorted(folder.rglob("*.json")):
        found.update(str(path.relative_to(folder)).encode() + b"\0" + path.read_bytes())
    return found.digest()


def wait(seconds, what, condition, pause=0.1):
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            sys.exit(f"bench: waited {seconds} s in vain for {what}")
        time.sleep(pause)
