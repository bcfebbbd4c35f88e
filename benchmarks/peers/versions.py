"""Prints the versions of Python and of the packages that the other scripts need, in one line."""

import importlib.metadata
import platform
import sys

versions = [f"Python {platform.python_version()}"]
missing = []
for package in ("torch", "timm", "peft", "safetensors"):
    try:
        versions.append(f"{package} {importlib.metadata.version(package)}")
    except importlib.metadata.PackageNotFoundError:
        missing.append(package)
if missing:
    sys.exit("missing: " + ", ".join(missing))
print(", ".join(versions))
