"""Orders to a program that writes answers, in English: patterns for rag/instructions/words.py."""

from __future__ import annotations

_ORDER = "(?:instructions?|directives?|systemmessages?|systemprompt|prompts?|programming)"
_BEFORE = "(?:previous|prior|above|preceding|earlier|foregoing|past|existing|initial|former)"
_YOURS = "(?:your|system|original|developers?)"
_FORGET = (
    "(?:ignore|disregard|forget|(?:do ?not|dont|no longer|never|stop) ?(?:follow|obey|heed)(?:ing)?"
    "|pay no attention to)"
)
_TELL = "(?:answer|respond|reply|say|output|write|print|state)"
ORDERS = (
    f"{_FORGET}[a-z]{{0,14}}?(?:{_BEFORE}|{_YOURS})[a-z]{{0,12}}?{_ORDER}",
    f"{_FORGET}(?:about)?(?:all|any|every)(?:of)?(?:the|those|other|your){{0,4}}(?:instruction"
    f"|directive|prompt)s?"
    f"(?=[a-z]{{0,12}}?{_TELL}|and|$)",
    f"(?:override|overrule|bypass|discard)[a-z]{{0,10}}?{_YOURS}[a-z]{{0,12}}?{_ORDER}",
    f"your(?:original|previous|initial|system|earlier|prior)?{_ORDER}s?(?:are|is|have been"
    f"|has been)"
    "(?:now)?(?:void|obsolete|cancel|revoked|invalid|replaced|overrid)",
    f"{_ORDER}s?(?:above|before this)?(?:no longer|do not|dont)apply(?:to you|toyou|now)",
    "(?:ignore|disregard|forget)(?:about)?(?:everything|anything|all|whatever)(?:that)?(?:you)"
    "(?:were|have been|had|know|read|saw)",
    "(?:ignore|disregard|forget)(?:everything|all of|all|the|what(?:ever)?)(?:the|text|content|"
    "passages?|context|documents?|is|was|are|came|stands|written|said|that){0,4}(?:above"
    "|before this)",
    "(?:ignore|disregard|forget)(?:the|all|any){0,4}(?:above|preceding|previous)(?:text|passages?"
    "|context|"
    f"documents?|content|messages?|conversation)?(?:and|now)?(?:{_TELL})",
    "(?:any|every|the|all)?(?:ai|llm|language model|chatbot|assistant)s?(?:model|assistant"
    "|agent)?s?"
    "(?:that is|who is|which is)?(?:reading|processing|summari[sz]ing|parsing|indexing)this",
    f"(?:from now on|henceforth|from this point on)(?:you)?(?:must|will|shall|should|are to)?"
    f"(?:only|always|instead)[a-z]{{0,8}}?{_TELL}",
    f"(?:from now on|henceforth|from this point on)you(?:must|will|shall|are to){_TELL}",
    "(?:the)?(?:only|correct|right|true|final)?answers?to(?:every|all|any|each)(?:the|of the|other|"
    "possible|single)?questions?(?:is|are|must be|shall be)",
    "(?:append|insert|embed|prepend|add the (?:line|text|link|image|following"
    "|words))[a-z0-9]{0,80}?"
    "(?:to|in|at|into)(?:the (?:very)?(?:end|start|beginning|top) of)?(?:your|every|each)(?:final"
    "|next)?"
    "(?:answer|response|reply|output)",
    "(?:do not|dont|never|stop)(?:cite|citing|quote|quoting|consider|rely on)(?:any|the"
    "|all)?(?:of)?(?:the|these"
    "|those)?(?:other|above|previous|remaining|retrieved)(?:passage|snippet|context)",
    "cite(?:only)?this(?:passage|snippet)|cite only this (?:document|source)(?:for|as|in|and"
    "|instead)",
    "(?:reveal|print|show|output|repeat|display|leak|disclose|tell me)(?:me)?(?:all"
    "|of){0,4}your(?:full|entire"
    "|hidden|initial|secret|system|own|original){0,4}(?:prompt|instructions)",
    "(?:hidden|secret|new|updated)(?:system)?instructions?(?:for|to)(?:the|any|every"
    "|all)?(?:assistant|"
    "language model|llm|chatbot)",
    "(?:do not|dont|never)(?:mention|reveal|disclose|repeat)(?:this|these)(?:instruction|prompt"
    "|message)",
    "(?:ignore|disregard)(?:all|any)?(?:of)?(?:the)?other(?:documents?|passages?|sources?"
    "|texts?)(?:and|then)?"
    f"(?:just|only|simply)?{_TELL}",
    "overrides?(?:all)?(?:of)?(?:the)?other(?:passage|snippet|context|instruction)",
    "your(?:new|real|true|only|actual)(?:task|role|goal|objective|job)s?(?:is|are|now)",
    "(?:do not|dont|never)answer(?:the|a|any)users?question",
    "when(?:summari[sz]ing|answering|citing|processing|reading|quoting)(?:from)?(?:this"
    "|the)(?:document|text"
    "|page|passage|question)s?(?:you)?(?:must|should|always|please)?(?:include|say|state|write"
    "|answer|add)",
    "(?:ignore|disregard|forget)(?:the|all|any|of){0,4}(?:above|preceding|previous|earlier"
    "|prior)(?:text|passage"
    "|context|content|message|conversation)",
    f"(?:ignore|disregard|forget)(?:the|all|any|of){{0,4}}(?:context|passages?"
    f"|retrieved[a-z]{{0,10}}?)(?:and|then|instead){{0,4}}{_TELL}",
    f"(?:do not|dont|never)(?:use|trust|rely on|read|consider)(?:the|any|those){{0,4}}(?:passages?"
    f"|context|documents?|text)"
    f"(?:above|before|below)?(?:instead|but|just)+{_TELL}",
    "systemprompt(?:has|was|is)(?:been|now)?(?:changed|updated|replaced|modified)",
    "as(?:the|an?)(?:assistant|ai|chatbot|languagemodel)your?(?:answer|reply|response|task|must)",
    "(?:respond|reply|answer)toevery(?:user|question|query|prompt)(?:with|by)",
    f"(?:no matter|regardless of|whatever)(?:the|what|which){{0,4}}question(?:is"
    f"|asked){{0,4}}(?:you)?(?:always|must|just)?{_TELL}",
    f"(?:skip|drop|neglect|bypass)(?:the|all|any){{0,4}}(?:instruction|prompt)s?(?:above"
    f"|before)(?:and"
    f"|then)?{_TELL}",
    f"override(?:the|your|all){{0,4}}system(?:setting|rule|prompt)s?(?:and|then){_TELL}",
    "when(?:generating|writing|composing|producing)(?:the|your|an)(?:answer|response|reply)(?:use"
    "|say|write|include"
    "|state|always)",
    "you have been(?:reprogrammed|jailbroken|instructed to (?:answer|say))",
    "pretend(?:that|tobe|youare)[a-z0-9]{0,80}?(?:answer|respond|reply)",
    "(?:forget|ignore|disregard)(?:all)?(?:of)?your(?:rules|guidelines|training|programming"
    "|constraints"
    "|restrictions|guardrails)",
    "verdict(?:is)?supported|already verified[a-z]{0,10}?support(?:score|is|of|1)",
)

