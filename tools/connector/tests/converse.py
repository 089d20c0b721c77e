"""Runs a command on a terminal of its own, and answers what it asks.

    converse.py ANSWERS COMMAND [ARGUMENT...]

ANSWERS is a JSON list of pairs: a text to wait for, and what to type then. Prints all
that the terminal showed, and ends with the command's exit status.
"""

import json
import os
import pty
import select
import sys

# Longer than the command takes to ask on a busy machine, in seconds.
PATIENCE = 300

answers, command = json.loads(sys.argv[1]), sys.argv[2:]
process, terminal = pty.fork()
if process == 0:
    os.execv(command[0], command)

shown = b""


def read():
    """Whether there was more to read before the end."""
    global shown
    if not select.select([terminal], [], [], PATIENCE)[0]:
        sys.exit(f"nothing shown for {PATIENCE} seconds after: {shown.decode()}")
    try:
        more = os.read(terminal, 4096)
    except OSError:
        return False
    shown += more
    return bool(more)


seen = 0
for question, answer in answers:
    while (found := shown.find(question.encode(), seen)) < 0:
        if not read():
            sys.exit(f"ended before {question!r}: {shown.decode()}")
    seen = found + len(question.encode())
    os.write(terminal, answer.encode())
while read():
    pass
sys.stdout.write(shown.decode().replace("\r\n", "\n"))
sys.stdout.flush()
sys.exit(os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]))
