"""Texts in two languages compose: each operation does in both languages what strings do in one."""

from hypothesis import given
from hypothesis import strategies as st

from mentormatch.base.budget import Budget
from mentormatch.base.text import Text, clauses, sentences

WORDS = st.text(alphabet="甲乙丙ab {}。.;", max_size=6)
TEXTS = st.builds(Text, WORDS, WORDS)
PARTS = st.lists(st.one_of(TEXTS, WORDS), max_size=4)


def zh(part: Text | str) -> str:
    return part if isinstance(part, str) else part.zh


def en(part: Text | str) -> str:
    return part if isinstance(part, str) else part.en


@given(TEXTS, PARTS)
def test_join_and_plus_do_in_each_language_what_strings_do(separator: Text, parts: list[Text | str]) -> None:
    joined = separator.join(parts)
    assert joined == Text(separator.zh.join(map(zh, parts)), separator.en.join(map(en, parts)))
    for part in parts:
        assert separator + part == Text(separator.zh + zh(part), separator.en + en(part))
        assert part + separator == Text(zh(part) + separator.zh, en(part) + separator.en)


@given(PARTS, st.one_of(TEXTS, WORDS))
def test_format_fills_every_field_in_its_language(parts: list[Text | str], named: Text | str) -> None:
    fields = "{}" * len(parts)
    said = Text("甲" + fields + "{who}", "a" + fields + "{who!s:>9}").format(*parts, who=named)
    assert said == Text("甲" + "".join(map(zh, parts)) + zh(named), "a" + "".join(map(en, parts)) + f"{en(named):>9}")


@given(st.lists(TEXTS, min_size=1, max_size=4))
def test_a_sentence_of_clauses_has_one_full_stop_and_none_before_a_semicolon(texts: list[Text]) -> None:
    stop = ("。", ".")
    for said, parts in ((clauses(texts), texts), (texts[0].sentence, texts[:1])):
        for lang, full in zip((zh, en), stop, strict=True):
            assert lang(said).endswith(full)
            assert not lang(said)[:-1].endswith(full)
            assert all(lang(part.clause) in lang(said) for part in parts)
    assert "。;" not in clauses([text for text in texts if ";" not in text.zh]).zh
    assert sentences(texts).zh == "".join(text.sentence.zh for text in texts)


def test_a_budget_is_shared_and_never_negative() -> None:
    assert Budget(None).share(3).left is None
    spent = Budget(0.0)
    assert spent.is_spent
    assert spent.left == 0.0
    assert spent.share(4, least=2.0).seconds == 2.0
    whole = Budget(1000.0)
    assert (whole.share(4).seconds or 0) <= 250.0
    assert not whole.is_spent
