"""The commands train, export, judge, evaluate, golden and soak: they make Nano from nothing and measure it."""

import importlib
import sys

COMMANDS = ("train", "export", "judge", "evaluate", "golden", "soak")


def main() -> None:
    """Runs one command; exits with a usage line for an unknown one."""
    command = sys.argv[1] if len(sys.argv) > 1 else ""
    if command not in COMMANDS:
        sys.exit(f"usage: python -m thinktab_nano {' | '.join(COMMANDS)} (each with --help)")
    del sys.argv[1]
    # Only training and the soak need torch, so each command imports only its own modules.
    importlib.import_module(f"{__package__}.{command}").main()


if __name__ == "__main__":
    main()
