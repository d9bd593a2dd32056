"""What made-up people and villages are called, and what they do; frequent things stand more often."""

from collections.abc import Mapping
from typing import Final

SURNAMES: Final = (
    "王王王王王王王李李李李李李李张张张张张张刘刘刘刘刘陈陈陈杨杨杨赵赵赵孙孙孙周周徐徐徐马马高高林林朱朱"
    "胡郭何罗宋宋郑韩冯董程曹袁邓许傅沈曾吕苏卢蒋蔡魏薛叶阎杜潘田田姜姜范汪石姚谭廖邹熊金陆孔孔崔崔"
    "邱秦尹尹庄庄孟孟颜密解单仇相鲍宁伏彭全聂卞武季公公"
)

OLD_WOMEN: Final = "秀英 桂兰 玉兰 淑珍 凤英 桂英 玉英 秀兰 翠花 兰英 春英 秀珍 桂芝 玉梅 素芳 凤兰 淑兰 爱华 玉珍 红英"
OLD_MEN: Final = "建国 志强 国华 建军 德胜 永福 长春 玉堂 学文 保田 光明 兴旺 树林 庆祥 洪才 传友 文俊 守业 家祥 明德"
WOMEN_FIRST: Final = "丽 敏 静 艳 娟 燕 霞 红 玲 晓 海 文 雪 春 秋 爱 慧 凤 亚 志"
WOMEN_LAST: Final = "芳 娜 萍 华 云 梅 琴 英 霞 娟 丽 燕 玲 平 青 洁 莉 荣 蓉 岩"
MEN_FIRST: Final = "建 志 国 永 海 文 伟 晓 德 明 家 学 洪 传 庆 立 新 振 宝 长"
MEN_LAST: Final = "军 强 伟 峰 涛 刚 勇 斌 亮 辉 鹏 东 波 林 利 华 平 成 杰 明"
GIRLS_FIRST: Final = "梓 欣 诗 雨 若 佳 思 语 一 可 子 晨 雅 梦 依 紫 心 艺 嘉 安"
GIRLS_LAST: Final = "涵 怡 琪 桐 曦 宁 彤 萱 诺 欣 妍 菲 瑶 雯 馨 悦 然 冉 琳 滢"
BOYS_FIRST: Final = "浩 宇 子 俊 文 天 明 家 梓 泽 博 一 嘉 奕 铭 睿 鑫 承 书 景"
BOYS_LAST: Final = "然 航 轩 杰 博 佑 豪 宇 辰 睿 泽 阳 霖 凯 恒 涛 瑞 洋 诚 毅"

VILLAGE_STARTS: Final = "东 西 南 北 前 后 大 小 上 下 新 老 中 高 石 青 白 柳 杨 槐 枣 梨 清 龙 凤 泉"
VILLAGE_ENDS: Final = "家庄 家沟 家岭 家峪 家湾 家楼 家屯 家坊 家店 家埠 家村 家官庄 家河 家坡 家林"

KINDS: Final[Mapping[str, tuple[str, float]]] = {
    "orphan": ("孤儿", 0.08),
    "de_facto_orphan": ("事实孤儿", 0.37),
    "parent_mentally_ill": ("父母一方患精神病", 0.26),
    "parent_in_prison": ("父母服刑", 0.09),
    "parent_gravely_ill": ("父母大病", 0.20),
}
"""Kinds of children with the words of the sheets and made-up shares; the city publishes only the five kinds."""

HELPERS: Final[Mapping[str, tuple[str, float]]] = {
    "village_cadre": ("村干部", 0.27),
    "official": ("机关干部", 0.20),
    "teacher": ("教师", 0.22),
    "social_worker": ("社工", 0.11),
    "entrepreneur": ("企业家", 0.09),
    "medical": ("医护人员", 0.06),
    "youth": ("青年志愿者", 0.05),
}
"""Kinds of volunteers besides the retired elders, with made-up shares of the rest."""

ELDER: Final = ("elder", "五老")
SKILLS: Final = ("音乐", "书法", "数学", "英语", "心理咨询", "心理咨询", "农技", "法律", "体育", "绘画")
SKILLS_OF: Final[Mapping[str, str]] = {"medical": "医护", "social_worker": "心理咨询"}

RELATIVES: Final[tuple[tuple[str, str, bool], ...]] = (
    ("祖母", "female", False),
    ("祖父", "male", True),
    ("外祖母", "female", False),
    ("外祖父", "male", False),
    ("叔父", "male", True),
    ("姑母", "female", True),
)
"""How a guardian is related, the guardian's sex, and whether he or she has the child's surname."""
PARENTS: Final[tuple[tuple[str, str, bool], ...]] = (("母亲", "female", False), ("父亲", "male", True))
