"""What each command is for, in both languages: the list that ``mentormatch --help`` shows, in the order of the work."""

from mentormatch.base.text import Text

PURPOSES: dict[str, Text] = {
    "demo": Text(zh="先看一所示例学校", en="a sample school, matched"),
    "template": Text(zh="生成空白工作簿", en="an empty workbook to fill in"),
    "survey": Text(zh="导入问卷中的志愿", en="wishes from a survey's export"),
    "check": Text(zh="逐格检查", en="every finding with its cell"),
    "solve": Text(zh="匹配并写出结果", en="match a school"),
    "explain": Text(zh="为什么是这位导师", en="why, and why not"),
    "fairness": Text(zh="公平账与抽签复核", en="who got what; the draw again"),
    "diagnose": Text(zh="为什么安排不下", en="why it does not fit"),
    "rematch": Text(zh="学期中少改动地调整", en="mend a result, few moves"),
    "promote": Text(zh="升级、毕业、接收新生", en="the school of the new year"),
    "dossiers": Text(zh="一生一档与档案交接", en="one file a pupil; hand-over of files"),
    "sheets": Text(zh="名册、班级表、交接单、通知书", en="rosters, slips and letters to print"),
    "accounts": Text(zh="导师课时与津贴账", en="periods and allowance by month"),
    "review": Text(zh="每月研判与督导汇总", en="a school's months; many schools"),
    "groups": Text(zh="组建校内外导师小组", en="groups of 1 + X : N"),
    "roles": Text(zh="一名学生多位导师", en="several mentors for one student"),
    "growth-groups": Text(zh="快乐成长小组", en="balanced groups of a class"),
    "peers": Text(zh="学长与学弟学妹", en="older students for younger ones"),
    "rules": Text(zh="规则文件说明与检查", en="what a rules file asks for"),
    "solve-many": Text(zh="一次匹配许多学校", en="every school of a folder"),
    "checker": Text(zh="独立校验证明的脚本", en="a script that checks proofs"),
    "study": Text(zh="比较各种机制(研究用)", en="compare mechanisms"),
}
