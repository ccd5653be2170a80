"""Follow-up questions in Chinese: what they leave out is put in from the question before.

Matching is on folded text, which has a code point for each one of the original, so Traditional
questions are completed in their own script. A question that could stand by itself is left alone.
"""

from __future__ import annotations

import re

from corpus.text.script import fold, is_han
from rag.question.following import Past, Span, without_mark
from rag.question.phrases_chinese import (
    ADDRESS,
    AMOUNT,
    ASKING,
    ATTRIBUTE,
    ATTRIBUTES,
    DIGITS,
    EDGE,
    LEVELS,
    STEP,
    TIME,
    VERBS,
    kind_of,
    kinds_shared,
    law_named,
    main_chunk,
    phrases,
)

_LEAD = re.compile(r"(?:那么|那|然后|接下来|好的|嗯|哦|请问)?,?")
_ABOUT = re.compile(r"(?:对于|关于|至于|如果是|要是|换成|换作|对|在|按)(?=.)")
_CONDITION = re.compile(r"(?:如果|假如|假设|万一|要是)(?!是)(?P<said>[^,]{2,40}?)(?:的话)?呢?[?]?")
_DENIAL = re.compile(r"(?:不(?![满足到超])|没有?|未(?!满|成年)|逾期|拒)[^,?]{1,12}呢[?]?")
_DURING = re.compile(r"..(?:期内|期间|之[前后中]|以[前后]|的时候|过程中)$")
_NEXT = re.compile(r"[上下][一个]|另[一外]")  # 下一条: which one, the words before do not say
_WHO_ASKED = re.compile(r"(?:哪些|什么|哪[类种])(?:人|单位|学校|企业|机构|公司|地方|地区)|谁")
_LONGEST_ELLIPSIS = 20  # code points of what 呢 is asked of: longer ones are sentences
_ELLIPSIS = re.compile(r"(?P<of>.+?)(?:呢|又?怎么样|又?如何)[?]?")
_MORE = re.compile(
    r"(?:还有|其他|别的|其它)(?:的|哪些|什么|别的|其他)?(?:呢|吗|么)?[?]?|继续[.。]?"
    r"|请?(?:再|展开|具体|详细)(?:地|再|多)?说(?:说|一下|明|详细点|点)?[.。]?"
)
_REASON = re.compile(
    r"(?:这是)?(?:为什么|为何|原因(?:是什么|呢)|凭什么|依据(?:是什么|呢))(?:呢|啊)?[?]?"
)

_LIGHT = re.compile(
    rf"{VERBS}|{ATTRIBUTE}|报名|印发|起草|审议|通过|落实|主持|参加|查询|举报|投诉|增长|下降|同比|具体|分别|一般|大概|到底|究竟|主要|最|还|又|都|就|才|也|了|过|的|地|得|着"
    r"|是|由|在|到|从|有|会|要|能|去|做|干|办|管|算|开|交|给|付|罚|定|花|来|自|日|起|人|个|[?,!.]"
)
_DEED = re.compile("继承|抚养|赔偿|保存|收费")  # in front they are what a question is about
_LAW_NOUNS = "法律|法规|法|条例|办法|规定|文件|通知|决定|意见|细则|规则|纲要|规划|章程|方案"
_ANY_TEXT = ("文件", "通知", "决定", "意见", "方案", "规划", "规定")  # may have no title
_NOUNS = (
    rf"{_LAW_NOUNS}|活动|项目|制度|政策|会议|工作|计划|措施|公司|单位|学校|机构|部门|问题|情况|行为"
)
_PRONOUN = re.compile(
    rf"(?P<law>(?:该|本|此|这部|那部|这个|那个|这份|这项|这)(?:{_LAW_NOUNS})(?!律师))"
    rf"|(?P<noun>(?:该|这个|那个|这项|那项|这种|那种|这些|那些|这次|上述|前述"
    rf"|(?:上面|前面|刚才|之前)(?:提到|说到|说|讲|提)的(?:那个|这个)?)(?:{_NOUNS}))"
    r"|(?P<bare>它们?|他们|她们|[他她](?!人)|(?<![尤极与何莫])其(?![他它中实余次间二三一])"
    r"|这个|那个|这些|那些|这项|这种|上述|这(?=是|由|有|在|需|应|属|什|怎|适|从)|那(?=是|由))"
    r"|(?P<among>其中)"
)
# What may stand before a pronoun that points outside of its own question.
_BEFORE_PRONOUN = re.compile(
    rf"(?:{ASKING.pattern}|{VERBS}|那么|那|请问|根据|按照|按|依据|违反|对于|对|关于|除了|修改|取消|了|过|的"
    r"|还|又|也|都|是|有|给|把|向|与|和|由|在|,|\s)*"
)


