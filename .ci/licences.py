"""List the licence of every locked package as CSV.

Exit 1 when one is GPL; LGPL and "or" choices are not.
"""

import csv
import re
import sys
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path


def licence(name: str) -> str:
    """The licence a package states, from its expression, its field or its classifiers."""
    try:
        data = metadata(name)
    except PackageNotFoundError:
        return "not installed on this system"
    stated = data.get("License-Expression") or ""
    classified = [
        c.rsplit("::", 1)[-1].strip()
        for c in data.get_all("Classifier", [])
        if c.startswith("License ::")
    ]
    return stated or "; ".join(classified) or (data.get("License") or "unstated").splitlines()[0]


def main(locked: Path, target: Path) -> int:
    text = locked.read_text(encoding="utf-8")
    names = sorted(set(re.findall(r"^([A-Za-z0-9._-]+)==", text, re.MULTILINE)), key=str.casefold)
    rows = [(name, licence(name)) for name in names]
    with target.open("w", encoding="utf-8", newline="") as handle:
        csv.writer(handle).writerows([("package", "licence"), *rows])
    forbidden = [
        r
        for r in rows
        if re.search(r"(?<!L)GPL|GNU General Public", r[1]) and " or " not in r[1].lower()
    ]
    for name, found in forbidden:
        sys.stderr.write(f"{name}: {found}\n")
    return 1 if forbidden else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2])))
