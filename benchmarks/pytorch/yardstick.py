"""Measures the mnist iteration in PyTorch, as a competent user would write it.

yardstick.py RECORDS OUT.json [--seconds N] [--quick]: RECORDS has the first iterations that gan4j
wrote (simultaneous.tensors, alternating.tensors). Every way to run an iteration repeats them first,
from the same weights, inputs and masks; only one that agrees in both losses, all gradients and all
parameters is timed. Every group of ways has a process of its own (--group), so that a crash costs
no other group; those of a crashed group are tried once more, each alone. OUT.json has all that was
found at any moment. Ends with 77 if there is no PyTorch with a GPU, with 1 if nothing could be timed
or something computed another function.
"""

import argparse
import gc
import json
import math
import os
import signal
import statistics
import subprocess
import sys
import time
import traceback

import results
import tensors

# Of the Euclidean norm: room for a near tie of two maxout pieces, which rounding may turn; with
# tf32's 10 bits more of them turn.
BOUND = {"fp32": 3e-3, "tf32": 0.1}
UNROLLED = 32
ROUNDS = 7
SAMPLE_SECONDS = 0.1
QUICK_EXAMPLES = 5_000
# Of a failure's text; all of it goes to the log.
REASON = 1000
# An exit status: what is wanted is not here.
ABSENT = 77
LATE = "no time was left"
# Seconds for a group to end by itself when its time is over.
GRACE = 8


def difference(expected, found):
    """‖found − expected‖ / ‖expected‖ of two tensors; infinite if the lengths differ."""
    if expected.numel() != found.numel():
        return math.inf
    expected = expected.double().flatten()
    error = (found.detach().double().flatten() - expected).norm().item()
    norm = expected.norm().item()
    return error / norm if norm > 0 else (0.0 if error == 0 else math.inf)


def plan(quick):
    """What is timed: groups of (order, precision, variants), the most telling first. Compiling takes
    long, so what is compiled is timed at once, alone."""
    orders = ["simultaneous", "alternating"]
    best = ["eager-fused", "graph-fused", "graph-fused-32"]
    groups = [(o, "tf32", best) for o in orders]
    for variant in ("compile-reduce-overhead", "compile-graph-32"):
        groups += [(o, "tf32", [variant]) for o in orders]
    groups += [(o, "fp32", ["eager-fused", "graph-fused-32"]) for o in orders]
    others = ["eager", "graph", "graph-fused-pool", "graph-fused-pool-32"]
    groups += [(o, "tf32", others) for o in orders]
    if not quick:
        groups += [(o, "tf32", ["compile-max-autotune-graph-32"]) for o in orders]
        groups += [(o, "fp32", ["compile-graph-32"]) for o in orders]
    return groups


def names(quick):
    """The names of everything that is to be timed."""
    return [f"{o}/{p}/{v}" for o, p, variants in plan(quick) for v in variants]


def needed(variant):
    """Seconds that must be left for a variant to be begun."""
    if "max-autotune" in variant:
        return 120
    return 50 if variant.startswith("compile") else 12


def pools(variant):
    """Whether maxout is max_pool1d."""
    return "-pool" in variant


def skips():
    """How often torch.compile has given up CUDA graphs."""
    from torch._dynamo.utils import counters

    return counters["inductor"]["cudagraph_skips"]


class Eager:
    def __init__(self, torch, iteration):
        self.iteration = iteration

    def run(self, times):
        for _ in range(times):
            self.iteration()

    def once(self):
        self.iteration()