def follow(question: str, past: Past) -> str:
    """Return the question completed from the past; "" when it stands by itself, or cannot be."""
    said = fold(question)
    lead = _LEAD.match(said)
    rest = Span(question, said).after(lead.end() if lead else 0)
    if not rest.text:
        return ""
    if _MORE.fullmatch(rest.folded):
        return f"除已提到的以外，{past.question}"
    if _REASON.fullmatch(rest.folded) or _only_asks(rest.folded):
        return f"{without_mark(past.question)}，{without_mark(rest.text)}？"
    return (
        _conditional(rest, past)
        or _clause(rest, past)
        or _ellipsis(rest, past, led=bool(lead and lead.end()))
        or _pronoun(rest, past)
        or _topicless(rest, past)
    )


def _only_asks(folded: str) -> bool:
    """何时？ and 多少？: asking words and nothing else."""
    left = re.sub(r"[?是有了在由从到自被给]", "", ASKING.sub("", folded))
    return not left and ASKING.search(folded) is not None


def _conditional(rest: Span, past: Past) -> str:
    """如果公司不同意呢？ puts a condition to the question before; so does 不同意呢？."""
    if _DENIAL.fullmatch(rest.folded) and not ASKING.search(rest.folded.rstrip("?呢")):
        return f"如果{rest.text.rstrip('?？呢')}，{past.question}"
    found = _CONDITION.fullmatch(rest.folded)
    if not found or ASKING.search(found["said"]):
        return ""
    return f"{rest.text[: found.end('said')]}，{past.question}"


def _clause(rest: Span, past: Past) -> str:
    """第二条呢？ is asked of the law before; 第三款呢？ of the article before."""
    found = ADDRESS.match(rest.folded)
    if not found or not past.law:
        return ""
    named, asks = rest.text[: found.end()], rest.text[found.end() :]
    before = ADDRESS.search(fold(past.question))
    above = _above(before[0], named) if before else ""
    bare = re.fullmatch(r"(?:呢|怎么样|如何)?[?]?", rest.folded[found.end() :])
    if not bare:
        return f"{past.law}{above}{named}{asks}"
    if before and before.start() and past.law in past.question:
        question = past.question
        return f"{question[: before.start()]}{above}{named}{question[before.end() :]}"
    return f"{past.law}{above}{named}规定了什么？"


def _above(before: str, named: str) -> str:
    """Return the steps of an address that stand above the first one named now."""
    level = re.search(STEP, fold(named))
    if level is None:
        return ""
    steps = [step for step in re.finditer(STEP, before)]
    kept = [s[0] for s in steps if LEVELS.index(s["level"]) < LEVELS.index(level["level"])]
    return "".join(kept) if level["level"] in "款项目" else ""


def _ellipsis(rest: Span, past: Past, *, led: bool) -> str:
    """高等教育呢？ takes the place of what is of its kind in the question before."""
    found = _ELLIPSIS.fullmatch(rest.folded)
    if found and not found[0].rstrip("?").endswith("呢") and not led:
        return ""  # 高等教育怎么样？ stands by itself
    if found is None and led and rest.folded.endswith("?"):
        found = re.fullmatch(r"(?P<of>.+?)[?]", rest.folded)
    if found is None or len(found["of"]) > _LONGEST_ELLIPSIS or ASKING.search(found["of"]):
        return ""
    if found["of"] and _PRONOUN.fullmatch(found["of"]):
        return past.question
    of = Span(rest.text[: found.end("of")], found["of"])
    if _NEXT.match(of.folded) or re.search("那[些个]", of.folded):
        return ""
    if _DURING.search(of.folded):
        return f"{of.text}，{past.question}"
    about = _ABOUT.match(of.folded)
    of = of.after(about.end()) if about else of
    return _replaced(of, past) if of.text and of.folded != "我" else ""


