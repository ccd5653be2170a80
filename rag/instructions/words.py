"""The wording of orders to a program that writes answers, Chinese and English.

``ORDERS`` is matched against letters and figures alone, folded, without what stands between them:
no spacing, mark or line break hides an order. ``SAID`` needs the marks, ``TOKENS`` are those that
steer chat models; both are matched against the folded text. Gaps are bounded: matching is linear.

A word that laws tell people (应当, 不得, disregard) is never enough, nor what forms and manuals say
(请回答下列问题, 忽略系统提示, your answer must be legible): it must bear on what is a program's own
(previous instructions, 提示词), on its role, or put words into its mouth.
"""

from __future__ import annotations

import re

from rag.instructions import words_chinese as chinese
from rag.instructions import words_english as english

_TURN = r"(?:system|user|assistant|developer|tool)"
_NAMES = r"(?:system|sys|system_prompt|system-prompt|system_message|assistant|inst)"
_OPENS = (
    rf"<\|[ ]?(?:im_start|start_header_id|{_TURN}|begin_of_text|sep|start)[ ]?\|>",
    rf"\[inst\]|<<sys>>|<{_NAMES}>|<(?:start_of_turn|bos)>",
    r"<passage(?: [\w-]{1,12})?>",
    r"[\[【](?:系统指令|系统提示词|系统消息|system|system prompt)[\]】]",
    rf"[\"']role[\"'][ ]*:[ ]*[\"']{_TURN}[\"']",
    r"^[ \t]*#{2,6}[ \t]*(?:(?:new )?instructions?|system|assistant|系统|指令|系统提示词?"
    r"|系统指令|系统消息)"
    r"(?: (?:prompt|message))?[ \t]*:",
    r"^[ \t]*[-=*#\[<({ ]{2,12}(?:begin|start|new)?[ \t]*(?:of )?(?:the )?"
    r"system (?:prompt|message|instructions?|override)",
    r"^[ \t]*[-=*#\[<({ ]{2,12}(?:系统提示词|系统消息|系统指令)(?:开始|如下)?[ \t]*[-=*#\]>)}:]",
    r"^[^\n]{0,12}以下(?:是|为)(?:新的?|你的?)?系统(?:指令|提示词|消息)",
)
_CLOSES = (
    r"<\|[ ]?(?:im_end|eot_id|end_header_id|endoftext|end|eos|end_of_text)[ ]?\|>",
    rf"\[/inst\]|<</sys>>|</{_NAMES}>|<(?:end_of_turn|eos)>",
    r"[\[【]/(?:系统指令|系统提示词|系统消息|system|system prompt)[\]】]",
    r"</passages?(?: [\w-]{1,12})?>",
)


def _either(patterns: tuple[str, ...], flags: re.RegexFlag = re.NOFLAG) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{one})" for one in patterns), flags)


# One of these stands in every order; the rest of a text is not looked at. A test holds them to it.
NEEDLES = re.compile(
    "[你您答]|指令|指示|提示|命令|系统[消讯]息|设定|规则|忽略|无视|忘记|忘掉|理会|不要管|助手|助理"
    "|模型|机器人|智能|语言|聊天|检索"
    "|虚拟|回[复覆]|输出|复述|优先|来源|出处|不算|无效|作废|任务|模式|管理员|皆|统统|采用|采信"
    "|相信|从现在|从此刻|今后|此后|引文|引注|引用|引证"
    "|脚注|出处|标注|段落|片段"
    "|[本此这]段|[这本]句|支持度|判定"
    "|instruction|directive|prompt|systemmessage|programming|ignore|disregard|forget|fromnowon"
    "|henceforth|fromthispoint|answer|respon[ds]|reply|output|passage|snippet|language|llm|chatbot"
    "|assistant|gpt|context|everyuser|question|override|youhavebeen|when(?:generating|writing"
    "|composing|producing)|(?:请|致|给|告)ai|verdict|verified|cite|pretend|summari[sz]ing"
    "|your(?:new|real|true|only|actual)"
)
REACH = 160  # letters an order may stretch to either side of such a word
# English words run together, as what lies between letters is left out.
ORDERS = _either((*chinese.ORDERS, *(one.replace(" ", "") for one in english.ORDERS)))
SAID = _either((*chinese.SAID, *english.SAID), re.MULTILINE)
TOKENS = re.compile(
    f"(?P<opens>{_either(_OPENS).pattern})|{_either(_CLOSES).pattern}", re.MULTILINE
)
