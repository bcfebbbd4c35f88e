#!/usr/bin/env python3
"""Compares what HistoFM's slide readers give with openslide-python, tifffile and Pillow, pixel by pixel.

    scripts/check-slides.py [--readers ID,ID] [--seed N] [FOLDER | FILE ...]

For every file and every reader of `./fm list` that opens it: random and edge regions at the pixel
size of full resolution, and at 2, 3.3 and 8 times that, where the reader takes a coarser level if
there is one and the area mean of its pixels. The reference is what the first of openslide-python,
tifffile and Pillow decodes of that level, resampled here as PyramidReader's documentation says.

Needs numpy and at least one of the three; says which it has. Debian's openslide-python lies outside
virtual environments: put it on PYTHONPATH. Exit code 1 if a difference is over its tolerance:

  own       no resampling, the same decoder or lossless tiles: 0
  jpeg      no resampling, JPEG decoded by another library than the reference's: one pixel 4, mean
            0.1. (The JDK's libjpeg 6b and libjpeg-turbo 2.1 gave the same pixels on every file
            tried; other versions may smooth colour at half resolution otherwise.)
  mean      resampled: 1 for the fixed point of 16 bits and rounding, beside that of jpeg
  interp    a level that OpenSlide does not reduce by a whole number: OpenSlide interpolates within
            it, by up to half a full-resolution pixel; shown, and its mean held to 6
"""

import argparse
import math
import os
import random
import subprocess
import sys
import tempfile

import numpy as np

try:
    import openslide
except Exception as e:  # also where its library is missing
    openslide, no_openslide = None, e
try:
    import tifffile
except ImportError as e:
    tifffile, no_tifffile = None, e
try:
    from PIL import Image, ImageOps

    Image.MAX_IMAGE_PIXELS = None
except ImportError as e:
    Image, no_pillow = None, e

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
FM = os.path.join(ROOT, "fm")
MPP = 0.25  # stated for every file, so that none is refused for want of one
SCALES = (1, 2, 3.3, 8)
SIDE = 150  # of a region, in pixels of the result
LARGEST = 120_000_000  # pixels of a level that is held here


def over_white(rgba):
    rgba = rgba.astype(np.float64)
    alpha = rgba[..., 3:] / 255
    return np.floor(rgba[..., :3] * alpha + 255 * (1 - alpha) + 0.5).astype(np.uint8)


def orientation(path):
    if Image is None:
        return 1
    try:
        return getattr(Image.open(path), "tag_v2", {}).get(274, 1)
    except Exception:
        return 1


class OpenSlideReference:
    name = "openslide-python"

    def __init__(self, path):
        self.slide = openslide.OpenSlide(path)
        if orientation(path) != 1:
            raise ValueError("stored turned, which OpenSlide does not honour")
        self.sizes = list(self.slide.level_dimensions)
        self.reductions = list(self.slide.level_downsamples)
        self.lossy = True
        self.cache = {}

    def level(self, size):
        index = self.sizes.index(size)
        if index not in self.cache:
            self.cache[index] = over_white(np.asarray(self.slide.read_region((0, 0), index, size)))
        return self.cache[index]

    def interpolated(self, size):
        return self.reductions[self.sizes.index(size)] % 1 != 0


class ArrayReference:
    def __init__(self, name, levels, lossy):
        self.name, self.levels, self.lossy = name, levels, lossy
        self.sizes = [(a.shape[1], a.shape[0]) for a in levels]

    def level(self, size):
        return self.levels[self.sizes.index(size)]

    def interpolated(self, size):
        return False


def by_tifffile(path):
    with tifffile.TiffFile(path) as tiff:
        series = tiff.series[0]
        page = series.keyframe
        if page.photometric not in (1, 2) or page.dtype != np.uint8 or page.tags.get(274, None) and page.tags[274].value != 1:
            raise ValueError("not plain 8-bit grey or RGB")
        arrays = []
        for level in series.levels:
            array = level.asarray()
            if array.size == 0:
                raise ValueError("it is empty")
            array = array[..., None] if array.ndim == 2 else array
            if array.ndim != 3 or array.shape[2] not in (1, 3):
                raise ValueError("not grey or RGB")
            arrays.append(np.repeat(array, 3, axis=2) if array.shape[2] == 1 else array)
        return ArrayReference("tifffile", arrays, page.compression == 7)


