"""The report: written anew after every step and whenever a running one has new figures."""

import datetime
import glob
import json
import math
import os
import re
import shutil
import statistics
import subprocess
import traceback

import children
import logs
import nodes

HERE = os.path.dirname(os.path.abspath(__file__))
CARDS = ("H100", "H200")
FOLDERS = re.compile(r"(?<![^\s(])/[^()]*/(?=[^/]*$)")


def finite(value):
    """The same with None in place of infinities and NaN, which JSON does not have."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {key: finite(each) for key, each in value.items()}
    if isinstance(value, list):
        return [finite(each) for each in value]
    return value


def write(path, text):
    """Replaces a file as a whole."""
    with open(path + ".new", "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    os.replace(path + ".new", path)


def card():
    """Name, driver, memory of the first card, or nothing."""
    try:
        found = subprocess.run(
            ["nvidia-smi", "--query-gpu=name,driver_version,memory.total", "--format=csv,noheader"],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, timeout=20)
        return found.stdout.partition("\n")[0].strip()
    except (OSError, subprocess.TimeoutExpired):
        return ""


def scores(found):
    """Scores from several seeds as a table for the report."""
    lines = [f"{found['recipe']} after {found['epochs']} epochs, nats, mean ± standard deviation", "",
             "| | each seed | all | training, s |", "|---|---|---:|---:|"]
    for each in found["trainings"]:
        means = [one["mean"] for one in each["scores"]]
        every = ", ".join(map(str, means))
        lines.append(f"| {each['math']} | {every} | {logs.nats(means)} | "
                     f"{each['training_seconds']:.2f} |")
    if "cpu" in found:
        lines.append("| CPU | | {mean} ± {deviation} | |".format(**found["cpu"]))
    return "\n".join(lines)


class Clocks:
    """nvidia-smi dmon, which keeps the driver initialised between processes and says how fast the
    card was going. It changes nothing."""

    def __init__(self, folder):
        self.path = os.path.join(folder, "dmon.txt")
        self.process = None
        try:
            with open(self.path, "wb") as file:
                self.process = subprocess.Popen(
                    ["nvidia-smi", "dmon", "-s", "puc", "-d", "1"], stdin=subprocess.DEVNULL,
                    stdout=file, stderr=subprocess.DEVNULL,
                    preexec_fn=children.die_with_parent)
        except OSError:
            pass

    def lines(self):
        if not os.path.exists(self.path):
            return []
        with open(self.path, encoding="utf-8", errors="replace") as file:
            return file.read().splitlines()

    def summary(self, begin, end):
        """Of the lines from begin to end: least, median and most of every column with numbers."""
        lines = self.lines()
        names = next((line.lstrip("# ").split() for line in lines if line.startswith("#")), [])
        rows = [line.split() for line in lines[begin:end] if not line.startswith("#")]
        columns = {}
        for row in rows:
            for name, value in zip(names, row):
                if name in ("pwr", "gtemp", "sm", "mclk", "pclk") and value.isdigit():
                    columns.setdefault(name, []).append(int(value))
        return {name: [min(v), statistics.median(v), max(v)] for name, v in columns.items()}

    def stop(self):
        if self.process:
            self.process.kill()
            self.process.wait()


class Report:
    def __init__(self, session, version):
        self.session = session
        self.card = card()
        self.head = {
            "version": version,
            "date": datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "quick": session.quick,
            "card": self.card,
            "cores": os.cpu_count(),
            "libraries": [],
        }
        self.steps = []
        self.figures = {}
        self.tables = {}
        self.seen = None
        self.told = set()
        with open(os.path.join(HERE, "predictions.json"), encoding="utf-8") as file:
            self.predictions = json.load(file)["predictions"]

    def libraries(self, text):
        """What doctor has found of CUDA; of a library's file its name is enough."""
        found = re.findall(r"^cuda +(.*)", text, re.M)
        self.head["libraries"] = [FOLDERS.sub("", each) for each in found]

    def begin(self, name):
        self.steps.append({"step": name, "outcome": "running", "seconds": 0, "reason": ""})
        self.write()

    def end(self, outcome, seconds, reason, **more):
        self.steps[-1].update(outcome=outcome, seconds=seconds, reason=reason, **more)
        self.take()
        for path in glob.glob(os.path.join(self.session.figures, "*")):
            shutil.move(path, os.path.join(self.session.work, "kept", os.path.basename(path)))
        self.write()

    def take(self):
        """Takes over what a step has written so far."""
        for path in glob.glob(os.path.join(self.session.figures, "*.json")):
            name = os.path.basename(path)[: -len(".json")]
            try:
                with open(path, encoding="utf-8") as file:
                    self.figures[name] = json.load(file)
            except (OSError, ValueError) as problem:
                self.session.say(f"{path}: {problem}")
        for path in glob.glob(os.path.join(self.session.figures, "*.md")):
            with open(path, encoding="utf-8") as file:
                self.tables[os.path.basename(path)[: -len(".md")]] = file.read()
        for name, table in (("profile", nodes.table), ("seeds", scores)):
            if name in self.figures:
                self.tables[name] = self.safely(lambda: table(self.figures[name]), "")

    def safely(self, made, instead):
        """What is made, or something instead where a figure is so odd that it can't be; then the log
        says once why. It must not end the validation."""
        try:
            return made()
        except Exception:
            why = traceback.format_exc()
            if why not in self.told:
                self.told.add(why)
                self.session.say(why)
            return instead

    def tick(self):
        """Writes the report where the running step has new figures."""
        self.safely(self.renew, None)

    def renew(self):
        seen = sorted((path, os.stat(path).st_mtime_ns)
                      for path in glob.glob(os.path.join(self.session.figures, "*.json")))
        if seen != self.seen:
            self.seen = seen
            self.take()
            self.write()

    def measured(self):
        """Every figure by its name."""
        found = {}
        for name in ("library", "times", "pytorch"):
            for each in self.figures.get(name, {}).get("figures", []):
                found[each["id"]] = each["median"]
        mnist = self.figures.get("mnist", {})
        if mnist.get("recipe") == "mnist" and mnist.get("epochs") == mnist.get("of"):
            found["mnist"] = mnist["training_seconds"]
        for order, each in self.figures.get("profile", {}).items():
            found[f"nodes/{order}"] = len(each)
        return found

    def compared(self):
        """Every prediction with what was measured."""
        found, rows = self.measured(), []
        mine = next((name for name in CARDS if name in self.card), None)
        for each in self.predictions:
            value = found.get(each["id"])
            base = found.get(each["times"]) if "times" in each else 1
            if value is not None and base is not None:
                value /= base
                row = dict(each, measured=value)
                if mine:
                    least, most = each[mine]
                    row["verdict"] = (
                        "below" if value < least else "above" if value > most else "as predicted")
                rows.append(row)
        return rows

    def write(self):
        compared = self.safely(self.compared, [])
        found = dict(self.head, steps=self.steps, predictions=compared, **self.figures)
        out = self.session.out
        write(os.path.join(out, "report.json"),
              json.dumps(finite(found), indent=1, ensure_ascii=False, allow_nan=False) + "\n")
        text = self.safely(lambda: self.markdown(compared), "")
        write(os.path.join(out, "report.md"), text or self.markdown([]))

    def markdown(self, compared):
        head = self.head
        lines = ["# gan4j on a GPU", "", f"- version: {head['version']}",
                 f"- date: {head['date'][:10]}",
                 f"- card, driver, memory: {self.card or 'unknown, there is no nvidia-smi'}"]
        lines += [f"- {each}" for each in head["libraries"]]
        if head["quick"]:
            lines.append("- **A quick run, which only shows that everything works.**")
        lines += ["", "| step | outcome | s | SM clock, MHz | |", "|---|---|---:|---:|---|"]
        for each in self.steps:
            clock = "".join(f"{each['clocks'][k][1]:g}" for k in ["pclk"] if k in each.get("clocks", {}))
            why = each["reason"].replace("|", "\\|")
            lines.append(f"| {each['step']} | {each['outcome']} | {each['seconds']} | {clock} | {why} |")
        if compared:
            lines += ["", "## Predicted and measured", "",
                      "| | predicted, H100 | predicted, H200 | measured | |",
                      "|---|---:|---:|---:|---|"]
            for each in compared:
                ranges = " | ".join("{:g} – {:g}".format(*each[name]) for name in CARDS)
                what = ", ".join(filter(None, (each["what"], each["unit"])))
                lines.append(f"| {what} | {ranges} | "
                             f"{each['measured']:.4g} | {each.get('verdict', '')} |")
        for name, table in self.tables.items():
            lines += ["", f"## {name}", "", table.rstrip()]
        return "\n".join(lines) + "\n"
