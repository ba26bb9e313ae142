"""Two clients that change one care plan at the same time, and the account of what became of it."""
import threading
import time
import uuid

EXTENSIONS = "https://accord.example/fhir/StructureDefinition/"


class Written:
    """One acknowledged value: who wrote it, what it named with If-Match, what it was answered."""

    def __init__(self, client, value, shown, answered):
        self.client, self.value, self.shown, self.answered = client, value, shown, answered


def race_plan(subject, label):
    """A plan with a title and three activities, each with a value that stands nowhere else."""
    names = ["title", "first", "second", "third"]
    values = [f"{label} at first: {name}" for name in names]
    activities = [
        {"id": str(uuid.uuid4()), "detail": {"status": "in-progress", "description": text}}
        for text in values[1:]]
    return values, {"resourceType": "CarePlan", "status": "active", "intent": "plan",
                    "title": values[0], "subject": {"reference": subject},
                    "activity": activities}


def change(plan, turn, own, value):
    """Sets one part: in two of three rounds the same as the other client, else one of its own."""
    if turn % 3 == 0:
        plan.title = value
        return
    place = 0 if turn % 3 == 1 else own
    described = next(item for item in plan.activity if item.id == own_ids(plan)[place])
    described.detail.description = value


def own_ids(plan):
    """The activities' ids in an order that no projection changes."""
    return sorted(item.id for item in plan.activity)


class Racer(threading.Thread):
    """Reads the plan, waits until the other has read it too, changes a part and sends it."""

    def __init__(self, client, name, own, guarded, rounds, start, label):
        super().__init__(daemon=True)
        self.client, self.plan, self.own, self.guarded = client, name, own, guarded
        self.rounds, self.start_line, self.label = rounds, start, label
        self.written, self.refused, self.failure = [], 0, None

    def run(self):
        try:
            for turn in range(self.rounds):
                plan = self.client.read("CarePlan", self.plan)
                self.start_line.wait(timeout=60)
                self.send(plan, turn)
        except Exception as error:  # told by the main thread; the other must not wait for it
            self.failure = error
            self.start_line.abort()

    def send(self, plan, turn):
        value = f"{self.label} {self.client.registration.name} {turn}"
        for _ in range(20):
            shown = self.client.plain(plan)["meta"]["versionId"] if self.guarded else None
            change(plan, turn, self.own, value)
            try:
                answer = self.client.update(plan, shown)
            except self.client.errors as error:
                if self.client.outcome(error)["issue"][0]["code"] != "conflict":
                    raise
                self.refused += 1
                plan = self.client.read("CarePlan", self.plan)
                continue
            self.written.append(
                Written(self.client, value, shown, answer["meta"]["versionId"]))
            return
        raise RuntimeError("refused 20 times in one round")


def standing(resource):
    """Where each text of a version stands: `present`, or `sibling` below one of our extensions.
    The narrative is left out: it is made of the same values."""
    found = {}

    def walk(node, place):
        if isinstance(node, dict):
            if str(node.get("url", "")).startswith(EXTENSIONS):
                place = "sibling"
            for value in node.values():
                walk(value, place)
        elif isinstance(node, list):
            for value in node:
                walk(value, place)
        elif isinstance(node, str) and found.get(node) != "present":
            found[node] = place

    walk({name: value for name, value in resource.items() if name != "text"}, "present")
    return found


def most_values(resource):
    """The most values that one part of a version has beside each other; 1 if nothing is open."""
    most = 1
    for name, value in resource.items():
        if name in ("extension", "modifierExtension"):
            most = max([most, *(
                sum(part["url"] == "sibling" for part in one["extension"])
                for one in value if one["url"].startswith(EXTENSIONS))])
        elif isinstance(value, list):
            most = max([most, *(most_values(item) for item in value if isinstance(item, dict))])
    return most


class Histories:
    """The versions of one plan as each client is shown them, the oldest first. Version ids are
    those of one client's view; the order is the same for all."""

    def __init__(self, clients, name):
        self.versions, self.order = {}, {}
        for client in clients:
            entries = reversed(client.history("CarePlan", name)["entry"])
            resources = [entry["resource"] for entry in entries]
            self.versions[client] = [standing(resource) for resource in resources]
            self.order[client] = {
                resource["meta"]["versionId"]: place for place, resource in enumerate(resources)}
        if len({len(versions) for versions in self.versions.values()}) != 1:
            raise RuntimeError("two clients were shown different numbers of versions")
        self.count = len(next(iter(self.versions.values())))


def account(written, histories):
    """What became of each acknowledged value. The rule of counting:

    - `present`: the newest version shows it in its place;
    - `sibling`: the newest version shows it as one of several values, in our extensions;
    - `superseded`: some version shows it, and the first later one without it was made by somebody
      who had been shown it: who wrote it, or who named with If-Match a version that showed it to
      them. A client that is not conflict-aware was shown only what stood in its place; one that is
      was shown the siblings too. Without If-Match nobody was shown anything but their own;
    - `lost`: everything else. A value that no version shows is lost, and so is one that went with
      a version that was answered to nobody."""
    counts = dict.fromkeys(["present", "sibling", "superseded", "lost"], 0)
    lost = []
    makers = {}
    for one in written:
        makers.setdefault(histories.order[one.client].get(one.answered), []).append(one)
    for one in written:
        fate = fate_of(one, makers, histories)
        counts[fate] += 1
        if fate == "lost":
            lost.append(one.value)
    return counts, lost


def fate_of(one, makers, histories):
    seen = [version.get(one.value) for version in histories.versions[one.client]]
    first = next((place for place, where in enumerate(seen) if where), None)
    if first is None:
        return "lost"
    gone = next((place for place in range(first, len(seen)) if not seen[place]), None)
    if gone is None:
        return seen[-1]
    return "superseded" if any(
        was_shown(maker, one, histories) for maker in makers.get(gone, [])) else "lost"


def was_shown(maker, one, histories):
    if maker.client is one.client:
        return True
    place = histories.order[maker.client].get(maker.shown)
    if place is None:
        return False
    where = histories.versions[maker.client][place].get(one.value)
    return where == "present" or (where == "sibling" and maker.client.registration.is_aware)


def race(label, clients, subject, guarded, rounds, reader):
    """Lets two clients race for one plan; returns its name and the figures."""
    values, body = race_plan(subject, label)
    made = clients[0].create(body)
    name = made["id"]
    start = threading.Barrier(2)
    racers = [Racer(client, name, own, guarded, rounds, start, label)
              for own, client in enumerate(clients, start=1)]
    began = time.monotonic()
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join(timeout=600)
    seconds = time.monotonic() - began
    written = [Written(clients[0], value, None, made["meta"]["versionId"]) for value in values]
    written += [one for racer in racers for one in racer.written]
    histories = Histories({*clients, reader}, name)
    counts, lost = account(written, histories)
    return {"plan": name, "seconds": seconds, "counts": counts, "lost": lost,
            "acknowledged": len(written), "refused": [racer.refused for racer in racers],
            "versions": histories.count,
            "most values of one part": most_values(reader.plain(reader.read("CarePlan", name))),
            "failures": [racer.failure for racer in racers if racer.failure]}
