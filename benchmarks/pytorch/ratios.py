"""How much longer an iteration takes in PyTorch than in gan4j, both measured in one session.

ratios.py TIMES.json PYTORCH.json RATIOS.json; a table goes beside the result, as .md.
"""

import json
import sys

PREFIX = "iteration/iteration:mnist:"


def own(figures):
    """gan4j's fused iterations, by order and precision."""
    found = {}
    for figure in figures:
        if figure["id"].startswith(PREFIX) and ":fused:" in figure["id"]:
            order, _, _, math = figure["id"][len(PREFIX) :].split(":")
            found[order, math] = figure
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


def table(rows):
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
    return "\n".join(lines) + "\n"


def main(times, pytorch, out):
    with open(times, encoding="utf-8") as a, open(pytorch, encoding="utf-8") as b:
        rows = ratios(json.load(a)["figures"], json.load(b)["figures"])
    if not rows:
        sys.exit("nothing was measured on both sides")
    with open(out, "w", encoding="utf-8") as file:
        json.dump({"ratios": rows}, file, indent=1)
    with open(out[: out.rindex(".")] + ".md", "w", encoding="utf-8") as file:
        file.write(table(rows))
    for r in rows:
        if r["best"]:
            print(f"{r['order']} {r['math']}: {r['median']:.2f}x of {r['variant']}", end="; ")
    print()


if __name__ == "__main__":
    main(*sys.argv[1:])
