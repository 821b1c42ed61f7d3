"""`python -m kb`."""

import os

# Search multiplies many small matrices, from several threads: more threads below each would only wait for
# one another (measured: four times slower). Torch has threads of its own for encoding.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from kb.cli.main import main

main(prog_name="python -m kb")
