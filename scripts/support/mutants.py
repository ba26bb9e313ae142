"""Wrong lines: reads the table, and weaves them into a copy of the tree."""
import pathlib
import re
import subprocess
import tomllib

TABLE = "Tests/Mutants"
# What stands for "this wrong line was chosen" in the table.
CHOSEN = re.compile(r"\bMUTANT\b")
# The copy builds these tests and what they reach, nothing else.
MANIFEST = """
let kept: Set<String> = [{kept}]
var reached = kept
var isGrowing = true
while isGrowing {{
    let before = reached.count
    for target in package.targets where reached.contains(target.name) {{
        for dependency in target.dependencies {{
            switch dependency {{
            case .targetItem(let name, _), .byNameItem(let name, _): reached.insert(name)
            default: break
            }}
        }}
    }}
    isGrowing = reached.count > before
}}
package.targets.removeAll {{ !reached.contains($0.name) }}
package.products.removeAll()
"""


class BadTable(Exception):
    """A row of the table that does not fit the tree."""


class Mutant:
    """One wrong line: where it stands, what it says, and what should see it."""

    KEYS = {"name", "says", "file", "here", "wrong", "tests", "seeds", "also"}

    def __init__(self, row):
        if unknown := set(row) - self.KEYS:
            raise BadTable(f"{row.get('name')}: unknown keys {sorted(unknown)}")
        self.name, self.says, self.tests = row["name"], row["says"], row["tests"]
        self.seeds = row.get("seeds", False)
        self.edits = [(part.get("file", row["file"]), part["here"], part["wrong"])
                      for part in [row] + row.get("also", [])]
        words = self.name.split("-")
        self.constant = words[0] + "".join(word.capitalize() for word in words[1:])

    @property
    def targets(self):
        """The test targets that its filter names."""
        return set(re.findall(r"(?<![.(|/\w])\w+Tests\b|(?<=\|)\w+Tests(?=\.)", self.tests))

    @property
    def folders(self):
        """The folders of the targets that it is in, and of those that should see it."""
        return ({"/".join(path.split("/")[:2]) for path, _, _ in self.edits}
                | {f"Tests/{target}" for target in self.targets})


def read_table(root):
    """Every mutant, by file and in the order of the file."""
    mutants = []
    for path in sorted((root / TABLE).glob("*.toml")):
        with path.open("rb") as file:
            mutants += [Mutant(row) for row in tomllib.load(file)["mutant"]]
    names = [mutant.name for mutant in mutants]
    for name in names:
        if names.count(name) > 1:
            raise BadTable(f"{name}: named twice")
    return mutants


def weave(mutants, read):
    """The texts of all files that a wrong line stands in, with every one of them woven in.

    `read` gives a file's text. Each place must be found exactly once."""
    texts = {}
    for mutant in mutants:
        if not any(CHOSEN.search(wrong) for _, _, wrong in mutant.edits):
            raise BadTable(f"{mutant.name}: changes nothing")
        for path, here, wrong in mutant.edits:
            text = texts.get(path) or read(path)
            if (count := text.count(here)) != 1 or not here:
                raise BadTable(f"{mutant.name}: its place is found {count} times in {path}")
            texts[path] = text.replace(here, CHOSEN.sub(f"Mutant.{mutant.constant}", wrong))
    return texts


def switches(mutants):
    """By target, the text of the file that says which wrong line was chosen."""
    constants = {}
    for mutant in mutants:
        for path, _, wrong in mutant.edits:
            if CHOSEN.search(wrong):
                constants.setdefault(path.split("/")[1], {})[mutant.constant] = mutant.name
    return {target: switch(names) for target, names in constants.items()}


def switch(names):
    lines = [f'    static let {constant} = chosen == "{name}"' for constant, name in names.items()]
    return "\n".join([
        "import Glibc", "", "enum Mutant {", "    #if MUTANTS",
        '    private static let chosen = getenv("ACCORD_MUTANT").map { String(cString: $0) }',
        "    #else", "    private static let chosen: String? = nil", "    #endif", *lines, "}", ""])


def make_copy(root, copy, mutants, kept):
    """Brings the copy of the tree up to date; what did not change keeps its time."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=root,
        check=True, capture_output=True).stdout.decode().split("\0")
    contents = {path: (root / path).read_bytes() for path in listed
                if path and (root / path).is_file() and not (root / path).is_symlink()}
    if (root / "Package.resolved").is_file():
        contents["Package.resolved"] = (root / "Package.resolved").read_bytes()
    woven = weave(mutants, lambda path: contents[path].decode())
    contents.update({path: text.encode() for path, text in woven.items()})
    for target, text in switches(mutants).items():
        contents[f"Sources/{target}/Mutant.swift"] = text.encode()
    names = ", ".join(f'"{name}"' for name in sorted(kept))
    contents["Package.swift"] += MANIFEST.format(kept=names).encode()
    for path, content in contents.items():
        target = copy / path
        if not target.is_file() or target.read_bytes() != content:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
    for target in copy.rglob("*"):
        if target.is_file() and str(target.relative_to(copy)) not in contents:
            target.unlink()


def check(root):
    """Whether the table fits the tree, and the tree knows nothing of mutants."""
    mutants = read_table(root)
    weave(mutants, lambda path: (root / path).read_text())
    for path in sorted((root / "Sources").rglob("*.swift")):
        if re.search(r"\bMUTANTS?\b|\bMutant\b", path.read_text()):
            raise BadTable(f"{path.relative_to(root)} speaks of mutants")
    return mutants
