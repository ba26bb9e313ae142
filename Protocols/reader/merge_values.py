"""Values of merge-v1.md: canonical JSON, how they come apart, and what the tables say of them."""
import hashlib
import json
import pathlib
import uuid
from collections import namedtuple

from . import strict_json

VECTORS = pathlib.Path(__file__).resolve().parent.parent / "vectors"
TABLES = json.loads((VECTORS / "merge" / "tables.json").read_text("utf-8"))
SHAPES = {shape["type"]: shape for shape in TABLES["shapes"]}
RANKS = {rank["name"]: rank for rank in TABLES["ranks"]}
LIMITS = {"documentBytesMax": 256 << 20, "exemptsRootEntryArray": True}
MEDICINES = ("MedicationRequest", "MedicationStatement")

Content = namedtuple("Content", "kind text")


class Number(str):
    """A number as it was written."""


# Values

def parsed(text):
    """A JSON value, or None if it cannot be read; in a list, since null is a value."""
    if strict_json.check(text.encode("utf-8", "surrogatepass"), LIMITS) is not None:
        return None
    return [json.loads(text, parse_float=Number, parse_int=Number)]


def quoted(text):
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(c if c >= " " else f"\\u{ord(c):04x}" for c in escaped) + '"'


def canonical(value):
    if isinstance(value, dict):
        names = sorted(value, key=lambda name: name.encode())
        return "{" + ",".join(quoted(name) + ":" + canonical(value[name]) for name in names) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(canonical, value)) + "]"
    if isinstance(value, Number):
        return str(value)
    if isinstance(value, str):
        return quoted(value)
    return {None: "null", True: "true", False: "false"}[value]


def member(value, name):
    return value.get(name) if isinstance(value, dict) else None


def objects(value, name):
    found = member(value, name)
    return [found] if isinstance(found, dict) else [
        item for item in found if isinstance(item, dict)] if isinstance(found, list) else []


def is_text(value):
    return isinstance(value, str) and not isinstance(value, Number)


def code_of(value, path):
    """The code at a path of a status: a text, or that of a concept's first coding."""
    for name in path.split("."):
        value = member(value, name)
    if isinstance(value, dict):
        codings = member(value, "coding")
        value = member(codings[0], "code") if isinstance(codings, list) and codings else None
    return value if is_text(value) else None


# How values come apart

def covers_member(path, outer, name):
    *holder, listed = path.split(".")
    if (holder[0] if holder else None) != outer:
        return False
    if not listed.endswith("[x]"):
        return listed == name
    base = listed[:-3]
    return name.startswith(base) and name[len(base):len(base) + 1].isupper()


def facet_of(shape, outer, name):
    for facet in shape["facets"]:
        if any(covers_member(path, outer, name.removeprefix("_")) for path in facet["members"]):
            return facet["facet"]
    return next((facet["facet"] for facet in shape["facets"] if not facet["members"]), "rest")


def take_apart(value, shape, is_resource):
    """By facet its canonical value, and the entities as (member, index, item, shape)."""
    facets, inner = {}, []
    opened = {path.split(".")[0] for facet in shape["facets"] for path in facet["members"]
              if "." in path}
    entities = {item["member"]: item["shape"] for item in shape["inner"]}
    for name in sorted(value, key=lambda name: name.encode()):
        item = value[name]
        if name == "id" or (name == "resourceType" and is_resource):
            continue
        if (name in entities and isinstance(item, list)
                and all(isinstance(entry, dict) for entry in item)):
            inner += [(name, index, entry, entities[name]) for index, entry in enumerate(item)]
        elif name in opened and isinstance(item, dict):
            for below in item:
                facet = facets.setdefault(facet_of(shape, name, below), {})
                facet.setdefault(name, {})[below] = item[below]
        else:
            facets.setdefault(facet_of(shape, None, name), {})[name] = item
    return {facet: canonical(found) for facet, found in facets.items()}, inner


def uuid_text(value):
    """The text of a UUID in small letters; None of anything else."""
    text = value.lower() if is_text(value) else ""
    parts = text.split("-")
    is_one = [len(part) for part in parts] == [8, 4, 4, 4, 12]
    return text if is_one and all(digit in "0123456789abcdef" for digit in "".join(parts)) else None


