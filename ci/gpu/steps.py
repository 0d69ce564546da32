"""The steps of the validation. Each returns in a few words what it has shown, or raises Failed (with
nothing where the log has the reason) or Skipped."""

import json
import os
import re
import sys
import time

import children
import logs
import nodes
from session import CONSOLE, Failed, Skipped, tool

CUDA = ("--include-tag=cuda", "--exclude-tag=stand-in")
PACKAGE = "org.gan4j.device.cuda."
# What tells most if only some of it comes to its end: kernels, whole trainings, captures. Before
# them what takes as long as all the others together.
TELLING = ("ConvolutionTrainingTest", "CudaKernelsTest", "CudaTrainingTest", "CudaCaptureTest",
           "LibraryKernelsTest")
# Measures the card's free memory: nothing else may take any.
ALONE = "CudaMemoryTest"
SIDE_BY_SIDE = 6
# What compute-sanitizer looks at. Only kernels that share memory in a block can race; every access
# to it is watched there, which makes a launch take milliseconds.
CONTRACTS = {"memcheck": ("Random", "Data", "Layer", "Training", "Product", "Distance",
                          "Image", "Masks", "Parts", "Normalisation", "Classes"),
             "racecheck": ("Training", "Layer", "Image", "Data", "Distance", "Normalisation",
                           "Classes")}
BESIDE = ("WeightStepTest",)
WATCHED = {"memcheck": (), "racecheck": ("--exclude-tag=many-launches",)}
PROFILED = 4


def doctor(s):
    s.require(s.run(s.jvm("org.gan4j.cli.Main", "doctor")))
    absent = re.search(r"^gpu +absent: (.*)", s.text(), re.M)
    if absent:
        raise Failed(absent.group(1))
    found = re.search(r"^gpu +(.*)", s.text(), re.M)
    return found.group(1) if found else ""


def agreement(s):
    s.require(s.on_gpu("exchange", s.figure("agreement"), s.exchange()))
    with open(s.figure("agreement"), encoding="utf-8") as file:
        rows = json.load(file)["agreement"]
    # A long text is cut at its end.
    rows.sort(key=lambda row: row["agrees"])
    return "; ".join(map(agreed, rows)).replace("iteration:mnist:", "")


def agreed(row):
    """How far a precision is from the CPU; one that no step needs may be too far, or not be there."""
    if row.get("error"):
        return f"{row['id']}: {row['error']}"
    largest = "no number" if row["largest"] is None else f"at most {row['largest']:.1e}"
    return f"{row['id']}: {largest}, in {row['in']}{'' if row['agrees'] else ', too far'}"


def times(s):
    # Each writes what it could time, whatever failed.
    both = [s.on_gpu("measure", s.figure("times")),
            s.on_gpu("measure-library", s.figure("library"))]
    s.require(max(both, key=abs))
    return f"{sum(count(s.figure(name), 'figures') for name in ('times', 'library'))} figures"


def count(path, key):
    with open(path, encoding="utf-8") as file:
        return len(json.load(file)[key])


def mnist(s):
    s.require(s.on_gpu("train", s.figure("mnist"), "45", *examples(s)))
    with open(s.figure("mnist"), encoding="utf-8") as file:
        found = json.load(file)
    return "{epochs} epochs in {training_seconds} s, {score} ± {standard_error} nats".format(**found)


def examples(s):
    data = os.path.join(s.bundle, "data")
    return ["--data", data] if os.listdir(data) else []


def seeds(s):
    """The first epochs from several seeds, in both precisions: what is chance and what is TF32's."""
    s.require(s.on_gpu("seeds", s.figure("seeds"), *examples(s)))
    with open(s.figure("seeds"), encoding="utf-8") as file:
        found = json.load(file)
    all_ = [f"{training['math']} {logs.nats([each['mean'] for each in training['scores']])}"
            for training in found["trainings"]]
    all_ += ["CPU {mean} ± {deviation}".format(**found["cpu"])] if "cpu" in found else []
    return f"nats after {found['epochs']} epochs: " + ", ".join(all_)


def repeat(s):
    s.require(s.on_gpu("repeat", s.figure("repeat")))
    return f"{count(s.figure('repeat'), 'digests')} trainings, the same bits twice"


