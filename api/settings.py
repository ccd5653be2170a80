"""Settings: the one place that reads the environment, and the one table of what can be set.

A setting is added by declaring it here. The variable's name, what is refused, ``judian config``
and the tables of both READMEs follow from the declaration.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import reduce
from pathlib import Path
from typing import Any

from api.declaring import (
    FOLDER,
    LOOPBACK,
    NAMES,
    PREFIX,
    TEXT,
    URL,
    BadSetting,
    Both,
    Setting,
    declared,
    number,
    one_of,
    setting,
    whole,
)
from corpus.messages.message import LANGUAGES, Language, Message, message_of

__all__ = [
    "SETTINGS",
    "BadSetting",
    "Settings",
    "in_effect",
    "language_of",
    "no_such_setting",
    "problems",
]

_MODEL_OWN = Both("模型自己的", "the model's own")


@dataclass(frozen=True, slots=True)
class Settings:
    """What an operator may change."""

    home: Path = setting(
        FOLDER,
        Path("data"),
        zh="资料库文件夹：数据库、索引和锁",
        en="folder of the library: the store, the index, the lock",
        instead=Both("`./data`", "`./data`"),
    )
    cache: Path = setting(  # XDG_CACHE_HOME moves the default, as it does for other programs
        FOLDER,
        Path("~/.cache/judian"),
        zh="自带的向量模型在这里构建一次",
        en="folder where the bundled embedding model is built once",
    )
    embedder: str = setting(
        TEXT,
        "bundled",
        zh="向量模型：`bundled`、Hugging Face 上的名称，或 sentence-transformers 能加载的文件夹",
        en="embedding model: `bundled`, a Hugging Face id, or a folder that sentence-transformers"
        " loads",
    )
    question_prefix: str | None = setting(
        TEXT,
        None,
        zh="计算问题向量时放在前面的文字",
        en="words put before a question when it is embedded",
        instead=_MODEL_OWN,
        takes_empty=True,  # "no prefix"
    )
    passage_prefix: str | None = setting(
        TEXT,
        None,
        zh="计算段落向量时放在前面的文字",
        en="words put before a passage when it is embedded",
        instead=_MODEL_OWN,
        takes_empty=True,
    )
    engine: str = setting(
        one_of("auto", "onnx", "onnx-int8", "openvino", "openvino-int8", "torch"),
        "auto",
        zh="用什么运行自带的模型：`onnx`、`onnx-int8`、`openvino`、`openvino-int8` 或 `torch`；"
        "`auto` 在有 torch 可用的 NVIDIA 显卡时用 torch，否则在每台机器上把前四种各测一次，"
        "取向量不变而最快的一种",
        en="what runs the bundled model: `onnx`, `onnx-int8`, `openvino`, `openvino-int8` or"
        " `torch`; `auto` takes torch where there is an NVIDIA GPU it can use, else measures the"
        " first four once on each machine and takes the fastest that keeps the vectors",
    )
    index_factory: str = setting(
        TEXT,
        "",
        zh="超过 50,000 个向量时的 FAISS 索引类型，如 `HNSW32,SQ8`；留空为 8 位编码的 `IVF`",
        en="FAISS's description of the index of more than 50,000 vectors, such as `HNSW32,SQ8`;"
        " empty: `IVF` with 8-bit codes",
    )
    reranker: str = setting(
        TEXT,
        "",
        zh="重排模型（cross-encoder）的 Hugging Face 名称或目录，由它给前 50 条命中排序；留空不用",
        en="a cross-encoder's Hugging Face id or folder, which then orders the first 50 hits;"
        " empty: none",
    )
    model: str = setting(
        TEXT,
        "",
        zh="撰写回答的语言模型，每一句核对之后才显示：端点上的名称，或 Hugging Face 编号、目录、"
        "GGUF 文件；空：回答均为原文摘引",
        en="a language model that writes answers, each sentence checked before it is shown: its"
        " name at the endpoint, or a Hugging Face id, a folder or a GGUF file; empty: answers are"
        " quotes",
    )
    model_url: str = setting(
        URL,
        "",
        zh="OpenAI 兼容端点（vLLM、Ollama、llama.cpp、DeepSeek、Qwen），"
        "如 `http://127.0.0.1:11434/v1`；空：由 transformers 在本机运行",
        en="an OpenAI-compatible endpoint (vLLM, Ollama, llama.cpp, DeepSeek, Qwen), such as"
        " `http://127.0.0.1:11434/v1`; empty: the model runs here, by transformers",
        needs="JUDIAN_MODEL",
    )
    model_key: str = setting(TEXT, "", zh="端点的密钥", en="the endpoint's key", secret=True)
    model_timeout: float | None = setting(
        number(1, 3600),
        None,
        zh="一次回答最多用多少秒",
        en="seconds that one answer may take",
        instead=Both("120，本机 300", "120, here 300"),
    )
    model_tokens: int | None = setting(
        whole(16, 100_000),
        None,
        zh="一次回答最多多少词元",
        en="tokens of one answer at most",
        instead=Both("800", "800"),
    )
    model_window: int | None = setting(
        whole(500, 1_000_000),
        None,
        zh="最多交给模型多少字；放不下的段落不给",
        en="characters the model is given at most; passages that do not fit are left out",
        instead=Both("12000，本机 6000", "12000, here 6000"),
    )
    verifier: str = setting(
        TEXT,
        "",
        zh="与逐字核对并用的序列分类模型（NLI 或依据判断）：Hugging Face 编号或目录；空：不用",
        en="a sequence classifier (NLI or grounding) beside the mechanical check: a Hugging Face"
        " id or folder; empty: none",
    )
    answer_model: str = setting(
        TEXT,
        "bundled",
        zh="判断哪一条回答了问题的模型：`bundled`，或 cross-encoder、抽取式阅读模型的 Hugging Face"
        " 编号或目录",
        en="the model that says which clause answers: `bundled`, or a cross-encoder's or an"
        " extractive reader's Hugging Face id or folder",
    )
    clauses_read: int | None = setting(
        whole(1, 240),
        None,
        zh="回答一个问题时，模型最多读几条；越少越快",
        en="clauses that model reads for one question at most: fewer are faster",
        instead=Both("`16`", "`16`"),
    )
    threshold: float | None = setting(
        number(0, 1),
        None,
        zh="把握低于此值（0 至 1）则不作答；越高越谨慎",
        en="support, 0 to 1, under which nothing is said: higher abstains more",
        instead=Both("`0.25`", "`0.25`"),
    )
    judge: str = setting(
        TEXT,
        "mechanical",
        zh="评测时由谁评判论断：`mechanical`，`classifier:` 加模型编号或文件夹，"
        "或与 `JUDIAN_MODEL` 同样写法的语言模型",
        en="who judges claims in evaluations: `mechanical`, `classifier:` and an id or folder, or"
        " a language model as `JUDIAN_MODEL` names one",
    )
    judge_url: str = setting(
        URL,
        "",
        zh="评判所用语言模型的 OpenAI 兼容端点",
        en="an OpenAI-compatible endpoint for the language model that judges",
        needs="JUDIAN_JUDGE",
    )
    judge_key: str = setting(
        TEXT, "", zh="评判端点的密钥", en="key of the endpoint that judges", secret=True
    )
    host: str = setting(
        LOOPBACK, "127.0.0.1", zh="服务监听的地址", en="address the service listens on"
    )
    port: int = setting(
        whole(1, 65535), 8000, zh="服务监听的端口", en="port the service listens on"
    )
    allowed_hosts: tuple[str, ...] = setting(
        NAMES,
        (),
        zh="前置反向代理所用的主机名，逗号分隔",
        en="names, separated by commas, that a reverse proxy in front is reached by",
        instead=Both("无", "none"),
    )
    language: str = setting(  # the locale moves the default
        one_of(*LANGUAGES, "both"),
        "both",
        zh="命令行用什么语言：`zh`、`en`，或两种都用 `both`",
        en="language of the command line: `zh`, `en`, or `both`",
        instead=Both("系统语言，不是中英文则 `both`", "the locale's, else `both`"),
    )

    @staticmethod
    def from_environment(environ: Mapping[str, str] | None = None) -> Settings:
        """Return what the environment sets (or ``environ``); what it does not takes the default.

        Raises BadSetting, which says all that is wrong: values that cannot be used, and unknown
        names of our prefix.
        """
        environ = os.environ if environ is None else environ
        wrong = problems(environ)
        if wrong:
            raise BadSetting(reduce(_both_lines, wrong.values()))
        values: dict[str, Any] = {one.attribute: in_effect(one, environ) for one in SETTINGS}
        return Settings(**values)


SETTINGS = declared(fields(Settings))
_LOCALE = ("LC_ALL", "LC_MESSAGES", "LANG")  # the first that is set decides
_OF_TESTS = ("JUDIAN_SHARED", "JUDIAN_BENCH")  # where tests and benchmarks find their data


def in_effect(one: Setting, environ: Mapping[str, str]) -> object:
    """Return a setting's value: what the environment sets, else the default. Raises BadSetting."""
    user_cache = environ.get("XDG_CACHE_HOME")
    if one.attribute == "cache" and user_cache and not one.is_set(environ):
        return Path(user_cache) / "judian"
    if one.attribute == "language" and not one.is_set(environ):
        return _locale(environ) or one.default
    return one.value(environ)


