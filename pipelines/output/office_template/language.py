"""What an office's template may say: a small part of Jinja, on plain data, with limited output."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from jinja2 import StrictUndefined, meta, nodes
from jinja2.filters import FILTERS as JINJA_FILTERS
from jinja2.runtime import LoopContext
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.tests import TESTS as JINJA_TESTS

from pipelines.output.office_template.fault import TemplateFault

FILTERS = ("capitalize", "count", "d", "default", "e", "escape", "first", "join", "last", "length",
           "lower", "title", "trim", "upper")  # fmt: skip
TESTS = ("defined", "undefined", "none", "odd", "even", "string", "number")
#: What a loop knows of itself.
LOOP = frozenset(["index", "index0", "revindex", "revindex0", "first", "last", "length"])
#: Loops within loops: a table in a section takes two.
LOOPS_DEEP = 4
#: Every tag, operator and expression that is allowed. No calls, no assignments, no imports, no
#: macros, no arithmetic beyond adding: the figures come ready.
NODES = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.For, nodes.If, nodes.Name, nodes.Const,
    nodes.Getattr, nodes.Getitem, nodes.Filter, nodes.Test, nodes.CondExpr, nodes.Compare,
    nodes.Operand, nodes.And, nodes.Or, nodes.Not, nodes.Concat, nodes.Add, nodes.Tuple, nodes.List,
)  # fmt: skip


#: How a node that is not allowed is written, where its class is called otherwise.
WORDS: Mapping[type[nodes.Node], str] = {
    nodes.Call: "(", nodes.Mul: "*", nodes.Pow: "**", nodes.Mod: "%", nodes.Div: "/",
    nodes.FloorDiv: "//", nodes.Sub: "-", nodes.Slice: ":", nodes.Dict: "{", nodes.Assign: "set",
    nodes.AssignBlock: "set", nodes.FilterBlock: "filter", nodes.FromImport: "from",
    nodes.ScopedEvalContextModifier: "autoescape", nodes.CallBlock: "call",
}  # fmt: skip


class TemplateLanguage(ImmutableSandboxedEnvironment):
    """Compiles templates of the allowed language; raises TemplateFault with a line for others."""

    def __init__(self, names: Iterable[str], limit: int) -> None:
        super().__init__(autoescape=True, undefined=StrictUndefined, cache_size=0)
        self.names, self._left = frozenset(names), limit
        self.globals.clear()
        self.filters = {name: JINJA_FILTERS[name] for name in FILTERS}
        self.tests = {name: JINJA_TESTS[name] for name in TESTS}
        #: The source compiled last, for the place of a fault.
        self.source = ""

    def compile(self, source: Any, *args: Any, **options: Any) -> Any:
        """Compile a source after judging every node of it."""
        self.source = source
        tree = self.parse(source)
        judge_node(tree, loops=0)
        unknown = meta.find_undeclared_variables(tree) - self.names
        if unknown:
            name = min(unknown)
            raise language_fault("template_name", name, _line_of(tree, name))
        return super().compile(tree, *args, **options)

    def getattr(self, obj: Any, attribute: str) -> Any:
        """Return the value under a name: a key of plain data, never a Python attribute."""
        if type(obj) is dict and attribute in obj:
            return obj[attribute]
        if type(obj) is LoopContext and attribute in LOOP:
            return getattr(obj, attribute)
        return self.undefined(obj=obj, name=attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        """Return the value under a name, or at a place of a list."""
        if type(argument) is str:
            return self.getattr(obj, argument)
        is_place = type(obj) in (list, tuple, str) and type(argument) is int
        if is_place and -len(obj) <= argument < len(obj):
            return obj[argument]
        return self.undefined(obj=obj, name=argument)

    def concat(self, pieces: Iterable[str]) -> str:
        """Join what a template writes; raises TemplateFault at the limit, which all parts share."""
        return "".join(self._count_output(pieces))

    def _count_output(self, pieces: Iterable[str]) -> Iterator[str]:
        for piece in pieces:
            self._left -= len(piece)
            if self._left < 0:
                raise TemplateFault("template_too_much")
            yield piece


def language_fault(code: str, name: str, line: int | None) -> TemplateFault:
    return TemplateFault(code, name=name, line=line or 0)


def judge_node(node: nodes.Node, loops: int) -> None:
    """Raise TemplateFault for the first node that is not allowed, `loops` loops deep."""
    if type(node) not in NODES:
        raise language_fault("template_tag", _word_of(node), node.lineno)
    judge = _JUDGES.get(type(node))
    if judge:
        judge(node)
    inside = loops + isinstance(node, nodes.For)
    if inside > LOOPS_DEEP:
        raise language_fault("template_tag", "for", node.lineno)
    for child in node.iter_child_nodes():
        judge_node(child, inside)


def _word_of(node: nodes.Node) -> str:
    return WORDS.get(type(node), type(node).__name__.lower())


def _judge_filter(node: Any) -> None:
    named = [node.kwargs, node.dyn_args, node.dyn_kwargs]
    if node.name not in FILTERS or len(node.args) > 1 or any(named):
        raise language_fault("template_tag", f"|{node.name}", node.lineno)


def _judge_test(node: Any) -> None:
    if node.name not in TESTS:
        raise language_fault("template_tag", f"is {node.name}", node.lineno)


def _judge_name(node: Any) -> None:
    name = str(node.attr if isinstance(node, nodes.Getattr) else node.name)
    if name.startswith("_"):
        raise language_fault("template_name", name, node.lineno)


def _judge_item(node: Any) -> None:
    if isinstance(node.arg, nodes.Const) and str(node.arg.value).startswith("_"):
        raise language_fault("template_name", str(node.arg.value), node.lineno)


def _judge_loop(node: Any) -> None:
    if node.recursive:
        raise language_fault("template_tag", "recursive", node.lineno)


_JUDGES: Mapping[type[nodes.Node], Any] = {
    nodes.Filter: _judge_filter,
    nodes.Test: _judge_test,
    nodes.Name: _judge_name,
    nodes.Getattr: _judge_name,
    nodes.Getitem: _judge_item,
    nodes.For: _judge_loop,
}


def _line_of(tree: nodes.Template, name: str) -> int:
    for node in tree.find_all(nodes.Name):
        if node.name == name:
            return node.lineno
    return 1
