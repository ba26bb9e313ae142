"""The programs that are measured, and which commit they are of."""
import pathlib
import subprocess

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent


def build():
    print("building (release) ...", flush=True)
    command = ["swift", "build", "-c", "release", "--static-swift-stdlib"]
    for product in ("accordd", "accord", "accord-samples", "accord-bench"):
        subprocess.run(command + ["--product", product], cwd=ROOT, check=True,
                       stdout=subprocess.DEVNULL)
    shown = subprocess.run(command + ["--show-bin-path"], cwd=ROOT, check=True,
                           capture_output=True, text=True)
    return pathlib.Path(shown.stdout.strip())


def commit():
    shown = subprocess.run(["git", "describe", "--always", "--dirty"], cwd=ROOT,
                           capture_output=True, text=True)
    return shown.stdout.strip() or "unknown"
