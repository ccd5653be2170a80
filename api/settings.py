"""Settings: the one place that reads the environment. Each is described in the README."""

from __future__ import annotations

import ipaddress
import math
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

ENGINES = ("auto", "onnx", "onnx-int8", "openvino", "openvino-int8", "torch")


class BadSetting(ValueError):
    """A variable has a value that cannot be used; the message names it."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What an operator may change."""

    home: Path = field(default_factory=lambda: Path("data"))
    cache: Path | None = None  # None: the user's cache folder
    embedder: str = "bundled"
    question_prefix: str | None = None  # None: what the model's family needs
    passage_prefix: str | None = None
    engine: str = "auto"
    index_factory: str = ""  # FAISS's description of the index of many vectors; empty: the rule
    reranker: str = ""  # a cross-encoder's id or folder; empty: none
    model: str = ""  # of the endpoint, or an id, a folder, a GGUF file; empty: answers are quotes
    model_url: str = ""  # of an OpenAI-compatible endpoint; empty: the model runs here
    model_key: str = field(default="", repr=False)
    model_timeout: float | None = None  # seconds of one answer; None: by where the model runs
    model_tokens: int | None = None  # most of one answer
    model_window: int | None = None  # code points a model is given at most
    verifier: str = ""  # a sequence classifier's id or folder beside the mechanical check
    threshold: float | None = (
        None  # support under which nothing is said; None: rag/extractive/support.py's
    )
    judge: str = ""  # of evaluations: "classifier:" and an id, or a language model; empty: wording
    judge_url: str = ""  # of an OpenAI-compatible endpoint
    judge_key: str = field(default="", repr=False)
    host: str = "127.0.0.1"
    port: int = 8000
    allowed_hosts: tuple[str, ...] = ()  # names a reverse proxy is reached by

    @staticmethod
    def from_environment(environ: Mapping[str, str] | None = None) -> Settings:
        """Return what the environment sets (or ``environ``); what it does not takes the default.

        Raises BadSetting for a value that cannot be used, and for an unknown name of our prefix.
        """
        default = Settings()
        environ = os.environ if environ is None else environ
        given = {name: value for name, value in environ.items() if value}
        _refuse_unknown(given)
        cache = given.get("JUDIAN_CACHE")
        return Settings(
            home=Path(given.get("JUDIAN_HOME", default.home)),
            cache=Path(cache) if cache else None,
            embedder=given.get("JUDIAN_EMBEDDER", default.embedder),
            # Set but empty says "no prefix", which is not the same as unset.
            question_prefix=environ.get("JUDIAN_QUESTION_PREFIX"),
            passage_prefix=environ.get("JUDIAN_PASSAGE_PREFIX"),
            engine=_one_of("JUDIAN_ENGINE", given.get("JUDIAN_ENGINE", default.engine), ENGINES),
            index_factory=given.get("JUDIAN_INDEX_FACTORY", default.index_factory),
            reranker=given.get("JUDIAN_RERANKER", default.reranker),
            model=_with_url(given, "JUDIAN_MODEL"),
            model_url=_url("JUDIAN_MODEL_URL", given),
            model_key=given.get("JUDIAN_MODEL_KEY", ""),
            model_timeout=_number(given, "JUDIAN_MODEL_TIMEOUT", 1, 3600),
            model_tokens=_whole(given, "JUDIAN_MODEL_TOKENS", 16, 100_000),
            model_window=_whole(given, "JUDIAN_MODEL_WINDOW", 500, 1_000_000),
            verifier=given.get("JUDIAN_VERIFIER", default.verifier),
            threshold=_number(given, "JUDIAN_THRESHOLD", 0, 1),
            judge=_with_url(given, "JUDIAN_JUDGE"),
            judge_url=_url("JUDIAN_JUDGE_URL", given),
            judge_key=given.get("JUDIAN_JUDGE_KEY", ""),
            host=_loopback(given.get("JUDIAN_HOST", default.host)),
            port=_port(given.get("JUDIAN_PORT", str(default.port))),
            allowed_hosts=_names(given.get("JUDIAN_ALLOWED_HOSTS", "")),
        )


