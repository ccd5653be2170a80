"""What the packages offer to programmers, name by name: a change here is a change for them."""

from __future__ import annotations

import ast
import pkgutil
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from inspect import isfunction

import pytest

from tests.places import ROOT
from tests.test_packages import HEAVY, PACKAGES

FACES = {
    "corpus": """
        AddOutcome AddState BadAddress BadFact BadFilter Citation CitationState CitedPlace
        Condition CorpusError DiffPart Document DocumentFacts DocumentSummary Fact Filter Format
        Forms Heading Lapse LapseKind LibraryBusy Limits Origin Paragraph Passage Quarantined
        ReadResult Reader Receipt SourceFile StoreError UndecidedEncoding UnknownCitation
        UnknownDocument UnreadableSource decode_clean find_files forms_of parse_where
    """,
    "index": """
        AddProgress BadVectors CrossEncoderReranker Embedder EmbedderIdentity EmbedderMismatch
        FoundClause Hit IndexUnwritable IndexingError Library ModelDamaged ModelMissing Reranker
        Scope Vectors open_embedder
    """,
    "rag": """
        Abstention AbstentionReason Answer Answerer BadQuestion BadText ChatMessage Check
        CheckedClaim CitedFact Claim ClaimStreamed ClassifierVerifier Done EndpointModel
        EntailmentClassifier Event GenerationFailed GivenFact Label LanguageModel
        MechanicalVerifier ModelUnusable Note NoteKind PassagesFound RagError TextChecker
        TextReport TransformersModel Turn Verdict VerdictStreamed Verifier Withheld
    """,
    "eval": """
        Asking BadGate BadRun BadSet ClassifierJudge Comparison Difference EvalError EvalSet Judge
        JudgeFailed Judgement LibraryChanged MechanicalJudge ModelJudge NoSuchRun Outcome Question
        Record Rules Run RunBusy RunStore RunUnsaved compare gate import_set read_rules read_set
        run run_stored summary write_report
    """,
    "api": "BadSetting Judian Settings create_app open_judian plain",
}
NAMES = [(package, name) for package, names in FACES.items() for name in names.split()]
ALIASES = {("index", "Vectors"), ("rag", "Event")}  # of types: a comment says what they hold
HTTP = ("fastapi", "starlette", "pydantic", "uvicorn")
ENGINES = (*HEAVY, "openvino", "onnx", "tokenizers", "safetensors")


def loaded(code: str, libraries: tuple[str, ...]) -> list[str]:
    """Return which of these libraries a fresh Python has loaded after running the code."""
    told = f"import sys\n{code}\nprint(*[n for n in {libraries!r} if n in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", told], capture_output=True, text=True, check=True, cwd=ROOT
    )
    return done.stdout.split()


def stated(package: str) -> Iterator[tuple[str, str]]:
    """Yield module and name of everything that a package's stub gives: types and programs alike."""
    tree = ast.parse((ROOT / package / "__init__.pyi").read_text("utf-8"))
    for node in tree.body[1:]:  # behind the docstring
        assert isinstance(node, ast.ImportFrom)
        assert all(alias.asname == alias.name for alias in node.names)
        yield from ((f"{package}.{node.module}", alias.name) for alias in node.names)


def test_the_packages_are_those_there_are() -> None:
    assert tuple(FACES) == PACKAGES


@pytest.mark.parametrize("package", PACKAGES)
def test_a_package_offers_exactly_these_names(package: str) -> None:
    module = import_module(package)
    assert sorted(module.__all__) == sorted(FACES[package].split())
    assert set(FACES[package].split()) <= set(dir(module))


@pytest.mark.parametrize("package", PACKAGES)
def test_type_checkers_see_what_python_gives(package: str) -> None:
    seen = {name: module for module, name in stated(package)}
    assert sorted(seen) == sorted(FACES[package].split())
    for name, module in seen.items():
        assert getattr(import_module(package), name) is getattr(import_module(module), name), name


@pytest.mark.parametrize("package", PACKAGES)
def test_no_public_name_hides_a_module(package: str) -> None:
    # Importing the module would put it in the name's place.
    modules = {module.name for module in pkgutil.iter_modules([str(ROOT / package)])}
    assert modules.isdisjoint(FACES[package].split())


@pytest.mark.parametrize("package", PACKAGES)
def test_an_unknown_name_is_refused_as_of_any_module(package: str) -> None:
    with pytest.raises(AttributeError, match="attribute"):
        _ = import_module(package).Nothing


@pytest.mark.parametrize(("package", "name"), NAMES)
def test_every_public_name_says_what_it_is(package: str, name: str) -> None:
    found = getattr(import_module(package), name)
    if (package, name) in ALIASES:
        return
    assert isinstance(found, type) or isfunction(found)
    own = vars(found).get("__doc__") if isinstance(found, type) else found.__doc__
    assert own
    assert not own.startswith(f"{name}(")  # which dataclasses write where nobody did


def test_importing_the_packages_loads_nothing() -> None:
    code = f"import {', '.join(PACKAGES)}"
    assert loaded(code, (*ENGINES, *HTTP, "numpy", "sqlite3", "lxml", "click")) == []


def test_the_answerer_comes_without_engines_and_without_http() -> None:
    assert loaded("from rag import Answerer", (*ENGINES, *HTTP)) == []


@pytest.mark.parametrize("package", PACKAGES)
def test_public_names_come_without_engines(package: str) -> None:
    libraries = ENGINES if package == "api" else (*ENGINES, *HTTP)
    assert loaded(f"from {package} import *", libraries) == []
