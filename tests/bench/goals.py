"""What was to be reached, and what was."""

from statistics import median

from tests.bench.report import p99, rates, ratios, table
from tests.bench.sections import FULL, NORMAL


def goals(figures) -> str:
    """A row for each figure."""
    (fast, _), (lively, _), (hooks, _) = figures["burst"], figures["live"], figures["hooked"]
    near = median(ratios(fast[0.0, NORMAL, "pollbot"], fast[0.0, NORMAL, "usual"]))
    part = {s: median(rates(fast[0.02, s, "pollbot"])) / 5000 for s in (NORMAL, FULL)}
    cpu = median(outcome.cpu_us for outcome in fast[0.02, NORMAL, "pollbot"])
    late = median(outcome.percentile(99) for outcome in lively[1000, NORMAL, "pollbot"])
    hook = median(ratios(hooks[40, NORMAL, "pollbot"], hooks[40, NORMAL, "usual"]))
    memory = figures["backlog"]["pollbot"].memory_mib
    read, size = (figures["million"][name] for name in ("tally read, median, ms", "bytes a vote in votes"))
    many = figures["crowded"]
    waited = p99([one.waited for life in figures["reveals"][0] for one in life])
    rows = [
        goal("times the usual way, RTT 0", near, 20, ".0f", more=True),
        goal("the same, as the goal", near, 100, ".0f", more=True),
        goal("% of 100 votes a round trip, 20 ms, NORMAL", part[NORMAL] * 100, 85, ".1f", more=True),
        goal("% of 100 votes a round trip, 20 ms, FULL", part[FULL] * 100, 75, ".1f", more=True),
        goal("CPU us a vote, 20 ms", cpu, 20, ".1f"),
        goal("p99 from arrival to commit, 1,000 votes/s, 20 ms, in ms", late, 35, ".1f"),
        goal("times the usual webhook, 40 connections", hook, 20, ".0f", more=True),
        goal("ms from a poll's end to the sending of its reveal, p99 (or max)", waited, 600, ".0f"),
        goal("s until a text due in 1,000 chats at once is sent to all", max(one.took_s for one in many), 35, ".1f"),
        goal("s of CPU for that", median(one.cpu_s for one in many), 5, ".1f"),
        goal("ms, p99 of votes meanwhile", median(one.percentile(99) for one in many), 100, ".0f"),
        goal("ms an idle tick, 1,000,000 messages sent before", figures["tick"], 3, ".1f"),
        goal("times the usual loop, training on both cores", median(figures["training"].ratios), 15, ".1f", more=True),
        goal("s for the slowest experiment of the threads", figures["measuring"].each[0][1], 60, ".0f"),
        goal("s for all of them", figures["measuring"].wall_s, 360, ".0f"),
        goal("MiB more while 100,000 updates wait", memory, 20, ".1f"),
        goal("ms to read a tally among 1,000,000 votes", read, 1, ".2f"),
        goal("bytes a vote in the votes table", size, 24, ".1f"),
    ]
    return table(["figure", "to reach", "measured", ""], rows)


def goal(name: str, value: float, bound: float, form: str, *, more: bool = False) -> list[str]:
    reached = value >= bound if more else value <= bound
    return [name, f"{'at least' if more else 'at most'} {bound}", f"{value:{form}}", "" if reached else "**missed**"]
