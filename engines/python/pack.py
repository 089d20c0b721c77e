"""Makes the Python wheel: `python3 pack.py --component FILE --version VERSION --out FOLDER`.

The package is what this folder tests (`connector.py`, and the wasmtime of `requirements.txt`)
with the component, and what is in `package/`. The same component and setuptools give the same
bytes.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent

#: The time of all files in the wheel: 1980-01-01, the earliest that a zip file can have.
TIME = "315532800"


def stage(folder: Path, component: Path, version: str) -> None:
    """Puts the sources of the package into `folder`."""
    copy = shutil.copyfile
    shutil.copytree(HERE / "package", folder, copy_function=copy, dirs_exist_ok=True)
    package = folder / "intercom_connector"
    copy(HERE / "connector.py", package / "connector.py")
    copy(component, package / "component.wasm")
    copy(HERE / "requirements.txt", folder / "requirements.txt")
    (folder / "VERSION").write_text(version)
    for licence in ROOT.glob("LICENSE*"):
        copy(licence, folder / licence.name)


def wheel(folder: Path, out: Path) -> None:
    """Makes the wheel of the sources in `folder`."""
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    command = [*pip, "wheel", "--no-deps", "--wheel-dir", str(out), str(folder)]
    environment = {**os.environ, "SOURCE_DATE_EPOCH": TIME}
    status = subprocess.run(command, env=environment).returncode
    if status:
        sys.exit(status)


parser = argparse.ArgumentParser()
parser.add_argument("--component", type=Path, required=True)
parser.add_argument("--version", required=True)
parser.add_argument("--out", type=Path, required=True)
arguments = parser.parse_args()
# The wheel has the files' modes; `copyfile` gives them those of new files.
os.umask(0o022)
with tempfile.TemporaryDirectory() as sources:
    stage(Path(sources), arguments.component, arguments.version)
    wheel(Path(sources), arguments.out)
