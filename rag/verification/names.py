"""Whether two stretches of wording are names: of bodies, places and persons.

There is no dictionary here; what a name ends with, or begins with, tells most of them.
"""

from __future__ import annotations

import re

from corpus.text.script import fold

_BODY = re.compile(
    r"(?:院|部|局|委员会|委|机关|海关|政府|公司|大学|学校|学院|银行|省|市|县|区|州|镇|乡|村|国|洲|岛|河|江|山|湖|协会|中心|集团"
    r"|办公室|厅|署|法庭|组织|联盟|社|报|台|队|站|军|党|团|会议|法|条例|条约|公约)$"
)
_PLACE = re.compile(
    "北京|上海|天津|重庆|香港|澳门|台湾|台北|广州|深圳|南京|杭州|武汉|成都|西安|沈阳|长春|哈尔滨|济南|青岛|大连|厦门|福州|郑州|长沙|南昌|合肥|太原"
    "|石家庄|昆明|贵阳|南宁|海口|兰州|西宁|银川|乌鲁木齐|拉萨|呼和浩特|河北|山西|辽宁|吉林|黑龙江|江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南"
    "|广东|海南|四川|贵州|云南|陕西|甘肃|青海|内蒙古|广西|西藏|宁夏|新疆|苏州|宁波|温州|珠海|东莞|佛山"
    "|日本|美国|英国|法国|德国|俄罗斯|印度|韩国|朝鲜|越南|泰国|意大利|西班牙|加拿大|澳大利亚|巴西|埃及|波兰|瑞典|瑞士|荷兰|希腊|土耳其|伊朗|伊拉克"
    "|以色列|乌克兰|缅甸|新加坡|马来西亚|印度尼西亚|菲律宾|巴基斯坦|墨西哥|阿根廷|南非|欧盟|联合国|东京|伦敦|巴黎|纽约|华盛顿|莫斯科|柏林|罗马|首尔"
    "|欧洲|亚洲|非洲|美洲|中东|华北|华东|华南|西南|西北|东北"
)
_SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪"
    "田任姜范方石姚谭廖邹熊陆郝孔白崔康毛邱秦史顾侯邵孟万段雷钱汤尹黎易常武乔贺赖龚文习温俞庞樊殷施陶洪翟倪严牛柳欧柴"
)
_PERSON = re.compile(f"[{_SURNAMES}][\u4e00-\u9fff]{{1,2}}")
_CAPITALS = re.compile(r"[A-Z][\w'’-]*(?: (?:of |the )?[A-Z][\w'’-]*)*")
_LONGEST = 20  # code points: longer differences are other sentences


def names_alike(mine: str, theirs: str, front: str = "", rear: str = "") -> bool:
    """Whether both are names of one kind, with what stands right before and behind in both."""
    if max(len(mine), len(theirs)) > _LONGEST:
        return False
    pairs = ((mine, theirs), (mine + rear, theirs + rear), (front + mine, front + theirs))
    for one, other in pairs:
        if _CAPITALS.fullmatch(one) and _CAPITALS.fullmatch(other):
            return True
        here, there = fold(one), fold(other)
        for kind in (_PLACE, _PERSON):
            if kind.fullmatch(here) and kind.fullmatch(there):
                return True
    return bool(_BODY.search(fold(mine + rear)) and _BODY.search(fold(theirs + rear)))
