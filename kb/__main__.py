"""`python -m kb`, and the command `saphan`."""

import os

# Search multiplies many small matrices, from several threads: more threads below each would only wait for
# one another (measured: four times slower). Torch has threads of its own for encoding.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from kb.cli.main import main


def run() -> None:
    """Run the command line."""
    main(prog_name="saphan")


if __name__ == "__main__":
    main(prog_name="python -m kb")
