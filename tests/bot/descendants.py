"""What a test has started, found in /proc wherever it stands: by a name that every child of ours is handed on."""

from pathlib import Path

MARK = "PYTHON_TEST_FOLDER"  # Python itself has no such name


def marked(folder: Path) -> dict[str, str]:
    """To be given to what is started."""
    return {MARK: str(folder)}


def living(folder: Path) -> list[int]:
    """The process ids of what was started so, and of all that it has started."""
    numbers = [int(entry.name) for entry in Path("/proc").glob("[0-9]*")]
    return [number for number in numbers if environment(number).get(MARK) == str(folder)]


def environment(number: int) -> dict[str, str]:
    """As it was given to a process; empty for one that is gone, or somebody else's."""
    return dict(pair.split("=", 1) for pair in _read(number, "environ").split("\0") if "=" in pair)


def words(number: int) -> list[str]:
    """What a process was called by."""
    return _read(number, "cmdline").split("\0")[:-1]


def _read(number: int, name: str) -> str:
    try:
        return Path(f"/proc/{number}/{name}").read_text("utf-8", errors="replace")
    except OSError:
        return ""
