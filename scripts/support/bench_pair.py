"""Nodes of the benchmark that know each other, and one catching up with another."""
import shutil
import sys
import time

from bench_site import BenchSite
from link import Link


def pair(binaries, folder, through_links=False):
    """Two running nodes that know each other, and the links between them if asked for."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    sender = BenchSite(binaries, folder, "sender")
    receiver = BenchSite(binaries, folder, "receiver")
    links = [Link(site.port) for site in (receiver, sender)] if through_links else []
    ports = [link.port for link in links] or [receiver.port, sender.port]
    sender.enrol(receiver, ports[0])
    receiver.enrol(sender, ports[1])
    return sender, receiver, links


def mesh(binaries, folder):
    """Three running nodes, each enrolled with the others."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    sites = [BenchSite(binaries, folder, name) for name in ("first", "second", "third")]
    for site in sites:
        for other in sites:
            if other is not site:
                site.enrol(other, other.port)
    return sites


def catch_up(sender, receiver):
    """Grants everything and returns the seconds until the receiver has answered it all."""
    started = time.time()
    sender.accord("share", "grant", "receiver", "--who", "all")
    while True:
        time.sleep(0.5)
        peer = sender.ask("status")["peers"][0]
        in_step = peer.get("exactlyInStepMilliseconds", 0) / 1000
        if peer["isInStep"] and in_step >= started:
            return in_step - started
        if time.time() - started > 3600:
            sys.exit("bench: the receiver does not catch up")


def finish(sender, receiver):
    """Stops both nodes and compares every resource; returns what the receiver's store weighs."""
    sender.stop()
    receiver.stop()
    left, right = sender.inspect(), receiver.inspect()
    if left["digest"] != right["digest"]:
        sys.exit("bench: the two nodes hold different resources")
    return right
