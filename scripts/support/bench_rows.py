"""The resources of bundles as rows and as files, for those who know nothing of bundles."""
import json


class Rows:
    """What was written: the same resources once as transactions, and every nth as a file."""

    def __init__(self):
        self.count, self.bytes, self.last = 0, 0, ""
        self.transactions = self.files = self.file_bytes = 0


def write_rows(bundles, script, folder, every):
    """Writes a transaction for each bundle, as an import is one, and every nth resource to a file
    in a folder for each bundle. As in an import, what is there already is not written again."""
    rows, seen = Rows(), set()
    with open(script, "w", encoding="utf-8") as out:
        for path in bundles:
            entries = json.loads(path.read_text(encoding="utf-8"))["entry"]
            fresh = [entry["resource"] for entry in entries if is_new(entry, seen)]
            if fresh:
                write_transaction(out, fresh, rows, folder / path.stem, every)
    return rows


def is_new(entry, seen):
    """Whether neither the resource's name nor what its entry asks for has been seen."""
    resource, wanted = entry["resource"], entry.get("request", {}).get("ifNoneExist")
    names = {f"{resource['resourceType']}/{resource['id']}"}
    if wanted:
        names.add(f"{resource['resourceType']}?{wanted}")
    known = not names.isdisjoint(seen)
    seen |= names
    return not known


def write_transaction(out, resources, rows, folder, every):
    out.write("BEGIN;\nCOPY resource (id, patient, type, body) FROM STDIN;\n")
    patient = next((each["id"] for each in resources if each["resourceType"] == "Patient"), "")
    for resource in resources:
        kind, name = resource["resourceType"], f"{resource['resourceType']}/{resource['id']}"
        body = json.dumps(resource, ensure_ascii=False, separators=(",", ":"))
        # JSON holds no raw tabs or line ends; only its backslashes mean something to COPY.
        out.write("\t".join((name, patient, kind, body.replace("\\", "\\\\"))) + "\n")
        size = len(body.encode())
        if rows.count % every == 0:
            folder.mkdir(parents=True, exist_ok=True)
            (folder / f"{kind}-{resource['id']}.json").write_text(body, encoding="utf-8")
            rows.files += 1
            rows.file_bytes += size
        rows.count += 1
        rows.bytes += size
        rows.last = name
    out.write("\\.\nCOMMIT;\n")
    rows.transactions += 1
