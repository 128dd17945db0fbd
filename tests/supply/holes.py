"""
`python -m tests.supply.holes PIP_AUDIT` asks for known holes in each list of pins, as `make audit` does.

Exit code 1 for a hole, 2 where nobody could be asked: nothing is known then, and `make audit STRICT=1` is red.
"""

import subprocess
import sys

from tests.supply import lists

FILES = (*lists.VENV, *lists.APART)
ALONE = ("--disable-pip", "--require-hashes", "--progress-spinner", "off")  # nothing is installed for it
UNREACHED = ("could not be audited", "ConnectionError", "ServiceError", "Max retries", "timed out", "HTTPError")


def main(program: str) -> int:
    code = 0
    for file in FILES:
        command = [program, *ALONE, "-r", file]
        done = subprocess.run(command, cwd=lists.ROOT, capture_output=True, text=True, check=False)
        told = (done.stdout + done.stderr).strip()
        if unknown := [line for line in told.splitlines() if any(word in line for word in UNREACHED)]:
            print(f"SKIPPED, whether {file} has holes is not known, nor of what follows: {unknown[-1]}")
            return 2
        print(f"{file}: {told}")
        code = max(code, min(done.returncode, 1))
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
