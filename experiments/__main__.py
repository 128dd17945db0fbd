"""
Run one experiment by hand:

    python -m experiments heads --seeds 16 --votes 18,23.6,51.7,6.7 --language ru --out heads.png
    python -m experiments zero_init --set zeroed=1,2 --set bias=none --out zero.png
    python -m experiments heads --set epochs=3 --seeds 8 --out heads.png --profile trace.json
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from experiments import by_hand
from experiments.catalogue import ENTRIES


def main(arguments: list[str] | None = None) -> int:
    """The command line; exit code 1 and one sentence for what cannot be."""
    given = parser().parse_args(arguments)
    try:
        by_hand.run(given.name, given.set, given.seeds, given.out, given.language, given.votes, given.profile)
    except by_hand.Mistake as mistake:
        print(f"experiments: {mistake}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


def parser() -> argparse.ArgumentParser:
    """The options of the command line."""
    known = "".join(f"\n  {entry.name:10} {entry.question}" for entry in ENTRIES.values())
    parser = argparse.ArgumentParser(
        prog="pollbot experiment",
        description="Measure one experiment, print its findings, draw its picture.",
        epilog=f"experiments:{known}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("name", metavar="NAME", help="the experiment")
    parser.add_argument("--set", metavar="K=V", action="append", default=[], help="a parameter; may be repeated")
    parser.add_argument("--seeds", type=int, default=16, metavar="N", help="how many seeds (16)")
    parser.add_argument("--votes", metavar="P,P,…", help="how people voted: a percentage for each option")
    parser.add_argument("--language", choices=["ru", "en"], default="en", help="of the picture and the table (en)")
    parser.add_argument("--out", type=Path, required=True, metavar="FILE.png", help="where the picture goes")
    parser.add_argument("--profile", type=Path, metavar="FILE.json", help="where a trace of torch's profiler goes")
    return parser


if __name__ == "__main__":
    sys.exit(main())