def by_pillow(path):
    image = Image.open(path)
    lossy = image.format == "JPEG" or image.info.get("compression") == "jpeg"
    if image.mode not in ("L", "LA", "P", "RGB", "RGBA", "1"):
        raise ValueError(f"mode {image.mode}")
    rgba = np.asarray(ImageOps.exif_transpose(image).convert("RGBA"))
    return ArrayReference("Pillow", [over_white(rgba)], lossy)


def reference(path):
    """The first that decodes the file, or None and why not."""
    reasons = []
    if openslide is not None:
        try:
            return OpenSlideReference(path), None
        except Exception as e:
            reasons.append(f"openslide-python: {e or type(e).__name__}")
    for module, read in ((tifffile, by_tifffile), (Image, by_pillow)):
        if module is not None:
            try:
                return read(path), None
            except Exception as e:
                reasons.append(f"{read.__name__[3:]}: {e}")
    return None, "; ".join(reasons)


def reduction(size, full):
    """As Level.of has it: a whole number where rounding alone keeps the ratio from being one."""
    ratio = full / size
    whole = round(ratio)
    return whole if abs(full / whole - size) <= 1 else ratio


def half_up(value):
    return math.floor(value + 0.5)


def weights(start, length, scale, down, size):
    """[targets, stored] shares of a level's pixels, and what lies outside, along one axis."""
    first = half_up(start / scale)
    count = max(1, half_up((start + length) / scale) - first)
    step = scale / down
    low = max(0, min(math.floor(first * step), size))
    high = max(low, min(math.ceil((first + count) * step), size))
    begin = (first + np.arange(count))[:, None] * step
    pixel = np.arange(low, high)[None, :]
    covered = np.minimum(begin + step, pixel + 1) - np.maximum(begin, pixel)
    share = np.clip(covered, 0, None) / step
    return low, high, share, 1 - share.sum(axis=1)


def area_mean(level, region, scale, full):
    x, y, w, h = region
    height, width = level.shape[:2]
    left, right, across, white_x = weights(x, w, scale, reduction(width, full[0]), width)
    top, bottom, down, white_y = weights(y, h, scale, reduction(height, full[1]), height)
    part = level[top:bottom, left:right].astype(np.float64)
    rows = np.einsum("ij,kjc->kic", across, part) + 255 * white_x[None, :, None]
    mean = np.einsum("ij,jkc->ikc", down, rows) + 255 * white_y[:, None, None]
    return np.floor(np.clip(mean, 0, 255) + 0.5).astype(np.uint8)


def served_by(sizes, scale):
    """The level that PyramidReader chooses."""
    full, chosen, best = sizes[0], 0, 1
    for i, size in enumerate(sizes[1:], 1):
        x, y = reduction(size[0], full[0]), reduction(size[1], full[1])
        if x <= scale * 1.01 and y <= scale * 1.01 and x > best:
            chosen, best = i, x
    return chosen


