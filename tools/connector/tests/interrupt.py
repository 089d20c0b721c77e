"""Runs a command on a terminal of its own, and presses Ctrl-C at its hidden prompt.

    interrupt.py PROMPT COMMAND [ARGUMENT...]

Prints whether the terminal showed what was typed while the command asked and after it
ended, and the command's exit status.
"""

import os
import pty
import select
import sys
import termios
import time

# Longer than the command takes to ask on a busy machine, in seconds.
PATIENCE = 300


def shows_input(terminal):
    return bool(termios.tcgetattr(terminal)[3] & termios.ECHO)


def wait_until(what, is_so):
    end = time.monotonic() + PATIENCE
    while not is_so():
        if time.monotonic() > end:
            sys.exit(f"{what}: not within {PATIENCE} seconds")
        time.sleep(0.01)


prompt, command = sys.argv[1].encode(), sys.argv[2:]
process, terminal = pty.fork()
if process == 0:
    os.execv(command[0], command)

printed = b""


def asks():
    global printed
    if select.select([terminal], [], [], 0)[0]:
        try:
            printed += os.read(terminal, 4096)
        except OSError:
            sys.exit(f"it ended before it asked: {printed.decode()}")
    return prompt in printed


wait_until("the prompt", asks)
wait_until("hidden input", lambda: not shows_input(terminal))
print("asking: hidden")
os.write(terminal, b"\x03")
ended = []


def has_ended():
    ended[:] = os.waitpid(process, os.WNOHANG)
    return ended[0] == process


wait_until("the end", has_ended)
print("ended:", "shown" if shows_input(terminal) else "hidden")
print("status:", os.waitstatus_to_exitcode(ended[1]))
