"""Figures as tables: for a terminal, and for the page RESULTS.md."""

from statistics import median

HEAD = ("", "threads", "µs a step, min", "median", "times mlc's", "loss")
HEADING = """\
# Figures of the benchmark
Written by `test/benchmark/run.sh --page`. Each table is one run: contestants take turns, each in a
process of its own, pinned to as many CPUs as it has threads. All train the same network from the
same first weights on the same rows in whole shuffled epochs; the first epoch warms up and is not
counted. The loss is the mean over the last epoch. Figures of a machine whose load is more than one
contestant's threads are too high, and unequally so. "Limit, by hand in C" (limits/) is a program written
for the one case, which was the goal of mlc's code; where mlc is faster, it is a peer and no limit."""
# Correct contestants differ by their orders of rows, which weigh more the
# longer they learn; relative to the median of all.
TOLERANCES = {"first_loss": 0.03, "loss": 0.1}


def differing_losses(figures: dict) -> list[str]:
    """Contestants whose first or last epoch's loss is not that of the others."""
    found = []
    for key, tolerance in TOLERANCES.items():
        middle = median(run[key] for run in figures["runs"])
        found += [
            f"{run['name']}, {run['threads']} threads: {key.replace('_', ' ')} "
            f"{run[key]:.4f}, median {middle:.4f}"
            for run in figures["runs"]
            if not abs(run[key] - middle) <= tolerance * middle
        ]
    return found


def step_rows(figures: dict) -> list[tuple[str, ...]]:
    ours = {
        run["threads"]: median(run["microseconds"])
        for run in figures["runs"]
        if run["name"] == "mlc"
    }
    rows = []
    for run in sorted(figures["runs"], key=lambda run: run["threads"]):
        times = run["microseconds"]
        ratio = f"{median(times) / ours[run['threads']]:.2f}" if run["threads"] in ours else "-"
        row = (run["name"], str(run["threads"]), f"{min(times):.0f}", f"{median(times):.0f}")
        rows.append((*row, ratio, f"{run['loss']:.4f}"))
    return rows


def load_text(load: list[float]) -> str:
    return f"load {min(load):.1f} to {max(load):.1f}"


def terminal_table(figures: dict) -> str:
    rows = [HEAD, *step_rows(figures)]
    widths = [max(len(row[i]) for row in rows) for i in range(len(HEAD))]
    lines = [
        row[0].ljust(widths[0]) + "".join(f"  {cell:>{w}}" for cell, w in zip(row[1:], widths[1:]))
        for row in rows
    ]
    return "\n".join(lines)


def page_table(figures: dict) -> list[str]:
    lines = ["| " + " | ".join(HEAD) + " |", "|---|" + "---:|" * (len(HEAD) - 1)]
    return lines + ["| " + " | ".join(row) + " |" for row in step_rows(figures)]


def value_text(key: str, value) -> str:
    if key.endswith("bytes"):
        return f"{value / 1e6:.2f} MB"
    if key.endswith("accuracy"):
        return f"{100 * value:.2f} %"
    if "seconds" in key:
        return f"{value:.4g} s"
    return str(value)


def value_lines(figures: dict) -> list[str]:
    return [f"{key.replace('_', ' ')}: {value_text(key, value)}" for key, value in figures.items()]


def page(results: dict) -> str:
    lines = [HEADING]
    for name, entry in results.items():
        lines += ["", f"## {name}"]
        machine = ", ".join(f"{key}: {text}" for key, text in entry["machine"].items())
        if "runs" in entry["figures"]:
            figures = entry["figures"]
            title = figures["title"]
            lines.append(f"{title[0].upper()}{title[1:]}.")
            lines.append(
                f"{figures['rows']} rows, {figures['steps']} steps an epoch, {entry['repeats']} "
                f"repeats of {figures['epochs'] - 1} epochs; {load_text(entry['load'])}."
            )
            lines += ["", *page_table(figures)]
            lines += [f"\n**{text}**" for text in differing_losses(figures)]
        else:
            lines.append(f"{entry['repeats']} repeats; {load_text(entry['load'])}.")
            lines += ["", *(f"- {text}" for text in value_lines(entry["figures"]))]
        lines += ["", f"{entry['date']}. {machine}."]
    return "\n".join(lines) + "\n"
