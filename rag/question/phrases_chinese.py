"""Chinese questions taken apart without a dictionary: phrases between verbs and asking words.

All patterns are for folded text.
"""

from __future__ import annotations

import re

from corpus.text.script import fold

DIGITS = "0-9〇零一二两三四五六七八九十百千"
TIME = re.compile(
    r"(?:[12]\d{3}|[〇零一二三四五六七八九]{4})年度?(?:\d{1,2}月(?:\d{1,2}日)?)?"
    r"|今年|去年|明年|前年|上半年|下半年|十[一二三四五六]五(?:时期|期间)?"
)
AMOUNT = re.compile(
    rf"(?:不满|未满|满|超过|低于|不足|不到)?[{DIGITS}]+(?P<unit>周岁|岁|个月|年|天|日|人|万元|元|亩|级|%)"
    r"(?:以上|以下|以内)?"
)
STEP = rf"第[{DIGITS}]+(?P<level>[编章节条款项目])(?:之[一二三四五六七八九十])?"
ADDRESS = re.compile(rf"(?:{STEP.replace('?P<level>', '')})+")
LEVELS = "编章节条款项目"
ASKING = re.compile(
    r"什么时候|什么时间|什么地方|什么样的?|为什么|为何|什么|哪些|谁|多少钱?|多久|多长时间|多[长大高远]"
    rf"|哪[{DIGITS}]*[个项条款种类件点里儿年天日月位所家座几]?|[几][个项条款种类件点年天日月岁次人名位]?"
    r"|怎么样|怎么办|怎么|怎样|如何|是否|能否|可否|何时|何地|何处|有没有|是不是|能不能|可不可以|要不要"
    r"|[吗呢吧]"
)
VERBS = (
    "位于|坐落于|适用于|来?担任|出生于|毕业于|来自|导致"
    "|应当|应该|可以|能够|必须|需要|不得|不能|负责|承担|突出|包括|包含|属于"
    "|规定|要求|达到|实行|施行|实施|生效|进行|开展|推进|加强|提高|建立|完成|享受|享有|取得|申请|缴纳|支付|领取|办理|处罚|处理|解除|终止"
    "|赔偿|举行|召开|提出|强调|指出|部署|开始|结束|作出|适用|是指|称为|成立|发布|公布|制定|计算|确定|监督"
    "|审批|批准|执行|抚养|继承|保存|收费|怎么收"
)
# One character is a separator only where it is unlikely to be part of a word (自由, 在线, 重要).
_PARTICLES = (
    r"(?<![自理])由|(?<![但凡])是|归|(?<![存实])在(?!线)|有(?=[哪什多几没])|为(?=[什何多])"
    r"|(?<![主重纲摘必])要|(?<![针面相])对(?![象策比])|[把被]"
    r"|[扣罚交缴付发放领讲花收补退说写涨降]了?(?=[几哪什]|多少)"
)
_AFTER = (
    r"(?<=..)(?:(?<![酒课饭产术战])后(?![果期续勤代备])|期间|时(?![间候期效代限刻长])|之前|以前)"
)
EDGE = rf"[\s,;:?!、]|请问|{ASKING.pattern}|{VERBS}|{_PARTICLES}|{_AFTER}|{TIME.pattern}的?"
_CHUNK_EDGE = re.compile(EDGE)
_PHRASE_EDGE = re.compile(rf"{EDGE}|每[年月周天日次个人名]|的|和|与|及|或|{ADDRESS.pattern}")