PREFIX = "JUDIAN_"
_OF_TESTS = frozenset(("SHARED", "BENCH"))  # where tests and benchmarks find their data
_NAMES = {PREFIX + name for name in _OF_TESTS} | {
    "JUDIAN_HOME",
    "JUDIAN_CACHE",
    "JUDIAN_EMBEDDER",
    "JUDIAN_QUESTION_PREFIX",
    "JUDIAN_PASSAGE_PREFIX",
    "JUDIAN_ENGINE",
    "JUDIAN_INDEX_FACTORY",
    "JUDIAN_RERANKER",
    "JUDIAN_MODEL",
    "JUDIAN_MODEL_URL",
    "JUDIAN_MODEL_KEY",
    "JUDIAN_MODEL_TIMEOUT",
    "JUDIAN_MODEL_TOKENS",
    "JUDIAN_MODEL_WINDOW",
    "JUDIAN_VERIFIER",
    "JUDIAN_THRESHOLD",
    "JUDIAN_JUDGE",
    "JUDIAN_JUDGE_URL",
    "JUDIAN_JUDGE_KEY",
    "JUDIAN_HOST",
    "JUDIAN_PORT",
    "JUDIAN_ALLOWED_HOSTS",
}


def _refuse_unknown(given: Mapping[str, str]) -> None:
    unknown = sorted(n for n in given if n.startswith(PREFIX) and n not in _NAMES)
    if unknown:
        raise BadSetting(f"没有这样的设置：{'、'.join(unknown)}。 No such setting; see the README.")


def _one_of(name: str, value: str, allowed: tuple[str, ...]) -> str:
    if value not in allowed:
        raise BadSetting(f"{name}={value}: 应为 {'、'.join(allowed)} 之一。 Must be one of these.")
    return value


def _number(given: Mapping[str, str], name: str, least: float, most: float) -> float | None:
    if name not in given:
        return None
    try:
        value = float(given[name])
    except ValueError:
        value = math.nan
    if not least <= value <= most:
        raise BadSetting(
            f"{name}={given[name]}: 应为 {least:g} 至 {most:g} 的数。 Must be from {least:g} to"
            f" {most:g}."
        )
    return value


def _whole(given: Mapping[str, str], name: str, least: int, most: int) -> int | None:
    value = _number(given, name, least, most)
    return None if value is None else int(value)


def _url(name: str, given: Mapping[str, str]) -> str:
    value = given.get(name, "")
    if value and not re.match(r"https?://[^/\s]+", value):
        raise BadSetting(
            f"{name}={value}: 应以 http:// 或 https:// 开头，如 http://127.0.0.1:11434/v1。"
            " Must begin with http:// or https://."
        )
    return value


def _with_url(given: Mapping[str, str], name: str) -> str:
    """Return the name of a model; an endpoint needs one."""
    model = given.get(name, "")
    if given.get(f"{name}_URL") and not model:
        raise BadSetting(
            f"设置了 {name}_URL，还要用 {name} 指明模型的名称。"
            f" {name}_URL needs {name}, the model's name at that endpoint."
        )
    return model


def _names(value: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in value.split(",") if name.strip())


def _port(value: str) -> int:
    if not value.isdecimal() or not 0 < int(value) < 65536:
        raise BadSetting(f"JUDIAN_PORT={value}: 应为 1 至 65535。 Must be from 1 to 65535.")
    return int(value)


def _loopback(host: str) -> str:
    """Refuse to serve beyond this machine: this version has no keys to lock the door with."""
    if host == "localhost":
        return host
    try:
        loopback = ipaddress.ip_address(host).is_loopback
    except ValueError:
        loopback = False
    if not loopback:
        raise BadSetting(
            f"JUDIAN_HOST={host}: 本版本没有访问密钥，只在本机（127.0.0.1）提供服务；"
            "如需对外，请在前面放置带认证的反向代理，并设置 JUDIAN_ALLOWED_HOSTS。"
            " This version has no access keys and serves this machine only: put a reverse proxy"
            " that authenticates in front of it, and name it in JUDIAN_ALLOWED_HOSTS."
        )
    return host
