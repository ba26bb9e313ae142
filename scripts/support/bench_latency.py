"""How long one change takes to a peer: on an idle line, and past a long queue."""
import statistics
import sys
import threading
import time

from bench_records import bundle, observation, patient, stop, write_lines

CHANGES_PER_EVENT = 100


def percentile(values, share):
    return statistics.quantiles(values, n=100, method="inclusive")[round(share) - 1]


def wait_for(database, query, arguments, seconds=30):
    """Looks every half millisecond until the query has a row; returns it."""
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        row = database.execute(query, arguments).fetchone()
        if row:
            return row
        time.sleep(0.0005)
    sys.exit("bench: a change does not arrive")


def measure_latency(new_pair, catch_up, samples, figures):
    """From the moment a resource is handed in at one site until it is in view at the other."""
    sender, receiver, _ = new_pair()
    connection = sender.post()
    connection.write(patient(0))
    catch_up(sender, receiver)
    database = receiver.rows()
    times = []
    for turn in range(samples):
        last = database.execute("SELECT max(seq) FROM event").fetchone()[0]
        started = time.perf_counter()
        connection.write(observation(0, turn))
        wait_for(database, "SELECT 1 FROM entity WHERE position > (? << 8) + 255", (last,))
        times.append(time.perf_counter() - started)
        time.sleep(0.05)  # the line is idle again
    figures["sync.latency_p99_ms"].append(1000 * percentile(times, 99))
    figures["sync.latency_p50_ms"].append(1000 * statistics.median(times))
    database.close()
    sender.stop()
    receiver.stop()


def measure_urgent(new_pair, catch_up, folder, queued, samples, figures):
    """Stops that are handed in while at least so many changes are queued; each is to be in view,
    with nothing pending, before the queue is through."""
    sender, receiver, _ = new_pair()
    patients = 200
    files = write_lines(folder, "known", (patient(number) for number in range(patients)))
    sender.accord("import", *files)
    catch_up(sender, receiver)
    sender.accord("peer", "pause", receiver.name)
    bundles = (bundle([observation(number, turn * CHANGES_PER_EVENT + index)
                       for index in range(CHANGES_PER_EVENT)])
               for turn in range(2 * queued // (CHANGES_PER_EVENT * patients))
               for number in range(patients))
    times, connection = [], sender.post()
    sender.accord("import", *write_lines(folder, "queued", bundles, lines_max=1))
    database = receiver.rows()
    goal = sender.rows().execute("SELECT count(*) FROM entity").fetchone()[0]
    # A slow line keeps the queue long for every sample; urgent events do not wait for the limit.
    sender.accord("peer", "limit", receiver.name, "--bandwidth", "256KiB")
    sender.accord("peer", "resume", receiver.name)
    wait_for(database, "SELECT 1 FROM entity LIMIT 1 OFFSET ?", (patients + CHANGES_PER_EVENT,))
    for turn in range(samples):
        last = database.execute("SELECT max(seq) FROM event").fetchone()[0]
        started = time.perf_counter()
        connection.write(stop(turn % patients, turn))
        row = wait_for(
            database, "SELECT seq FROM event WHERE flags & 1 AND seq > ?", (last,))
        times.append(time.perf_counter() - started)
        shown = database.execute(
            "SELECT count(*) FROM entity WHERE position >> 8 = ?", row).fetchone()[0]
        waiting = database.execute("SELECT count(*) FROM pending").fetchone()[0]
        held = database.execute("SELECT count(*) FROM entity").fetchone()[0]
        if not shown or waiting or goal - held < queued:
            sys.exit(f"bench: {shown} in view, {waiting} pending, {goal - held} queued")
        time.sleep(0.2)
    figures["sync.urgent_p99_ms"].append(1000 * percentile(times, 99))
    database.close()
    sender.stop()
    receiver.stop()


def measure_mesh(new_mesh, changes, figures):
    """Three sites, all of which share with all: what arrives a second time. The events are alike,
    so that their number stands for their bytes."""
    sites = new_mesh()
    for number, site in enumerate(sites):
        site.post().write(patient(number))
        for other in sites:
            if other is not site:
                site.accord("share", "grant", other.name, "--who", "all")
    wait_until_equal(sites)

    def write(number, site):
        connection = site.post()
        for turn in range(changes // len(sites)):
            connection.write(observation(number, turn))

    writers = [threading.Thread(target=write, args=item) for item in enumerate(sites)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    wait_until_equal(sites)
    for site in sites:
        site.stop()
    arrived = wanted = 0
    for site in sites:
        with site.rows() as database:
            arrived += database.execute("SELECT sum(received) FROM session").fetchone()[0]
            wanted += database.execute(
                "SELECT count(*) FROM event WHERE source IS NOT NULL").fetchone()[0]
    print(f"\nmesh: {wanted:,} events arrived, {arrived - wanted:,} of them twice")
    figures["sync.mesh_duplicate_percent"].append(100 * (arrived - wanted) / wanted)


def wait_until_equal(sites):
    """Waits until all hold the same number of events and have nothing queued."""
    for _ in range(1200):
        time.sleep(0.25)
        standings = [site.ask("status") for site in sites]
        counts = {standing["events"] for standing in standings}
        if len(counts) == 1 and all(
                peer["isInStep"] for standing in standings for peer in standing["peers"]):
            return
    sys.exit("bench: the mesh does not come in step")
