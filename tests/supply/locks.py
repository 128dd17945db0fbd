"""
What uv has locked becomes the lists that are installed: `python -m tests.supply.locks FOLDER`, as `make lock` calls it.

torch has a list of its own, for it comes from another index where TORCH_INDEX names one; what the public builds for
Linux need of CUDA has one, too, for no other build needs it.
"""

import sys
from pathlib import Path

from tests.supply.lists import Pin, parse, read, write

CUDA = ("cuda-", "nvidia-", "triton")


def main(folder: Path) -> None:
    bot = read("requirements.txt")
    worker = besides(bot, parse((folder / "worker.txt").read_text()))
    dev = besides([*bot, *worker], parse((folder / "dev.txt").read_text()))
    (torch,) = [pin for pin in worker if pin.name == "torch"]
    cuda = [pin for pin in worker if pin.name.startswith(CUDA)]
    write("requirements-torch.txt", [torch])
    write("requirements-cuda.txt", cuda)
    write("requirements-worker.txt", [pin for pin in worker if pin not in (torch, *cuda)], "-r requirements.txt")
    write("requirements-dev.txt", dev, "-r requirements-worker.txt")


def besides(some: list[Pin], more: list[Pin]) -> list[Pin]:
    there = {pin[:3] for pin in some}
    return [pin for pin in more if pin[:3] not in there]


if __name__ == "__main__":
    main(Path(sys.argv[1]))
