#!/usr/bin/env python3
"""Opens HistoFM's embedding files with h5py exactly as TRIDENT opens its own.

    python scripts/check-hdf5.py [OURS.h5 ...] [--trident THEIRS.h5 ...]

OURS: files of `./fm embed-slides`, embeddings or *_patches.h5; without any, the ones that the tests
compare with byte by byte. THEIRS: files of TRIDENT to compare with; without any, files are written
here as TRIDENT's save_h5 writes them. Needs h5py and numpy; made with h5py 3.16.0.

Checked, and printed side by side: names of datasets; number types; shapes; names, types and
character sets of attributes; that TRIDENT's own way of reading (f['features'][:], f['coords'][:],
dict(f['coords'].attrs)) gives arrays and str/int values; that every value is read; and that h5py can
append an attribute and a dataset to a copy. What differs on purpose is printed as 'note': datasets
of ours are contiguous and cannot grow, attributes of ours stand beside TRIDENT's. Exit code 1 if
something else differs.
"""

import argparse
import os
import shutil
import sys
import tempfile

import h5py
import numpy as np

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
GOLDEN = os.path.join(ROOT, "fm-backbones/src/test/resources/org/histofm/backbones/bag/ours")
failures = 0


def check(good, text):
    global failures
    failures += not good
    print(f"  {'ok  ' if good else 'FAIL'} {text}")


def kind(attrs, name):
    """Type of an attribute in the file: class, size or character set, shape."""
    aid = attrs.get_id(name)
    t = aid.get_type()
    if isinstance(t, h5py.h5t.TypeStringID):
        charset = "utf-8" if t.get_cset() == h5py.h5t.CSET_UTF8 else "ascii"
        length = "variable" if t.is_variable_str() else t.get_size()
        return f"string {charset} {length} {aid.shape}"
    return f"{aid.dtype.str} {aid.shape}"


def as_trident_writes(path, patches):
    """The layout of trident/IO.py save_h5 and coords_to_h5: chunks of one row, growing."""
    coords = np.zeros((3, 2), np.int64)
    on_coords = {
        "patch_size": 256, "patch_size_level0": 512, "level0_magnification": 40,
        "target_magnification": 20, "overlap": 0, "name": "slide",
        "savetodir": "/out/20x_256px_0px_overlap", "level0_width": 1000, "level0_height": 900}
    on_features = {"name": "slide", "savetodir": "/out/features_toy", "encoder": "toy"}
    with h5py.File(path, "w") as f:
        assets = [("coords", coords, on_coords)]
        if not patches:
            assets.insert(0, ("features", np.zeros((3, 4), np.float32), on_features))
        for name, values, attributes in assets:
            dataset = f.create_dataset(
                name, shape=values.shape, maxshape=(None,) + values.shape[1:],
                chunks=(1,) + values.shape[1:], dtype=values.dtype)
            dataset[:] = values
            for key, value in attributes.items():
                dataset.attrs[key] = value


def read_as_trident(path):
    """trident/IO.py read_coords, and what the MIL code does with features."""
    with h5py.File(path, "r") as f:
        features = f["features"][:] if "features" in f else None
        return features, f["coords"][:], dict(f["coords"].attrs)


def compare(ours, theirs):
    with h5py.File(ours, "r") as a, h5py.File(theirs, "r") as b:
        check(sorted(a) == sorted(b), f"datasets {sorted(a)} = {sorted(b)}")
        for name in sorted(set(a) & set(b)):
            x, y = a[name], b[name]
            check(x.dtype.str == y.dtype.str, f"{name}: type {x.dtype.str} = {y.dtype.str}")
            check(x.ndim == y.ndim, f"{name}: shape {x.shape}, theirs {y.shape}")
            print(f"  note {name}: chunks {x.chunks}, largest {x.maxshape};"
                  f" theirs {y.chunks}, {y.maxshape}")
            for key in y.attrs:
                if key not in x.attrs:
                    check(False, f"{name}.{key}: missing")
                    continue
                p, q = kind(x.attrs, key), kind(y.attrs, key)
                check(p == q, f"{name}.{key}: {p} = {q}")
                check(type(x.attrs[key]) is type(y.attrs[key]),
                      f"{name}.{key}: {x.attrs[key]!r} is {type(x.attrs[key]).__name__}")
            further = sorted(set(x.attrs) - set(y.attrs))
            print(f"  note {name}: attributes of ours: {further}")


def check_alone(ours, folder):
    features, coords, attributes = read_as_trident(ours)
    check(coords.dtype == np.int64 and coords.ndim == 2 and coords.shape[1] == 2,
          f"read as TRIDENT reads: coords {coords.dtype} {coords.shape}")
    if features is not None:
        check(features.dtype == np.float32 and len(features) == len(coords),
              f"read as TRIDENT reads: features {features.dtype} {features.shape}")
        check(bool(np.isfinite(features).all()), "all values finite")
    check(None not in [attributes.get(k) for k in
                       ("patch_size", "level0_magnification", "target_magnification")],
          "dict(coords.attrs) has what TRIDENT requires")
    check(not os.path.isabs(attributes["savetodir"]), f"savetodir {attributes['savetodir']!r}")
    copy = shutil.copy(ours, os.path.join(folder, "copy.h5"))
    with h5py.File(copy, "r+") as f:
        f["coords"].attrs["later"] = "x"
        f["more"] = np.arange(3)
    with h5py.File(copy, "r") as f:
        check(f["coords"].attrs["later"] == "x" and f["more"][2] == 2
              and np.array_equal(f["coords"][:], coords), "h5py appends to a copy")


def main():
    arguments = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    arguments.add_argument("ours", nargs="*")
    arguments.add_argument("--trident", nargs="*", default=[])
    given = arguments.parse_args()
    ours = given.ours or [os.path.join(GOLDEN, name) for name in sorted(os.listdir(GOLDEN))]
    print(f"h5py {h5py.__version__}, HDF5 {h5py.version.hdf5_version}")
    with tempfile.TemporaryDirectory() as folder:
        for path in ours:
            print(os.path.basename(path))
            check_alone(path, folder)
            with h5py.File(path, "r") as f:
                patches = "features" not in f
            theirs = []
            for other in given.trident:
                with h5py.File(other, "r") as f:
                    if ("features" not in f) == patches:
                        theirs.append(other)
            if not theirs:
                theirs = [os.path.join(folder, "theirs.h5")]
                as_trident_writes(theirs[0], patches)
            for other in theirs:
                print(f" against {os.path.basename(other)}")
                compare(path, other)
    print(f"{failures} differences" if failures else "no differences but those noted")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
