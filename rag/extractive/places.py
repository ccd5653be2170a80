"""Countries and the divisions of China at the first level, by their names in Chinese and English.

Closed lists: the members of the United Nations (2026) with a few territories, and the 34 divisions.
"""

from __future__ import annotations

import re
from functools import lru_cache

from corpus.text.script import to_simplified

_COUNTRIES = (
    "阿富汗 阿尔巴尼亚 阿尔及利亚 安道尔 安哥拉 阿根廷 亚美尼亚 澳大利亚 奥地利"
    " 阿塞拜疆 巴哈马 巴林 孟加拉国 巴巴多斯 白俄罗斯 比利时 伯利兹 贝宁 不丹"
    " 玻利维亚 波黑 博茨瓦纳 巴西 文莱 保加利亚 布基纳法索 布隆迪 柬埔寨 喀麦隆"
    " 加拿大 佛得角 中非共和国 乍得 智利 哥伦比亚 科摩罗 刚果 哥斯达黎加"
    " 克罗地亚 古巴 塞浦路斯 捷克 丹麦 吉布提 多米尼加 厄瓜多尔 埃及 萨尔瓦多"
    " 赤道几内亚 厄立特里亚 爱沙尼亚 埃塞俄比亚 斐济 芬兰 法国 加蓬 冈比亚"
    " 格鲁吉亚 德国 加纳 希腊 格林纳达 危地马拉 几内亚 圭亚那 海地 洪都拉斯"
    " 匈牙利 冰岛 印度尼西亚 印度 伊朗 伊拉克 爱尔兰 以色列 意大利 牙买加 日本"
    " 约旦 哈萨克斯坦 肯尼亚 朝鲜 韩国 科威特 吉尔吉斯斯坦 老挝 拉脱维亚 黎巴嫩"
    " 莱索托 利比里亚 利比亚 列支敦士登 立陶宛 卢森堡 马达加斯加 马拉维 马来西亚"
    " 马尔代夫 马耳他 毛里塔尼亚 毛里求斯 墨西哥 摩尔多瓦 摩纳哥 蒙古国"
    " 黑山共和国 摩洛哥 莫桑比克 缅甸 纳米比亚 尼泊尔 荷兰 新西兰 尼加拉瓜"
    " 尼日利亚 尼日尔 北马其顿 挪威 阿曼 巴基斯坦 巴拿马 巴拉圭 秘鲁 菲律宾"
    " 波兰 葡萄牙 卡塔尔 罗马尼亚 俄罗斯 卢旺达 萨摩亚 圣马力诺 沙特阿拉伯 沙特"
    " 塞内加尔 塞尔维亚 塞舌尔 塞拉利昂 新加坡 斯洛伐克 斯洛文尼亚 索马里 南非"
    " 西班牙 斯里兰卡 苏丹 苏里南 瑞典 瑞士 叙利亚 塔吉克斯坦 坦桑尼亚 泰国"
    " 多哥 汤加 突尼斯 土耳其 土库曼斯坦 乌干达 乌克兰 阿联酋 英国 美国 乌拉圭"
    " 乌兹别克斯坦 瓦努阿图 委内瑞拉 越南 也门 赞比亚 津巴布韦 欧盟 前苏联 苏联"
)
_DIVISIONS = (
    "北京 天津 河北 山西 内蒙古 辽宁 吉林 黑龙江 上海 江苏 浙江 安徽 福建"
    " 江西 山东 河南 湖北 湖南 广东 广西 海南 重庆 四川 贵州 云南 西藏 陕西"
    " 甘肃 青海 宁夏 新疆 台湾 香港 澳门"
)
_ENGLISH = (
    "Germany France Britain England Japan Korea Canada Australia Russia India Singapore Italy Spain"
    " Brazil Mexico Vietnam Thailand"
)


class Place(str):
    """The name of a country, or of a division of China."""

    __slots__ = ()

    @property
    def foreign(self) -> bool:
        """Whether it is a country, and no part of this one."""
        return self not in _DIVISION_NAMES


_DIVISION_NAMES = frozenset(_DIVISIONS.split())


@lru_cache(maxsize=1)
def _pattern() -> re.Pattern[str]:
    names = sorted([*_COUNTRIES.split(), *_DIVISIONS.split()], key=len, reverse=True)
    english = "|".join(_ENGLISH.split())
    return re.compile(rf"{'|'.join(names)}|\b(?:{english}|United States|USA|UK)\b")


@lru_cache(maxsize=4096)
def places_in(text: str) -> frozenset[Place]:
    """Return the countries, and the divisions of China, that a text names."""
    return frozenset(Place(found) for found in _pattern().findall(to_simplified(text)))
