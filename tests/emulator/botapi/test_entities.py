from hypothesis import given
from hypothesis import strategies as st

from emulator.botapi import entities

texts = st.text(alphabet="ab \n👩й</#@", max_size=30)


@given(texts, st.data())
def test_an_entity_covers_the_same_letters_after_trimming(text, data):
    start = data.draw(st.integers(0, len(text)))
    stop = data.draw(st.integers(start, len(text)))
    offset, length = entities.units(text[:start]), entities.units(text[start:stop])
    marked = [{"type": "bold", "offset": offset, "length": length}]

    trimmed, kept = entities.clean(text, marked)

    bold = [entities.cut(trimmed, e["offset"], e["length"]) for e in kept if e["type"] == "bold"]
    assert trimmed == text.strip()
    if bold:
        assert bold[0] in text[start:stop]
        assert bold[0].strip() == text[start:stop].strip()
    else:
        assert not text[start:stop].strip()


@given(texts)
def test_found_entities_lie_inside_the_text_and_apart(text):
    trimmed, found = entities.clean(text, [])

    ends = [e["offset"] + e["length"] for e in found]
    assert all(end <= entities.units(trimmed) for end in ends)
    assert all(end <= following["offset"] for end, following in zip(ends, found[1:], strict=False))
