"""Measures the mnist iteration in PyTorch, as a competent user would write it.

yardstick.py RECORDS OUT.json [--seconds N] [--quick]: RECORDS has the first iterations that gan4j
wrote (simultaneous.tensors, alternating.tensors). Every way to run an iteration repeats them first,
from the same weights, inputs and masks; only one that agrees in both losses, all gradients and all
parameters is timed. Ends with 77 if there is no PyTorch with a GPU, with 1 if nothing could be
timed or something computed another function.
"""

import argparse
import math
import os
import statistics
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
    plain = [
        "eager",
        "eager-fused",
        "graph",
        "graph-fused",
        "graph-fused-pool",
        "graph-fused-32",
        "graph-fused-pool-32",
    ]
    orders = ["simultaneous", "alternating"]
    groups = [(o, "tf32", plain) for o in orders]
    for variant in ("compile-reduce-overhead", "compile-graph-32"):
        groups += [(o, "tf32", [variant]) for o in orders]
    groups += [(o, "fp32", ["eager-fused", "graph-fused-32"]) for o in orders]
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
    return 60 if variant.startswith("compile") else 15


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
        self.unrolled = unrolled
        side = torch.cuda.Stream()
        side.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(side):
            for _ in range(3):
                iteration()
        torch.cuda.current_stream().wait_stream(side)
        self.graph = self._capture(torch, iteration, unrolled)
        self.single = self.graph if unrolled == 1 else self._capture(torch, iteration, 1)

    @staticmethod
    def _capture(torch, iteration, times):
        graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(graph):
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
    def __init__(self, torch, records, out, deadline, quick):
        self.torch = torch
        self.records = records
        self.out = out
        self.deadline = deadline
        self.quick = quick
        self.device = "cuda"
        self.figures = []
        self.agreement = []
        self.failures = []
        self.skips = {}

    def left(self):
        return self.deadline - time.monotonic()

    def group(self, order, precision, variants):
        import networks

        torch, record = self.torch, self.records[order]
        torch.set_float32_matmul_precision("high" if precision == "tf32" else "highest")
        batch = len(record["z0"]) // networks.NOISE
        pixels = len(record["x0"]) // batch
        examples = QUICK_EXAMPLES if self.quick else networks.EXAMPLES
        ready = []
        for variant in variants:
            name = f"{order}/{precision}/{variant}"
            if self.left() < needed(variant):
                self.failures.append({"id": name, "reason": "no time was left"})
                continue
            try:
                given = networks.Given(record, self.device)
                checked = build(torch, variant, record, given, order == "alternating", self.device)
                worst, where = disagreement(*checked, record, torch.cuda.synchronize)
            except Exception as problem:  # one variant that fails must not stop the others
                self.fail(name, problem)
                continue
            row = {"id": name, "largest": worst, "in": where, "bound": BOUND[precision]}
            self.agreement.append(row)
            print(f"{name}: differs by at most {worst:.1e}, in {where}", flush=True)
            if not worst <= BOUND[precision]:
                row["agrees"] = False
                continue
            row["agrees"] = True
            try:
                skipped = skips() if variant.startswith("compile") else 0
                draw = networks.Drawn(batch, pixels, examples, self.device)
                built = build(torch, variant, record, draw, order == "alternating", self.device)
                ready.append((name, built[1], draw, self.repetitions(built[1], draw)))
                if variant.startswith("compile"):
                    self.skips[name] = skips() - skipped
            except Exception as problem:
                self.fail(name, problem)
        self.time(ready)
        self.write()

    def fail(self, name, problem):
        reason = f"{type(problem).__name__}: {problem}"
        self.failures.append({"id": name, "reason": reason[:REASON]})
        print(f"{name}:", flush=True)
        traceback.print_exception(type(problem), problem, problem.__traceback__, file=sys.stdout)
        sys.stdout.flush()

    def repetitions(self, runner, draw):
        times = UNROLLED
        runner.run(times)
        taken = seconds(runner, times, draw, self.torch.cuda.synchronize)
        while taken < (0 if self.quick else SAMPLE_SECONDS):
            times = max(2 * times, math.ceil(times * SAMPLE_SECONDS / max(taken, 1e-6)))
            times = -(-times // UNROLLED) * UNROLLED
            taken = seconds(runner, times, draw, self.torch.cuda.synchronize)
        return times

    def time(self, ready):
        samples = {name: [] for name, _, _, _ in ready}
        for _ in range(2 if self.quick else ROUNDS):
            for name, runner, draw, times in ready:
                taken = seconds(runner, times, draw, self.torch.cuda.synchronize)
                samples[name].append(1e6 * taken / times)
        for name, all_ in samples.items():
            figure = {"id": name, "unit": "us", "median": statistics.median(all_)}
            figure.update(least=min(all_), most=max(all_), samples=all_)
            if name in self.skips:
                figure["cudagraph_skips"] = self.skips[name]
            self.figures.append(figure)
            print(f"{name}: {figure['median']:.1f} us", flush=True)

    def write(self):
        torch = self.torch
        result = {
            "torch": torch.__version__,
            "device": torch.cuda.get_device_name(0) if self.device == "cuda" else self.device,
            "quick": self.quick,
            "agreement": self.agreement,
            "failures": self.failures,
            "figures": self.figures,
        }
        results.write(self.out, result)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("records")
    parser.add_argument("out")
    parser.add_argument("--seconds", type=float, default=150)
    parser.add_argument("--quick", action="store_true")
    arguments = parser.parse_args()
    deadline = time.monotonic() + arguments.seconds
    try:
        import torch
    except ImportError as problem:
        print(f"skipped: no PyTorch here ({problem})")
        return 77
    if not torch.cuda.is_available():
        print("skipped: PyTorch sees no GPU")
        return 77
    records = {
        order: tensors.read(os.path.join(arguments.records, order + ".tensors"))
        for order in ("simultaneous", "alternating")
    }
    session = Session(torch, records, arguments.out, deadline, arguments.quick)
    for order, precision, variants in plan(arguments.quick):
        session.group(order, precision, variants)
    wrong = [row["id"] for row in session.agreement if not row["agrees"]]
    if wrong:
        print("computes another function than gan4j: " + ", ".join(wrong))
    print(f"{len(session.figures)} ways timed, {len(session.failures)} failed or left out")
    return 1 if wrong or not session.figures else 0


if __name__ == "__main__":
    sys.exit(main())
