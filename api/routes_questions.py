"""Questions: ask, search, look a citation up. All work is blocking, so plain functions."""

from __future__ import annotations

from fastapi import APIRouter

from api.schemas import AnswerOut, CitedPlaceOut, HitsOut, QuestionIn
from api.services import Services
from rag.errors import BadQuestion

MAX_SEARCH_CHARACTERS = 2000  # code points; the embedding model reads the first 500 or so


def question_routes(services: Services) -> APIRouter:
    """Return the routes that read."""
    routes = APIRouter(prefix="/v1", tags=["questions"])

    @routes.post("/ask")
    def ask(asked: QuestionIn) -> AnswerOut:
        """Answer a question with citations, each sentence verified; or abstain with a reason."""
        return AnswerOut.model_validate(services.answerer.answer(asked.question, k=asked.k))

    @routes.post("/search")
    def search(asked: QuestionIn) -> HitsOut:
        """Return the passages nearest to a question, best first."""
        question = checked(asked.question)
        hits = services.library.search(question, asked.k)
        return HitsOut.model_validate(
            {"hits": hits, "index_version": services.library.version}, from_attributes=True
        )

    @routes.get("/citations/{citation_id}")
    def cite(citation_id: str) -> CitedPlaceOut:
        """Return a cited place as cited, and what has become of it since."""
        return CitedPlaceOut.model_validate(services.library.cite(citation_id))

    return routes


def checked(question: str) -> str:
    """Return a question that can be searched for. Raise BadQuestion."""
    if not question.strip():
        raise BadQuestion("问题是空的。 / The question is empty.")
    if len(question) > MAX_SEARCH_CHARACTERS:
        raise BadQuestion(
            f"问题有 {len(question):,} 字，最多 {MAX_SEARCH_CHARACTERS:,} 字。 / "
            f"The question has {len(question):,} characters; {MAX_SEARCH_CHARACTERS:,} is the most."
        )
    return question
