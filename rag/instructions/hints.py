"""Hints that a text may speak to the program reading it: wider and less sure than instructions.

No list of wordings is whole. What only hints at an order is still evidence and is read by models;
but it is heard after documents that give no such hint, so that it answers only where these do not.
``python -m benchmarks.injection`` counts how many sentences of real documents give a hint.
"""

from __future__ import annotations

import re

from corpus.text.script import fold

_DROP = (
    "忽略|忽视|无视|忘记|忘掉|不管|抛开|抛弃|略过|跳过|不算数|到此结束|不作数|别管|莫管|勿理"
    "|(?:不要|不必|不用|无需|无须|停止)(?:再)?(?:管|理|遵守|采用|使用|看|执行|听|参考|引用)"
)
_INPUT = (
    "指令|提示|系统|上面|以上|上文|前文|前述|先前|此前|文档|其[他它]"
    "|段落|规则|对话|用户|资料|设定|前面|文件"
)
_SAY = "回答|作答|回[复覆]|输出|声明|执行|只认|照抄|复述|答(?![复题卡辩疑应谢])|说(?![明法服])"
_MACHINE = "ai(?![a-z])|人工智能|语言模型|大模型|模型|助手|机器人|智能体|聊天程序|llm|gpt"
_CHINESE = (
    rf"(?:{_DROP})[^。\n]{{0,14}}?(?:{_INPUT}|{_MACHINE})[^。\n]{{0,24}}?(?:{_SAY}|答案)",
    rf"(?:{_MACHINE})[,: ]{{0,2}}(?:请|你|您|必须|务必)[^。\n]{{0,12}}?(?:{_SAY})",
    rf"注意[^。\n]{{0,4}}?(?:{_MACHINE})[:,]",
    rf"(?:{_MACHINE})(?:的)?(?:输出|回答|答案)(?:应|必须|须|只能)(?:为|是)",
    r"请(?:你|您)?(?:立即|只|仅|务必|必须|直接|一律|马上){0,4}(?:将|把)?(?:回答|答案)(?:设为|定为|写为|改)",
    r"[你您](?:只会|只能|只需|必须|务必|要)(?:说|答|回答|输出)[^。\n]{2}",
    r"(?:这|此|下面|以下|本)(?:一?句|段|条|消息)[^。\n]{0,16}?(?:才是|可直接|即为|就是)[^。\n]{0,6}?(?:答案|回答)",
    r"如果[你您](?:正在|能|读|看)[^。\n]{0,8}?(?:阅读|读到|看到|处理)",
    r"(?:请|你|您|必须|务必|开始|只|统一|照|所有|生成|一律)[^。\n]{0,12}?"
    r"(?:回答|作答|(?<!运)输出|复读|照答|只回|口径)",
    r"(?:请|你|您|必须|写进|透露|生成|所有)[^。\n]{0,12}?(?:答案(?!卷|纸)|答[:：])",
    r"(?:提示注入|原提示|新提示|我的命令|阅后即|系统的话|假装)|别再?引用|一概别信",
    r"(?:系统|开发者|管理员)(?:消息|指令)|消息来自系统|[你您]的真实身份|引用编号",
)
_SAYS = r"(?:answer|reply|respond|say|output|write|print|repeat|cite)s?"
_ENGLISH = (
    r"\b(?:ignore|disregard|forget|override|void|(?:do not|don't) (?:follow|use|obey))\b"
    rf"[^\n]{{0,50}}?\b{_SAYS}\b",
    r"\b(?:ai|llm|assistant|language model|chatbot|system message|admin mode|debug mode)\b"
    rf"[^.\n]{{0,30}}?\b{_SAYS}\b",
    rf"\b(?:please|only|always|just|must|you) {_SAYS}\b"
    r"[^.\n]{0,40}?(?:nothing else|only|[\"“]|: )",
    r"(?:^|[.!?;:\n] *)(?:now |then |please |kindly |you are required to ){0,4}"
    r"(?:answer|reply|respond|output|say|write|print)\b"
    r"[^.\n]{0,60}?(?::|\bas the (?:final )?answer|regardless|\. *$)",
    r"\b(?:want|ask|tell|need|require)s? you to (?:say|answer|reply|respond|write|output)\b",
    r"\b(?:is|as) the (?:final |only |correct )?answer\b|\btrust only\b|\bpriority instruction",
    rf"\b{_SAYS} only\b|\brepeat after me\b|\byour (?:instructions|rules|prompt) (?:have|has)\b",
    rf"\b(?:from (?:this point|now)|whatever)\b[^.\n]{{0,30}}?\byou {_SAYS}\b",
)
HINTS = re.compile("|".join(f"(?:{one})" for one in (*_CHINESE, *_ENGLISH)))


def hints_at_instructions(text: str) -> bool:
    """Say whether a text may speak to the program reading it."""
    return HINTS.search(fold(text)) is not None