ATTRIBUTE = (
    r"(?:罚款|期限|条件|程序|费用|标准|时间|地点|年龄|数量|金额|对象|范围|原则|后果|责任|材料|流程|依据"
    r"|例外|目标|任务|职责|义务|权利|处罚|期间|比例|要求|方式|步骤|主体|目的|内容|影响|意义|作用|背景|结果|意思)"
)
LONGEST_PART = 5  # code points of what is asked of a thing: 学名, 组织工作
ATTRIBUTES = re.compile(rf"{ATTRIBUTE}$")
_NO_LAW = "[方做看想违合司执立依无设用说语书手非枉]法$|^办法$|方法$"
_KINDS = {
    "law": r"(?:法典|法|条例|办法|细则|规则|章程|纲要)$",
    "person": (
        r"(?:[^法]人|人员|者|学生|[中小大]学生|研究生|教师|员工|职工|工人|[公居村]民|儿童|妇女|子女|父母|老人|军人|孕妇"
        r"|家长|校长|律师|医生|男性|女性|男职工|女职工|个人|家庭)$"
    ),
    "body": (
        r"(?:部门?|[^当]局|委员会|厅|法院|检察院|医院|学校|[中小大]学|高校|幼儿园|政府|公司|企业|单位|机构|机关"
        r"|协会|银行|团体|组织|[^社]会)$"
    ),
    "place": (
        r"(?:省|[^城]市|县|[^地社]区|乡|镇|村|北京|上海|天津|重庆|农村|城市|城镇|国外|境外|[中西东]部)$"
    ),
    "field": (
        r"(?:教育|工作|改革|建设|经济|农业|工业|医疗|卫生|文化|科技|体育|保险|产业|服务|管理)$"
    ),
}
_COMPILED = {name: re.compile(pattern) for name, pattern in _KINDS.items()}
_SUFFIX = 2  # shared last characters that make two phrases of one kind: 义务教育, 高等教育
_SHORT = 4  # two words of the same few characters, the last one shared: 孩子, 房子


def kind_of(phrase: str) -> str:
    """Return the kind of thing a folded Chinese phrase names by its last characters, or ""."""
    for name, pattern in _COMPILED.items():
        if pattern.search(phrase) and not (name == "law" and re.search(_NO_LAW, phrase)):
            return name
    return ""


def kinds_shared(new: str, old: str) -> int:
    """Return how surely two folded phrases are of one kind; 0 when nothing says so."""
    if not old:
        return 0
    new = new.removesuffix("的")
    shared = 0
    while shared < min(len(new), len(old)) and new[-1 - shared] == old[-1 - shared]:
        shared += 1
    kind = kind_of(new)
    if kind and kind == kind_of(old):
        return 10 + shared
    if shared >= _SUFFIX:
        return shared
    return 1 if shared and len(new) == len(old) <= _SHORT else 0


# A quoted title, or the number of an official document: 国发〔2023〕15号.
_TITLE = r"《[^《》\n]{2,60}》|[\u4e00-\u9fff]{1,8}[〔\[［(（【]\d{4}[〕\]］)）】]\s?\d{1,5}号"


def law_named(text: str) -> str:
    """Return the last law, rule or title a text names, as it names it; "" when it names none."""
    titles = re.findall(_TITLE, text)
    if titles:
        return str(titles[-1])
    folded = fold(text)
    named = [text[a:b] for a, b in phrases(folded) if kind_of(folded[a:b]) == "law"]
    return named[-1] if named else ""


def phrases(folded: str) -> list[tuple[int, int]]:
    """Return the spans between verbs, particles, times and asking words."""
    return _between(_PHRASE_EDGE, folded)


def topic(text: str) -> str:
    """Return what a question is about: its longest run without verbs and asking words."""
    titles = re.findall(_TITLE, text)
    if titles:
        return str(titles[-1])
    folded = fold(text)
    start, end = main_chunk(folded)
    owner, _, part = text[start:end].rpartition("的")
    # 钩盲蛇的学名是什么 is about 钩盲蛇.
    asks_part = owner and len(part) <= LONGEST_PART and re.match("[是有为]", folded[end:])
    return owner if asks_part else text[start:end]


def main_chunk(folded: str) -> tuple[int, int]:
    """Return the span of the longest run without verbs and asking words; empty for none."""
    return max(_between(_CHUNK_EDGE, folded), key=lambda span: span[1] - span[0], default=(0, 0))


def _between(edges: re.Pattern[str], folded: str) -> list[tuple[int, int]]:
    spans, at = [], 0
    for edge in edges.finditer(folded):
        spans.append((at, edge.start()))
        at = edge.end()
    spans.append((at, len(folded)))
    trimmed = [(a + _particles(folded[a:b]), b) for a, b in spans]
    return [(a, b - folded[a:b].endswith("的")) for a, b in trimmed if b - a >= 2]


def _particles(text: str) -> int:
    """How many characters at the beginning belong to what stands before: 的, 对."""
    found = re.match(r"[的对和与及]+(?!象|于|平|谐)", text)
    return found.end() if found else 0