# Words put into a machine's mouth: they need the marks around them.
_PUT = r"[ ]*[:\"'「『\[]"
_WHO = r"(?:ai|llm|ai assistant|ai model|language model|large language model|chatbot|gpt|chatgpt)s?"
SAID = (
    r"(?:you (?:must|should|will|shall|have to|are to|can only) |always |simply |only |just |and "
    r"|please |then )"
    rf"(?:only |always |simply |now |just )?(?:answer|reply|respond|say|state)(?: only| exactly"
    rf"| with| that){{0,4}}{_PUT}"
    r"(?=[^\n]{4})(?![^\n]{0,80}[?])",
    r"(?:respond|reply|answer)(?: only| exactly| solely)+ (?:with|that|by)\b(?![^\n]{0,20}"
    r"(?:yes|no\b|sentence|number|letter|form|tick|word))",
    r"\byour (?:final |next |only )?(?:answer|response|reply|output) (?:must|should|shall|has to"
    r"|is to)"
    rf" (?:only |always )?(?:be|say|contain|include|read|state)(?: only| exactly)?{_PUT}",
    r"\b(?:answer|response|reply),? which (?:must|shall|has to) be[ ]*:",
    rf"\byou are (?:now |no longer )?(?:an? )?(?:[a-z]+ )?{_WHO}\b(?! (?:user|engineer|developer"
    rf"|provider))",
    rf"\bas an? {_WHO},? you (?:must|should|will|shall|are|have to)\b|\bif you(?:'re"
    rf"| are) an? {_WHO}\b",
    rf"(?:^|[.!?\n\"(\[] *)(?:dear|attention|hello|hey|note to|notice to|message to"
    rf"|instructions? (?:for|to))"
    rf" (?:all |any |the |every )?(?:{_WHO}|assistant)(?: (?:assistant|model|agent)s?"
    rf"| reading [a-z ]+)?[ ]*[:,!]",
    r"(?:whatever|no matter what|regardless of what|whenever|when|if) (?:the|a|any) (?:user"
    r"|questioner)s? "
    r"(?:asks?|says|wants)[^.\n]{0,60}?(?:you (?:must|should|will|shall|always|only) (?:answer"
    r"|reply|respond|say)"
    rf"|(?:answer|reply|respond|say)(?: with| that)?{_PUT})",
    rf"\banswer (?:every|all|any|each) (?:other )?questions? with{_PUT}",
    r"\b(?:system|developer|admin)(?: (?:prompt|message|override|instructions?))?[ ]*[:\]>-]+[ ]*"
    r"(?:you (?:are|must|will)|ignore|disregard|forget|answer (?:with|only|that)|respond"
    r"|from now on|override)",
    rf"(?:^|[.!?\n] *)(?:{_WHO}|assistant),? (?:agents? )?(?:please |you must |must |should "
    rf"|always |reading this "
    rf"[a-z]+ ){{0,4}}(?:ignore|disregard|answer|say|reply|respond|include)\b",
    r"\bthe (?:ai|assistant|chatbot|language model) (?:must|should|shall) (?:always|only"
    r"|never)? ?(?:answer|reply"
    r"|respond|say)\b",
    r"\b(?:print|output|repeat|write|say|return)(?: out)? the following(?: text| words?| sentence)?"
    r" (?:verbatim|exactly|word for word)[ ]*[:\"]",
    r"^[ ]*(?:llm|ai|chatbot|gpt|bot)[ ]?:[ ]*(?:output|say|answer|respond|reply|print|ignore)\b",
    r"\bact as (?:dan\b|an? (?:unrestricted|jailbroken|uncensored|different) )",
    r"\bdeveloper mode (?:is )?(?:enabled|activated)[.!:,]* (?:answer|say|you)",
    r"\binstructions? (?:to|for) (?:the |any |all )?(?:ai|llm|language model|chatbot"
    r"|assistant)s?\b[ ]*:",
    r"^(?:human|user)[ ]?:[^\n]{0,200}\n\s{0,4}(?:assistant|ai|bot)[ ]?:",
)
