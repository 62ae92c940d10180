"""What a clerk has to know before filling in the template, whatever the sheet."""

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
