"""Evaluations over HTTP: the queue, cancelling, restarting, what is refused, labels."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.evaluations.queue import MOST_WAITING
from api.http.app import create_app
from api.http.problems import SLUG_PREFIX
from corpus.messages.message import Message
from eval.runs.judgements import judge_run
from tests.api.doubles import CODE, DictLibrary, doubled
from tests.eval.run_doubles import ListJudge, stored
from tests.eval.service import ASKED, LOCAL, NEVER, PATIENCE, Gated, Service


@pytest.fixture
def gated(tmp_path: Path) -> Iterator[tuple[Service, Gated]]:
    answerer = Gated()
    service = Service(tmp_path, answerer)
    yield service, answerer
    answerer.let(10_000)
    service.jobs.close()


@pytest.fixture
def service(tmp_path: Path) -> Service:
    return Service(tmp_path)


def problem(reply: Any, status: int, slug: str) -> str:
    body = reply.json()
    assert (reply.status_code, body["type"]) == (status, SLUG_PREFIX + slug), body
    assert reply.headers["content-type"] == "application/problem+json"
    detail: str = body["detail"]
    return detail


# running


def test_a_set_is_run_in_the_background_and_told(gated: tuple[Service, Gated]) -> None:
    service, answerer = gated
    run_id = service.begin([*ASKED, NEVER], name="婚姻 法", k=7)
    answerer.wait_for(1)
    first = service.get(f"/{run_id}")
    assert (first["state"], first["done"], first["total"]) == ("running", 0, 5)
    assert (first["seconds_left"], first["result"], first["set_name"]) == (None, None, "婚姻 法")
    answerer.let(1)
    answerer.wait_for(1)
    later = service.get(f"/{run_id}")
    assert (later["state"], later["done"]) == ("running", 1)
    assert later["seconds_left"] > 0
    answerer.let(4)
    service.jobs.wait_until_idle()
    done = service.get(f"/{run_id}")
    assert (done["state"], done["done"], done["error"]) == ("finished", 5, "")
    assert done["result"]["header"]["settings"]["k"] == 7
    assert done["result"]["measures"]["decision_right"] == {"value": 1.0, "n": 5}
    [listed] = service.get("")["evals"]
    assert listed["measures"] == done["result"]["measures"]


def test_the_text_of_a_set_runs_as_its_objects_do(service: Service) -> None:
    text = "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in ASKED)
    reply = service.client.post("/v1/evals", json={"set": text, "workers": 3})
    assert reply.status_code == 202
    first = reply.json()["id"]
    second = service.begin(anew=True)
    service.jobs.wait_until_idle()
    same = service.get(f"/{second}/compare", baseline=first)
    assert same["equal"]
    assert same["questions"] == 4
    assert same["flips"] == []
    assert same["changed"] == {}


def test_two_posted_at_once_are_two_runs_one_after_the_other(gated: tuple[Service, Gated]) -> None:
    service, answerer = gated
    meet = threading.Barrier(2)
    ids: list[str] = []

    def post() -> None:
        client = TestClient(service.app, base_url=LOCAL)
        meet.wait(PATIENCE)
        reply = client.post("/v1/evals", json={"questions": ASKED, "workers": 1})
        ids.append(reply.json()["id"])

    threads = [threading.Thread(target=post) for _ in range(2)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(PATIENCE)
    assert len(set(ids)) == 2
    answerer.wait_for(1)
    assert sorted(service.state(one)[0] for one in ids) == ["running", "waiting"]
    answerer.let(8)
    service.jobs.wait_until_idle()
    assert [service.state(one) for one in ids] == [("finished", 4, 4)] * 2
    assert answerer.most_inside == 1


def test_those_that_wait_are_run_in_their_order(gated: tuple[Service, Gated]) -> None:
    service, answerer = gated
    ids = [service.begin([{**NEVER, "question": f"{name}？"}], name=name) for name in "甲乙丙"]
    answerer.let(3)
    service.jobs.wait_until_idle()
    assert [question for question, _ in answerer.asked] == ["甲？", "乙？", "丙？"]
    assert {one["id"] for one in service.get("")["evals"]} == set(ids)


def test_more_than_may_wait_are_refused_and_leave_nothing(gated: tuple[Service, Gated]) -> None:
    service, answerer = gated
    for at in range(1 + MOST_WAITING):
        service.begin([{**NEVER, "id": str(at)}])
    reply = service.post([{**NEVER, "id": "more"}])
    problem(reply, 429, "too-many-evals")
    assert int(reply.headers["retry-after"]) > 0
    assert len(service.store.all()) == 1 + MOST_WAITING
    answerer.let(1)
    answerer.wait_for(2)  # the second is under way: there is room again
    service.begin([{**NEVER, "id": "more"}])


# cancelling and going on


def test_cancelled_half_way_keeps_what_was_answered_and_goes_on_there(
    gated: tuple[Service, Gated],
) -> None:
    service, answerer = gated
    run_id = service.begin()
    answerer.let(1)
    answerer.wait_for(2)
    reply = service.client.delete(f"/v1/evals/{run_id}")
    assert (reply.status_code, reply.json()["state"]) == (202, "running")
    answerer.let(1)  # the question under way is answered and kept
    service.jobs.wait_until_idle()
    assert service.state(run_id) == ("cancelled", 2, 4)
    assert service.client.delete(f"/v1/evals/{run_id}").json()["state"] == "cancelled"
    problem(service.client.get(f"/v1/evals/{run_id}/questions"), 409, "bad-run")
    answerer.let(2)
    assert service.begin() == run_id  # the same set, with the same of everything
    service.jobs.wait_until_idle()
    assert service.state(run_id) == ("finished", 4, 4)
    assert [question for question, _ in answerer.asked] == [one["question"] for one in ASKED]


def test_a_waiting_run_is_cancelled_at_once(gated: tuple[Service, Gated]) -> None:
    service, answerer = gated
    first, second = service.begin(), service.begin([NEVER])
    assert service.state(second)[0] == "waiting"
    assert service.client.delete(f"/v1/evals/{second}").json()["state"] == "cancelled"
    answerer.let(4)
    service.jobs.wait_until_idle()
    assert service.state(first)[0] == "finished"
    assert service.state(second) == ("cancelled", 0, 1)
    answerer.let(1)
    assert service.client.post(f"/v1/evals/{second}/resume").status_code == 202
    service.jobs.wait_until_idle()
    assert service.state(second) == ("finished", 1, 1)


def test_a_finished_run_is_neither_cancelled_nor_gone_on_with(service: Service) -> None:
    run_id = service.begin()
    service.jobs.wait_until_idle()
    before = sorted(path.name for path in (service.home / "runs" / run_id).iterdir())
    problem(service.client.delete(f"/v1/evals/{run_id}"), 409, "bad-run")
    problem(service.client.post(f"/v1/evals/{run_id}/resume"), 409, "bad-run")
    assert sorted(path.name for path in (service.home / "runs" / run_id).iterdir()) == before
    assert service.state(run_id) == ("finished", 4, 4)


def test_after_a_restart_what_stopped_says_so_and_goes_on(gated: tuple[Service, Gated]) -> None:
    service, answerer = gated
    finished = service.begin([NEVER])
    answerer.let(1)
    service.jobs.wait_until_idle()
    half = service.begin()
    answerer.wait_for(2)
    answerer.let(2)
    answerer.wait_for(2)
    elsewhere = service.restarted()
    assert elsewhere.state(half)[0] == "running"  # by the other one, as its lock says
    problem(elsewhere.client.delete(f"/v1/evals/{half}"), 409, "run-busy")
    service.client.delete(f"/v1/evals/{half}")
    answerer.let(1)
    service.jobs.wait_until_idle()
    later = service.restarted()
    assert later.state(half) == ("stopped", 3, 4)
    assert later.state(finished) == ("finished", 1, 1)
    assert later.get(f"/{finished}")["result"]["counts"]["questions"] == 1
    assert [one["state"] for one in later.get("")["evals"]] == ["stopped", "finished"]
    problem(later.client.delete(f"/v1/evals/{half}"), 409, "bad-run")
    assert later.client.post(f"/v1/evals/{half}/resume").json()["done"] == 3
    later.jobs.wait_until_idle()
    assert later.state(half) == ("finished", 4, 4)
    assert [question for question, _ in later.answerer.asked] == [ASKED[3]["question"]]


def test_closing_stops_all_and_keeps_what_was_answered(gated: tuple[Service, Gated]) -> None:
    service, answerer = gated
    ids = [service.begin(), service.begin([NEVER])]
    answerer.wait_for(1)
    closing = threading.Thread(target=service.jobs.close)
    closing.start()
    answerer.let(1)
    closing.join(PATIENCE)
    assert not closing.is_alive()
    assert [service.state(one) for one in ids] == [("cancelled", 1, 4), ("cancelled", 0, 1)]


# failing


class Moving(DictLibrary):
    """Changes when told to."""

    current = "v7"

    @property
    def version(self) -> str:
        return self.current


def test_a_library_that_changes_fails_the_run_in_words(tmp_path: Path) -> None:
    answerer, library = Gated(), Moving(CODE)
    service = Service(tmp_path, answerer, library)
    run_id = service.begin()
    answerer.let(1)
    answerer.wait_for(2)
    library.current = "v8"
    answerer.let(4)
    service.jobs.wait_until_idle()
    told = service.get(f"/{run_id}")
    assert (told["state"], told["done"]) == ("failed", 1)
    assert "v7 → v8" in told["error"]
    service.client.post(f"/v1/evals/{run_id}/resume")
    service.jobs.wait_until_idle()
    assert "index_version" in service.get(f"/{run_id}")["error"]


def test_an_unforeseen_error_fails_its_run_keeps_its_secrets_and_lets_the_next_begin(
    gated: tuple[Service, Gated], monkeypatch: pytest.MonkeyPatch
) -> None:
    service, answerer = gated
    hooked: list[threading.ExceptHookArgs] = []
    monkeypatch.setattr(threading, "excepthook", hooked.append)
    answerer.failing = RuntimeError("the secret path /etc/judian")
    broken, fine = service.begin(), service.begin([NEVER])
    answerer.let(1)
    answerer.wait_for(2)  # of the next run
    answerer.failing = None
    answerer.let(1)
    service.jobs.wait_until_idle()
    told = service.get(f"/{broken}")
    assert told["state"] == "failed"
    assert told["error"] == Message("http.unforeseen")
    asked = {"Accept-Language": "en"}
    read = service.client.get(f"/v1/evals/{broken}", headers=asked).json()
    assert read["error"] == Message("http.unforeseen").text("en")
    assert service.state(fine) == ("finished", 1, 1)
    assert [str(one.exc_value) for one in hooked] == ["the secret path /etc/judian"]


def test_a_damaged_run_is_told_and_does_not_hide_the_others(service: Service) -> None:
    run_id = service.begin([NEVER])
    service.jobs.wait_until_idle()
    torn = service.home / "runs" / "20200101T000000Z-torn"
    torn.mkdir()
    (torn / "header.json").write_text("{", "utf-8")
    states = {one["id"]: one["state"] for one in service.get("")["evals"]}
    assert states == {run_id: "finished", torn.name: "failed"}
    assert "header.json" in service.get(f"/{torn.name}")["error"]


# what is refused


@pytest.mark.parametrize(
    ("body", "slug", "told"),
    [
        ({"questions": [NEVER, NEVER]}, "bad-set", "questions:2"),
        ({"questions": []}, "bad-set", "no questions"),
        ({"set": ""}, "bad-set", "no questions"),
        ({"set": "{"}, "bad-set", "questions:1"),
        ({"set": "[]\n"}, "bad-set", "questions:1"),
        ({"questions": [{"id": "q"}]}, "bad-set", "question"),
        ({"questions": [{**NEVER, "answers": "甲"}]}, "bad-set", "answers"),
        ({}, "invalid-request", "one of them"),
        ({"questions": [NEVER], "set": "{}"}, "invalid-request", "one of them"),
        ({"questions": ["甲"]}, "invalid-request", "questions"),
        ({"questions": [NEVER], "k": 0}, "invalid-request", "k"),
        ({"questions": [NEVER], "k": 101}, "invalid-request", "k"),
        ({"questions": [NEVER], "workers": 99}, "invalid-request", "workers"),
        ({"questions": [NEVER], "name": " "}, "invalid-request", "name"),
        ({"questions": [NEVER], "name": "长" * 101}, "invalid-request", "name"),
        ({"questions": [NEVER], "kk": 1}, "invalid-request", "kk"),
    ],
)
def test_a_bad_set_is_refused_and_leaves_nothing(
    service: Service, body: dict[str, Any], slug: str, told: str
) -> None:
    detail = problem(service.client.post("/v1/evals", json=body), 422, slug)
    assert told in detail
    assert service.store.all() == []


@pytest.mark.parametrize(
    "body",
    [
        '{"questions": [{"id": "q", "question": "\\ud800"}]}',
        '{"set": "{\\"id\\": \\"q\\", \\"question\\": \\"\\ud800\\"}"}',
        '{"questions": [{"id": "q", "question": "甲", "x": ' + "[" * 900 + "]" * 900 + "}]}",
        '{"questions": [{"id": "q", "question": "甲", "x": ' + "[" * 9000 + "]" * 9000 + "}]}",
    ],
)
def test_what_is_no_text_or_nests_too_deep_is_no_error_of_the_server(
    service: Service, body: str
) -> None:
    headers = {"Content-Type": "application/json"}
    reply = service.client.post("/v1/evals", content=body.encode(), headers=headers)
    assert reply.status_code in (202, 400, 422), reply.text
    service.jobs.wait_until_idle()
    assert service.client.get("/v1/evals").status_code == 200


def test_a_huge_body_is_refused_unread(service: Service) -> None:
    many = [{"id": str(at), "question": "问" * 50} for at in range(500)]
    problem(service.post(many), 413, "too-large")
    assert service.store.all() == []


@pytest.mark.parametrize(
    "run_id",
    ["..", "%2e%2e", "..%2f..%2fetc", "%2Fetc%2Fpasswd", ".hidden", "latest", "2026", "%00",
     "a%5c..%5cb", "runs", "%F0%A0%AE%B7", "x" * 5000, "{run_id}"],
)  # fmt: skip
def test_an_id_that_is_not_in_the_list_leads_nowhere(service: Service, run_id: str) -> None:
    service.begin([NEVER])
    service.jobs.wait_until_idle()
    hidden = service.home / "runs" / ".hidden"
    hidden.mkdir()
    (hidden / "header.json").write_text("{}", "utf-8")
    (service.home / "header.json").write_text('{"secret": 1}', "utf-8")
    for tail in ("", "/questions", "/claims", "/agreement", "/report", "/compare?baseline=x"):
        reply = service.client.get(f"/v1/evals/{run_id}{tail}")
        assert reply.status_code in (404, 405), (tail, reply.text)
        assert "secret" not in reply.text
    assert service.client.delete(f"/v1/evals/{run_id}").status_code in (404, 405)
    assert service.client.post(f"/v1/evals/{run_id}/resume").status_code in (404, 405)
    given = {"question": "n", "claim": 0, "label": "partial", "by": "甲"}
    reply = service.client.post(f"/v1/evals/{run_id}/labels", json=given)
    assert reply.status_code in (404, 405)


def test_a_baseline_is_looked_up_like_any_id(service: Service) -> None:
    run_id = service.begin([NEVER])
    service.jobs.wait_until_idle()
    for baseline in ("..", "latest", str(service.home / "runs" / run_id), ""):
        for what in ("compare", "report"):
            if not baseline and what == "report":
                continue  # none was asked for
            reply = service.client.get(f"/v1/evals/{run_id}/{what}", params={"baseline": baseline})
            problem(reply, 404, "no-such-run")


def test_without_evaluations_the_door_has_no_such_address() -> None:
    client = TestClient(create_app(doubled()[0]), base_url=LOCAL)
    assert client.get("/v1/evals").status_code == 404


# results


def test_records_come_with_their_problems_a_page_at_a_time(service: Service) -> None:
    wrong = {"id": "w", "question": "火星在哪里？", "answers": ["天上"]}
    run_id = service.begin([*ASKED, wrong])
    service.jobs.wait_until_idle()
    whole = service.get(f"/{run_id}/questions")
    assert (whole["total"], whole["offset"]) == (5, 0)
    assert [one["id"] for one in whole["questions"]] == ["q0", "q1", "q2", "q3", "w"]
    assert "误拒" in whole["questions"][4]["problems"][0]
    part = service.get(f"/{run_id}/questions", offset=3, limit=1)
    assert part["questions"] == whole["questions"][3:4]
    assert service.get(f"/{run_id}/questions", offset=99)["questions"] == []
    for wrong_page in ({"offset": -1}, {"limit": 0}, {"limit": 10_000}):
        reply = service.client.get(f"/v1/evals/{run_id}/questions", params=wrong_page)
        problem(reply, 422, "invalid-request")


def test_a_comparison_names_what_flipped(service: Service) -> None:
    before = stored(service.store.folder, {"q1": (("甲。", ("甲",)),), "q2": None}).id
    after = stored(service.store.folder, {"q1": None, "q2": (("甲。", ("甲",)),)}).id
    told = service.get(f"/{after}/compare", baseline=before)
    assert (told["before"], told["after"]) == (before, after)
    flips = {one["id"]: (one["worse"], one["better"]) for one in told["flips"]}
    assert flips == {"q1": (["groundedness"], []), "q2": ([], ["groundedness"])}
    [grounded] = [
        one for one in told["differences"] if (one["measure"], one["slice"]) == ("groundedness", "")
    ]
    assert (grounded["before"], grounded["after"], grounded["difference"]) == (0.5, 0.5, 0.0)
    other = stored(service.store.folder, {"q9": None}).id
    reply = service.client.get(f"/v1/evals/{after}/compare", params={"baseline": other})
    problem(reply, 409, "bad-run")


def test_the_report_is_one_page_that_runs_nothing(service: Service) -> None:
    first = service.begin(name="婚姻")
    service.jobs.wait_until_idle()
    second = service.begin(name="婚姻", anew=True)
    service.jobs.wait_until_idle()
    for more in ({}, {"baseline": first}):
        reply = service.client.get(f"/v1/evals/{second}/report", params=more)
        assert reply.status_code == 200
        assert reply.headers["content-type"] == "text/html; charset=utf-8"
        assert reply.headers["content-disposition"].startswith("inline;")
        policy = reply.headers["content-security-policy"]
        assert policy.startswith("default-src 'none'; style-src 'unsafe-inline';")
        assert "script-src" not in policy
        assert "frame-ancestors 'none'" in policy
        assert second in reply.text


# labels


@pytest.fixture
def labelled(service: Service) -> tuple[str, Callable[..., Any]]:
    answers = {"q1": (("甲。", ("甲", "丙")), ("乙。", ("乙",))), "q2": (("丁。", ("丁",)),)}
    run_id = stored(service.store.folder, answers).id

    def give(question: str, claim: int, label: str, by: str = "甲") -> Any:
        given = {"question": question, "claim": claim, "label": label, "by": by}
        return service.client.post(f"/v1/evals/{run_id}/labels", json=given)

    return run_id, give


def test_claims_come_with_what_they_cite_and_without_what_judges_say(
    service: Service, labelled: tuple[str, Callable[..., Any]]
) -> None:
    run_id, give = labelled
    told = service.get(f"/{run_id}/claims")
    assert (told["total"], told["claims_total"]) == (3, 3)
    by_key = {(one["question"], one["claim"]): one for one in told["claims"]}
    assert by_key["q1", 0] == {
        "question": "q1",
        "question_text": "q1 是什么？",
        "claim": 0,
        "text": "甲。",
        "quotes": [
            {"quote": quote, "title": "某办法", "path": ["第一章", "第二条"], "clause": "第二条"}
            for quote in ("甲", "丙")
        ],
        "labels": {},
    }
    first = told["claims"][0]
    assert give(first["question"], first["claim"], "partial").status_code == 201
    left = service.get(f"/{run_id}/claims", unlabelled=True)
    assert (left["total"], left["claims_total"]) == (2, 3)
    assert left["claims"] == told["claims"][1:]
    assert service.get(f"/{run_id}/claims", unlabelled=True, by="乙")["total"] == 3
    assert service.get(f"/{run_id}/claims", by="甲")["claims"][0]["labels"] == {"甲": "partial"}
    assert service.get(f"/{run_id}/claims", by="乙")["claims"][0]["labels"] == {}
    assert len(service.get(f"/{run_id}/claims", offset=1, limit=1)["claims"]) == 1


def test_labels_are_kept_and_compared_with_every_judge(
    service: Service, labelled: tuple[str, Callable[..., Any]]
) -> None:
    run_id, give = labelled
    empty = service.get(f"/{run_id}/agreement")
    assert empty == {"agreements": [], "people": [], "labels": 0, "stale": [], "unreadable": 0}
    judge_run(service.store.open(run_id), ListJudge("甲。"))
    kept = give("q1", 0, "supported", " 甲 ").json()
    assert (kept["by"], kept["label"], len(kept["text_digest"])) == ("甲", "supported", 64)
    give("q1", 1, "supported")
    give("q1", 1, "unsupported")  # changed my mind
    told = service.get(f"/{run_id}/agreement")
    assert (told["people"], told["labels"]) == (["甲"], 2)
    rows = {one["judge"]: (one["n"], one["accuracy"], one["kappa"]) for one in told["agreements"]}
    assert rows == {
        "mechanical": (2, 0.5, 0.0),
        "verifier": (2, 0.5, 0.0),
        "list:一/二": (2, 1.0, 1.0),
    }


@pytest.mark.parametrize(
    ("given", "status", "slug"),
    [
        ({"claim": 7}, 404, "no-such-claim"),
        ({"question": "q9"}, 404, "no-such-claim"),
        ({"claim": -1}, 422, "invalid-request"),
        ({"claim": "0"}, 422, "invalid-request"),
        ({"label": "maybe"}, 422, "invalid-request"),
        ({"by": " "}, 422, "invalid-request"),
        ({"by": "\ud800"}, 422, "invalid-request"),
        ({"more": 1}, 422, "invalid-request"),
    ],
)
def test_what_is_no_label_is_refused(
    service: Service,
    labelled: tuple[str, Callable[..., Any]],
    given: dict[str, Any],
    status: int,
    slug: str,
) -> None:
    run_id, _ = labelled
    body = {"question": "q1", "claim": 0, "label": "partial", "by": "甲", **given}
    headers = {"Content-Type": "application/json"}
    sent = json.dumps(body).encode()
    reply = service.client.post(f"/v1/evals/{run_id}/labels", content=sent, headers=headers)
    problem(reply, status, slug)
    assert service.get(f"/{run_id}/agreement")["labels"] == 0


def test_labels_given_at_once_are_all_kept_whole(
    service: Service, labelled: tuple[str, Callable[..., Any]]
) -> None:
    run_id, give = labelled
    people = [f"人{at}" for at in range(12)]
    threads = [threading.Thread(target=give, args=("q1", 0, "partial", one)) for one in people]
    for one in threads:
        one.start()
    for one in threads:
        one.join(PATIENCE)
    told = service.get(f"/{run_id}/agreement")
    assert (sorted(told["people"]), told["unreadable"]) == (sorted(people), 0)
