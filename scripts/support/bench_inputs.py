"""The files that the benchmarks import."""
import os
import pathlib
import subprocess
import sys

from bench_site import run_program

SETS = ("smart2019_shared", "blaze2021_uscore_shared", "fdp2021_hiv_shared")


def unpack(data, folder):
    for name in SETS:
        packed = pathlib.Path(data) / "synthea" / f"{name}.tar.zst"
        target = folder / name
        target.mkdir(parents=True)
        unpacked = subprocess.Popen(["zstd", "-dc", "--long=27", str(packed)],
                                    stdout=subprocess.PIPE)
        subprocess.run(["tar", "x", "-C", str(target)], stdin=unpacked.stdout, check=True)
        if unpacked.wait() != 0:
            sys.exit(f"bench: {packed} cannot be unpacked")
    files = sorted(folder.rglob("*.json"))
    return ([f for f in files if "nformation" in f.name]
            + [f for f in files if "nformation" not in f.name])


def inputs(binaries, folder):
    """The bundles to import, directory first, and what they are."""
    data = os.environ.get("ACCORD_DATA")
    if data:
        return unpack(data, folder / "synthea"), "Synthea, 540 patients"
    out = folder / "samples"
    run_program(binaries / "accord-samples", "--seed", 7, "--site", "practice",
                "--patients", 400, "--out", out)
    return ([out / "directory.json"] + sorted(out.glob("patient-*.json")),
            "generated, 400 patients")
