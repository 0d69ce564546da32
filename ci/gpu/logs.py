"""What the output of a step says about it."""

import re
import statistics

import children

MOST = 300
STARTED, FAILED = " :: STARTED", " :: FAILED"
TEST = "JUnit Jupiter > "
ERROR = re.compile(r"(skipped: |Exception|Error|Fatal Python error|# +SIG|.*(Exception|Error): |[^ ].* => )")
# Lines of cuDNN's own log.
LIBRARY = re.compile(r"[EWIewi]! ")


def shortened(text):
    return " ".join(text.split())[:MOST]


def nats(scores):
    """Scores of several seeds in short: mean ± standard deviation."""
    if None in scores:
        return "no number"
    return f"{statistics.mean(scores):.1f} ± {statistics.stdev(scores):.1f}"


def reason(text):
    """Which test failed first, or which error is spoken of first, or what is said last."""
    lines = [line for line in text.splitlines() if line.strip()]
    for i, line in enumerate(lines):
        if line.endswith(FAILED):
            why = lines[i + 1] if i + 1 < len(lines) else ""
            return shortened(f"{line[: -len(FAILED)].replace(TEST, '', 1)}: {why}")
    for line in lines:
        if ERROR.match(line) and not LIBRARY.match(line):
            return shortened(line)
    return shortened(lines[-1]) if lines else ""


def failure(text, status, whole=None):
    """All that is known of a step that ended with this status; its text may be a part of the whole."""
    signal, test = children.signal_of(status), unfinished(text)
    ended = signal and f"ended by {signal}" + (test and f" in {test}")
    return ": ".join(each for each in (counts(whole or text), ended, reason(text)) if each)


def counts(text):
    """How many tests came to which end, in all of JUnit's summaries."""
    found = []
    for kind in ("failed", "successful", "skipped", "aborted"):
        many = sum(int(n) for n in re.findall(rf"^\[ *(\d+) tests {kind} *\]$", text, re.M))
        if many:
            found.append(f"{many} {kind}")
    return ", ".join(found)


def unfinished(text):
    """The test at which the output breaks off, or nothing; of several the one begun last."""
    begun = {}
    for line in text.splitlines():
        name, _, state = line.rpartition(" :: ")
        if line.endswith(STARTED):
            begun[name] = True
        elif state:
            begun.pop(name, None)
    return next(reversed(list(begun)), "").replace(TEST, "", 1)
