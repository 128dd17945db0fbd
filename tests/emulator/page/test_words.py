"""What the page says, as it is handed out: in each language the same names, what is counted in each form."""

import re
from pathlib import Path

from emulator.page import page, words

FOLDER = Path(page.__file__).parent


def test_what_is_counted_has_the_forms_of_its_language():
    told = words.told()

    assert told["ru"]["votes"] == {"one": "{count} голос", "few": "{count} голоса", "many": "{count} голосов"}
    assert told["en"]["votes"] == {"one": "{count} vote", "other": "{count} votes"}


def test_the_page_says_what_there_is_and_all_of_it():
    """Names that are put together, `anonymous_` and `poll`, stand in the code as well, each by itself."""
    code = "".join(path.read_text("utf-8") for path in (*FOLDER.glob("*.js"), FOLDER / "page.html"))
    said = {*re.findall(r'(?:say\(|count\([^,()]+, |data-say=|data-label=)"(\w+)"', code)}

    assert said - words.WORDS.keys() == set()
    assert {name for name in words.WORDS if name.removeprefix("anonymous_") not in code and name.islower()} == set()


def test_no_script_and_no_markup_has_words_of_another_language():
    assert [path.name for path in FOLDER.glob("*.[jh]*") if re.search("[а-яё]", path.read_text("utf-8"))] == []