def _replaced(of: Span, past: Past) -> str:
    question, folded = past.question, fold(past.question)
    new = of.text.removesuffix("的")
    for kind in (TIME, AMOUNT):
        if kind.match(of.folded):
            return _in_place_of(kind, of, question, folded)
    title = re.search(r"《[^《》]+》", question)
    if title and (of.text.startswith("《") or kind_of(of.folded) == "law"):
        return question[: title.start()] + new + question[title.end() :]
    if ATTRIBUTES.search(of.folded):
        whole = past.topic
        owner = whole.rsplit("的", 1)[0] if ATTRIBUTES.search(fold(whole)) else whole
        return f"{owner}的{new}是怎样规定的？"
    who = _WHO_ASKED.match(folded)
    if who and kind_of(of.folded) in ("person", "body", "place"):
        return f"{new}{without_mark(question[who.end() :])}吗？"
    spans = phrases(folded)
    best = max(spans, key=lambda span: kinds_shared(of.folded, folded[slice(*span)]), default=None)
    if best and kinds_shared(of.folded, folded[slice(*best)]) > 0:
        return question[: best[0]] + new + question[best[1] :]
    start, end = main_chunk(folded)
    if start == end or not any(map(is_han, question)):
        return ""
    if kind_of(of.folded) in ("person", "body", "place"):
        return f"{question[:start]}{new}的{question[start:]}"
    return question[:start] + new + question[end:]


def _in_place_of(kind: re.Pattern[str], of: Span, question: str, folded: str) -> str:
    """Put a time or an amount where the question before has one of the same unit."""
    unit = re.sub(rf"[{DIGITS}]", "", of.folded)[:1]
    found = [one for one in kind.finditer(folded) if kind is TIME or (unit and unit in one[0])]
    new = of.text.removesuffix("的")
    if found:
        return question[: found[0].start()] + new + question[found[0].end() :]
    if kind is AMOUNT:
        start, end = main_chunk(folded)
        return f"{question[:start]}{new}的{question[start:]}" if end else ""
    return f"{new}{question}"


def _pronoun(rest: Span, past: Past) -> str:
    """它什么时候施行？ is asked of what the question before was about."""
    found = _PRONOUN.search(rest.folded)
    if found is None or not _BEFORE_PRONOUN.fullmatch(rest.folded[: found.start()]):
        return ""
    if found[0].startswith("那") and not ASKING.search(rest.folded):
        return ""  # 那些 is written for 哪些
    before, after = rest.text[: found.start()], rest.text[found.end() :]
    about_person = found["bare"] and found["bare"][0] in "他她"
    leant = found["law"] or (found["bare"] and past.law and past.law in past.question)
    about = past.law if leant else past.topic
    if found["law"] and not past.law and found["law"].endswith(_ANY_TEXT):
        about = past.topic
    if about_person:
        about = about.split("的")[0]
    if not about or (found["law"] and law_named(after)):
        return ""
    if found["among"]:
        return f"{before}{about}中{after}"
    for length in range(len(about), 1, -1):  # 这种补偿, of 经济补偿
        if found["bare"] and after.startswith(about[-length:]):
            return f"{before}{about}{after[length:]}"
    joins = found["bare"] and len(found["bare"]) == 2 and found["bare"][0] in "这那上"
    stands = not joins or re.match(rf"{EDGE}|的|[能会有]|$", fold(after))
    own = found["bare"] == "其" and not re.match(rf"{EDGE}", fold(after))
    return f"{before}{about}{'' if stands and not own else '的'}{after}"


def _topicless(rest: Span, past: Past) -> str:
    """什么时候施行？ says nothing of what it is asked about."""
    if not ASKING.search(rest.folded) or _DEED.match(rest.folded):
        return ""
    if _LIGHT.sub("", ASKING.sub("", rest.folded)):
        return ""
    formal = re.search("施行|实施|生效|公布|发布|制定|适用", rest.folded)
    about = past.law if formal and past.law else past.topic
    return f"{about}{rest.text}" if about else ""