def language_of(environ: Mapping[str, str]) -> Language | None:
    """Return the language the command line speaks, None for both; never raises.

    Where the setting cannot be used that is said as well, in the locale's language.
    """
    named = environ.get(f"{PREFIX}LANGUAGE")
    if named == "both":
        return None
    return next((one for one in LANGUAGES if one == named), None) or _locale(environ)


def _locale(environ: Mapping[str, str]) -> Language | None:
    """Return which of our languages the locale's is, as POSIX finds it; None for neither."""
    locale = next((environ[name] for name in _LOCALE if environ.get(name)), "")
    own = re.split("[_.@-]", locale.lower())[0]  # of zh_CN.UTF-8
    return next((one for one in LANGUAGES if one == own), None)


def problems(environ: Mapping[str, str]) -> dict[str, str]:
    """Return what is wrong with the settings in an environment, by the variable's name."""
    known = {one.name for one in SETTINGS} | set(_OF_TESTS)
    wrong: dict[str, str] = {
        name: no_such_setting(name)
        for name in sorted(environ)
        if name.startswith(PREFIX) and environ[name] and name not in known
    }
    for one in SETTINGS:
        try:
            one.value(environ)
        except BadSetting as error:
            wrong[one.name] = message_of(error)
    return wrong


def _both_lines(first: str, second: str) -> str:
    return Message("http.setting_and_another", first=first, second=second)


def no_such_setting(name: str) -> Message:
    """Return in words that there is no setting of this name, and which one is nearest to it."""
    from difflib import get_close_matches

    # Without the prefix, which would make any two names alike.
    names = [one.name.removeprefix(PREFIX) for one in SETTINGS]
    near = get_close_matches(name.upper().removeprefix(PREFIX), names, 1)
    if near:
        return Message("http.setting_unknown_near", name=name, nearest=PREFIX + near[0])
    return Message("http.setting_unknown", name=name)
