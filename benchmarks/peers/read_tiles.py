"""Reads tiles of a slide, with openslide-python and Pillow or with OpenSlide from C. Twin of read-tiles."""

import argparse
import ctypes
import os
import subprocess
import tempfile

import worker
from slide_tiles import Tiles

import openslide

options = argparse.ArgumentParser(description=__doc__)
Tiles.arguments(options)
options.add_argument("--c", action="store_true", help="the same calls from C, without resizing")
options.add_argument("--threads", type=int, required=True, help="not used: one thread")
args = options.parse_args()
tiles = Tiles(args)


def from_python():
    with openslide.OpenSlide(args.slide) as slide:
        for corner in tiles.corners:
            tiles.read(slide, corner).tobytes()


def built():
    """The C code as a library, in a folder that ends with this process."""
    source = os.path.join(os.path.dirname(os.path.abspath(__file__)), "tiles.c")
    folder = tempfile.mkdtemp()
    library = os.path.join(folder, "tiles.so")
    includes = ["-I/usr/include/openslide", "-I/usr/local/include/openslide"]
    command = ["cc", "-O2", "-shared", "-fPIC", *includes, "-o", library, source, "-lopenslide"]
    try:
        subprocess.run(command, check=True, capture_output=True, text=True)
        return ctypes.CDLL(library)
    except (OSError, subprocess.CalledProcessError) as e:
        detail = getattr(e, "stderr", None) or e
        worker.cannot(f"tiles.c does not compile (Debian: gcc, libopenslide-dev): {detail}")
    finally:
        for name in os.listdir(folder):
            os.unlink(os.path.join(folder, name))
        os.rmdir(folder)


if args.c:
    library = built()
    flat = [value for corner in tiles.corners for value in corner]
    corners = (ctypes.c_int64 * len(flat))(*flat)

    def from_c():
        side = tiles.read_size
        count = len(tiles.corners)
        name = os.fsencode(args.slide)
        if library.read_tiles(name, tiles.level, count, corners, side, side) != count:
            raise RuntimeError("OpenSlide failed")


version = "OpenSlide " + openslide.__library_version__
worker.serve(from_c if args.c else from_python, version)
