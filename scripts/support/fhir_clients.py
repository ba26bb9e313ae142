"""Two FHIR clients that others wrote, fhirpy and fhirclient, against a node that is started for it.
What the door does otherwise than docs/fhir.md or R4 says is printed as FAULT, and fails the run."""
import logging
import pathlib
import sys
import tempfile
import uuid

from fhir_account_cases import cases, misjudged
from fhir_libraries import Fhirclient, Fhirpy
from fhir_node import FHIRNode, Registration
from fhir_race import race

ROUNDS = 50
CONFLICT_TAG = "unresolved-conflict"


class Report:
    """Prints each finding as it is made and counts those that are faults."""

    def __init__(self):
        self.good = self.faults = 0

    def check(self, says, is_good, otherwise=""):
        if is_good:
            self.good += 1
            print(f"  good   {says}")
        else:
            self.faults += 1
            print(f"  FAULT  {says}" + (f": {otherwise}" if otherwise else ""))
        return is_good

    def attempt(self, says, client, verb):
        """Whether the door does what is asked; what it refuses is told with its own words."""
        try:
            verb()
        except client.errors as error:
            return self.check(says, False, diagnostics(client, error))
        return self.check(says, True)


def diagnostics(client, error):
    return "; ".join(issue.get("diagnostics", issue["code"])
                     for issue in client.outcome(error)["issue"])


def bodies(subject):
    """What each library makes: a plan with two activities, a goal and a team."""
    activities = [
        {"id": str(uuid.uuid4()), "detail": {"status": status, "description": text}}
        for status, text in (("in-progress", "synthetic walk"), ("scheduled", "synthetic meal"))]
    return [
        {"resourceType": "CarePlan", "status": "active", "intent": "plan",
         "title": "synthetic plan", "subject": {"reference": subject},
         "period": {"start": "2026-01-01", "end": "2026-06-30"}, "activity": activities,
         "note": [{"text": "synthetic note"}]},
        {"resourceType": "Goal", "lifecycleStatus": "active", "subject": {"reference": subject},
         "description": {"text": "synthetic goal"},
         "target": [{"id": str(uuid.uuid4()), "dueDate": "2026-06-30",
                     "measure": {"text": "synthetic measure"}}]},
        {"resourceType": "CareTeam", "status": "active", "name": "synthetic team",
         "subject": {"reference": subject},
         "participant": [{"id": str(uuid.uuid4()), "role": [{"text": "synthetic role"}],
                          "member": {"reference": subject}}]},
    ]


def without_server(resource):
    """A resource without what the server adds: its id, its version and when it was changed."""
    left = {name: value for name, value in resource.items() if name not in ("id", "meta")}
    meta = {name: value for name, value in resource.get("meta", {}).items()
            if name not in ("versionId", "lastUpdated")}
    return {**left, "meta": meta} if meta else left


def create(report, clients):
    """Every client makes each resource, and every client reads back what was sent."""
    made = {}
    for client in clients:
        patient = client.create({"resourceType": "Patient", "birthDate": "1950-01-01",
                                 "name": [{"family": "Synthetic", "given": ["Person"]}]})
        subject = f"Patient/{patient['id']}"
        made[client] = {"subject": subject}
        for sent in bodies(subject):
            type_name = sent["resourceType"]
            answer = client.create(sent)
            made[client][type_name] = answer["id"]
            shown = [reader.plain(reader.read(type_name, answer["id"])) for reader in clients]
            report.check(f"{client.library} makes a {type_name}; all read what was sent",
                         all(without_server(one) == sent for one in [answer, *shown]))
    return made


def update(report, client, made):
    """A PUT as the library does by default, one with If-Match, and one that changes nothing."""
    name = made["CarePlan"]
    plan = client.read("CarePlan", name)
    first = client.plain(plan)["meta"]["versionId"]
    plan.title = "changed title"
    second = client.update(plan)["meta"]["versionId"]
    plan = client.read("CarePlan", name)
    plan.activity[0].detail.description = "changed walk"
    plan.activity[1].detail.status = "in-progress"
    third = client.update(plan, second)["meta"]["versionId"]
    shown = client.plain(client.read("CarePlan", name))
    report.check(
        f"{client.library} changes title, text and status; what it reads then has all three",
        shown["title"] == "changed title"
        and shown["activity"][0]["detail"]["description"] == "changed walk"
        and shown["activity"][1]["detail"]["status"] == "in-progress"
        and shown["note"] == [{"text": "synthetic note"}])
    client.update(client.read("CarePlan", name), third)
    versions = [entry["resource"]["meta"]["versionId"]
                for entry in client.history("CarePlan", name)["entry"]]
    report.check(f"{client.library} finds a version for each change and none for the same again",
                 versions == [third, second, first])


def ids(report, client, subject):
    """Many clients give activities no element id, or one that is no UUID; both are valid R4."""
    for says, given in (("without element ids", [None, None]),
                        ("with element ids that are no UUIDs", ["a1", "a2"])):
        body = bodies(subject)[0]
        for activity, name in zip(body["activity"], given):
            activity.pop("id")
            activity.update({} if name is None else {"id": name})
        made = client.create(body)
        plan = client.read("CarePlan", made["id"])
        plan.activity[0].detail.description = "changed walk"
        report.attempt(f"{client.library} changes an activity of its own plan that came {says}",
                       client, lambda: client.update(plan, made["meta"]["versionId"]))


