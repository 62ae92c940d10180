"""What a clerk has to know of every sheet and column, for the notes in the template."""

from mentormatch.base.text import Text

GENERAL_NOTES: tuple[Text, ...] = (
    Text(
        zh="只有“学生”和“导师”两张表必须填写,其余的表有就填,没有可以删掉。深色表头的列必填。",
        en="Only the sheets students and mentors must be filled in; others may be deleted. Columns with a dark header "
        "are required.",
    ),
    Text(
        zh="每张表第 2 行的灰色斜体字是示例,填写前请删除整行;“填写说明”这张表可以留着,读取时会跳过。",
        en="The grey second row of each sheet is an example: delete it first. This sheet may stay; it is not read.",
    ),
    Text(
        zh="表名和表头请保持原样;列的顺序可以调换,也可以另加自己的列。",
        en="Leave the names of sheets and headers as they are; columns may change places, and you may add your own.",
    ),
    Text(
        zh="从别处粘贴时请用“只粘贴值”(选择性粘贴),否则学号前面的 0 会丢,班级会变成日期。",
        en="Paste values only, or ids lose the zeros in front and classes become dates.",
    ),
    Text(
        zh="一格填多个时用顿号、逗号或分号隔开;没有就空着,或写“无”。",
        en="Several values in one cell are separated by commas or semicolons; leave a cell empty for none.",
    ),
    Text(
        zh="日期写成 2024-09-01 或 2024年9月1日,年份写四位。",
        en="Dates are written 2024-09-01, the year with four digits.",
    ),
    Text(
        zh="填好后先检查:mentormatch check 文件.xlsx --marked 检查.xlsx,有问题的单元格会标出颜色和原因。",
        en="Then check it: mentormatch check SCHOOL.xlsx --marked CHECKED.xlsx gives a copy with every doubtful cell "
        "coloured and the reason beside it.",
    ),
)

SHEET_NOTES: dict[str, Text] = {
    "students": Text(zh="每名学生一行", en="one row a student"),
    "mentors": Text(zh="每名导师一行", en="one row a mentor"),
    "prefs_students": Text(
        zh="学生填报的志愿,每名学生一行;也可由 mentormatch survey 从问卷导入",
        en="the wishes of the students, one row each; mentormatch survey fills it from a survey's export",
    ),
    "prefs_mentors": Text(
        zh="导师对学生的意向,每名导师每名学生一行;没有意向的导师不必填",
        en="what mentors think of students, one row for each of them; mentors without a wish need none",
    ),
    "pairings": Text(
        zh="上学期(现在)谁跟谁结对;新学校或新年级空着。上学期的结果表“结果”可以整张复制过来",
        en="who is with whom now; empty at the start. The sheet assignments of the last result can be copied here",
    ),
    "externals": Text(
        zh="校外导师,组建“1名校内导师+X名校外导师+N名学生”小组时用", en="external mentors, for groups of 1 + X : N"
    ),
    "changes": Text(zh="要求换导师的申请,每份一行", en="requests for another mentor, one row each"),
}

_CHOICE = Text(
    zh="导师的工号;也可写姓名,同名时写“张伟(数学)”",
    en="the mentor's id; a name will do where only one mentor has it, or name and subject: Zhang Wei(Physics)",
)
_STUDENT = Text(zh="与“学生”表中的学号一致", en="as in the sheet students")
_MENTOR = Text(zh="与“导师”表中的工号一致", en="as in the sheet mentors")
_NOTE = Text(zh="备查,不影响匹配", en="for your records; it changes nothing")

