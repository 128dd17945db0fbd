"""
How fast the bot is, beside the usual way: writes docs/benchmarks.md.

By hand: python -m tests.bench [--quick] [--out FILE]
"""

import argparse
import time
from pathlib import Path

from tests.bench import measuring, page, parts, sections, training

OUT = Path("docs/benchmarks.md")


def main() -> None:
    parser = argparse.ArgumentParser(description="How fast the bot is, beside the usual way.")
    parser.add_argument("--quick", action="store_true", help="to see that it works: one small round")
    parser.add_argument("--out", type=Path, help="where to write; docs/benchmarks.md, or nowhere when quick")
    asked = parser.parse_args()
    size = sections.QUICK if asked.quick else sections.WHOLE
    began = time.monotonic()
    figures = {"machine": page.machine()}
    for name in ("burst", "live", "hooked", "reveals", "crowded", "backlog", "million"):
        section = getattr(sections, name)
        print(section.__doc__.splitlines()[0], flush=True)
        figures[name] = section(size)
    print(training.training.__doc__, flush=True)
    figures["training"] = training.training(quick=asked.quick)
    print(measuring.measuring.__doc__, flush=True)
    figures["measuring"] = measuring.measuring(quick=asked.quick)
    figures |= {"tick": sections.ticking(size), "parts": parts.of_a_vote(), "cold": parts.cold()}
    text = page.page(figures, quick=asked.quick, minutes=(time.monotonic() - began) / 60)
    print(text)
    out = asked.out or (None if asked.quick else OUT)
    if out:
        out.write_text(text)


if __name__ == "__main__":
    main()
