"""Measures how the code reads and fails when an aim is missed: `python .ci/measure.py [PACKAGE …]`.

Reads the syntax tree only. A decision is a branch, a comprehension or its condition, an `and` or
`or`.
"""

import ast
import re
import statistics
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BRANCHES = (
    ast.If,
    ast.For,
    ast.AsyncFor,
    ast.While,
    ast.ExceptHandler,
    ast.IfExp,
    ast.Assert,
    ast.match_case,
)
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
#: Past forms that do not end in -ed.
IRREGULAR = {"said", "told", "kept", "made", "written", "taken", "drawn", "given", "known"}
IRREGULAR |= {"found", "sent", "held", "shown", "spoken", "left", "begun", "chosen", "done"}
IRREGULAR |= {"seen", "heard", "lost", "bought", "built", "met", "paid", "gone", "grown"}
#: Functions shorter than this say little about density.
SHORTEST = 8
SMALL_MODULE = 70


@dataclass
class Measures:
    """What was counted over all files."""

    densities: list[float] = field(default_factory=list)
    complex: list[str] = field(default_factory=list)
    participles: list[str] = field(default_factory=list)
    functions: int = 0
    long_lines: list[str] = field(default_factory=list)
    moulds: list[str] = field(default_factory=list)
    classes: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    layers: defaultdict[str, set[tuple[str, ...]]] = field(default_factory=lambda: defaultdict(set))
    importers: Counter[str] = field(default_factory=Counter)
    small: list[str] = field(default_factory=list)


def count_decisions(function: ast.AST) -> int:
    """Return 1 plus the decisions inside a function."""
    total = 1
    for node in ast.walk(function):
        if isinstance(node, BRANCHES):
            total += 1
        elif isinstance(node, ast.comprehension):
            total += 1 + len(node.ifs)
        elif isinstance(node, ast.BoolOp):
            total += len(node.values) - 1
    return total


def count_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Return the lines of a function without its docstring."""
    lines = (function.end_lineno or function.lineno) - function.lineno + 1
    if ast.get_docstring(function) is not None:
        first = function.body[0]
        lines -= (first.end_lineno or first.lineno) - first.lineno + 1
    return lines


def is_participle(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Return True for a function, other than a property, named by one past participle."""
    if any("property" in ast.unparse(decorator) for decorator in function.decorator_list):
        return False
    name = function.name.strip("_")
    return name in IRREGULAR or (name.endswith("ed") and len(name) > 4 and "_" not in name)


def list_imports(tree: ast.Module) -> Iterator[str]:
    """Yield the name of every imported module, and of what is imported from it."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            for alias in node.names:
                yield f"{node.module}.{alias.name}"


def measure_function(
    node: ast.FunctionDef | ast.AsyncFunctionDef, file: str, found: Measures
) -> None:
    """Add one function to what was counted."""
    found.functions += 1
    decisions = count_decisions(node)
    if decisions > 10:
        found.complex.append(f"{file}:{node.lineno} {node.name} ({decisions})")
    if is_participle(node):
        found.participles.append(f"{file}:{node.lineno} {node.name}")
    lines = count_lines(node)
    if lines >= SHORTEST:
        found.densities.append(10 * decisions / lines)


def measure_file(path: Path, found: Measures) -> None:
    """Add one file to what was counted."""
    text = path.read_text(encoding="utf-8")
    tree = ast.parse(text)
    file = path.relative_to(ROOT).as_posix()
    for number, line in enumerate(text.splitlines(), start=1):
        if len(line) > 100:
            found.long_lines.append(f"{file}:{number}")
    if re.search(r"\bin[,;:].*\bout\b", (ast.get_docstring(tree) or "").split("\n")[0]):
        found.moulds.append(file)
    found.importers.update(set(list_imports(tree)))
    if path.stem != "__init__":
        found.layers[path.stem].add(path.relative_to(ROOT).parts[:2])
        if text.count("\n") < SMALL_MODULE:
            found.small.append(".".join(path.relative_to(ROOT).with_suffix("").parts))
    for node in ast.walk(tree):
        if isinstance(node, FUNCTIONS) and not node.name.startswith("__"):
            measure_function(node, file, found)
        elif isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            found.classes[node.name].add(file)


def report(found: Measures) -> bool:
    """Print each measure with its aim and what misses it; return True when all aims are met."""
    doubled = [name for name, files in found.classes.items() if len(files) > 1]
    crowded = [stem for stem, layers in found.layers.items() if len(layers) > 2]
    lonely = [module for module in found.small if found.importers[module] == 1]
    rows: list[tuple[str, float, float, list[str]]] = [
        ("decisions per 10 lines (median)", statistics.median(found.densities), 3.0, []),
        ("functions above complexity 10", len(found.complex), 0, found.complex),
        ("lines over 100 characters", len(found.long_lines), 0, found.long_lines),
        (
            "functions named by a bare participle, %",
            100 * len(found.participles) / found.functions,
            1.0,
            found.participles,
        ),
        ("class names in several files, %", 100 * len(doubled) / len(found.classes), 2.0, doubled),
        ("file stems in more than two layers", len(crowded), 0, crowded),
        ("modules under 70 lines with one importer", len(lonely), 15, lonely),
        ("docstrings of the form 'X in, Y out'", len(found.moulds), 10, found.moulds),
    ]
    for name, value, aim, examples in rows:
        is_met = value <= aim
        sys.stdout.write(f"{'ok  ' if is_met else 'OVER'} {name:45} {value:7.1f}  aim {aim:g}\n")
        if not is_met:
            sys.stdout.writelines(f"       {example}\n" for example in examples[:20])
    return all(value <= aim for _, value, aim, _ in rows)


def main(packages: list[str]) -> int:
    found = Measures()
    for package in packages or ["pipelines", "dashboard"]:
        for path in sorted((ROOT / package).rglob("*.py")):
            measure_file(path, found)
    return 0 if report(found) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