COLUMN_NOTES: dict[tuple[str, str], Text] = {
    ("students", "student_id"): Text(zh="不能重复,不能空;按文本填写", en="unique, never empty, as text"),
    ("students", "name"): Text(zh="可以重名,系统只认学号", en="names may repeat: students are known by their id"),
    ("students", "gender"): Text(zh="男或女;有性别要求的规则才用到", en="male or female; for rules that ask for it"),
    ("students", "stage"): Text(zh="小学、初中或高中", en="primary, junior or senior"),
    ("students", "grade"): Text(zh="如 七年级、初一、7", en="such as 7 or 七年级"),
    ("students", "class"): Text(
        zh="如 七(3)班;703、初一3班、七（3）班 都认得", en="such as 7(3); 703 and 七(3)班 are the same class"
    ),
    ("students", "entry_date"): Text(
        zh="入学日期;据此判断是否在适应期", en="the day of entry; it tells whether the adaptation period still runs"
    ),
    ("students", "boarding"): Text(zh="是否寄宿", en="whether the student boards"),
    ("students", "care_tags"): Text(
        zh="如 留守、单亲、学困,可多个;只在内部版报告中出现",
        en="such as left-behind; several are possible; shown in the staff edition only",
    ),
    ("students", "care_level"): Text(
        zh="一般或重点;“重点”受导师的重点关爱上限约束,只在内部版中出现",
        en="general or key; key students count towards a mentor's care_max; shown in the staff edition only",
    ),
    ("students", "sibling_ids"): Text(
        zh="在本校的兄弟姐妹的学号,可多个;要不要同一位导师由规则决定",
        en="ids of brothers and sisters in this school; a rule says whether they share a mentor",
    ),
    ("students", "avoid_mentor_ids"): Text(
        zh="绝不能带这名学生的导师的工号,可多个;只在内部版中出现",
        en="ids of mentors who must never take this student; shown in the staff edition only",
    ),
    ("students", "mentor_gender_req"): Text(
        zh="只接受男导师或女导师时填写", en="only where the mentor must be male, or female"
    ),
    ("students", "guardian_notice"): Text(zh="监护人是否已知情;备查", en="does the guardian know; for your records"),
    ("students", "themes"): Text(
        zh="感兴趣的主题,可多个;分组时与校外导师的主题对照", en="themes; groups compare them with those of externals"
    ),
    ("students", "role_requests"): Text(
        zh="除主导师外还需要的角色,如 心理,可多个", en="further roles that are needed, such as psychology"
    ),
    ("students", "friend_ids"): Text(
        zh="希望同组的学生的学号,可多个", en="ids of students wished for in the same group"
    ),
    ("students", "apart_ids"): Text(
        zh="不能分在同一个成长小组的学生的学号,可多个;要连导师也不同,加规则 apart_students",
        en="ids of students who must not be in one growth group; see the rule apart_students for mentors",
    ),
    ("mentors", "mentor_id"): Text(zh="不能重复,不能空;按文本填写", en="unique, never empty, as text"),
    ("mentors", "name"): Text(zh="可以重名,系统只认工号", en="names may repeat: mentors are known by their id"),
    ("mentors", "gender"): Text(zh="男或女;有性别要求的规则才用到", en="male or female; for rules that ask for it"),
    ("mentors", "kind"): Text(
        zh="校内(空着也是校内)、校外或学长;“校外”和“学长”不参加全校匹配",
        en="in_school (also when empty), external or peer; the last two stay out of the school's matching",
    ),
    ("mentors", "subject"): Text(
        zh="任教学科;同名导师靠它区分", en="what the mentor teaches; it tells mentors of one name apart"
    ),
    ("mentors", "classes_taught"): Text(
        zh="任教的班级,可多个;“本班优先”等规则用到", en="classes that the mentor teaches; rules on own classes read it"
    ),
    ("mentors", "head_of"): Text(zh="担任班主任的班级", en="the class that the mentor is head teacher of"),
    ("mentors", "chief_of"): Text(zh="担任班教组长的班级", en="the class whose team the mentor leads"),
    ("mentors", "capacity_max"): Text(
        zh="最多带几名学生;0 表示不带。各人之和应不少于学生人数",
        en="most students; 0 takes nobody. All of them together should be at least the number of students",
    ),
    ("mentors", "capacity_min"): Text(zh="最少带几名学生;空着为 0", en="fewest students; empty is 0"),
    ("mentors", "care_max"): Text(
        zh="最多带几名“重点”关爱学生;空着不限", en="most students of care level key; empty is no limit"
    ),
    ("mentors", "available_from"): Text(zh="从哪天起可以带;空着为一直可以", en="first day on duty; empty is always"),
    ("mentors", "available_to"): Text(zh="到哪天为止;空着为一直可以", en="last day on duty; empty is always"),
    ("mentors", "status"): Text(
        zh="在岗(空着也是在岗);写其他任何字(病假、产假……)表示不在岗,不参加匹配",
        en="active (also when empty); any other word, such as sick leave, means that the mentor is away",
    ),
    ("mentors", "tags"): Text(
        zh="特长,可多个;规则可按特长认定能任某角色的导师", en="talents; a role of the rules may ask for them"
    ),
    ("mentors", "availability"): Text(
        zh="带小组的时间,如 周五下午,可多个", en="when the mentor can lead a group, such as Friday afternoon"
    ),
    ("mentors", "max_groups"): Text(zh="最多带几个小组;空着为 1", en="most groups; empty is 1"),
    ("mentors", "roles"): Text(
        zh="还能担任的角色和人数,如 心理:5,可多个", en="further roles with places, such as psychology:5"
    ),
    ("prefs_students", "student_id"): _STUDENT,
    ("prefs_students", "submitted_at"): Text(
        zh="提交时间;一名学生交了两份时,以后一份为准", en="when it was sent; of two forms the later one counts"
    ),
    ("prefs_students", "choice_1"): _CHOICE,
    ("prefs_students", "choice_2"): Text(zh="同上;不填就空着", en="the same; empty for none"),
    ("prefs_students", "choice_3"): Text(zh="同上;不填就空着", en="the same; empty for none"),
    ("prefs_students", "choice_4"): Text(zh="同上;不填就空着", en="the same; empty for none"),
    ("prefs_students", "choice_5"): Text(zh="同上;不填就空着", en="the same; empty for none"),
    ("prefs_students", "avoid"): Text(
        zh="不希望的导师,可多个;不会安排给这些导师", en="mentors that the student will not be placed with"
    ),
    ("prefs_students", "acceptable"): Text(
        zh="也可以接受的导师,可多个,不分先后,排在各志愿之后",
        en="mentors that will do as well, in no order, after the numbered choices",
    ),
    ("prefs_students", "external_choices"): Text(
        zh="想要的校外导师的编号,可多个,先写最想要的", en="ids of externals, the one wished for most first"
    ),
    ("prefs_students", "role_choices"): Text(
        zh="各角色想要的导师,如 心理:T005、T006", en="mentors wished for in a role, such as psychology: T005, T006"
    ),
    ("prefs_mentors", "mentor_id"): _MENTOR,
    ("prefs_mentors", "student_id"): _STUDENT,
    ("prefs_mentors", "order"): Text(
        zh="1、2、3……为想带的先后;“可接受”为都行;“不适合”为不能带(一定不会安排)",
        en="1, 2, 3 ... is the order of wishes; acceptable comes after them; unsuitable means never",
    ),
    ("prefs_mentors", "reason_code"): Text(zh="不适合的理由,只供内部备查", en="why; for your records"),
    ("pairings", "pairing_id"): _NOTE,
    ("pairings", "student_id"): _STUDENT,
    ("pairings", "mentor_id"): _MENTOR,
    ("pairings", "role"): Text(
        zh="主(空着也是主)、协、校外或学长", en="primary (also when empty), supporting, external or peer"
    ),
    ("pairings", "role_name"): Text(
        zh="协同导师的角色,如 心理", en="what a supporting mentor is for, such as psychology"
    ),
    ("pairings", "state"): Text(
        zh="在结(空着也是在结)、适应期或已结束", en="active (also when empty), provisional or ended"
    ),
    ("pairings", "valid_from"): Text(zh="从哪天起", en="the first day"),
    ("pairings", "valid_to"): Text(zh="到哪天为止;空着为未结束", en="the last day; empty while it goes on"),
    ("pairings", "origin"): _NOTE,
    ("pairings", "locked"): Text(zh="“是”表示这一对不许变动", en="yes: this pair must stay"),
    ("externals", "external_id"): Text(zh="不能重复,不能空", en="unique, never empty"),
    ("externals", "name"): Text(zh="姓名", en="the name"),
    ("externals", "org"): _NOTE,
    ("externals", "category"): Text(
        zh="如 家长职业导师;分组时与学生兴趣对照", en="such as parent; groups compare it with interests"
    ),
    ("externals", "check_date"): Text(zh="从业资格查询的日期", en="the day of the background check"),
    ("externals", "check_valid_to"): Text(
        zh="查询结果有效到哪天;过期的不参加", en="until when it is valid; after that the external takes no part"
    ),
    ("externals", "lead_mentor_id"): Text(
        zh="由哪位校内导师负责;空着则由系统安排", en="the mentor in charge; empty leaves it open"
    ),
    ("externals", "capacity"): Text(zh="最多服务几名学生", en="most students"),
    ("externals", "availability"): Text(zh="如 周五下午,可多个", en="such as Friday afternoon; several are possible"),
    ("externals", "max_groups"): Text(zh="最多参加几个小组;空着不限", en="most groups; empty is no limit"),
    ("externals", "themes"): Text(
        zh="能讲的主题,可多个;分组时与学生的兴趣主题对照", en="themes; groups compare them with those of students"
    ),
    ("changes", "request_id"): Text(zh="不能重复,不能空", en="unique, never empty"),
    ("changes", "student_id"): _STUDENT,
    ("changes", "from_mentor"): Text(zh="现在的导师的工号", en="the mentor now"),
    ("changes", "to_mentor"): Text(
        zh="想换到的导师的工号;空着为任何合适的导师", en="the mentor wished for; empty for any"
    ),
    ("changes", "initiator"): Text(zh="谁提出的", en="who asks"),
    ("changes", "reason_code"): Text(zh="原因,只供内部备查", en="why; for your records"),
    ("changes", "student_opinion"): Text(
        zh="学生是否同意;没有“同意”不会换(确实无法征求的写“无法征求”并填原因)",
        en="whether the student agrees; without it nothing changes (not_askable, with a reason, where that is so)",
    ),
    ("changes", "opinion_date"): Text(zh="哪天征求的", en="when it was asked"),
    ("changes", "guardian_notified"): Text(zh="家长是否知悉", en="whether the guardian knows"),
    ("changes", "decision"): Text(zh="学校是否批准;“批准”的才会换", en="only what is approved is carried out"),
    ("changes", "effective_date"): Text(zh="从哪天起生效", en="from which day on"),
    ("changes", "handover_done"): Text(zh="两位导师是否已交接", en="whether the two mentors have handed over"),
}
