"""A PostgreSQL server for a check, in a temporary folder."""

import atexit
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

#: Obelisk's port can't be configured, so the check uses the default port on an unused
#: loopback address: all of 127.0.0.0/8 is this machine.
ADDRESS = "127.0.0.2"
USER = "obelisk"
DATABASE = "obelisk"


def programs():
    """The folder of Debian's newest `initdb`, or where `initdb` is found."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return found[-1].parent if found else Path(shutil.which("initdb")).parent


class Postgres:
    """Runs until `close`. It accepts every loopback connection."""

    def __init__(self):
        self.programs = programs()
        self.folder = Path(tempfile.mkdtemp(prefix="obelisk-postgres-"))
        if os.geteuid() == 0:
            # PostgreSQL refuses to run as root; Debian's package creates this user.
            shutil.chown(self.folder, "postgres")
        data = self.folder / "data"
        self.run("initdb", "-D", data, "-U", USER, "--auth=trust", "--no-sync")
        # The data need not survive a power cut: syncing would measure the disk.
        options = f"-c listen_addresses={ADDRESS} -c unix_socket_directories= -c fsync=off"
        atexit.register(self.close)
        self.run("pg_ctl", "-D", data, "-l", self.folder / "log", "-o", options, "-w", "start")

    def run(self, program, *arguments):
        user = {"user": "postgres", "extra_groups": []} if os.geteuid() == 0 else {}
        command = [self.programs / program, *arguments]
        quiet = subprocess.DEVNULL
        subprocess.run(command, check=True, cwd=self.folder, stdout=quiet, stderr=quiet, **user)

    def fresh(self):
        """Recreates the database; the servers must have stopped."""
        admin = ["-h", ADDRESS, "-U", USER, "-d", "postgres", "-c"]
        self.run("psql", *admin, f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")

    def ask(self, query):
        """The rows, as lists of texts."""
        command = [self.programs / "psql", "-h", ADDRESS, "-U", USER, "-d", DATABASE]
        command += ["--no-align", "--tuples-only", "--field-separator", "\t", "-c", query]
        told = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
        return [line.split("\t") for line in told.splitlines()]

    def close(self):
        if not self.folder.exists():
            return
        try:
            self.run("pg_ctl", "-D", self.folder / "data", "-m", "immediate", "stop")
        finally:
            shutil.rmtree(self.folder, ignore_errors=True)
