"""Generated resources of the benchmark; nobody's data."""
import json


def patient(number):
    return {"resourceType": "Patient", "id": f"p-{number}", "birthDate": f"19{10 + number % 90}-03-11",
            "name": [{"family": f"Example{number}", "given": ["Eva"]}]}


def observation(number, turn, value=None):
    """The patient's observation of a turn; another value changes it."""
    return {"resourceType": "Observation", "id": f"o-{number}-{turn}", "status": "final",
            "code": {"coding": [{"system": "http://loinc.org", "code": "8867-4"}]},
            "subject": {"reference": f"Patient/p-{number}"},
            "effectiveDateTime": f"2024-0{1 + turn % 9}-11T08:{turn % 60:02d}:00Z",
            "valueQuantity": {"value": value or 60 + (number + turn) % 40, "unit": "/min"}}


def stop(number, turn):
    """A medicine that must no longer be given: urgent content."""
    return {"resourceType": "MedicationRequest", "id": f"m-{number}-{turn}", "status": "stopped",
            "intent": "order", "medicationCodeableConcept": {"text": f"medicine {turn}"},
            "subject": {"reference": f"Patient/p-{number}"}}


def bundle(resources):
    """One import unit: it is taken in whole."""
    return {"resourceType": "Bundle", "type": "transaction", "entry": [
        {"resource": resource, "request": {
            "method": "PUT", "url": f"{resource['resourceType']}/{resource['id']}"}}
        for resource in resources]}


def write_lines(folder, name, resources, lines_max=20000):
    """Writes files of bounded length with one resource on each line; returns their paths. A bundle
    is a file of its own."""
    files, out = [], None
    for count, resource in enumerate(resources):
        if count % lines_max == 0:
            if out:
                out.close()
            files.append(folder / f"{name}-{len(files)}.ndjson")
            out = open(files[-1], "w", encoding="utf-8")
        out.write(json.dumps(resource) + "\n")
    if out:
        out.close()
    return files
