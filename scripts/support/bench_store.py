"""Bytes at rest and time of the figures that need a big store."""
import sqlite3
import time
import uuid

from bench_records import observation, patient, write_lines

ID_BYTES = 32


def per_event(inspection, before=None):
    """Bytes an event beyond envelopes (their signatures are in them) and ids, and by table."""
    tables = {name: size - (before["tables"].get(name, 0) if before else 0)
              for name, size in inspection["tables"].items() if not name.startswith("audit")}
    count = inspection["events"] - (before["events"] if before else 0)
    envelopes = inspection["envelopeBytes"] - (before["envelopeBytes"] if before else 0)
    total = sum(tables.values())
    by_table = {name: size / count for name, size in tables.items() if size}
    return (total - envelopes - ID_BYTES * count) / count, by_table


def show(title, metadata, tables):
    print(f"\nbytes of metadata an event, {title}: {metadata:.1f}; bytes of tables an event:")
    for name, size in sorted(tables.items(), key=lambda item: -item[1])[:14]:
        print(f"  {name:28} {size:10.2f}")


def measure_metadata(new_pair, catch_up, folder, events, figures):
    """One change an event, a hundred events a patient, taken in turns; then half as many changes
    to what is held."""
    turns, patients = 100, max(1, events // 100)
    sender, receiver, _ = new_pair()
    files = write_lines(folder, "patients", (patient(number) for number in range(patients)))
    files += write_lines(folder, "events", (
        observation(number, turn) for turn in range(turns - 1) for number in range(patients)))
    sender.accord("import", *files)
    catch_up(sender, receiver)
    figures["store.status_ms"].append(1000 * seconds_of_status(sender))
    sender.stop()
    receiver.stop()
    created = [site.inspect() for site in (sender, receiver)]
    names = ("store.metadata_bytes_per_own_event", "store.metadata_bytes_per_event")
    for site, inspection, name in zip((sender, receiver), created, names):
        metadata, tables = per_event(inspection)
        figures[name].append(metadata)
        show(f"{name}, {inspection['events']:,} events", metadata, tables)
        site.start()
    figures["memory.idle_full_mb"].append(
        max(site.memory("VmRSS") for site in (sender, receiver)) / 1e6)
    changes = write_lines(folder, "changes", (
        observation(number, turn, value=200) for turn in range(50) for number in range(patients)))
    sender.accord("import", *changes)
    catch_up(sender, receiver)
    sender.stop()
    receiver.stop()
    metadata, tables = per_event(receiver.inspect(), before=created[1])
    figures["store.metadata_bytes_per_change"].append(metadata)
    show("changes to what is held", metadata, tables)


def measure_audit(new_pair, folder, events, entries, figures):
    """What entries add to an import with one each, at most: as long as writing them alone, durably,
    takes of what the import took. The log is then checked and proved from with so many entries."""
    site, other, _ = new_pair()
    other.stop()
    turns, patients = 1000, max(1, events // 1000)
    site.accord("import", *write_lines(
        folder, "patients", (patient(number) for number in range(patients))))
    files = write_lines(folder, "events", (
        observation(number, turn) for turn in range(turns) for number in range(patients)))
    events = turns * patients
    started = time.perf_counter()
    site.accord("import", *files)
    seconds = time.perf_counter() - started
    site.stop()
    times = site.time_audit(entries)
    print(f"\naudit: {times['entries']:,} entries; {times['appendsPerSecond']:,.0f}/s written alone,"
          f" {events / seconds:,.0f} events/s imported; checked in {times['checkSeconds']:.2f} s with"
          f" {times['checkBytes'] / 1e6:.0f} MB more, and against the events in"
          f" {times['coverageSeconds']:.2f} s of a core; {times['proofProcessorMilliseconds']:.2f} ms"
          " of a core for a proof")
    figures["audit.append_overhead_percent"].append(
        100 * events / times["appendsPerSecond"] / seconds)
    figures["audit.verify_leaves_per_s"].append(times["checksPerSecond"])
    figures["audit.proof_ms"].append(times["proofMilliseconds"])


def seconds_of_status(site):
    """The longest of five."""
    times = []
    for _ in range(5):
        started = time.perf_counter()
        site.ask("status")
        times.append(time.perf_counter() - started)
    return max(times)


def make_streams(site, count):
    """Puts rows of streams straight into the database of a stopped site: two compartments of each
    patient, without events. What a grant decides about is a stream; an event each would only
    make the file bigger."""
    database = sqlite3.connect(site.folder / "data" / "record.db")
    home = database.execute("SELECT min(id) FROM site").fetchone()[0]
    if home is None:
        name = uuid.UUID(site.site_id).bytes
        home = database.execute("INSERT INTO site (uuid) VALUES (?)", (name,)).lastrowid
    rows = ((b"\x01" + name + bytes([code]), 1, name, home)
            for name in (uuid.uuid4().bytes for _ in range(count // 2)) for code in (1, 2))
    with database:
        database.executemany(
            "INSERT INTO stream (name, kind, patient, home) VALUES (?, ?, ?, ?)", rows)
    database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()


def measure_grant(new_pair, folder, streams, figures):
    """A hub enrols a site: a local write waits for no more than a step of the job."""
    hub, site, _ = new_pair()
    connection = hub.post()
    connection.write(patient(0))
    hub.site_id = hub.ask("status")["site"]
    hub.stop()
    make_streams(hub, streams)
    hub.start()
    started = time.perf_counter()
    connection = hub.post()
    waits, turn = [], 0
    hub.accord("share", "grant", site.name, "--who", "all")
    database = hub.rows()
    while database.execute("SELECT count(*) FROM agreement WHERE job_cursor IS NOT NULL").fetchone()[0]:
        waits.append(connection.write(observation(0, turn)))
        turn += 1
        time.sleep(0.005)
    figures["share.grant_job_s"].append(time.perf_counter() - started)
    figures["share.grant_write_wait_ms"].append(1000 * max(waits))
    joined = database.execute("SELECT count(*) FROM share").fetchone()[0]
    print(f"\ngrant of {joined:,} streams; {len(waits):,} local writes meanwhile")
    database.close()
    hub.stop()
    site.stop()
