"""What the scripts share: how they are asked by ./fm bench, and how they answer.

A script says `ready DESCRIPTION`, or `cannot REASON`, once a first run is done. Then it answers each
line of its input with `MILLISECONDS CPU_MILLISECONDS PEAK_KIB`, and ends when its input does.
"""

import os
import re
import sys
import time

# Whatever libraries print is no answer: it goes where errors go.
_answers = os.fdopen(os.dup(1), "w", buffering=1)
os.dup2(2, 1)


def peak_kib():
    """The most memory this process ever held; 0 where the system does not tell."""
    try:
        with open("/proc/self/status", encoding="ascii") as status:
            return int(re.search(r"VmHWM:\s+(\d+)", status.read())[1])
    except OSError:
        return 0


def say(line):
    _answers.write(line + "\n")


def cannot(reason):
    """Says why this cannot be measured here, and ends."""
    say("cannot " + " ".join(str(reason).split())[:300])
    sys.exit(2)


def serve(step, description):
    """Calls `step` once, and then once for each line of the input, timing it."""
    step()
    say("ready " + description)
    for _ in sys.stdin:
        cpu_before, start = time.process_time(), time.perf_counter()
        step()
        millis = (time.perf_counter() - start) * 1e3
        cpu_millis = (time.process_time() - cpu_before) * 1e3
        say(f"{millis:.3f} {cpu_millis:.3f} {peak_kib()}")
