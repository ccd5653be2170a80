"""Questions from what a Chinese document says in so many words: clauses, terms, lists, bodies."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from corpus.legal.addresses import Step
from corpus.legal.enumerations import Enumeration, find_enumerations
from corpus.legal.structure import division
from corpus.text.numerals import parse_numeral
from corpus.text.sentences import split_sentences
from eval.drafting.statements import Draft, Source, Statement, asking, is_chinese, parts, says

LONGEST_ANSWER = 100  # code points: a longer answer is a text, and is evidence instead
LONGEST_MUST = 30  # code points of an item that an answer must hold word for word
MOST_ITEMS = 10  # of a list that a question asks for; nobody recites more

_DEFINED = re.compile(
    r"所[称指]的?[“\"]?(?P<term>[^，。；：“”\"]{2,20}?)[”\"]?[，,]?(?:是|系)?指(?P<said>[^。]{6,})[。；]?$"
)
_TERM = re.compile(
    r"^(?:所谓)?[“\"]?(?P<term>[^，。；：“”\"、]{2,12})[”\"]?[，,]?(?:就|即)?是指(?P<said>[^。]{6,})[。；]?$"
)
_LAW_TERM = re.compile('所称的?[“"]?(?:的)?[^，。]{2,20}[”"]?[，,]?(?:是|系)?指')
_NOT_A_TERM = re.compile("[这那它其该此本]|下列|以下|包括|一般|主要|上述|前款|用语|目的|意义")
_BODY = (
    r"[一-鿿、]{0,16}?(?:部门|机关|国务院|委员会|政府|法院|检察院|机构|协会|理事会|董事会|代表大会|常务委员会"
    r"|公司|(?<!部门)(?<!政府)组织|办公室|领导小组|主席团|监事会|股东会|工会)"
)
_BY_BODY = re.compile(
    rf"(?P<before>[^，。；：]{{2,40}})由(?P<who>{_BODY})"
    r"(?P<does>制定|规定|公布|负责[^，。；：的]{0,12}|批准|审批|决定|任免|领导|选举|主持|确定|提出|编制|审核|监督实施|组织实施|认定|备案|执行|保管|管辖|召集|印发|发布|核发|颁发)(?!的)"
    r"(?P<rest>[^，。；：]{0,8})[。；，]"
)
_PASSED_ON = re.compile(
    "提请|报|商|经|根据|依法|^其他|^有关|^相关|^各自|^本级|^上级|^同级|^所在"
)  # two bodies: who does what is another question
# Words of a subject that say nothing of what it is about: 批准权限和程序, 主任委员和委员.
_VAGUE = re.compile(
    "办法|规定|标准|程序|权限|具体|实施|管理|主任|副|委员|认定|批准|审批|范围|条件|目录|种类|名录|方案|组成|人员|职责|细则|名单|期限|[和的、或与及]"
)
LEAST_SUBJECT = 3  # characters of a subject beyond such words
_SPOKE = re.compile(
    r"(?:部长|局长|主任|书记|主席|总理|省长|市长|校长|院长|会长|厅长|司长|委员)、?(?P<who>[一-鿿]{2,3})(?P<did>出席(?:会议|座谈会|活动|论坛)(?:并(?:讲话|致辞|作报告))?|在会上(?:作[^，。；]{2,12}报告|讲话)|主持(?:会议|论坛|座谈会)?|作(?:工作)?(?:报告|总结讲话))(?=[，。；])"
)
_IS_SPEAKER = re.compile(
    r"(?P<what>在[^，。；]{2,12}上?(?:讲话|致辞|发言|作报告)|主持(?:会议|论坛)?|出席会议)的是(?P<who>[一-鿿·]{2,4})(?=[，。；])"
)
_QUOTED = re.compile(
    "(?P<what>[^“”，]{2,20}的[^“”，]{2,10}?|[^“”，]{3,16}?(?=称为|叫做))"
    "(?P<is>是|称为|叫做)“(?P<said>[^“”]{2,30})”"
)
_STATED = re.compile(
    "(?P<what>[^“”]{2,20}的[^“”的]{0,6}(?:目标|任务|主线|基调|重点|关键|主题|宗旨|原则|方针|核心|目的|地址|简称|首都|国歌|关键词))"
    "(?P<is>是) ?(?P<said>[^“”的由在以对把被不从有要 ][^“”]{2,38})"
)
_EXCEPT = re.compile("[，；][^，；]*除外$")
_SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任"
    "姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文怀温习"
)
_HOLDS = re.compile(
    rf"(?:^|(?<=[，。；]))(?P<who>[{_SURNAMES}][一-鿿]{{1,2}})(?P<does>担任|当选为|被任命为)(?P<post>[^，。；：]{{2,24}})(?=[，。；])"
)
_COUNT = re.compile(
    "(?P<lead>[^，。；：]{0,40}?)(?P<count>[二三四五六七八九十两]{1,2})(?P<unit>个|项|件|条|种|类|点|方面|大(?=[^，。]))(?P<what>[^，。；：]{0,12})[：。]?$"
)
_ROW_COUNT = re.compile(
    "等?(?P<count>[二两三四五六七八九十]{1,2})(?P<what>(?:个|项|件|条|种|类|大|点|方面)[^，。；：]{0,8})"
)
# A heading of a list that says what its items are.
_HEADING = re.compile(
    "[^，。；：、？！]{2,24}(?:任务|措施|要求|目标|内容|条件|职责|原则|步骤|事项|材料|举措|情形|特点|方式)"
)
_LAW_LEAD = re.compile("下列|(?<!可)以下(?![的罚列])")
_NO_LEAD = re.compile("(?:按照?|依照?|依|如)(?:下列|以下)|含义|如下$|用语|可以下列")
# What stands between 下列 and the thing: how many, of what measure, one of them or all.
_SOME = re.compile(
    "^各?(?:[二两三四五六七八九十几]{1,2}(?:个|项|种|类|条|款)?|[项种类])?(?:一种或者?(?:几|多)种|一项或者?(?:几|多)项)?|之一(?=的|，|$)"
)


def clause_drafts(source: Source) -> Iterator[Draft]:
    """Yield a question for each article: what it says."""
    if not source.name or source.amends:
        return
    for clause in source.clauses:
        if clause.steps[-1].kind != "条":
            continue
        text = source.document.text[clause.start : clause.end]
        first = text.split("\n", 1)[0]
        opened = division(first, unspaced_articles=True)
        skipped = opened.end if opened is not None else 0
        said = [
            first[max(a, skipped) : b].strip() for a, b in split_sentences(first) if b > skipped
        ]
        if not said or len(said[0]) < 10 or not is_chinese(said[0]):
            continue
        address = f"{source.titled}{source.clauses.label(_article(clause.steps))}"
        quotes = () if said[0].endswith(("：", ":")) else (said[0],)  # a lead says nothing alone
        yield Draft(
            "clause",
            f"{address}规定了什么？",
            quotes,
            source,
            clauses=(address,),
            named=True,
            at=clause.start,
        )


def _article(steps: Sequence[Step]) -> tuple[Step, ...]:
    return tuple(step for step in steps if step.kind == "条")


def definition_drafts(source: Source, statement: Statement) -> Iterator[Draft]:
    """Yield a question for what a term is said to mean."""
    text = statement.text
    found = _DEFINED.search(text) if _LAW_TERM.search(text) else _TERM.match(text)
    if found is None or _NOT_A_TERM.search(found["term"]) or "下列" in found["said"]:
        return
    term, said = found["term"].strip(), found["said"].rstrip("。；：:").strip()
    if not term or "（" in term or said.endswith(("：", ":")) or text.endswith((":", "：")):
        return
    if source.rule or _LAW_TERM.search(text):
        if not source.name or (statement.item and not source.rule):
            return
        called = "所称的" if _LAW_TERM.search(text) else "中的"
        question, named = f"{source.titled}{called}“{term}”是指什么？", True
    else:
        question, named = f"“{term}”是指什么？", False
    answers = (said,) if len(said) <= LONGEST_ANSWER else ()
    at = statement.paragraph.start
    yield Draft("definition", question, (text,), source, answers, named=named, at=at)


def person_drafts(source: Source, statement: Statement) -> Iterator[Draft]:
    """Yield a question for who does something: a body by its duty, a person at a meeting."""
    text = statement.text
    if statement.item:
        return
    for found in _BY_BODY.finditer(text):
        if found.start() and text[found.start() - 1] not in "。；":
            continue
        if _PASSED_ON.search(found["who"]) or len(_VAGUE.sub("", found["before"])) < LEAST_SUBJECT:
            continue
        words = f"{found['before']}由谁{found['does']}{found['rest']}"
        yield from _who(source, statement, words, found["who"])
    for found in _SPOKE.finditer(text):
        yield from _who(source, statement, f"谁{found['did']}", found["who"])
    for found in _HOLDS.finditer(text):
        words = f"{found['who']}{found['does']}什么职务"
        yield from _who(source, statement, words, found["post"])
    for found in _IS_SPEAKER.finditer(text):
        yield from _who(source, statement, f"{found['what']}的是谁", found["who"])


def _who(source: Source, statement: Statement, words: str, who: str) -> Iterator[Draft]:
    asked = asking(source, words)
    if asked is None or says(asked[0], who) or len(who) < 2:
        return
    question, named = asked
    quotes, at = (statement.text,), statement.paragraph.start
    yield Draft("person", question, quotes, source, (who,), (who,), named=named, at=at)


def fact_drafts(source: Source, statement: Statement) -> Iterator[Draft]:
    """Yield a question for what something is: its goal, its theme, what it is called."""
    spans = parts(statement.text)
    for at, (start, end) in enumerate(spans):
        part = statement.text[start:end].strip()
        found = _QUOTED.fullmatch(part) or _STATED.fullmatch(part)
        goes_on = at + 1 < len(spans) and "是" not in statement.text[slice(*spans[at + 1])]
        if found is None or statement.item or (goes_on and statement.text[end] == "，"):
            continue
        asked = asking(source, f"{found['what']}{found['is']}什么")
        said = found["said"]
        if asked is None or says(asked[0], said):
            continue
        quotes, place = (statement.text,), statement.paragraph.start
        yield Draft("fact", asked[0], quotes, source, (said,), (said,), named=asked[1], at=place)


def list_drafts(source: Source) -> Iterator[Draft]:
    """Yield a question for each list whose lead-in says what its items are."""
    text = source.document.text
    for one in find_enumerations(text, source.paragraphs):
        if one.lead is None or not 2 <= len(one.items) <= MOST_ITEMS:
            continue
        words = _asked_row(one, text) if one.style == "coordinate" else _asked_list(one, text)
        items = _items(one, text)
        asked = asking(source, words) if words and items else None
        if asked is None or any(says(asked[0], item) for item in items):
            continue
        question, named = asked
        musts = tuple(items) if all(len(item) <= LONGEST_MUST for item in items) else ()
        at = one.items[0].start
        lead = text[slice(*one.lead)].strip()
        leading = () if any(item in lead for item in items) else (lead,)
        quotes = (*leading, *items)  # who quotes a list quotes what it is a list of
        yield Draft("list", question, quotes, source, (), musts, named=named, at=at)


def _items(one: Enumeration, text: str) -> list[str]:
    """Return what each item says, without its marker and end; none where items hold lists."""
    ends = [
        item.head_end if "。" in text[item.start : item.end] else item.end for item in one.items
    ]
    said = [
        text[item.marker_end : end].strip().rstrip("；;。，、 ")
        for item, end in zip(one.items, ends, strict=True)
    ]
    plain = all(each and "\n" not in each and len(each) <= LONGEST_ANSWER for each in said)
    return list(dict.fromkeys(said)) if plain else []


def _asked_row(one: Enumeration, text: str) -> str | None:
    """Return a sentence that counts what it lists as a question: 做好哪四件事."""
    lead = one.lead or (0, 0)
    counted = _ROW_COUNT.match(text, one.items[-1].end, lead[1])
    if counted is None or parse_numeral(counted["count"]) != len(one.items):
        return None
    return f"{text[lead[0] : one.items[0].start]}哪{counted['count']}{counted['what']}"


def _asked_list(one: Enumeration, text: str) -> str | None:
    """Return a lead-in as a question: 可以抵押下列财产 asks 可以抵押哪些财产."""
    whole = text[slice(*(one.lead or (0, 0)))].strip()
    opened = division(whole, unspaced_articles=True)
    lead = (whole[opened.end :] if opened is not None else whole).rstrip("：:。")
    if _HEADING.fullmatch(whole):
        return f"{lead}有哪些"
    below = _LAW_LEAD.search(lead)
    if below is not None:
        behind = _SOME.sub("", lead[below.end() :])
        if not behind or behind[0] in "，、：的等级" or _NO_LEAD.search(lead):
            return None
        behind = _EXCEPT.sub("", behind.split("；")[0])
        return f"{lead[: below.start()]}哪些{behind}"
    counted = _COUNT.search(lead)
    if counted is not None and parse_numeral(counted["count"]) == len(one.items):
        what = counted["what"]
        start = counted.start("count")
        return f"{lead[:start]}哪{counted['count']}{counted['unit']}{what}"
    if re.search("(?:包括|包含|分为|有|来自)$", lead):
        return f"{lead}哪些"
    return None
