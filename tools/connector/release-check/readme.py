"""Runs the example of a README: `readme.py README SCRIPT COMMAND…`.

Writes the code to the file SCRIPT, runs `COMMAND… SCRIPT`, and compares its output with the
comments behind the lines that print.
"""

import re
import subprocess
import sys
from pathlib import Path

readme, script, *command = sys.argv[1:]
[code] = re.findall(r"^```(?:js|python)\n(.*?)^```", Path(readme).read_text(), re.DOTALL | re.MULTILINE)
expected = re.findall(r"^\s*(?:console\.log|print)\(.*\);?\s+(?://|#) (.*)$", code, re.MULTILINE)
if not expected:
    sys.exit(f"{readme}: its example prints nothing")
Path(script).write_text(code)
output = subprocess.run([*command, script], stdout=subprocess.PIPE, text=True, check=True).stdout
if output.splitlines() != expected:
    sys.exit(f"{readme}: its example printed\n{output}and not\n" + "\n".join(expected))
print(output, end="")
