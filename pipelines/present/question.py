"""A question of the page in, the Python that asks the same of the same build out: to be run in any notebook."""

from collections.abc import Sequence

from pipelines.privacy.scope import Scope


def code(codes: Sequence[str], by: Sequence[str], period: str, places: Sequence[str], build: str, scope: Scope) -> str:
    """Python text; run over the same home it gives the same rows, and their hash."""
    asked = [_list(codes), f"by={_list(by)}", f'period="{period}"', *([f"place={_list(places)}"] if places else [])]
    imports = ["from pipelines import kpi"]
    if not scope.sees_all:
        imports.append("from pipelines.privacy.scope import Scope")
        asked.append(f"scope=Scope({_rights(scope)})")
    lines = [f"    {argument}," for argument in [*asked, "store=store"]]
    opened = [f'store = kpi.open_store(build_name="{build}")', "answer = kpi.figures("]
    return "\n".join([*imports, "", *opened, *lines, ")", "print(kpi.digest(answer))", "answer"])


def _rights(scope: Scope) -> str:
    """The arguments that make this scope again."""
    districts = f", frozenset({_list(sorted(scope.districts))})" if scope.districts else ""
    return f'"{scope.role}"{districts}'


def _list(codes: Sequence[str]) -> str:
    return "[" + ", ".join(f'"{c}"' for c in codes) + "]"