def regions(size, rng):
    width, height = size
    for scale in SCALES:
        side = round(SIDE * scale)
        places = [(-side // 3, -side // 4), (width - side // 2, height - side // 3), (0, 0)]
        for _ in range(4):
            places.append((rng.randrange(max(1, width - side)), rng.randrange(max(1, height - side))))
        for x, y in places:
            yield scale, (x, y, side, side * 2 // 3)


def readers():
    out = subprocess.run([FM, "list"], capture_output=True, text=True, check=True).stdout
    lines = out.split("Slide readers", 1)[1].splitlines()[1:]
    return [line.split()[0] for line in lines if line.startswith("  ")]


def by_histofm(path, reader, wanted, folder):
    listed = os.path.join(folder, "regions.csv")
    files = [os.path.join(folder, f"{i}.png") for i in range(len(wanted))]
    with open(listed, "w", encoding="utf-8") as out:
        for (scale, (x, y, w, h)), file in zip(wanted, files):
            out.write(f"{x},{y},{w},{h},{MPP * scale!r},{file}\n")
    command = [FM, "read-region", "--slide", path, "--reader", reader, "--mpp-override", str(MPP), "--regions", listed]
    run = subprocess.run(command, capture_output=True, text=True)
    sizes = []
    for line in run.stdout.splitlines():
        if line.startswith("level "):
            part = line[14:].split()
            sizes.append((int(part[0]), int(part[2])))
    return run, sizes, files


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("places", nargs="*", help="default: ../shared/data/slides/{real,dicom,odd}")
    parser.add_argument("--readers", help="default: all that ./fm list names")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--verbose", action="store_true", help="also say why a reader does not open a file")
    args = parser.parse_args()
    shared = os.environ.get("HISTOFM_SHARED", os.path.join(ROOT, "..", "shared"))
    places = args.places or [os.path.join(shared, "data", "slides", name) for name in ("real", "dicom", "odd")]
    files = []
    for place in places:
        files += sorted(os.path.join(place, f) for f in os.listdir(place)) if os.path.isdir(place) else [place]
    for name, module, why in (
        ("openslide-python", openslide, openslide or no_openslide),
        ("tifffile", tifffile, tifffile or no_tifffile),
        ("Pillow", Image, Image or no_pillow),
    ):
        version = f"{getattr(module, '__version__', '')}" if module else f"skipped ({why})"
        extra = f", library {openslide.__library_version__}" if module and module is openslide else ""
        print(f"{name}: {version}{extra}")
    names = args.readers.split(",") if args.readers else readers()
    print(f"readers: {', '.join(names)}; seed {args.seed}\n")
    print(f"{'file':<44} {'reader':<14} {'reference':<17} {'kind':<7} {'regions':>7} {'max':>4} {'mean':>8}  verdict")
    bad = 0
    for path in files:
        ref, why = reference(path)
        short = os.path.basename(path)
        if ref is None:
            print(f"{short:<44} {'-':<14} no reference: {why[:110]}")
        else:
            bad += check(path, short, ref, names, args)
    print("\nall within tolerance" if bad == 0 else f"\n{bad} over tolerance")
    return 1 if bad else 0


def check(path, short, ref, names, args):
    bad = 0
    if ref.sizes[0][0] * ref.sizes[0][1] > LARGEST:
        print(f"{short:<44} {'-':<14} skipped: larger than this script holds")
        return 0
    for reader in names:
        rng = random.Random(f"{args.seed} {short}")
        wanted = list(regions(ref.sizes[0], rng))
        with tempfile.TemporaryDirectory() as folder:
            run, sizes, outputs = by_histofm(path, reader, wanted, folder)
            if run.returncode not in (0, 3):
                if args.verbose:
                    print(f"{short:<44} {reader:<14} refused: {run.stderr.strip()[:150]}")
                continue
            if sizes[0] != ref.sizes[0]:
                print(f"{short:<44} {reader:<14} {ref.name:<17} sizes differ: {sizes[0]} against {ref.sizes[0]}")
                bad += 1
                continue
            found, missing = {}, 0
            for (scale, region), output in zip(wanted, outputs):
                level = sizes[served_by(sizes, scale)]
                if not os.path.exists(output):
                    found.setdefault("failed", []).append((255, 255.0))
                    continue
                if level not in ref.sizes:
                    missing += 1
                    continue
                got = np.asarray(Image.open(output).convert("RGB")).astype(int)
                expected = area_mean(ref.level(level), region, scale, sizes[0])
                down = reduction(level[0], sizes[0][0])
                if ref.interpolated(level) and reader.startswith("openslide"):
                    kind = "interp"
                elif scale != down:
                    kind = "mean"
                elif reader.startswith("openslide") or not ref.lossy:
                    kind = "own"
                else:
                    kind = "jpeg"
                if got.shape != expected.shape:
                    found.setdefault("shape", []).append((255, 255.0))
                    continue
                difference = np.abs(got - expected)
                found.setdefault(kind, []).append((int(difference.max()), float(difference.mean())))
        lossy = ref.lossy and not reader.startswith("openslide")
        limits = {
            "own": (0, 0),
            "jpeg": (4, 0.1),
            "mean": (5, 0.2) if lossy else (1, 0.1),
            "interp": (255, 6),
        }
        for kind, values in sorted(found.items()):
            most, mean = max(v[0] for v in values), sum(v[1] for v in values) / len(values)
            limit = limits.get(kind, (0, 0))
            good = most <= limit[0] and mean <= limit[1]
            bad += not good
            verdict = "good" if good else f"OVER (max {limit[0]}, mean {limit[1]})"
            print(f"{short:<44} {reader:<14} {ref.name:<17} {kind:<7} {len(values):>7} {most:>4} {mean:>8.4f}  {verdict}")
        if missing:
            print(f"{short:<44} {reader:<14} {missing} regions of levels that {ref.name} does not have")
    return bad


if __name__ == "__main__":
    sys.exit(main())
