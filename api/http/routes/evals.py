"""Evaluations over HTTP: begin, watch, stop, read, compare, label. Blocking, so plain functions."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Query
from starlette.responses import Response

from api.evaluations.queue import EvalJobs
from api.evaluations.states import EvalProgress, EvalState, NoSuchClaim
from api.http.headers import UNFRAMED
from api.schemas.evals import (
    AgreementsOut,
    ClaimsOut,
    ClaimToLabelOut,
    ComparisonOut,
    EvalDetailOut,
    EvalRecordsOut,
    EvalsOut,
    agreements_out,
    comparison_out,
)
from api.schemas.json_data import shaped
from api.schemas.models import out
from api.schemas.requests import EvalIn, LabelIn
from corpus.messages.message import Message
from eval.measures.table import MEASURES
from eval.plain_records import plain_record
from eval.reports.per_question import problems
from eval.runs.judgements import ClaimKey
from eval.runs.labels import GivenLabel, add_label, agreements, claims_to_label, read_labels
from rag.types import Label

PAGE, MOST_PAGE = 50, 200  # records or claims of one reply
Offset = Annotated[int, Query(ge=0)]
Limit = Annotated[int, Query(ge=1, le=MOST_PAGE)]
ACCEPTED, CREATED = 202, 201


def eval_routes(jobs: EvalJobs) -> APIRouter:
    """Return the routes of evaluation."""
    routes = APIRouter(prefix="/v1/evals", tags=["evaluation"])
    _add_runs(routes, jobs)
    _add_results(routes, jobs)
    _add_labels(routes, jobs)
    return routes


def _add_runs(routes: APIRouter, jobs: EvalJobs) -> None:
    @routes.post("", status_code=ACCEPTED, response_model=out(EvalProgress))
    def begin_evaluation(asked: EvalIn, response: Response) -> EvalProgress:
        """Run a set of questions in the background, behind those that wait.

        A run of equal inputs that has stopped is resumed, under its id.
        """
        told = jobs.start(asked.eval_set(), k=asked.k, workers=asked.workers, anew=asked.anew)
        response.headers["Location"] = f"/v1/evals/{quote(told.id)}"  # it may be Chinese
        return told

    @routes.get("", response_model=out(EvalsOut))
    def list_evaluations() -> EvalsOut:
        """Return every run, the newest first, with the measures of those that are finished."""
        return EvalsOut(jobs.all(), MEASURES)

    @routes.get("/{run_id}", response_model=out(EvalDetailOut))
    def show_evaluation(run_id: str) -> EvalDetailOut:
        """Return where a run stands, and its sums once it is finished."""
        told = jobs.progress(run_id)
        finished = told.state is EvalState.FINISHED
        result = jobs.folders.folder(run_id).summary() if finished else None
        return shaped(EvalDetailOut, told, result=result)

    @routes.post("/{run_id}/resume", status_code=ACCEPTED, response_model=out(EvalProgress))
    def resume_evaluation(run_id: str) -> EvalProgress:
        """Go on with a run that stopped, failed or was cancelled: nothing is asked twice."""
        return jobs.go_on(run_id)

    @routes.delete("/{run_id}", status_code=ACCEPTED, response_model=out(EvalProgress))
    def cancel_evaluation(run_id: str) -> EvalProgress:
        """Stop a run that waits or is under way; what was answered is kept, nothing is deleted."""
        return jobs.cancel(run_id)


def _add_results(routes: APIRouter, jobs: EvalJobs) -> None:
    @routes.get("/{run_id}/questions", response_model=out(EvalRecordsOut))
    def list_evaluated_questions(
        run_id: str, offset: Offset = 0, limit: Limit = PAGE
    ) -> EvalRecordsOut:
        """Return records of a finished run, each with what went wrong, in words."""
        records = jobs.folders.run(run_id).records
        some = records[offset : offset + limit]
        rows = [{**plain_record(one), "problems": problems(one)} for one in some]
        return EvalRecordsOut(total=len(records), offset=offset, questions=rows)

    @routes.get("/{run_id}/compare", response_model=out(ComparisonOut))
    def compare_evaluations(run_id: str, baseline: str) -> ComparisonOut:
        """Return what changed since a baseline, a run of the same set."""
        from eval.comparison.comparing import compare as compared

        before = baseline, jobs.folders.run(baseline)
        return comparison_out(compared(before, (run_id, jobs.folders.run(run_id))))

    @routes.get("/{run_id}/report", response_class=Response)
    def show_evaluation_report(run_id: str, baseline: str | None = None) -> Response:
        """Return a finished run as one HTML file, to be saved and opened anywhere."""
        return _report(jobs, run_id, baseline)


def _add_labels(routes: APIRouter, jobs: EvalJobs) -> None:
    @routes.get("/{run_id}/claims", response_model=out(ClaimsOut))
    def list_claims_to_label(
        run_id: str,
        offset: Offset = 0,
        limit: Limit = PAGE,
        unlabelled: bool = False,
        by: str | None = None,
    ) -> ClaimsOut:
        """Return claims of a finished run with the text they cite, and nothing of what judges say.

        With ``by`` only that person's labels count and are shown.
        """
        folder, every = jobs.folders.folder(run_id), claims_to_label(jobs.folders.run(run_id))
        given: dict[ClaimKey, dict[str, Label]] = {}
        for one in read_labels(folder, every).used:
            if by is None or one.by == by:
                given.setdefault(one.key, {})[one.by] = one.label
        wanted = [one for one in every if not unlabelled or one.key not in given]
        some = [
            shaped(ClaimToLabelOut, one, labels=given.get(one.key, {}))
            for one in wanted[offset : offset + limit]
        ]
        return ClaimsOut(total=len(wanted), claims_total=len(every), offset=offset, claims=some)

    @routes.post("/{run_id}/labels", status_code=CREATED, response_model=out(GivenLabel))
    def label_claim(run_id: str, given: LabelIn) -> GivenLabel:
        """Keep a person's label of a claim; a later one takes the place of an earlier one."""
        folder = jobs.folders.folder(run_id)
        known = {one.key: one for one in claims_to_label(jobs.folders.run(run_id))}
        claim = known.get(ClaimKey(given.question, given.claim))
        if claim is None:
            raise NoSuchClaim(
                Message(
                    "http.no_such_claim", run=run_id, question=given.question, claim=given.claim
                )
            )
        return add_label(folder, claim, given.label, given.by)

    @routes.get("/{run_id}/agreement", response_model=out(AgreementsOut))
    def show_agreement(run_id: str) -> AgreementsOut:
        """Return how far the run's judge, the service's own and later ones agree with people."""
        folder, run = jobs.folders.folder(run_id), jobs.folders.run(run_id)
        return agreements_out(agreements(folder, run), read_labels(folder, claims_to_label(run)))


def _report(jobs: EvalJobs, run_id: str, baseline: str | None) -> Response:
    # Here and not above: they draw, and are wanted by this one request alone.
    from eval.comparison.comparing import compare
    from eval.reports.html_report import POLICY, report_html

    folder, run = jobs.folders.folder(run_id), jobs.folders.run(run_id)
    before = (baseline, jobs.folders.run(baseline)) if baseline else None
    text = report_html(
        run_id,
        run,
        baseline=before,
        comparison=compare(before, (run_id, run)) if before else None,
        agreements=agreements(folder, run),
        around=jobs.around,
    )
    name = quote(f"{run_id}.html", safe="")
    headers = {
        "Content-Disposition": f"inline; filename*=UTF-8''{name}",
        # Its styles stand in it, which this site's pages may not; it runs nothing.
        "Content-Security-Policy": f"{POLICY}; {UNFRAMED}",
    }
    return Response(text.encode(), media_type="text/html; charset=utf-8", headers=headers)