class Graph:
    """The iteration as CUDA graphs: one of a single iteration, one of several in a row."""

    def __init__(self, torch, iteration, unrolled):
        # A graph has the addresses of parameters, velocities and draws, and does not hold them.
        self.iteration = iteration
        self.unrolled = unrolled
        # Its own, for warming up too: the products' workspaces belong to a stream, and PyTorch frees
        # them with the first graph that was captured there.
        self.stream = torch.cuda.Stream()
        self.stream.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(self.stream):
            for _ in range(3):
                iteration()
        torch.cuda.current_stream().wait_stream(self.stream)
        self.graph = self._capture(torch, iteration, unrolled)
        self.single = self.graph if unrolled == 1 else self._capture(torch, iteration, 1)

    def _capture(self, torch, iteration, times):
        graph = torch.cuda.CUDAGraph()
        # Garbage must not give memory back during a capture.
        gc.collect()
        with torch.cuda.graph(graph, stream=self.stream):
            for _ in range(times):
                iteration()
        return graph

    def run(self, times):
        for _ in range(times // self.unrolled):
            self.graph.replay()

    def once(self):
        self.single.replay()


def build(torch, variant, record, draw, alternating, device):
    """The iteration of a variant, and the way to run it."""
    import networks

    maxout = networks.maxout_pool if pools(variant) else networks.maxout_max
    gan = networks.Gan(record, device, maxout)
    if variant.startswith("compile"):
        mode = {
            "compile-reduce-overhead": "reduce-overhead",
            "compile-graph-32": "default",
            "compile-max-autotune-graph-32": "max-autotune-no-cudagraphs",
        }[variant]
        iteration = networks.Functional(gan, draw, alternating, mode)
    else:
        fused = "fused" in variant
        updates = networks.FusedOptimizer(gan) if fused else networks.ScalarsOnDevice(gan)
        iteration = networks.Iteration(gan, updates, draw, alternating)
    if "graph" not in variant:
        return iteration, Eager(torch, iteration)
    return iteration, Graph(torch, iteration, UNROLLED if variant.endswith("-32") else 1)


def disagreement(iteration, runner, record, synchronize):
    """Repeats gan4j's iteration; the largest difference, and in what."""
    import networks

    runner.once()
    iteration.begin_again()
    runner.once()
    synchronize()
    seen = iteration.seen
    found = {"d_loss": seen["d_loss"], "g_loss": seen["g_loss"]}
    for network in "gd":
        parameters = getattr(iteration.gan, network)
        for i, (parameter, gradient) in enumerate(zip(parameters, seen[network])):
            name = f"{network}{i // 2}.{'biases' if i % 2 else 'weights'}"
            found["gradient." + name] = gradient
            found["after." + name] = parameter
    differences = {
        name: difference(networks.on(value.device, record[name]), value)
        for name, value in found.items()
    }
    # A NaN counts as the largest.
    return max((d if d == d else math.inf, name) for name, d in differences.items())


def seconds(runner, times, draw, synchronize):
    """With a new order after each epoch."""
    begin = time.perf_counter()
    left = times
    while left > 0:
        stretch = min(left, max(UNROLLED, draw.per_epoch // UNROLLED * UNROLLED))
        runner.run(stretch)
        left -= stretch
        draw.shuffle()
    synchronize()
    return time.perf_counter() - begin


class Session:
    """One group of ways, and what has been found before it."""

    def __init__(self, torch, records, out, deadline, quick, device="cuda"):
        self.torch = torch
        self.records = records
        self.out = out
        self.deadline = deadline
        self.quick = quick
        self.device = device
        self.found = read(out)
        self.skips = {}
        # Until the process ends: no graph shall go while another is replayed.
        self.kept = []

    def left(self):
        return self.deadline - time.monotonic()

    def group(self, order, precision, variants):
        import networks

        torch, record = self.torch, self.records[order]
        torch.set_float32_matmul_precision("high" if precision == "tf32" else "highest")
        alternating = order == "alternating"
        batch = len(record["z0"]) // networks.NOISE
        pixels = len(record["x0"]) // batch
        examples = QUICK_EXAMPLES if self.quick else networks.EXAMPLES
        ready = []
        for variant in variants:
            name = f"{order}/{precision}/{variant}"
            if self.left() < needed(variant):
                self.put("failures", {"id": name, "reason": LATE})
                continue
            try:
                given = networks.Given(record, self.device)
                checked = build(torch, variant, record, given, alternating, self.device)
                self.kept.append(checked)
                worst, where = disagreement(*checked, record, self.synchronize)
            except Exception as problem:  # one variant that fails must not stop the others
                self.fail(name, problem)
                continue
            print(f"{name}: differs by at most {worst:.1e}, in {where}", flush=True)
            agrees = worst <= BOUND[precision]
            row = {"id": name, "largest": worst, "in": where, "bound": BOUND[precision]}
            self.put("agreement", dict(row, agrees=agrees))
            if not agrees:
                continue
            try:
                skipped = skips() if variant.startswith("compile") else 0
                draw = networks.Drawn(batch, pixels, examples, self.device)
                built = build(torch, variant, record, draw, alternating, self.device)
                self.kept.append(built)
                runner = built[1]
                ready.append((name, runner, draw, self.repetitions(runner, draw)))
                if variant.startswith("compile"):
                    self.skips[name] = skips() - skipped
            except Exception as problem:
                self.fail(name, problem)
        self.time(ready)

    def synchronize(self):
        if self.device != "cpu":
            self.torch.cuda.synchronize()

    def put(self, kind, row):
        """Adds a row to what has been found, in place of one of the same name."""
        put(self.found, kind, row)
        self.write()

    def fail(self, name, problem):
        reason = f"{type(problem).__name__}: {problem}"
        self.put("failures", {"id": name, "reason": reason[:REASON]})
        print(f"{name}:", flush=True)
        traceback.print_exception(type(problem), problem, problem.__traceback__, file=sys.stdout)
        sys.stdout.flush()
        # An error on the device stays: the other ways are tried again, each in a process of its own.
        self.synchronize()

    def repetitions(self, runner, draw):
        times = UNROLLED
        runner.run(times)
        taken = seconds(runner, times, draw, self.synchronize)
        while taken < (0 if self.quick else SAMPLE_SECONDS):
            times = max(2 * times, math.ceil(times * SAMPLE_SECONDS / max(taken, 1e-6)))
            times = -(-times // UNROLLED) * UNROLLED
            taken = seconds(runner, times, draw, self.synchronize)
        return times

    def time(self, ready):
        samples = {name: [] for name, _, _, _ in ready}
        for _ in range(2 if self.quick else ROUNDS):
            for name, runner, draw, times in ready:
                taken = seconds(runner, times, draw, self.synchronize)
                samples[name].append(1e6 * taken / times)
        for name, all_ in samples.items():
            figure = {"id": name, "unit": "us", "median": statistics.median(all_)}
            figure.update(least=min(all_), most=max(all_), samples=all_)
            if name in self.skips:
                figure["cudagraph_skips"] = self.skips[name]
            self.put("figures", figure)
            print(f"{name}: {figure['median']:.1f} us", flush=True)

    def write(self):
        torch, cuda = self.torch, self.device != "cpu"
        self.found.update(
            torch=torch.__version__,
            device=torch.cuda.get_device_name(0) if cuda else self.device,
            quick=self.quick,
        )
        results.write(self.out, self.found)


def read(path):
    """What has been found so far."""
    found = {"agreement": [], "failures": [], "figures": []}
    if os.path.exists(path):
        with open(path, encoding="utf-8") as file:
            found.update(json.load(file))
    return found


def put(found, kind, row):
    found[kind] = [each for each in found[kind] if each["id"] != row["id"]] + [row]


def settled(found, name):
    """Whether a way has a figure or a reason for having none."""
    known = found["figures"] + found["failures"]
    known += [row for row in found["agreement"] if not row["agrees"]]
    return name in [each["id"] for each in known]


def ending(status):
    """How a process ended."""
    if status is None:
        return "did not end by itself and was stopped"
    try:
        return f"ended by {signal.Signals(-status).name}"
    except ValueError:
        return f"ended with status {status}"


def run(command, seconds):
    """The exit status of a process, or None if it was stopped; its output goes where ours does."""
    try:
        return subprocess.run(command, stdin=subprocess.DEVNULL, timeout=seconds).returncode
    except subprocess.TimeoutExpired:
        return None


def groups(arguments, deadline):
    """Every group in a process of its own; all that was found, or None if there is nothing to run
    them on."""
    waiting = [(f"{o}/{p}/", variants) for o, p, variants in plan(arguments.quick)]
    while waiting:
        prefix, variants = waiting.pop(0)
        left = deadline - time.monotonic()
        late = [each for each in variants if left < needed(each)]
        note(arguments, prefix, late, LATE)
        variants = [each for each in variants if each not in late]
        if not variants:
            continue
        status = run(command(arguments, prefix + ",".join(variants), left), left + GRACE)
        if status == ABSENT:
            return None
        found = read(arguments.out)
        lost = [each for each in variants if not settled(found, prefix + each)]
        if lost:
            print(f"{prefix}{','.join(variants)}: {ending(status)}", flush=True)
        if len(variants) > 1 and status is not None:
            waiting = [(prefix, [each]) for each in lost] + waiting
        else:
            note(arguments, prefix, lost, ending(status))
    return read(arguments.out)


def note(arguments, prefix, variants, reason):
    """Writes down why some ways have no figure."""
    if variants:
        found = dict(read(arguments.out), quick=arguments.quick)
        for each in variants:
            put(found, "failures", {"id": prefix + each, "reason": reason})
        results.write(arguments.out, found)


def summary(found):
    text = f"{len(found['figures'])} ways timed, {len(found['failures'])} failed or left out"
    crashed = [each for each in found["failures"] if each["reason"].startswith("ended by")]
    return text + "".join(f"; {each['id']} {each['reason']}" for each in crashed)


def command(arguments, group, left):
    quick = ["--quick"] if arguments.quick else []
    # A crash says where it was.
    python = [sys.executable, "-X", "faulthandler", os.path.abspath(__file__)]
    options = ["--group", group, "--seconds", str(left), "--device", arguments.device]
    return [*python, arguments.records, arguments.out, *options, *quick]


def group(arguments, deadline):
    """A single group, in this process; its exit status."""
    try:
        import torch
    except ImportError as problem:
        print(f"skipped: no PyTorch here ({problem})")
        return ABSENT
    if arguments.device != "cpu" and not torch.cuda.is_available():
        print("skipped: PyTorch sees no GPU")
        return ABSENT
    order, precision, variants = arguments.group.split("/")
    records = {order: tensors.read(os.path.join(arguments.records, order + ".tensors"))}
    session = Session(torch, records, arguments.out, deadline, arguments.quick, arguments.device)
    session.group(order, precision, variants.split(","))
    return 0


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("records")
    parser.add_argument("out")
    parser.add_argument("--seconds", type=float, default=150)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--group", help="only ORDER/PRECISION/VARIANT,VARIANT..., in this process")
    parser.add_argument("--device", default="cuda", help="cpu to look at this program without a GPU")
    arguments = parser.parse_args()
    deadline = time.monotonic() + arguments.seconds
    if arguments.group:
        return group(arguments, deadline)
    if os.path.exists(arguments.out):
        os.remove(arguments.out)
    found = groups(arguments, deadline)
    if found is None:
        return ABSENT
    wrong = [row["id"] for row in found["agreement"] if not row["agrees"]]
    if wrong:
        print("computes another function than gan4j: " + ", ".join(wrong))
    print(summary(found))
    return 1 if wrong or not found["figures"] else 0


if __name__ == "__main__":
    sys.exit(main())
