"""The words that verification knows: they bind, permit, forbid, negate, bound, narrow or except.

A list stands here only where a word changes what is said whatever stands around it; each says why.
Names, opposites and synonyms of open language are none of it: other words are a doubt. All are
matched in folded text: lower case, Simplified, half-width.
"""

from __future__ import annotations

import re
from enum import StrEnum


class Sense(StrEnum):
    """What a word does to the sentence it stands in."""

    DUTY = "duty"
    PERMISSION = "permission"
    PROHIBITION = "prohibition"
    EXEMPTION = "exemption"
    NEGATION = "negation"
    EXCEPTION = "exception"
    AT_LEAST = "at least"
    AT_MOST = "at most"
    MORE = "more than"
    LESS = "less than"
    BEFORE = "before"
    AFTER = "after"


# What only looks like a binding word: tried first, and compared as the word it is.
LEXICAL = (
    "未成年|不动产|不可抗力|不可避免|不可分割|不可或缺|不正当竞争|不正之风|不良|不断|不同|不仅|不但|不少(?!于)|不论|不管|不久|不过|不锈钢|不懈|不一|不平衡"
    "|未来|无线|无锡|无期徒刑|无偿|无人机|无人驾驶|无论|无障碍|无形|无机|无烟|公无|非法|非常|非洲|非营利|非公有制|非遗|非物质|非金属|非机动车|除非|莫非"
    "|可能|可靠|可持续|可行|可再生|可见|可信|可观|可是|可谓|可惜|可爱|可口可乐|可燃|可视|可转|可回收|可降解|可比|许可|认可|宁可"
    "|应用|应急|应对|应付|应邀|应届|应聘|应答|应征|应战|应收|应税|适应|反应|供应|感应|相应|响应|对应|效应|呼应|顺应|应该说"
    "|须知|必须品|以下简称|以下称|以下统称|以下列|以上所述|以上规定|上述|能源|能力|能量|性能|功能|职能|能够"
    "|特别|别墅|个别|类别|级别|性别|区别|分别|识别|差别|鉴别|辨别|别人|毫无|无数|无限"
)
# Longer words first: 不得 is found before 不, 不得不 before 不得.
BINDING: tuple[tuple[Sense, str], ...] = (
    (Sense.DUTY, "不得不|不能不|不可不"),
    (
        Sense.AT_MOST,
        "不得超过|不应超过|不应当超过|不能超过|不得多于|不得高于|不得大于|不得迟于|不超过|不高于|不多于|不大于|不长于|不迟于|不晚于|至多|最多|至迟"
        r"|\b(?:must|shall|may) not exceed\b|\bat (?:the )?most\b|\bup to\b|\bno (?:more|later|greater|longer) than\b"  # noqa: E501
        r"|\bnot? (?:more than|exceed(?:s|ing)?)\b|\ba maximum of\b|\bwithin(?= \S+ (?:days?|months?|years?|weeks?|hours?))"  # noqa: E501
        "|以内|以下|之内",
    ),
    (
        Sense.AT_LEAST,
        "不得少于|不得低于|不得小于|不应少于|不应低于|不能少于|不能低于|不少于|不低于|不小于|不短于|不早于|至少|最少|以上"
        r"|\bat (?:the very )?least\b|\bno(?:t)? (?:less|fewer|earlier|shorter) than\b|\ba minimum of\b|\bor (?:more|above)\b",  # noqa: E501
    ),
    (
        Sense.EXEMPTION,
        "不需要|不需|无需|无须|毋须|毋需|不必|不是必须|可以不|可不(?!是)|不用"
        r"|\bneed(?:s)? not\b|\b(?:is|are|be) not required to\b|\bdo(?:es)? not (?:need|have) to\b|\bneedn't\b",  # noqa: E501
    ),
    (
        Sense.PROHIBITION,
        "不得|严禁|禁止|不准|不许|不允许|不予(?!以)|不应当|不应该|不应|不可以|不能够|不能|不可|请勿|切勿|勿|无权"
        r"|\b(?:must|shall|may|should|can|could|might) ?not\b|\bcannot\b|\b(?:must|can|shan|should|could)['’]t\b"  # noqa: E501
        r"|\b(?:must|can|shan|should|could)n['’]t\b|\bmay never\b|\bmust never\b"
        r"|\b(?:is|are|be) not (?:allowed|permitted|entitled) to\b|\b(?:prohibited|forbidden|prohibits?|forbids?|banned|bans?)\b",  # noqa: E501
    ),
    (
        Sense.MORE,
        r"超过|多于|高于|大于|长于|逾|\bmore than\b|\bexceed(?:s|ed|ing)?\b|\bover(?= \d)|\babove(?= \d)|\bgreater than\b",  # noqa: E501
    ),
    (
        Sense.LESS,
        r"不足|不满|不到|未满|少于|低于|小于|\b(?:less|fewer) than\b|\bunder(?= \d)|\bbelow(?= \d)",
    ),
    (Sense.BEFORE, r"之前|以前|\bbefore\b|\bprior to\b|(?<=[日月年天内])前(?![款项条述])"),
    (Sense.AFTER, r"之后|以后|\bafter\b|(?<=[日月年天])后"),
    (
        Sense.EXCEPTION,
        r"除外|除非|除(?=[^去此])(?=[^,。;]{0,40}外)|不包括|不含|\bexcept(?:ing|ion)?\b|\bunless\b|\bexclud(?:es?|ing|ed)\b",
    ),
    (
        Sense.DUTY,
        r"应当|必须|务必|应该|(?<![必无])须|应(?=[由在当以予于按依经对与从将为向及及自根视立])|应|\b(?:must|shall|should)\b|\b(?:is|are|be) (?:required|obliged|obligated) to\b"  # noqa: E501
        r"|\bha(?:s|ve) to\b|有义务|有责任",
    ),
    (
        Sense.PERMISSION,
        r"可以|有权|允许|准许|可|得以|\bmay\b|\b(?:is|are|be) (?:allowed|permitted|entitled|free) to\b|\bcan\b|\bha(?:s|ve) the right to\b",  # noqa: E501
    ),
    (
        Sense.NEGATION,
        r"没有|并非|不是|并未|尚未|从未|拒不|拒绝|不|未|没(?![收落])|无|非(?=[^洲])|\b(?:not|no|never|neither|nor|without|none)\b|\b\w+n['’]t\b",
    ),
)
# Words of one meaning in official texts. The first group may come and go.
SAME = (
    "进行|予以|给予|有关|相关|但是|但|然而|因此|所以|因而|此外|另外|同时|其中|并且|而且|以及|也就是说|具体而言|具体来说"
    r"|\b(?:however|therefore|moreover|furthermore|also|thus|in addition)\b",
    "按照|依照|依据|根据|遵照|依(?=法|本)",
    "或者|或",
    "如果|假如|倘若|若(?!干)|如(?=[有未需遇属不果])",
    "由于|因为|因(?=[^此而])",
    "全部|所有|一切|全体",
    "包括|包含",
    "期满|届满",
    "书面形式|书面",
    "责令改正|责令其改正",
    r"\b(?:percent|per cent)\b",
    "开始|起(?=[^诉草重动来初])",
    "中华人民共和国|我国|中国",
    "人民币",
)
# Single characters and words that may come or go without a change of meaning.
FILLERS = frozenset(
    "的了之其也都就则即而且并于在是为由以所该这那此个等及和与将对把被还又已向从至到地得着本"
) | {
    *("the", "a", "an", "of", "to", "is", "are", "was", "were", "be", "been", "being", "has"),
    *("have", "had", "it", "its", "this", "that", "these", "those", "and", "in", "on", "at"),
    *("by", "for", "with", "as", "which", "who", "there", "their", "his", "her", "they", "he"),
    *("she", "also", "such", "into", "from"),
}
# Words that narrow what is said: leaving them out says more than the text does.
CONDITION = re.compile(
    r"^(?:如(?!何|下|期)|若(?!干)|倘|经(?![济验营费过历])|未经|非经|除|凡|仅|只|当(?!事|地|日|年|场)|属于|符合|具备|违反|在.*(?:内|前|后|时|下|期间)$)"
    r"|(?:的|时|后|前|内|期间|情况下|情形|条件|之一|之日起|起)$|如果|但(?!是?也)|除外|特殊(?=情[况形]|需要|原因|规定|条件)|必要|例外|另有规定|不适用|之一的"
    r"|\b(?:if|when|where|only|provided|subject|unless|except|but|until|once|while|whenever|some|most|few|many|partly|not|alleged(?:ly)?|reportedly|may|might)\b"
)
WEEKDAYS = "(?:星期|礼拜|周)[一二三四五六日天](?![年月])"
# May and March are words too: months only beside a number.
MONTHS = (
    r"\bjan(?:uary)?\b", r"\bfeb(?:ruary)?\b", r"\bmarch(?= \d)|(?<=\d )march\b", r"\bapr(?:il)?\b",
    r"\bmay(?= \d)|(?<=\d )may(?= \d)", r"\bjune\b", r"\bjuly\b", r"\baug(?:ust)?\b", r"\bsept?(?:ember)?\b",  # noqa: E501
    r"\boct(?:ober)?\b", r"\bnov(?:ember)?\b", r"\bdec(?:ember)?\b",
)  # fmt: skip
# What opens an exception to the clause before: leaving it out says more than the text does.
EXCEPTING = re.compile(
    r"^(?:但(?!是?也)|除|不过)|除外|例外|另有规定|\b(?:unless|except|but|provided|if|only)\b"
)
# What joins the items of a list: one beside it is an item, and may be left out.
CONJUNCTION = re.compile(r"[和与及或]|以及|或者|and|or")
# Of all items together: leaving one out changes what is said of the rest.
TOGETHER = re.compile("共同|一起|联合|合计|共计|总计|分别|依次|之间|相互")
# A sentence behind a semicolon that takes back some of the one before: they stay together.
EXCEPTS = re.compile(
    "(?:但|不过|然而)[^。！？；;]*(?:除外|例外|另有规定|另有约定|不在此限|不适用|不受[^，。；]*限制)"
    r"|(?:provided|but|however)\b[^.;]*\b(?:not apply|unless|except)|unless\b|except\b",
    re.IGNORECASE,
)
