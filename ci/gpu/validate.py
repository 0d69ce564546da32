"""Takes the steps, one after the other, within the time that there is."""

import argparse
import os
import signal
import sys
import time
import traceback

import children
import logs
import report
import steps
from session import Failed, Session, Skipped

# Seconds that each step may take; more where those after it leave some.
MEASURE = {"doctor": 25, "agreement": 35, "times": 115, "mnist": 55, "seeds": 30, "repeat": 35,
           "profile": 40, "pytorch": 120, "ratios": 10}
CHECK = {"doctor": 20, "tests": 100, "memcheck": 25, "racecheck": 35, "nvcc": 40}
PARTS = {"measure": (480, MEASURE), "check": (230, CHECK)}
# Without these nothing after them means anything.
GATE = ("doctor", "agreement")
# Of the time given: to unpack, and to end what does not end by itself.
RESERVED = children.STACKS + children.PATIENCE + children.FINAL + 2
LEAST = 5


def parse(arguments, usage):
    parser = argparse.ArgumentParser(
        prog="gpu-validate", description=usage, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--part", choices=PARTS, help="only these steps")
    parser.add_argument("--only", action="append", metavar="STEP", default=[],
                        choices=list(dict(MEASURE, **CHECK)), help="only this step; several times")
    parser.add_argument("--out", default="gpu-report", metavar="FOLDER")
    parser.add_argument("--seconds", type=int, metavar="N", help="in all")
    parser.add_argument("--quick", action="store_true", help="in tiny sizes, only to see it work")
    given = parser.parse_args(arguments)
    limits = dict(MEASURE, **CHECK) if not given.part else dict(PARTS[given.part][1])
    given.steps = {name: limit for name, limit in limits.items()
                   if not given.only or name in given.only}
    if not given.steps:
        parser.error(f"the part {given.part} has no step {', '.join(given.only)}")
    if given.seconds is None:
        given.seconds = sum(PARTS[name][0] for name in PARTS if given.part in (None, name))
    return given


class Validation:
    def __init__(self, session, about, clocks):
        self.session, self.report, self.clocks = session, about, clocks
        session.tick = about.tick

    def take(self, name, limit):
        """Takes a step; whether nothing was wrong."""
        s = self.session
        begin, line = time.monotonic(), len(self.clocks.lines())
        self.report.begin(name + (", launches blocking" if s.blocking else ""))
        if limit < LEAST:
            self.end("skipped", begin, "no time was left", line)
            return True
        s.begin(self.report.steps[-1]["step"], begin + limit)
        try:
            outcome, reason = "passed", getattr(steps, name)(s)
        except Skipped as why:
            outcome, reason = "skipped", str(why)
        except children.Stopped:
            where = logs.unfinished(s.text())
            outcome, reason = "failed", f"stopped after {limit:.0f} s" + (where and f", in {where}")
        except Failed as why:
            outcome, reason = "failed", str(why) or logs.failure(s.text(), why.status)
        except Exception as problem:  # One odd value ends no more than its step.
            s.say(traceback.format_exc())
            outcome, reason = "failed", f"{type(problem).__name__}: {problem}"
        s.own_logs()
        if name == "doctor":
            self.report.libraries(s.text())
        self.end(outcome, begin, reason, line)
        return outcome != "failed"

    def end(self, outcome, begin, reason, line):
        seconds = round(time.monotonic() - begin)
        clocks = self.clocks.summary(line, None)
        self.report.end(outcome, seconds, logs.shortened(reason), **({"clocks": clocks} if clocks else {}))
        done = self.report.steps[-1]
        print(f"{done['step']:10} {outcome:8} {seconds:4} s  {done['reason']}", flush=True)

    def all(self, limits):
        later, closed = sum(limits.values()), None
        for name, limit in limits.items():
            later -= limit
            if closed:
                self.report.begin(name)
                self.end("skipped", time.monotonic(), f"{closed} failed", len(self.clocks.lines()))
                continue
            left = self.session.deadline - time.monotonic()
            share = min(left, max(limit, left - later))
            if not self.take(name, share) and name in GATE:
                closed = name
                # An asynchronous fault is told by a later call; this way by the one that has it.
                self.session.blocking = True
                self.take(name, min(share, self.session.deadline - time.monotonic()))
                self.session.blocking = False


def main(arguments, folder, usage):
    begin = time.monotonic()
    given = parse(arguments, usage)
    archive = os.path.join(folder, "bundle.tar.xz")
    if not os.path.exists(archive):
        print(f"gpu-validate: {archive} is missing; ci/gpu-bundle makes it", file=sys.stderr)
        return 2
    out = os.path.abspath(given.out)
    os.makedirs(out, exist_ok=True)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda number, frame: sys.exit(128 + number))
    session = Session(archive, out, given.quick, begin + given.seconds - RESERVED)
    clocks = report.Clocks(session.work)
    try:
        with open(os.path.join(session.bundle, "VERSION"), encoding="utf-8") as file:
            about = report.Report(session, file.read().strip())
        Validation(session, about, clocks).all(given.steps)
        session.say("==== nvidia-smi dmon\n" + "\n".join(clocks.lines()))
    finally:
        clocks.stop()
        session.close()
        if os.path.isdir(session.figures) and not os.listdir(session.figures):
            os.rmdir(session.figures)
    print(f"report: {out}/report.md, {out}/report.json, {out}/log.txt")
    outcomes = [each["outcome"] for each in about.steps]
    return 0 if "passed" in outcomes and "failed" not in outcomes else 1
