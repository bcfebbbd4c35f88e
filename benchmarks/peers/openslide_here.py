"""Finds openslide-python, also where a distribution's package manager has put it."""

import glob
import sys

import worker

try:
    import openslide
except ImportError:
    # Debian's python3-openslide; last, so that all else comes from this environment.
    sys.path.extend(glob.glob("/usr/lib/python3/dist-packages"))
    try:
        import openslide  # noqa: F401
    except Exception as e:
        worker.cannot(f"openslide-python is missing ({e}); Debian: python3-openslide")