def profile(s):
    """Every node of an iteration, and how long it takes alone."""
    ncu = tool("ncu")
    if not ncu:
        raise Skipped("there is no ncu")
    found = {}
    for order in ("simultaneous", "alternating"):
        listing = os.path.join(s.work, f"ncu-{order}.csv")
        prefix = [ncu, "--graph-profiling", "node", "--target-processes", "all",
                  # The card is measured as it is found.
                  "--clock-control", "none", "--cache-control", "none", "--launch-count", "400",
                  "--metrics", f"{nodes.DURATION},{nodes.GRID}", "--csv", "--print-units", "base",
                  "--log-file", listing]
        status = s.on_gpu("steps", order, str(PROFILED), prefix=prefix)
        with open(listing, encoding="utf-8", errors="replace") as file:
            text = file.read()
        s.say(text)
        s.require(status)
        found[order] = nodes.iteration(nodes.launches(text), PROFILED)
        with open(s.figure("profile"), "w", encoding="utf-8") as file:
            json.dump(found, file)
    if not all(found.values()):
        raise Failed("the kernels that ncu saw do not repeat with the iterations")
    return ", ".join(f"{order} {len(each)} nodes, {nodes.sums(each)} of them for cut products"
                     for order, each in found.items())


def pytorch(s):
    record = os.path.join(s.exchange(), "alternating.tensors")
    if not os.path.exists(record):
        s.on_gpu("exchange", s.figure("agreement"), s.exchange())
    if not os.path.exists(record):
        raise Failed
    # It comes to its end before it is ended.
    status = s.run([sys.executable, os.path.join(s.bundle, "pytorch", "yardstick.py"), s.exchange(),
                    s.figure("pytorch"), "--seconds", str(max(1, int(s.left() - 15))),
                    *(["--quick"] if s.quick else [])])
    if status == 77:
        raise Skipped(logs.reason(s.text()).replace("skipped: ", "", 1))
    s.require(status)
    return logs.shortened(s.text().splitlines()[-1])


def ratios(s):
    for name in ("times", "pytorch"):
        if not os.path.exists(s.kept(name)):
            raise Skipped(f"the step {name} left no figures")
    s.require(s.run([sys.executable, os.path.join(s.bundle, "pytorch", "ratios.py"),
                     s.kept("times"), s.kept("pytorch"), s.figure("ratios")]))
    return logs.shortened(s.text().splitlines()[-1])


def classes(s):
    """The classes of tests for a card, the most telling first, and those to run alone."""
    if s.quick:
        return [PACKAGE + "CudaTrainingTest"], [PACKAGE + ALONE]
    s.require(s.run(s.jvm(CONSOLE, "discover", "--details=flat",
                          f"--scan-class-path={s.bundle}/tests", *CUDA, "--disable-banner",
                          "--disable-ansi-colors", tests=True)))
    listed = re.findall(r"\[class:([^]]*)\]/\[(nested-class:|)([^]:]*)", s.text())
    whole = {outer for outer, nested, _ in listed if not nested}
    # A class whose tests are all in nested ones is there by these, which are quicker side by side.
    found = whole | {f"{outer}${name}" for outer, nested, name in listed
                     if nested and outer not in whole}

    def rank(name):
        simple = name.rpartition(".")[2].partition("$")[0]
        return (TELLING.index(simple) if simple in TELLING else len(TELLING), name)

    alone = [name for name in found if name.endswith("." + ALONE)]
    return sorted(found - set(alone), key=rank), alone