def hashed_id(data):
    found = bytearray(hashlib.sha256(data).digest()[:16])
    found[6], found[8] = 0x80 | found[6] & 0x0F, 0x80 | found[8] & 0x3F
    return str(uuid.UUID(bytes=bytes(found)))


# What the tables say

def status_codes(rule, content):
    value = parsed(content.text)[0] if content.kind == "value" else None
    return [code_of(value, path) for path in rule["codeMembers"]]


def place(rank, code):
    groups = RANKS[rank]["groups"]
    return next((place for place, group in enumerate(groups) if code in group), len(groups))


def restrains(rule, code):
    rank = rule["ranks"][0]
    return place(rank, code) < RANKS[rank]["restraining"]


def is_ending(rule, code):
    return restrains(rule, code) and code not in ("on-hold", "suspended")


def is_instruction(rule):
    return rule["rule"] == "instruction" or (rule["rule"], rule.get("class")) == ("all", "U")


def display(rule, content):
    """What stands before time and event in the display order."""
    if rule["rule"] not in ("status", "severity"):
        return ()
    if content.kind != "value":
        return (1,)
    if rule["rule"] == "severity":
        listed = [code for code in rule["codes"] if f'"{code}"' in content.text]
        return 0, rule["codes"].index(listed[0]) if listed else len(rule["codes"])
    codes = status_codes(rule, content)
    return 0, *((place(rank, code), code or "") for rank, code in zip(rule["ranks"], codes))


def class_of(rule, contents):
    """The class of contents that differ, as their rule gives it; whether a stop is disputed."""
    if rule["rule"] == "all":
        return rule["class"], False
    if rule["rule"] == "performer":
        return "H" if Content("value", "{}") in contents else "F", False
    if rule["rule"] != "status":
        return {"presentation": "A", "instruction": "H"}.get(rule["rule"], "F"), False
    codes = [status_codes(rule, content)[0] for content in contents]
    tension = rule["tension"]
    is_stop = tension in ("always", "stopAgainstContinue") and len(
        {restrains(rule, code) for code in codes}) == 2
    if tension == "always":
        return "U", is_stop
    endings = {code for code in codes if is_ending(rule, code)}
    has_live = any(not is_ending(rule, code) for code in codes)
    is_human = ("entered-in-error" in codes or tension == "warning" or is_stop
                or tension == "endingAgainstLive" and endings and has_live
                or tension == "endingAgainstAnother" and endings and (has_live or len(endings) > 1))
    return "H" if is_human else "F", is_stop


def is_critical(concept):
    listed = TABLES["urgent"]
    codes = [coding["code"] for coding in objects(concept, "coding")
             if coding.get("system") == listed["system"] and "code" in coding]
    texts = [code.upper() if is_text(code) else "" for code in codes]
    return not codes or any(text.startswith(group) or group.startswith(text)
                            for text in texts for group in listed["groups"])


def urgent_content(value, kind):
    if kind == "AllergyIntolerance":
        return member(value, "criticality") == "high"
    if kind != "CarePlan.activity":
        if member(value, "doNotPerform") is True:
            return True
        return kind in MEDICINES and urgent_medicine(value)
    reference = member(value, "reference")
    if member(reference, "type") == "MedicationRequest":
        return True
    text = member(reference, "reference") if isinstance(reference, dict) else reference
    if is_text(text) and text.startswith("MedicationRequest/"):
        return True
    detail = member(value, "detail")
    if member(detail, "doNotPerform") is True or "productReference" in (detail or {}):
        return True
    if "productCodeableConcept" in (detail or {}):
        return is_critical(detail["productCodeableConcept"])
    if member(detail, "kind") != "MedicationRequest":
        return False
    return is_critical(detail["code"]) if "code" in detail else True


def urgent_medicine(value):
    if not isinstance(value, dict):
        return False
    if "medicationReference" in value or (
            "medicationCodeableConcept" in value
            and is_critical(value["medicationCodeableConcept"])):
        return True
    limits = ("maxDosePerPeriod", "maxDosePerAdministration", "maxDosePerLifetime")
    return any(limit in dose for name in ("dosageInstruction", "dosage")
               for dose in (value[name] if isinstance(value.get(name), list) else [])
               if isinstance(dose, dict) for limit in limits)
