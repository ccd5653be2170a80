"""What the schema says of the JSON, and that the JSON is what the schema says."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import fields, replace
from typing import Any
from unittest.mock import Mock

import pytest

from api.evaluations.queue import EvalJobs
from api.http.app import create_app
from api.schemas.json_data import permalink, plain, published
from api.schemas.models import out
from api.schemas.shapes import HitsOut, place_out
from corpus.types import Citation, Fact, Origin
from rag.types import Answer
from rag.verification.checker import CheckedClaim, CitedFact, TextReport
from tests.api.doubles import (
    CHILD_SUPPORT,
    CODE,
    CUSTODY,
    FIRST,
    PLACES,
    abstaining_answer,
    custody_answer,
    doubled,
    hit,
    hostile_answer,
    told,
    written_answer,
)
from tests.places import ROOT

# Fields that say what they hold, by model. More may be said, never less.
DESCRIBED = {
    "AgreementOut": "against kappa undecided",
    "AgreementsOut": "labels stale",
    "AnswerOut": "text support timings short_answer rewritten",
    "AskIn": "as_of where collections tags history stream",
    "CheckedClaimOut": "text start end grounding_check_required label support citation_indices",
    "CitationOut": "start end path page clause ocr lapse repeats permalink",
    "CitedFactOut": "citation fact start end",
    "CitedPlaceOut": "before after current became diff metadata",
    "CitedQuoteOut": "path",
    "ClaimOut": "start end citations short",
    "ClaimToLabelOut": "labels",
    "ClaimsOut": "total claims_total",
    "ComparisonOut": "changed",
    "DifferenceOut": "slice low adjusted",
    "EvalDetailOut": "error measures",
    "EvalIn": "questions set anew",
    "EvalOut": "error measures",
    "FactOut": "over",
    "FactsIn": "metadata undo",
    "FormsOut": "official gbt7714 csl_json",
    "FoundClauseOut": "title citations forms reason",
    "HitOut": "score rank dense lexical lapse points named reranked",
    "LapseOut": "since",
    "NoteOut": "claims",
    "PassageOut": "start end path",
    "PointsOut": "dense lexical standing",
    "QuestionIn": "as_of where collections tags",
    "ReceiptOut": "confidence",
    "TextReportOut": "groundedness index_version",
    "VerdictOut": "claim support",
    "VerifyIn": "as_of where collections tags facts",
    "WithheldOut": "support",
}
LIMITS = {
    ("AskIn", "k"): (1, 100),
    ("QuestionIn", "k"): (1, 100),
    ("EvalIn", "k"): (1, 100),
    ("EvalIn", "workers"): (1, 8),
    ("LabelIn", "claim"): (0, None),
}
REPORT = TextReport(
    CUSTODY,
    (CheckedClaim(CUSTODY, 0, len(CUSTODY), None, 0.0, (), ()),),
    (CitedFact(FIRST, None, FIRST.start, FIRST.end, FIRST.quote), CitedFact(None, 0, 0, 1, "离")),
    None,
    "v7",
)


@pytest.fixture(scope="module")
def schemas() -> dict[str, Any]:
    services = replace(doubled()[0], evals=Mock(spec=EvalJobs))
    return dict(create_app(services).openapi()["components"]["schemas"])


def test_no_field_is_without_the_description_it_had(schemas: dict[str, Any]) -> None:
    for model, names in DESCRIBED.items():
        properties = schemas[model]["properties"]
        assert [name for name in names.split() if not properties[name].get("description")] == []
    assert [model for model, schema in schemas.items() if not said_of(model, schema)] == []


def said_of(model: str, schema: dict[str, Any]) -> bool:
    return bool(schema.get("description")) or model.startswith("Body_")  # FastAPI's own: a form


def test_every_position_is_said_to_be_of_code_points_and_half_open(schemas: dict[str, Any]) -> None:
    found = {model for model, schema in schemas.items() if "end" in schema.get("properties", ())}
    assert found == {"CheckedClaimOut", "CitationOut", "CitedFactOut", "ClaimOut", "PassageOut"}
    for model in found:
        properties = schemas[model]["properties"]
        assert "code point" in properties["start"]["description"]
        assert "half-open" in properties["end"]["description"]


def test_what_goes_out_is_always_there(schemas: dict[str, Any]) -> None:
    for model, schema in schemas.items():
        if model.endswith("Out"):
            assert set(schema["required"]) == set(schema["properties"]), model


def test_what_comes_in_has_its_limits_and_nothing_unknown(schemas: dict[str, Any]) -> None:
    for (model, name), (least, most) in LIMITS.items():
        said = schemas[model]["properties"][name]
        assert (said["minimum"], said.get("maximum")) == (least, most)
    for model in ("EvalIn", "LabelIn"):
        name = schemas[model]["properties"]["name" if model == "EvalIn" else "by"]
        assert (name["minLength"], name["maxLength"]) == (1, 100)
    incoming = [schema for model, schema in schemas.items() if model.endswith("In")]
    assert len(incoming) == 8
    assert all(schema["additionalProperties"] is False for schema in incoming)


@pytest.mark.parametrize(
    "value",
    [
        custody_answer(CUSTODY),
        abstaining_answer(CUSTODY),
        written_answer(CHILD_SUPPORT),
        hostile_answer(CUSTODY),
        replace(custody_answer(CUSTODY), citations=(replace(FIRST, repeats=(FIRST,)),)),
        *list(told(written_answer(CHILD_SUPPORT)))[:-1],
        *map(place_out, PLACES.values()),
        HitsOut([hit(FIRST, 1, 0.9)], "v7"),
        replace(CODE, metadata={"tags": Fact(("甲", "乙"), Origin.HAND, Fact("丙", Origin.HEAD))}),
        REPORT,
    ],
    ids=lambda value: type(value).__name__,
)
def test_plain_data_is_what_the_model_gives(value: object) -> None:
    kind: type = type(value)
    by_model = out(kind).model_validate(value, from_attributes=True)
    assert plain(value) == by_model.model_dump(mode="json")
    assert json.loads(json.dumps(plain(value))) == json.loads(by_model.model_dump_json())


def test_a_model_is_called_after_its_dataclass_and_has_its_fields() -> None:
    model = out(Answer)
    assert model.__name__ == "AnswerOut"
    assert list(model.model_fields) == [each.name for each in fields(Answer)]
    assert out(Answer) is model
    assert out(HitsOut).__name__ == "HitsOut"


def test_a_property_goes_out_where_its_type_is_described() -> None:
    own = {each.name for each in fields(CheckedClaim)}
    assert set(published(CheckedClaim)) - own == {"grounding_check_required"}
    assert set(published(Citation)) == {each.name for each in fields(Citation)}
    [claim] = plain(REPORT)["claims"]
    assert claim["grounding_check_required"] is False


def test_a_citation_carries_its_permalink_wherever_it_stands() -> None:
    odd = replace(FIRST, id="a/b c", repeats=(FIRST,))
    assert plain([odd])[0]["permalink"] == "/?cite=a%2Fb%20c"
    assert plain({"x": odd})["x"]["repeats"][0]["permalink"] == permalink(FIRST.id)


def test_plain_data_is_made_without_pydantic() -> None:
    code = (
        "import sys, api.schemas.json_data, api.schemas.shapes, api.schemas.evals;"
        "print('pydantic' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert done.stdout.strip() == "False"