def disputed_status(report, clients, subject):
    """R4 requires lifecycleStatus; while it is disputed it is a reason for its absence."""
    made = clients[0].create(bodies(subject)[1])
    goal = clients[1].read("Goal", made["id"])
    goal.lifecycleStatus = "cancelled"
    answer = clients[1].update(goal)
    report.check("a goal cancelled and active at once shows neither, and says so",
                 "lifecycleStatus" not in answer and "_lifecycleStatus" in answer)
    plain = clients[0].plain(clients[0].read("Goal", made["id"]))
    report.check("fhirpy reads it", without_server(plain) == without_server(answer))
    left = clients[1].read_leniently("Goal", made["id"])
    report.check("fhirclient reads it if it is told not to be strict",
                 left.description.text == "synthetic goal" and left.lifecycleStatus is None)


def refusals(report, client, stranger, made):
    """Each library raises its own class for a refusal, with the door's OperationOutcome in it."""
    name = made["CarePlan"]
    versions = client.history("CarePlan", name)["entry"]
    old = versions[-1]["resource"]["meta"]["versionId"]
    order = client.read("CarePlan", name)
    order.intent = "order"
    team = client.read("CareTeam", made["CareTeam"])
    client.delete(team)
    cases = [
        (401, "login", lambda: stranger.read("CarePlan", name)),
        (404, "not-found", lambda: client.read("CarePlan", str(uuid.uuid4()))),
        (405, "not-supported", lambda: client.search("CarePlan")),
        (410, "deleted", lambda: client.read("CareTeam", made["CareTeam"])),
        (412, "conflict", lambda: client.update(client.read("CarePlan", name), old)),
        (422, "business-rule", lambda: client.update(order)),
    ]
    for status, code, verb in cases:
        says = f"{client.library} raises {client.classes[status]} for {status}"
        try:
            verb()
            report.check(says, False, "nothing was raised")
        except client.errors as error:
            outcome = client.outcome(error)
            issue = outcome["issue"][0]
            report.check(
                f"{says}: {issue['code']}, {issue.get('diagnostics')}",
                type(error).__name__ == client.classes[status] and issue["code"] == code
                and outcome["resourceType"] == "OperationOutcome" and issue.get("diagnostics"),
                type(error).__name__)


def races(report, clients, aware, subject):
    """Whoever races, no acknowledged value is lost. Returns the plan that was left disputed."""
    wrong = misjudged()
    report.check(f"the account judges {len(cases())} made histories as they are", not wrong,
                 "; ".join(wrong))
    disputed = None
    for label, racers, guarded in (("with If-Match", clients, True),
                                   ("without If-Match", clients, False),
                                   ("conflict-aware", [clients[1], aware], True)):
        told = race(label, racers, subject, guarded, ROUNDS, aware)
        names = " and ".join(f"{one.library} ({one.registration.name})" for one in racers)
        counts = ", ".join(f"{name} {count}" for name, count in told["counts"].items())
        print(f"  {label}: {names}, {ROUNDS} rounds each in {told['seconds']:.1f} s: "
              f"{told['acknowledged']} values acknowledged in {told['versions']} versions, "
              f"refused {told['refused'][0]} and {told['refused'][1]}; {counts}; "
              f"at most {told['most values of one part']} values of one part")
        report.check(f"{label}: both come to the end", not told["failures"],
                     "; ".join(repr(one) for one in told["failures"]))
        report.check(f"{label}: every change has a version",
                     told["versions"] == told["acknowledged"] - 3)
        report.check(f"{label}: nothing is lost", not told["lost"], "; ".join(told["lost"][:5]))
        disputed = told["plan"] if not guarded else disputed
    return disputed


def settle(report, aware, name):
    """A conflict-aware client chooses among what is disputed; afterwards nothing is."""
    plan = aware.plain(aware.read("CarePlan", name))
    tags = [tag["code"] for tag in plan["meta"].get("tag", [])]
    report.check("what raced without If-Match is disputed", CONFLICT_TAG in tags)
    for number, activity in enumerate(plan["activity"]):
        if activity.pop("modifierExtension", None):
            activity["detail"]["description"] = f"chosen {number}"
    chosen = aware.client.resource("CarePlan", **{
        member: value for member, value in plan.items() if member != "resourceType"})
    answer = aware.update(chosen, plan["meta"]["versionId"])
    report.check("a conflict-aware client settles it with one PUT",
                 CONFLICT_TAG not in [tag["code"] for tag in answer["meta"].get("tag", [])])


def main(binaries):
    report = Report()
    logging.getLogger("fhirclient").setLevel(logging.ERROR)  # warns of what is not strict
    registrations = [Registration("Ward"), Registration("Clinic"),
                     Registration("Coordinator", is_aware=True)]
    with tempfile.TemporaryDirectory(prefix="accord-fhir-clients-") as folder:
        node = FHIRNode(binaries, pathlib.Path(folder), registrations)
        clients = [Fhirpy(node.base, registrations[0]), Fhirclient(node.base, registrations[1])]
        aware = Fhirpy(node.base, registrations[2])
        for client in clients:
            report.check(f"{client.library} reads the capability statement",
                         client.statement_version() == "4.0.1")
        made = create(report, clients)
        for client in clients:
            update(report, client, made[client])
            stranger = type(client)(node.base, client.registration, token="unknown")
            refusals(report, client, stranger, made[client])
            ids(report, client, made[client]["subject"])
        disputed_status(report, clients, made[clients[0]]["subject"])
        settle(report, aware, races(report, clients, aware, made[clients[0]]["subject"]))
        report.check("the node stops in good order", node.stop() == 0)
    print(f"fhir-clients: {report.good} good, {report.faults} faults")
    return 1 if report.faults else 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1]).resolve()))