def tests(s):
    """Every class in a process of its own, since a fault on the device is final for the process that
    has it; several at once."""
    many, alone = classes(s)
    if not many:
        raise Failed("no tests were found")
    jobs = Jobs(s)
    try:
        jobs.run(many, max(1, min(SIDE_BY_SIDE, (os.cpu_count() or 1) // 2)))
        jobs.run(alone, 1)
    except children.Stopped:
        where = [logs.unfinished(text) for text in jobs.texts()]
        late = "; ".join(each for each in where if each)
        raise Failed(logs.shortened(f"stopped, {logs.counts(jobs.text()) or 'nothing ended'}; in "
                                    f"{late or 'no test'}; {jobs.waiting} classes not begun"))
    if jobs.failed:
        raise Failed(jobs.failure())
    return logs.counts(jobs.text())


class Jobs:
    """Classes of tests side by side; line by line their output goes to the log, under their names."""

    def __init__(self, session):
        self.session = session
        self.files = {}
        self.shown = {}
        self.failed = {}
        self.waiting = 0

    def run(self, names, width):
        """At most so many classes at once, which share the cores; threads that spin would take them
        from the other processes."""
        s = self.session
        environment = s.environment(OMP_WAIT_POLICY="passive",
                                    OMP_NUM_THREADS=str(max(1, (os.cpu_count() or 1) // width)))
        waiting, running = list(names), {}
        while waiting or running:
            self.waiting = len(waiting)
            while waiting and len(running) < width:
                name = waiting.pop(0)
                path = self.files[name] = os.path.join(s.work, name + ".txt")
                with open(path, "wb") as output:
                    running[name] = children.Child(
                        s.junit(f"--select-class={name}", *CUDA), environment, output)
            if time.monotonic() >= s.limit:
                children.stop(list(running.values()), s.java)
                self.show()
                raise children.Stopped
            for name, child in list(running.items()):
                status = child.ended()
                if status is not None:
                    del running[name]
                    if status != 0:
                        self.failed[name] = status
            self.show()
            s.tick()
            time.sleep(children.POLL)

    def show(self):
        for name, path in self.files.items():
            with open(path, "rb") as file:
                file.seek(self.shown.get(name, 0))
                new = file.read()
            whole = new[: new.rfind(b"\n") + 1]
            self.shown[name] = self.shown.get(name, 0) + len(whole)
            short = name.rpartition(".")[2]
            for line in whole.decode("utf-8", "replace").splitlines():
                if line.strip():
                    self.session.say(f"[{short}] {line}")

    def texts(self):
        for path in self.files.values():
            with open(path, encoding="utf-8", errors="replace") as file:
                yield file.read()

    def text(self):
        return "\n".join(self.texts())

    def failure(self):
        """How many tests came to which end, and what is known of the first class that failed."""
        name, status = next(iter(self.failed.items()))
        with open(self.files[name], encoding="utf-8", errors="replace") as file:
            return logs.failure(file.read(), status, self.text())


def sanitize(s, kind):
    """The kernels against the reference, under one of compute-sanitizer's tools. What libraries refuse
    on purpose, such as too much memory, is not asked for here."""
    sanitizer = tool("compute-sanitizer")
    if not sanitizer:
        raise Skipped("there is no compute-sanitizer")
    s.run([sanitizer, "--help"])
    options = s.text()
    prefix = [sanitizer, "--tool", kind, "--error-exitcode", "99", "--target-processes", "all"]
    if kind == "memcheck":
        prefix += ["--report-api-errors", "no"]
    # The libraries' own kernels are not ours to check, and take long. The option's name has changed.
    named = next((o for o in ("--kernel-name", "--kernel-regex") if o in options), None)
    if named:
        prefix += [named, "kernel_substring=gan4j_"]
    if kind == "racecheck" and "--racecheck-detect-level" in options:
        prefix += ["--racecheck-detect-level", "error"]
    chosen = [f"--select-class={PACKAGE}CudaKernelsTest${each}"
              for each in (CONTRACTS[kind][:1] if s.quick else CONTRACTS[kind])]
    chosen += [f"--select-class={PACKAGE}{each}" for each in (() if s.quick else BESIDE)]
    status = s.run([*prefix, *s.junit(*chosen, *WATCHED[kind])])
    if "Device not supported" in s.text():
        raise Skipped("compute-sanitizer does not support this device")
    s.require(status)
    return logs.counts(s.text())


def memcheck(s):
    return sanitize(s, "memcheck")


def racecheck(s):
    return sanitize(s, "racecheck")


def nvcc(s):
    """The kernels for every kind of card."""
    compiler = tool("nvcc")
    if not compiler:
        raise Skipped("there is no nvcc")
    if not tool("gcc"):
        raise Skipped("nvcc needs gcc, and there is none")
    path = os.path.dirname(compiler) + ":" + os.environ.get("PATH", "")
    # A compiler takes a core.
    s.require(s.run(s.junit(f"--select-class={PACKAGE}KernelSourceTest",
                            "--config=junit.jupiter.execution.parallel.enabled=true"),
                    s.environment(PATH=path)))
    return logs.counts(s.text())
