"""The nodes of an iteration, as Nsight Compute (ncu) lists them.

Of several equal iterations only what comes again and again is one: what was done before, to begin
with, is left out.
"""

import csv
import io
import re

DURATION, GRID = "gpu__time_duration.sum", "launch__grid_size"
# ncu of this century, --print-units base.
NANOSECONDS = {"nsecond": 1, "ns": 1, "usecond": 1e3, "us": 1e3, "msecond": 1e6, "ms": 1e6}


def launches(text):
    """Every kernel in ncu's --csv: dicts of kernel, grid and us, in the order of launch."""
    lines = [line for line in text.splitlines() if line.startswith('"')]
    found = {}
    for row in csv.DictReader(io.StringIO("\n".join(lines))):
        if not row["Metric Value"]:  # The listing broke off here.
            continue
        launch = found.setdefault(row["ID"], {"kernel": row["Kernel Name"]})
        value = float(row["Metric Value"].replace(",", ""))
        if row["Metric Name"] == DURATION:
            launch["us"] = value * NANOSECONDS[row["Metric Unit"]] / 1000
        elif row["Metric Name"] == GRID:
            launch["grid"] = int(value)
    return [launch for launch in found.values() if "us" in launch]


def iteration(all_launches, times):
    """The launches of one of `times` equal iterations that end the list, each with its shortest
    time; empty if they do not repeat."""
    kinds = [(each["kernel"], each.get("grid")) for each in all_launches]
    longest = len(kinds) // times
    for period in range(longest, 0, -1):
        tail = kinds[len(kinds) - period * times :]
        # The longest stretch that repeats: a loop inside an iteration is shorter.
        if all(tail[i] == tail[i + period] for i in range(period * (times - 1))):
            begin = len(kinds) - period * times
            return [
                dict(all_launches[begin + i],
                     us=min(all_launches[begin + i + k * period]["us"] for k in range(times)))
                for i in range(period)
            ]
    return []


def short(kernel):
    """The name of a kernel without its arguments; of NVIDIA's templates the one name that tells."""
    told = re.search(r"cutlass_\w+|sm\d+_xmma_\w+?(?=_warpgroup|\b)|cublasGemv(?=Params)", kernel)
    if told:
        return told.group()
    while re.search(r"<[^<>]*>", kernel):
        kernel = re.sub(r"<[^<>]*>", "", kernel)
    words = re.split(r"[<(]", kernel.replace("(anonymous namespace)::", ""))[0].split()
    return words[-1] if words else kernel


def sums(nodes):
    """How many of the nodes add up the parts into which cuBLASLt has cut a product."""
    return sum("splitK" in each["kernel"] for each in nodes)


def table(profile):
    """A profile (order to nodes) as text for the report."""
    lines = []
    for order, nodes in profile.items():
        total = sum(each["us"] for each in nodes)
        lines += [f"{order}: {len(nodes)} nodes, {total:.1f} µs one after the other; "
                  f"{sums(nodes)} add up the parts of a product that cuBLASLt has cut", "",
                  "| | kernel | blocks | µs |", "|---:|---|---:|---:|"]
        lines += [
            f"| {i} | `{short(each['kernel'])}` | {each.get('grid', '')} | {each['us']:.2f} |"
            for i, each in enumerate(nodes, 1)
        ]
        lines.append("")
    return "\n".join(lines)
