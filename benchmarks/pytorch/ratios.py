"""How much longer an iteration takes in PyTorch than in gan4j, both measured in one session.

ratios.py TIMES.json PYTORCH.json RATIOS.json; a table goes beside the result, as .md, and under it
what is missing from PyTorch's side: its best is the best of what was timed.
"""

import json
import sys

import results
import yardstick

PREFIX = "iteration/iteration:mnist:"


def own(figures):
    """gan4j's fused iterations with nothing else but as usual, by order and precision."""
    found = {}
    for figure in figures:
        parts = figure["id"][len(PREFIX) :].split(":")
        # What is not as usual is named in a fifth part.
        if figure["id"].startswith(PREFIX) and len(parts) == 4 and parts[2] == "fused":
            found[parts[0], parts[3]] = figure
    return found


def ratio(theirs, ours):
    """Theirs over ours: of the medians, and the least and the most that the samples allow."""
    return {
        "median": theirs["median"] / ours["median"],
        "least": theirs["least"] / ours["most"],
        "most": theirs["most"] / ours["least"],
    }


def ratios(ours, theirs):
    """A row for each of PyTorch's figures; the fastest of each order and precision is marked."""
    mine = own(ours)
    rows = []
    for figure in theirs:
        order, math, variant = figure["id"].split("/")
        if (order, math) in mine:
            row = {"order": order, "math": math, "variant": variant}
            row.update(ratio(figure, mine[order, math]))
            row["gan4j_us"] = mine[order, math]["median"]
            row["pytorch_us"] = figure["median"]
            rows.append(row)
    for row in rows:
        rivals = [r for r in rows if (r["order"], r["math"]) == (row["order"], row["math"])]
        row["best"] = row is min(rivals, key=lambda r: r["pytorch_us"])
    return rows


def gaps(pytorch):
    """What PyTorch's side lacks or did otherwise than asked, a line for each."""
    lines = []
    for failure in pytorch["failures"]:
        lines.append(f"{failure['id']}: {' '.join(failure['reason'].split())[:200]}")
    for row in pytorch["agreement"]:
        if not row["agrees"]:
            largest = "infinitely" if row["largest"] is None else f"by {row['largest']:.1e}"
            lines.append(f"{row['id']}: differs {largest}, in {row['in']}; not timed")
    for figure in pytorch["figures"]:
        if figure.get("cudagraph_skips"):
            lines.append(f"{figure['id']}: gave up CUDA graphs {figure['cudagraph_skips']} times")
    seen = {each["id"] for key in ("figures", "failures") for each in pytorch[key]}
    seen |= {row["id"] for row in pytorch["agreement"] if not row["agrees"]}
    lines += [f"{name}: not reached" for name in yardstick.names(pytorch["quick"]) if name not in seen]
    return lines


def table(rows, missing):
    lines = [
        "| order | precision | PyTorch | PyTorch µs | gan4j µs | ratio (least – most) |",
        "|---|---|---|---:|---:|---:|",
    ]
    for r in rows:
        times = f"{r['median']:.2f}× ({r['least']:.2f} – {r['most']:.2f})"
        lines.append(
            f"| {r['order']} | {r['math']} | {r['variant']}{', its best' if r['best'] else ''}"
            f" | {r['pytorch_us']:.1f} | {r['gan4j_us']:.1f} | {times} |"
        )
    if missing:
        lines += ["", "Missing from PyTorch's side, or otherwise than asked:", ""]
        lines += ["- " + line for line in missing]
    return "\n".join(lines) + "\n"


def main(times, pytorch, out):
    with open(times, encoding="utf-8") as a, open(pytorch, encoding="utf-8") as b:
        ours, theirs = json.load(a), json.load(b)
    rows, missing = ratios(ours["figures"], theirs["figures"]), gaps(theirs)
    results.write(out, {"ratios": rows, "missing": missing})
    with open(out[: out.rindex(".")] + ".md", "w", encoding="utf-8") as file:
        file.write(table(rows, missing))
    if not rows:
        sys.exit("nothing was measured on both sides")
    for r in rows:
        if r["best"]:
            print(f"{r['order']} {r['math']}: {r['median']:.2f}x of {r['variant']}", end="; ")
    print(f"{len(missing)} ways missing")


if __name__ == "__main__":
    main(*sys.argv[1:])
