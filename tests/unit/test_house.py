"""The house style, as far as it can be counted."""

import ast
from collections.abc import Iterator
from pathlib import Path
from statistics import median

import pytest

from tests.conftest import ROOT

MODULES = sorted((ROOT / "eaio").rglob("*.py"))
Function = ast.FunctionDef | ast.AsyncFunctionDef
VAGUE_NAMES = {"utils.py", "helpers.py", "common.py", "manager.py", "base.py"}


def functions() -> Iterator[tuple[Path, Function]]:
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, Function):
                yield path.relative_to(ROOT), node


def length(node: Function) -> int:
    """Lines of code: the docstring explains, it does not count."""
    first = node.body[0]
    documented = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
    docstring = (first.end_lineno or 0) - first.lineno + 1 if documented else 0
    return (node.end_lineno or 0) - node.lineno + 1 - docstring


def test_no_function_is_longer_than_fifty_lines() -> None:
    long = [f"{path}:{node.lineno} {node.name} {length(node)}" for path, node in functions() if length(node) > 50]
    assert not long


def test_functions_are_mostly_short() -> None:
    lengths = sorted(length(node) for _, node in functions())
    assert median(lengths) < 10
    assert lengths[len(lengths) * 9 // 10] <= 25


def test_no_module_exceeds_four_hundred_lines() -> None:
    long = [(str(path.relative_to(ROOT)), n) for path in MODULES if (n := len(path.read_text().splitlines())) > 400]
    assert not long


def test_public_functions_say_what_they_are() -> None:
    silent = [
        f"{path}:{node.lineno} {node.name}"
        for path, node in functions()
        if not node.name.startswith("_") and not ast.get_docstring(node) and not _is_local(path, node)
    ]
    assert not silent


def _is_local(path: Path, node: Function) -> bool:
    """A function inside a function or a private class is private by its place."""
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    inner = {
        (child.lineno, child.name)
        for outer in ast.walk(tree)
        if isinstance(outer, Function) or (isinstance(outer, ast.ClassDef) and outer.name.startswith("_"))
        for child in ast.walk(outer)
        if isinstance(child, Function) and child is not outer
    }
    return (node.lineno, node.name) in inner


@pytest.mark.parametrize("name", sorted(VAGUE_NAMES))
def test_no_module_has_a_name_that_says_nothing(name: str) -> None:
    assert not [path for path in MODULES if path.name == name]


def test_only_queries_sql_holds_sql() -> None:
    """Domain packages run named queries; statements in Python are left to the infrastructure."""
    allowed = {"infra", "cli"}
    words = ("SELECT ", "INSERT INTO ", "UPDATE ", "DELETE FROM ")
    guilty = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in MODULES
        if path.relative_to(ROOT).parts[1] not in allowed and path.name != "app.py"
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.lstrip().startswith(words)
    ]
    assert not guilty
