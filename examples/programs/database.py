"""The tables of a school information system, filled with a made-up school: what the other programs start from."""

import random
import sqlite3

TABLES = """
create table student(no text, name text, sex text, grade int, class int, care text);
create table teacher(no text, name text, sex text, subject text, seats int);
create table teaches(teacher text, class text);
create table choice(student text, place int, teacher text);
create table wish(teacher text, student text, stance text);
create table run(term text, document text);
"""


def connect(students: int = 60, teachers: int = 9) -> sqlite3.Connection:
    """Return a database in memory."""
    draw = random.Random(1)
    con = sqlite3.connect(":memory:", check_same_thread=False)
    con.executescript(TABLES)
    staff = [f"T{number:03}" for number in range(teachers)]
    for number, teacher in enumerate(staff):
        sex, subject = draw.choice("MF"), draw.choice(["maths", "Chinese", "English"])
        con.execute("insert into teacher values (?, ?, ?, ?, 9)", (teacher, f"Teacher {number}", sex, subject))
        con.execute("insert into teaches values (?, ?)", (teacher, f"{7 + number % 3}(1)"))
    for number in range(students):
        grade, no = 7 + number % 3, f"2024{number:04}"
        care = draw.choice(["", "", "key"])
        row = (no, f"Student {number}", draw.choice("MF"), grade, 1 + number % 2, care)
        con.execute("insert into student values (?, ?, ?, ?, ?, ?)", row)
        for place, teacher in enumerate(draw.sample(staff, 3), start=1):
            con.execute("insert into choice values (?, ?, ?)", (no, place, teacher))
    con.execute("insert into wish select teacher, student, 'unsuitable' from choice where place = 1 limit 1")
    return con
