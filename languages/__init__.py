"""
What is said, in each language: English stands in the code, every other language is one file here, `ru.po`.

    text        a phrase, and how it is said in a language
    catalogue   which languages there are, and their translations
    cldr        numbers, plurals, times and lists as each language writes them, by CLDR
    gathered    every phrase of the code, for the template and the catalogues: `make words`
"""
