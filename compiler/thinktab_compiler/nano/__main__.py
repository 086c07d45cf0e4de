"""``python -m thinktab_compiler.nano train | export``: the ways from nothing to Nano's checkpoint."""

import sys

from . import export, train

COMMANDS = {"train": train.main, "export": export.main}


def main() -> None:
    command = COMMANDS.get(sys.argv[1] if len(sys.argv) > 1 else "")
    if command is None:
        sys.exit(f"usage: python -m thinktab_compiler.nano {' | '.join(COMMANDS)} (each with --help)")
    del sys.argv[1]
    command()


if __name__ == "__main__":
    main()
