"""Pages that came instead of the document: errors, logins, checks for robots, empty shells."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from corpus.messages.message import Message

# Characters outside of links. What servers, firewalls and login forms say came to under 400; the
# shortest official notices are as short, so words are asked for as well.
_SHORT = 600
_SHELL = 200
_LONGEST_TITLE = 80  # of such a page; it also bounds the matching

_CODES = r"(?:40[0-9]|410|418|429|451|50[0-9]|52[0-9])"
_ERROR_TITLE = re.compile(
    rf"(?:HTTP\s*(?:状态)?\s*)?(?:status\s*|error\s*|错误\s*)*[:：]?\s*{_CODES}"
    r"(?:[\s:：\-–—|,，.!！_]*(?:error|错误|页面?|page|not found|forbidden|unauthorized|bad .*|"
    r"service .*|gateway .*|internal .*|too many .*|request .*|method .*|gone|未找到|找不到.*|"
    r"禁止.*|无法.*|访问.*|没有.*|抱歉.*|您.*|对不起.*|出错.*|服务.*|网关.*|内部.*))*[\s!！.。_-]*"
    r"|(?:抱歉|对不起|很遗憾|sorry)?[，,！!\s]*(?:您|你)?(?:所|要)?(?:访问|查找|请求|浏览|查看)?的?"
    r"(?:页面|网页|文件|内容|信息|资源|地址|链接|网址)(?:未找到|没有找到|找不到|不存在|已被?删除|已失效|走丢了|出错了|无法访问"
    r"|可能已被?删除|不存在或已被?删除)(?:了|啦)?[。！!.]?"
    r"|(?:the )?(?:requested )?(?:page|url|file|resource|object)?\s*(?:was |is |can(?:no|')t be )?"
    r"not (?:be )?found[.!]?|(?:access (?:is )?denied|forbidden|bad gateway|bad request"
    r"|gateway time-?out|service (?:temporarily )?unavailable|internal server error"
    r"|runtime error|server error(?: in .*)?|web server is down|site not found|error)[.!]?"
    r"|出错(?:了|啦)?[！!。]?|(?:系统|程序|服务器|网页)?(?:错误|异常|出错|繁忙|维护)(?:提示|信息|页面|中)?|错误页面?"
    r"|系统提示|提示信息|访问(?:被)?(?:拒绝|禁止|受限|拦截|异常|频繁|错误|过于频繁)|禁止访问|拒绝访问",
    re.I,
)
_LOGIN_TITLE = re.compile(
    r"(?:请先?|欢迎|用户|会员|系统|后台|统一(?:身份)?认证|单点|管理员?|账号|密码|扫码|平台)*"
    r"(?:登[录陆入]|認證|登入|身份认证)"
    r"(?:页面?|系统|中心|平台|后台|界面|入口|认证)*"
    r"|(?:please )?(?:sign|log)[ -]?in(?: page| required| to .*)?"
    r"|login(?: page)?|CAS.*(?:登录|login).*|统一身份认证(?:平台|系统)?",
    re.I,
)
_ROBOT = re.compile(
    r"just a moment|attention required|checking (?:your browser|if the site)"
    r"|verif(?:y|ying) (?:that )?you are (?:a )?human|are you a robot|unusual traffic"
    r"|security check"
    r"|captcha"
    r"|ddos protection|ray id"
    r"|人机(?:身份)?验证|安全验证|滑动验证|拖动滑块"
    r"|请输入验证码|输入.{0,4}验证码"
    r"|正在(?:验证|检查|检测)(?:您|你)?的?浏览器"
    r"|浏览器(?:安全)?检查|验证(?:您|你)是真人",
    re.I,
)
_BLOCKED = re.compile(
    r"请求.{0,12}(?:被拦截|被阻断|已被拦|存在威胁|含有不合法|不合法的参数)"
    r"|被.{0,12}防火墙|网站防火墙|安全狗|云盾|创宇盾|加速乐"
    r"|防护(?:系统|平台).{0,12}拦截|\bWAF\b|request (?:was |has been )?(?:blocked|rejected)"
    r"|support id|incident id|IP.{0,10}(?:已被|被)?(?:封禁|限制|拦截)"
    r"|访问.{0,8}(?:过于频繁|太频繁)",
    re.I,
)
_SCRIPT_WANTED = re.compile(
    r"(?:请|需要?|必须)?.{0,6}(?:开启|启用|打开|允许|支持).{0,10}java\s*script"
    r"|java\s*script.{0,16}(?:开启|启用|打开|禁用|必需|不支持|enable|required|disabled)"
    r"|(?:enable|requires?|turn on|need).{0,24}java\s*script|doesn't work properly without",
    re.I,
)
_WAITING = re.compile(
    r"(?:页面|内容|数据|网页)?(?:正在)?(?:加载中?|跳转中?|载入中?|请稍[候后等])[\s.。…]*|loading[\s.…]*"
    r"|please wait.*|redirecting.*|(?:页面)?(?:正在|自动)跳转.*",
    re.I,
)


@dataclass(frozen=True, slots=True)
class PageSigns:
    """What tells a document from a page that came in its place."""

    titles: Sequence[str]  # of the title element, without the site's name, and of the headings
    text: str  # visible words
    own_words: int  # characters of them that are not in links
    password: bool  # asks for a password
    scripts: bool  # has scripts that may write the page
    without_scripts: str = ""  # what it says to browsers that run none


def refusal_of(page: PageSigns) -> Message | None:
    """Return why the page is no document, for people; None when it may be one.

    Only short pages are judged: a law about logins or error codes is long, and says more.
    """
    if page.own_words > _SHORT:
        return None
    titles = [title.strip() for title in page.titles if len(title) <= _LONGEST_TITLE]
    first = page.text.lstrip().split("\n", 1)[0][: _LONGEST_TITLE + 1]
    leads = [*titles, first] if len(first) <= _LONGEST_TITLE else titles
    error = next((lead for lead in leads if lead and _ERROR_TITLE.fullmatch(lead)), None)
    if error is not None:
        return Message("reader.html_error", words=error[:40])
    if any(_LOGIN_TITLE.fullmatch(title) for title in titles) or (
        page.password and page.own_words < _SHELL
    ):
        return Message("reader.html_login")
    return _challenge(page, titles)


def _challenge(page: PageSigns, titles: Sequence[str]) -> Message | None:
    said = "\n".join((*titles, page.text))
    short = page.own_words <= _SHELL
    if any(_ROBOT.search(title) for title in titles) or (short and _ROBOT.search(page.text)):
        return Message("reader.html_robots")
    blocked = _BLOCKED.search(said)
    if blocked and (short or any(_BLOCKED.search(title) for title in titles)):
        return Message("reader.html_firewall", words=blocked[0][:30])
    waiting = _WAITING.fullmatch(" ".join(page.text.split())) is not None
    asks = _SCRIPT_WANTED.search(f"{said}\n{page.without_scripts}") is not None
    empty = not page.text.strip() and page.scripts
    if waiting or empty or (asks and short and page.scripts):
        return Message("reader.html_scripts")
    return None
