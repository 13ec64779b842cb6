"""No secret stands in the repository, and nothing readers share forgets for whom it was made."""

import ast
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SECRETS = {
    "private key": r"-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\\nr\"'+]*[A-Za-z0-9+/]{30,}",
    "cloud key": r"\bAKIA[0-9A-Z]{16}\b",
    "token": r"\b(ghp|gho|glpat|xox[bap])[-_][A-Za-z0-9_-]{20,}",
    "web token": r"\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.",
    "password in an address": r"\b[a-z]+://[^/\s:@\"'{}]+:[^/\s@\"'{}]+@",
    "secret in a setting": r"(?i)\b(password|cookie_secret|client_secret|api_key)\s*[=:]\s*"
    r"[\"'][\w+/-]{20,}[\"']",
}
#: Reads that are the same for every reader: settings, the way in, the map, what a build is about.
SHARED = {
    "load_settings",
    "load_sign_in",
    "load_tile_grid",
    "_open_current",
    "_make_past",
    "list_receipt_days",
}


def ask(git: str, *words: str) -> str:
    return subprocess.run([git, *words], cwd=ROOT, capture_output=True, check=True).stdout.decode(
        "utf-8", "ignore"
    )


@pytest.fixture(scope="module")
def tracked(git: str) -> list[Path]:
    return [ROOT / name for name in ask(git, "ls-files", "-z").split("\0") if name]


#: What would say that the product is one province's: its name, its codes, its numbers of units.
ONE_PROVINCE = re.compile(r"Hà Nội|Hanoi|\bHN\b|^0\d{4}$|^0\d\d$|^2[5-8]\d$")
SETS_OF_UNITS = {579, 526}
#: The tools that made and compare the delivered tables.
MAKERS = {"derive.py", "compare.py"}


def find_province_words(tree: ast.Module) -> list[str]:
    """Return the texts and numbers in code, but for docstrings, that belong to one province."""
    docstrings = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            docstrings.add(id(node.value))
    found = []
    for node in ast.walk(tree):
        if not isinstance(node, ast.Constant) or id(node) in docstrings:
            continue
        is_text = isinstance(node.value, str) and ONE_PROVINCE.search(node.value)
        if is_text or (isinstance(node.value, int) and node.value in SETS_OF_UNITS):
            found.append(str(node.value))
    return found


@pytest.mark.parametrize("package", ["pipelines", "dashboard"])
def test_no_code_is_about_one_province(package: str) -> None:
    said = {}
    for path in sorted((ROOT / package).rglob("*.py")):
        words = find_province_words(ast.parse(path.read_text(encoding="utf-8")))
        if words and path.name not in MAKERS:
            said[path.relative_to(ROOT).as_posix()] = words
    assert said == {}


def test_no_secret_stands_in_the_repository(tracked: list[Path]) -> None:
    found = []
    for path in tracked:
        if (
            path.is_file()
            and path.name != "uv.lock"
            and path.suffix not in {".png", ".woff2", ".svg"}
        ):
            text = path.read_text(encoding="utf-8", errors="ignore")
            found += [(path.name, kind) for kind, sign in SECRETS.items() if re.search(sign, text)]
    assert found == []


def test_no_secret_was_ever_committed(git: str, tracked: list[Path]) -> None:
    """Search every line and message of every commit that this clone holds.

    .ci/run fetches the rest of a shallow one.
    """
    told = ask(
        git,
        "log",
        "-p",
        "--all",
        "-U0",
        "--no-color",
        "--no-ext-diff",
        "--no-textconv",
        "--",
        ":!uv.lock",
    )
    written = "\n".join(line[1:] for line in told.splitlines() if line.startswith(("+", "    ")))
    assert written.count("\n") > len(tracked)
    assert [kind for kind, sign in SECRETS.items() if re.search(sign, written)] == []


def test_no_file_of_secrets_or_people_was_ever_committed(git: str) -> None:
    told = ask(git, "log", "--all", "--pretty=format:", "--name-only")
    assert private({Path(name).name for name in told.splitlines() if name}) == set()


def test_the_scan_finds_what_it_looks_for() -> None:
    planted = [
        "-----BEGIN RSA " + "PRIVATE KEY-----\n" + "a" * 64,
        "AKIA" + "A1B2C3D4E5F6G7H8",
        "ghp_" + "a" * 36,
    ]
    planted += [
        "eyJ" + "a" * 12 + ".eyJ" + "b" * 12 + ".c",
        "https://me:" + "pw@host",
        'password = "' + "x" * 24 + '"',
    ]
    assert all(re.search(sign, text) for sign, text in zip(SECRETS.values(), planted, strict=True))


def test_no_file_that_holds_secrets_or_people_is_tracked(tracked: list[Path]) -> None:
    assert private({path.name for path in tracked}) == set()


def private(names: set[str]) -> set[str]:
    """Those that hold secrets, people or data of a home."""
    kinds = (".key", ".pem", ".p12", ".duckdb", ".parquet", ".sqlite")
    return {n for n in names if n in {"secrets.toml", "settings.toml", ".env"} or n.endswith(kinds)}


@pytest.mark.parametrize("path", sorted(ROOT.glob("dashboard/**/*.py")), ids=lambda p: p.stem)
def test_what_is_kept_for_all_readers_is_kept_by_scope(path: Path) -> None:
    """A cached function takes a Key or a Page, whose scope is part of the cache's key."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef) and any(_caches(d) for d in node.decorator_list):
            first = node.args.args[0].annotation if node.args.args else None
            kind = ast.unparse(first) if first else ""
            assert (
                kind in ("ReadScope", "figures.ReadScope", "PageContext") or node.name in SHARED
            ), f"{path.name}: {node.name}({kind})"


def _caches(decorator: ast.expr) -> bool:
    text = ast.unparse(decorator)
    return any(
        name in text
        for name in ("cache_data", "cache_resource", "cached", "cached_card", "cached_chart")
    )
