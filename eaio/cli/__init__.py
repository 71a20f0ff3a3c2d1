"""The command line, one file per group of verbs."""

import os

# Numeric libraries read these when they are first imported. Several jobs share few cores here: a thread pool per
# library and job, spinning while it waits, made a forecast five times slower on two cores.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("OMP_WAIT_POLICY", "passive")
