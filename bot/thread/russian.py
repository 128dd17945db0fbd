"""How what is said about an author's file is said in Russian, by its English pattern (`bot.thread.worded`)."""

from __future__ import annotations

from bot.thread import russian_texts

SENTENCES = russian_texts.SENTENCES | {
    # the file
    "a thread begins with front matter: a line ---, then title: and other settings, then a line ---": (
        "тред начинается с настроек: строка ---, затем title: и другие, затем строка ---"
    ),
    "the file is empty: a thread begins with front matter, ---, title: …, ---": (
        "файл пуст: тред начинается с настроек, ---, title: …, ---"
    ),
    "the front matter that begins here never ends: put a line --- after it": (
        "настройки, которые начинаются здесь, не кончаются: поставьте после них строку ---"
    ),
    "there are more errors: mend those above to see them": "ошибок больше: исправьте эти, чтобы увидеть остальные",
    "there are more warnings: mend those above to see them": (
        "замечаний больше: исправьте эти, чтобы увидеть остальные"
    ),
    "a thread begins with its front matter: delete what stands above the line --- (line {begun})": (
        "тред начинается с настроек: удалите то, что стоит над строкой --- (строка {begun})"
    ),
    "byte 0x{byte:02x} is not UTF-8: a thread is a text file, save it in the encoding UTF-8": (
        "байт 0x{byte:02x} — не UTF-8: тред — текстовый файл, сохраните его в кодировке UTF-8"
    ),
    "cannot read {name!r}: {reason}": "{name!r} не читается: {reason}",
    "more than {most} signs {sign} stand in this file: divide it into several threads": (
        "знаков {sign} в файле больше {most}: разделите его на несколько тредов"
    ),
    "the file has {size} bytes: a thread has at most {largest}": (
        "байтов в файле: {size}, в треде самое большее {largest}"
    ),
    "the text has {count} lines: a thread has at most {lines}": (
        "строк в тексте: {count}, в треде самое большее {lines}"
    ),
    "the text is longer than {largest} bytes, the most that a thread may have": (
        "текст длиннее {largest} байтов, а больше в треде не бывает"
    ),
    "the thread has {count} posts: {most} are allowed": "постов в треде: {count}, а можно {most}",
    "this {fence} fence is never closed: put {fence} after it": (
        "этот блок {fence} не закрыт: поставьте после него {fence}"
    ),
    "{line!r} does not end the front matter: write three signs -, ---": (
        "{line!r} не заканчивает настройки: пишите три знака -, ---"
    ),
    "{line!r} does not separate posts: write exactly --- (or *** for a line within a post)": (
        "{line!r} не разделяет посты: пишите ровно --- (или ***, если нужна черта внутри поста)"
    ),
    "{name!r} is not a file: name a thread, such as threads/pytorch.md": (
        "{name!r} — не файл: назовите тред, например threads/pytorch.md"
    ),
    "what follows # would be lost as a comment: {in_quotes}": "всё после # пропало бы как комментарий: {in_quotes}",
    # signs that nobody sees
    " (here and in {count} more places)": " (здесь и ещё в других местах: {count})",
    " (it has {listed})": " (в нём {listed})",
    "the Cyrillic letter {sign}, {code}": "русская буква {sign}, {code}",
    "the control character {code} cannot be sent: delete it": "управляющий символ {code} не отправить: удалите его",
    "{code} closes no direction of text: delete it": "{code} не закрывает никакого направления текста: удалите его",
    "{code} sets a direction that no {end} closes in its line: delete it": (
        "{code} задаёт направление, которого {end} в этой строке не закрывает: удалите его"
    ),
    "{code} turns round what follows it: delete it": "{code} переворачивает всё, что за ним: удалите его",
    "{code}, which nobody sees, stands here: delete it unless it is meant": (
        "здесь стоит невидимый {code}: удалите его, если он не нужен"
    ),
    # settings
    "{name} cannot be {value}{looks}: {allowed}": "{name} не может быть {value}{looks}: {allowed}",
    "{name} has no value: write one after the colon": "у {name} нет значения: напишите его после двоеточия",
    "{name} is missing: add a line {last}: …": "нет {name}: добавьте строку {last}: …",
    "unknown key {value}{odd}": "ключа {value} нет{odd}",
    "{told}: nothing here has it, delete the line (allowed: {listed})": (
        "{told}: здесь он ни к чему, удалите строку (можно: {listed})"
    ),
    "{told}: write {meant} instead": "{told}: пишите {meant}",
    "did you mean {word!r}?": "имелось в виду {word!r}?",
    "allowed: {words}": "можно: {words}",
    " (“ and ” are no quotes here)": " (“ и ” здесь не кавычки)",
    "it is true or false": "бывает true или false",
    "it has several lines: write one": "в нём несколько строк: напишите одну",
    "nothing is seen of it ({hidden}): write some words": "его не видно ({hidden}): напишите слова",
    "{shown} is outside of what Telegram allows: a poll is open from 5s to 730h": (
        "{shown} — вне того, что позволяет Telegram: опрос открыт от 5s до 730h"
    ),
    "string should have at least {min_length} character": "нужно хотя бы символов: {min_length}",
    "string should have at least {min_length} characters": "нужно хотя бы символов: {min_length}",
    "string should have at most {max_length} characters": "символов самое большее {max_length}",
    "string should match pattern '{pattern}'": "нужен вид {pattern}",
    "input should be greater than or equal to {ge}": "нужно не меньше {ge}",
    "input should be less than or equal to {le}": "нужно не больше {le}",
    "input should be greater than {gt}": "нужно больше {gt}",
    "input should be less than {lt}": "нужно меньше {lt}",
    "input should be a valid integer": "нужно целое число",
    "input should be a valid integer, unable to parse string as an integer": "нужно целое число",
    "input should be a valid integer, got a number with a fractional part": "нужно целое число",
    "input should be a valid number": "нужно число",
    "input should be a valid number, unable to parse string as a number": "нужно число",
    "input should be a finite number": "нужно конечное число",
    "input should be a valid string": "нужен текст",
    "input should be a valid tuple": "нужен список в [ ]",
    "input should be a valid list": "нужен список в [ ]",
    "input should be a valid dictionary": "нужны строки вида key: value",
    "input should be a valid dictionary or instance of {class_name}": "нужны строки вида key: value",
    "a country stands here twice: {listed}": "страна стоит здесь дважды: {listed}",
    "{code!r} is no country: write the two letters of ISO 3166-1, such as {example}": (
        "{code!r} — не страна: пишите две буквы из ISO 3166-1, например {example}"
    ),
    "{count} countries: Telegram allows at most {most}": "стран: {count}, в Telegram самое большее {most}",
    "{message}; {code} lets anonymous numbers vote": "{message}; с {code} голосуют и анонимные номера",
    "a key is one word": "ключ — это одно слово",
    "a value cannot begin with & or ! here: put the value in quotes": (
        "значение здесь не может начинаться с & или !: возьмите его в кавычки"
    ),
    "more than {deepest} levels are nested here: settings need three": (
        "уровней вложено больше {deepest}: настройкам хватает трёх"
    ),
    "the key {key!r} stands here twice (first in line {first}): delete one": (
        "ключ {key!r} стоит здесь дважды (первый раз в строке {first}): удалите один"
    ),
    "this block has more than {valued} lines and values: settings need a dozen": (
        "строк и значений в этом блоке больше {valued}: настройкам хватает дюжины"
    ),
    "this block has {count} characters: settings have at most {longest}": (
        "символов в этом блоке: {count}, в настройках самое большее {longest}"
    ),
    "this cannot be read as YAML: {error}": "это не читается как YAML: {error}",
    "{most} problems in one block: mend them to see the rest": (
        "ошибок в одном блоке: {most}; исправьте их, чтобы увидеть остальные"
    ),
    "a tab, U+0009, stands here: write a plain space instead": "здесь стоит табуляция, U+0009: напишите обычный пробел",
    "a tab, U+0009,": "табуляция, U+0009,",
    "braces are missing": "нет скобок",
    "nothing can be read": "прочесть ничего не удалось",
    "settings are lines of the form key: value": "настройки — это строки вида key: value",
    "the value goes on behind its closing quote:": "значение продолжается после закрывающей кавычки:",
    "these braces are no pair around the whole": "эти скобки не охватывают всего",
    "this quote is never closed:": "эта кавычка не закрыта:",
    "'{' is never closed": "'{' не закрыта",
    "a colon followed by a space begins a value: {mend}": "двоеточие с пробелом начинает значение: {mend}",
    "a space is missing after the colon: write {key}: {more}": "после двоеточия нет пробела: пишите {key}: {more}",
    "a value cannot begin with {first!r}:": "значение не может начинаться с {first!r}:",
    "begin {own} where {above} begins": "начните {own} там же, где {above}",
    "put the whole value in quotes, {key}: {quoted}": "возьмите всё значение в кавычки, {key}: {quoted}",
    "the indentation makes this line a part of {key} above, which has a value: begin both in the same column": (
        "отступ делает эту строку частью {key} над ней, а у того есть значение: начните обе с одного столбца"
    ),
    "the indentation, {count}, is that of no line above: {mend}": (
        "такого отступа ({count}) нет ни у одной строки выше: {mend}"
    ),
    "1 space": "1 пробел",
    "{spaces} spaces": "пробелов: {spaces}",
    "this is not YAML: {message}": "это не YAML: {message}",
    "{code} stands after the colon: write a plain space instead": (
        "после двоеточия стоит {code}: напишите обычный пробел"
    ),
    "{code} stands in the key {key!r}: delete it": "в ключе {key!r} стоит {code}: удалите его",
    "{first!r} is never closed: close it, or": "{first!r} не закрыта: закройте или",
    "{group}: write {key}: {{{inside}}}": "{group}: пишите {key}: {{{inside}}}",
    "{sign} is no colon of YAML: write {key}: {value}": "{sign} — не двоеточие YAML: пишите {key}: {value}",
    "{what} indents this line: YAML takes plain spaces only, write two instead": (
        "отступ этой строки — {what}, а YAML понимает только обычные пробелы: поставьте два"
    ),
    # times
    "write a number with its unit, such as 90s, 5m, 24h, 7d or 1h30m": (
        "пишите число с единицей: 90s, 5m, 24h, 7d или 1h30m"
    ),
    "write it as {day} {clock} Europe/Moscow or {day} {clock} +03:00": (
        "пишите {day} {clock} Europe/Moscow или {day} {clock} +03:00"
    ),
    "write {first}h{second}m or {first}m{second}s, whichever you mean": (
        "пишите {first}h{second}m или {first}m{second}s, смотря что имеется в виду"
    ),
    "write {span}": "пишите {span}",
    "{value} has no time zone: {mend}": "у {value} нет часового пояса: {mend}",
    "{value} is no duration{odd}: {mended}": "{value} — не длительность{odd}: {mended}",
    "{value} is no time: write it as {dated}": "{value} — не время: пишите {dated}",
    "{value} is no time: {error}": "{value} — не время: такого дня или часа не бывает",
    "{value} is too long: a pause has at most {days}d": "{value} — слишком долго: пауза самое большее {days}d",
    "{wall:%H:%M} comes twice on {wall:%Y-%m-%d} in {name}, where clocks go back: the first is taken ({early}); for "
    "the second write {wall:%Y-%m-%d %H:%M} {late}": (
        "{wall:%H:%M} {wall:%Y-%m-%d} бывает в {name} дважды: часы там переводят назад; взято первое ({early}), для "
        "второго пишите {wall:%Y-%m-%d %H:%M} {late}"
    ),
    "{wall:%H:%M} does not exist on {wall:%Y-%m-%d} in {name}: clocks jump from {before:%H:%M} to {after:%H:%M}; write "
    "{after:%Y-%m-%d %H:%M} {name}, or a later time": (
        "{wall:%H:%M} {wall:%Y-%m-%d} в {name} не бывает: часы переводят с {before:%H:%M} на {after:%H:%M}; пишите "
        "{after:%Y-%m-%d %H:%M} {name} или позже"
    ),
    "clocks in {meant} show {now} on {wall:%Y-%m-%d}, not {name}: {mend}": (
        "часы в {meant} показывают {wall:%Y-%m-%d} время {now}, а не {name}: {mend}"
    ),
    "did you mean {key!r} ({offset})?": "имелось в виду {key!r} ({offset})?",
    "no clock is {name} ahead of UTC: -12:00 to +14:00 are used": (
        "на {name} от UTC не отличаются нигде: бывает от -12:00 до +14:00"
    ),
    "the sign of {key} is turned round: it means UTC{real}; write {turned} if you mean UTC{turned}": (
        "знак в {key} перевёрнут: это UTC{real}; если имелось в виду UTC{turned}, пишите {turned}"
    ),
    "unknown time zone {value}: {likely}": "часового пояса {value} нет: {likely}",
    "write one such as {moscow}, or an offset such as +03:00": "пишите, например, {moscow} или смещение вроде +03:00",
    "write {meant} for the time there, or {offset}": "пишите {meant} для времени там или {offset}",
    "{name!r} is no time of Russia, where МСК-1 to МСК+9 are used: {example}": (
        "{name!r} в России не бывает, там от МСК-1 до МСК+9: {example}"
    ),
    "{name} may be {listed} or {shown}: write the one that you mean": (
        "{name} — это {listed} или {shown}: напишите, что имелось в виду"
    ),
}
