"""The figures as tables: medians with their range, ratios of each round."""

from statistics import median, quantiles

from tests.bench.crowd import Crowd
from tests.bench.reveals import Reveal
from tests.bench.runs import Outcome

Table = list[list[str]]


def table(head: list[str], rows: Table) -> str:
    lines = ["| " + " | ".join(row) + " |" for row in (head, ["---"] * len(head), *rows)]
    return "\n".join(lines)


def spread(values: list[float], form: str = ",.0f") -> str:
    """Median (lowest-highest)."""
    return f"{median(values):{form}} ({min(values):{form}}-{max(values):{form}})"


def rates(found: list[Outcome]) -> list[float]:
    return [outcome.rate for outcome in found]


def ratios(ours: list[Outcome], usual: list[Outcome]) -> list[float]:
    return [a.rate / b.rate for a, b in zip(ours, usual, strict=True)]


def burst(found, disk) -> str:
    rows = []
    for rtt, synchronous in dict.fromkeys((case[0], case[1]) for case in sorted(found)):
        ours, usual = found[rtt, synchronous, "pollbot"], found[rtt, synchronous, "usual"]
        ceiling = f"{median(rates(ours)) / (100 / rtt):.0%}" if rtt else ""
        cpu = [outcome.cpu_us for outcome in ours], [outcome.cpu_us for outcome in usual]
        figures = [spread(rates(ours)), spread(rates(usual)), spread(ratios(ours, usual), ".0f"), ceiling]
        costs = [spread(cpu[0], ".1f"), spread(cpu[1]), spread(disk[rtt, synchronous, "pollbot"], ".2f")]
        rows.append([f"{rtt * 1000:.0f} ms", synchronous, *figures, *costs])
    head = ["RTT", "synchronous", "pollbot, votes/s", "usual, votes/s", "ratio", "of 100 a round trip"]
    return table([*head, "CPU us/vote", "usual", "fdatasync, ms"], rows)


def live(found, disk) -> str:
    rows = []
    for case in sorted(found):
        rate, synchronous, way = case
        p50, p99 = ([outcome.percentile(p) for outcome in found[case]] for p in (50, 99))
        rows.append([str(rate), synchronous, way, spread(p50, ".1f"), spread(p99, ".1f"), spread(disk[case], ".2f")])
    return table(["votes/s", "synchronous", "way", "p50, ms", "p99, ms", "fdatasync, ms"], rows)


def hooked(found, disk) -> str:
    rows = []
    for connections, synchronous in dict.fromkeys((case[0], case[1]) for case in sorted(found)):
        ours, usual = found[connections, synchronous, "pollbot"], found[connections, synchronous, "usual"]
        figures = [spread(rates(ours)), spread(rates(usual)), spread(ratios(ours, usual), ".0f")]
        probe = spread(disk[connections, synchronous, "pollbot"], ".2f")
        rows.append([str(connections), synchronous, *figures, probe])
    return table(["connections", "synchronous", "pollbot, votes/s", "usual, votes/s", "ratio", "fdatasync, ms"], rows)


def backlog(found) -> str:
    rows = [
        [way, f"{one.base_mib:.0f}", f"+{one.memory_mib:.1f}", f"{one.acked:,}", f"{one.rows:,}"]
        for way, one in found.items()
    ]
    return table(["way", "before, MiB", "peak, MiB", "acknowledged", "in the database at the stop"], rows)


def reveals(rounds: list[list[Reveal]]) -> str:
    found = []
    for name, measured in (("votes beside a measurement", True), ("votes only", False)):
        lives = [[one for one in life if one.measured == measured] for life in rounds]
        every = [one for life in lives for one in life]
        p50 = spread([median(one.whole for one in life) for life in lives])
        slowest, sent = highest([one.whole for one in every]), median(one.sent for one in every)
        found.append(
            [name, str(len(every)), p50, slowest, f"{sent:.0f}", f"{median(one.bytes for one in every) / 1000:.0f}"]
        )
    return table(["picture", "polls", "p50, ms", "p99, ms", "of it sending, ms", "sent, KB"], found)


def crowded(found: list[Crowd]) -> str:
    """By how many messages were sent before."""
    rows = []
    for old in dict.fromkeys(one.old for one in found):
        lives = [one for one in found if one.old == old]
        took, cpu = spread([one.took_s for one in lives], ".1f"), spread([one.cpu_s for one in lives], ".1f")
        p50, p99 = (spread([one.percentile(p) for one in lives], ".0f") for p in (50, 99))
        rows.append([f"{lives[0].chats:,}", f"{old:,}", took, cpu, p50, p99])
    return table(["chats", "messages before", "all sent after, s", "CPU, s", "votes' p50, ms", "p99, ms"], rows)


def highest(values: list[float]) -> str:
    """The 99th percentile, or the maximum where there are too few values for one."""
    return f"{p99(values):.0f}{'' if len(values) >= 100 else ' (max)'}"


def p99(values: list[float]) -> float:
    return quantiles(values, n=100)[98] if len(values) >= 100 else max(values)


def of_a_reveal(rounds: list[list[Reveal]], picture: dict[str, float]) -> str:
    """Where the time goes of a reveal with a measurement: medians."""
    every = [one for life in rounds for one in life if one.measured]
    claimed, drawn, seen, sent = (median(getattr(one, part) for one in every) for part in Reveal.PARTS)
    parts = {"queued, claimed by the worker": claimed}
    parts |= {f"drawn: {name}": ms for name, ms in picture.items()}
    parts |= {"to the child and back, stored": drawn - sum(picture.values())}
    parts |= {"seen by the clock": seen, "sent and received": sent}
    found = [[name, f"{ms:.0f}"] for name, ms in parts.items()] + [["together", f"{sum(parts.values()):.0f}"]]
    return table(["part", "ms"], found)
