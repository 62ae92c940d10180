"""Notes that several columns share."""

from mentormatch.base.text import Text

AS_STUDENTS = Text(zh="与“学生”表中的学号一致", en="as in the sheet students")
AS_MENTORS = Text(zh="与“导师”表中的工号一致", en="as in the sheet mentors")
FOR_RECORDS = Text(zh="备查,不影响匹配", en="for your records; it changes nothing")
