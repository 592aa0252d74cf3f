"""One person is one person, however the name is written; two people stay two."""

import pytest

from terms.people import person
from terms.reading import told

ONE = {
    "widths": ("ﾀﾅｶ ﾀﾛｳ", "タナカ　タロウ", "たなかたろう"),
    "blanks and signs": ("田中太郎", "田中 太郎", "田中・太郎", "田中-太郎", "(田中太郎)"),
    "the unseen": (
        "田中太郎",
        "田\u200b中太郎",
        "\u202e田中太郎",
        "田中太郎\ufeff",
        "田中\u00ad太郎",
    ),
    "ideographic variants": ("葛城一", "葛\U000e0100城一", "葛\U000e0101城一"),
    "compatibility": ("神谷", "\ufa19谷", "神谷様"),
    "old and other forms": ("高橋辺", "髙橋邊", "高𣘺邉"),
    "斎": ("斎藤広", "齋藤廣", "斉藤広", "齊藤広"),
    "katakana and kanji": ("山口力二", "山ロカニ", "山囗力ニ"),
    "a stroke": ("佐藤一郎", "佐藤ー郎", "佐藤―郎", "佐藤-郎"),
    "honorifics": ("田中", "田中様", "田中さん", "田中氏", "田中 殿"),
    "Cyrillic and Greek": ("Tanaka", "TANAKA", "Tаnаkа", "Ταnakα", "Ｔａｎａｋａ", "Tànaka"),
    "digits": ("Oil", "0i1", "оil"),
}
TWO = (
    ("財政課長", "財政部長"),
    ("田中太郎", "田中次郎"),
    ("高橋", "橋高"),
    ("佐藤二郎", "佐藤三郎"),
    ("ハシ", "バシ"),
    ("太田", "大田"),
    ("Sato", "Saito"),
)


@pytest.mark.parametrize("writings", ONE.values(), ids=ONE)
def test_one_person_is_one_however_the_name_is_written(writings: tuple[str, ...]) -> None:
    assert len({person(each) for each in writings}) == 1
    assert person(writings[0])


@pytest.mark.parametrize("names", TWO, ids="-".join)
def test_two_people_are_two(names: tuple[str, str]) -> None:
    assert person(names[0]) != person(names[1])


@pytest.mark.parametrize("name", ["", " 　", "\u200b", "・・", "Ꭺ", "😀"])
def test_what_names_nobody_is_nobody(name: str) -> None:
    assert person(name) == ""


def test_every_group_of_the_table_is_one() -> None:
    for groups in told("people").values():
        for group in groups.split():
            assert len({person(f"佐{each}藤") for each in group}) == 1, group
