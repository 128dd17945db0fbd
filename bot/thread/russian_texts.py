"""What is said about posts, polls, texts, pictures and formulas, by its English pattern, in Russian."""

from __future__ import annotations

SENTENCES = {
    # posts
    "a task list in a list or quote is no poll: begin its lines with - [ ]": (
        "список с галочками внутри списка или цитаты — не опрос: начните его строки с - [ ]"
    ),
    "after: polls, but no poll comes before this post: delete the line, or move the post down": (
        "after: polls, но до этого поста опросов нет: удалите строку или переставьте пост ниже"
    ),
    "this post is empty: write its text, or take away one --- line": (
        "этот пост пуст: напишите его текст или уберите одну строку ---"
    ),
    "a ```{name} fence in a list or quote: begin it at the start of a line": (
        "блок ```{name} внутри списка или цитаты: начните его с начала строки"
    ),
    "a ```{name} fence without a poll: write options, - [ ] text, in the same post": (
        "блок ```{name} без опроса: напишите варианты, - [ ] текст, в том же посте"
    ),
    "a ```{name} fence would be shown as code: did you mean ```{near}?": (
        "блок ```{name} будет показан как код: имелось в виду ```{near}?"
    ),
    "a second ```{info} fence in this post (the first is in line {lines}): join them": (
        "второй блок ```{info} в этом посте (первый — в строке {lines}): соедините их"
    ),
    # polls
    "in a poll's post write links in full, [text](https://…): its parts are shown apart": (
        "в посте с опросом пишите ссылки целиком, [текст](https://…): его части показываются отдельно"
    ),
    "a second task list: a post is one poll; put --- between two polls, and no text between options": (
        "второй список с галочками: в посте один опрос; поставьте --- между двумя опросами, а текст между вариантами "
        "уберите"
    ),
    "letters of shuffled options stand as C, A, B: take shuffle or letters away": (
        "буквы перемешанных вариантов встанут как C, A, B: уберите shuffle или letters"
    ),
    "this quote belongs to no option: indent it by four spaces, or put a blank line before it": (
        "эта цитата не относится ни к одному варианту: сдвиньте её на четыре пробела или поставьте перед ней пустую "
        "строку"
    ),
    "the text above the question has {characters} characters and {marks} marks: a poll's description has at most "
    "{longest} and {most}; put the rest into a post of its own": (
        "в тексте над вопросом символов: {characters}, оформленных мест: {marks}; в описании опроса их бывает самое "
        "большее {longest} и {most}: остальное вынесите в отдельный пост"
    ),
    "shares {shares} for {count} options: one number for each, in the same order, not all of them 0": (
        "shares {shares}, а вариантов {count}: нужно по числу на каждый, в том же порядке, и не все нули"
    ),
    "the poll in line {taken} already has the id {name!r}: give this one another, id: …": (
        "id {name!r} уже занят опросом в строке {taken}: дайте этому другой, id: …"
    ),
    "below an option stands nothing but one quote with its feedback: '    > …'": (
        "под вариантом может стоять только одна цитата с пояснением к нему: '    > …'"
    ),
    "the quote with an option's feedback is the last that stands below it": (
        "цитата с пояснением к варианту стоит под ним последней"
    ),
    " ([х] is the Cyrillic letter)": " (в [х] русская буква)",
    "an opinion has no right answer: write [ ] here, or take away kind: opinion": (
        "у мнения нет правильного ответа: напишите здесь [ ] или уберите kind: opinion"
    ),
    "code begins in a line of its own, below the box and indented like it": (
        "код начинается с отдельной строки под галочкой, с тем же отступом"
    ),
    "letters: yes in a ```poll fence": "letters: yes в блоке ```poll",
    "mark it with [x], or say kind: opinion in a ```poll fence": (
        "отметьте его знаком [x] или напишите kind: opinion в блоке ```poll"
    ),
    "feedback goes in a quote below, '    > …', other text behind a blank line; or write {letters}": (
        "пояснение пишут цитатой под ним, '    > …', другой текст — после пустой строки; или напишите {letters}"
    ),
    "an option has one picture: this one has {count}": "у варианта одна картинка, а здесь их {count}",
    "an option is a single line: {mend}": "вариант — это одна строка: {mend}",
    "code and longer texts may stand there with {letters}": "код и длинные тексты возможны с {letters}",
    "no option is marked as the right answer: {mend}": "ни один вариант не отмечен как правильный: {mend}",
    "nothing is seen of this option ({hidden}): write its text": "этого варианта не видно ({hidden}): напишите текст",
    "shorten it, or write {letters}: it stands above the poll then, and a letter in it": (
        "сократите его или напишите {letters}: тогда он встанет над опросом, а в опросе будет буква"
    ),
    "the box of this option is no plain one{odd}: write - [ ] text, with plain spaces": (
        "галочка этого варианта написана не так{odd}: пишите - [ ] текст, с обычными пробелами"
    ),
    "the option has 0 characters: Telegram allows 1 to {longest}": (
        "вариант пуст: в Telegram в нём от 1 до {longest} символов"
    ),
    "the option has {count} characters: Telegram allows 1 to {longest}": (
        "символов в варианте: {count}; в Telegram их от 1 до {longest}"
    ),
    "the poll has {options}: {fewest} to {most} are allowed": "в опросе {options}, а можно от {fewest} до {most}",
    "1 option": "1 вариант",
    "{count} options": "вариантов: {count}",
    "{text!r} has no box, unlike its neighbours: write - [ ] before an option": (
        "у {text!r} нет галочки, а у соседей есть: перед вариантом пишите - [ ]"
    ),
    "{text!r} is already the option in line {seen}: options must differ": (
        "{text!r} — уже вариант в строке {seen}: варианты должны различаться"
    ),
    "{text!r} is no option{why}: write - [ ] text, or - [x] text where it is right": (
        "{text!r} — не вариант{why}: пишите - [ ] текст, или - [x] текст, если он верный"
    ),
    "{text!r} is shown as a text: if this is a poll, write - [ ] text, or - [x] text where it is right": (
        "{text!r} будет показано как текст: если это опрос, пишите - [ ] текст, или - [x] текст, если он верный"
    ),
    "a poll needs a question: write it as a paragraph before the options": (
        "опросу нужен вопрос: напишите его абзацем перед вариантами"
    ),
    "a poll has one picture, and {count} stand above its options: put the others into another post": (
        "у опроса одна картинка, а над вариантами их {count}: остальные вынесите в другой пост"
    ),
    "nothing is seen of the question ({hidden}): write it above the options": (
        "вопроса не видно ({hidden}): напишите его над вариантами"
    ),
    "the question has {count} characters: Telegram allows 1 to {longest}": (
        "символов в вопросе: {count}; в Telegram их от 1 до {longest}"
    ),
    # experiments
    "the key {name!r} stands here twice: each option has its own": (
        "ключ {name!r} стоит здесь дважды: у каждого варианта свой"
    ),
    "unknown experiment {run!r}: {nearest}": "опыта {run!r} нет: {nearest}",
    "{experiment!r} has no option key {name!r}: {nearest}": "в опыте {experiment!r} нет ключа {name!r}: {nearest}",
    "1 key": "1 ключ",
    "{given} keys": "ключей: {given}",
    "{keys} for {count} options of the poll: name one key for each, in the same order": (
        "{keys}, а вариантов в опросе {count}: назовите по ключу на каждый, в том же порядке"
    ),
    # texts
    "this line names an address, and no link uses it: it would vanish; write \\[ if it is a text": (
        "эта строка называет адрес, но ни одна ссылка его не использует, и она пропадёт; если это текст, пишите \\["
    ),
    "a quote in a quote: Telegram has none, take one > away": (
        "цитата в цитате: в Telegram таких нет, уберите один знак >"
    ),
    "lists and quotes in more than nine others: the text in them would be left out": (
        "списки и цитаты вложены глубже девяти: текст в них пропал бы"
    ),
    "no formula in a list or quote: put $$ at the start of a line": (
        "в списке и цитате формул нет: поставьте $$ в начало строки"
    ),
    "take the spaces in front of it away; code stands in a ``` fence": (
        "уберите пробелы перед ним; код пишут в блоке ```"
    ),
    "this code block is empty": "этот блок кода пуст",
    "this heading is empty": "этот заголовок пуст",
    "four spaces make code of this list: {mend}": "четыре пробела делают из этого списка код: {mend}",
    "more cells than the heading has ({count}): they would vanish; write \\| for a bar in a text": (
        "ячеек больше, чем в заголовке ({count}): лишние пропадут; черту в тексте пишите как \\|"
    ),
    "the table is {widest} signs wide: phones break lines of more than about {most}": (
        "таблица шириной в {widest} знаков: телефоны переносят строки длиннее примерно {most}"
    ),
    "Telegram opens no link to {address!r}: write the whole address, https://…": (
        "Telegram не откроет ссылку на {address!r}: напишите адрес целиком, https://…"
    ),
    "Telegram opens no link to {address!r}: {error}": "Telegram не откроет ссылку на {address!r}: в адресе ошибка",
    "a tap on {address!r} would command the app: link to a page, https://…": (
        "нажатие на {address!r} управляло бы приложением: дайте ссылку на страницу, https://…"
    ),
    "the text says {shown}, the link leads to {host}: write where it leads": (
        "в тексте {shown}, а ссылка ведёт на {host}: напишите, куда она ведёт"
    ),
    "{address!r} leads to {host}, whatever stands before the @: leave that away": (
        "{address!r} ведёт на {host}, что бы ни стояло перед @: уберите это"
    ),
    "![[ ]] shows no picture here: write ![](picture.png) on a line of its own": (
        "![[ ]] здесь картинку не показывает: напишите ![](picture.png) на отдельной строке"
    ),
    "%% hides nothing here: write <!-- a note -->": "%% здесь ничего не скрывает: пишите <!-- заметка -->",
    "** begins nothing within a word: mark the whole word": (
        "** внутри слова ничего не начинает: выделите слово целиком"
    ),
    "== marks nothing here: write **bold**": "== здесь ничего не выделяет: пишите **жирным**",
    "Telegram has no alerts: write its heading in bold, > **Note.** …": (
        "таких врезок в Telegram нет: напишите заголовок жирным, > **Заметка.** …"
    ),
    "Telegram has no footnotes: write the note where it belongs, or below as a text": (
        "сносок в Telegram нет: напишите её на месте или текстом ниже"
    ),
    "Telegram has no lists of definitions: write **term**: what it means": (
        "списков определений в Telegram нет: пишите **термин**: что он значит"
    ),
    "[[ ]] makes no link here: write [text](https://…)": "[[ ]] здесь не ссылка: пишите [текст](https://…)",
    "put a space outside of the marks, none inside, or leave punctuation out of them": (
        "поставьте пробел снаружи знаков, а не внутри, или вынесите из них пунктуацию"
    ),
    "put the whole formula between dollars, $…$ in a text, $$…$$ on a line of its own": (
        "возьмите всю формулу в доллары: $…$ в тексте, $$…$$ на отдельной строке"
    ),
    "this $ neither opens nor ends a formula: see the rule in docs/dialect.md; write \\$ if it is meant": (
        "этот $ не открывает и не закрывает формулу: правило — в docs/dialect.md; если нужен сам знак, пишите \\$"
    ),
    "this $$ has no other $$: a formula is $$…$$, in one line or on lines of its own; write \\$\\$ if it is meant": (
        "у этого $$ нет пары: формула — это $$…$$, в одной строке или на отдельных; если нужны сами знаки, пишите "
        "\\$\\$"
    ),
    "this is no link: write [text](<https://…>), with < > or %20 where the address has spaces": (
        "это не ссылка: пишите [текст](<https://…>), с < > или %20, если в адресе есть пробелы"
    ),
    "this is no picture: write ![](<file name.png>), with < > where the name has spaces": (
        "это не картинка: пишите ![](<file name.png>), с < >, если в имени есть пробелы"
    ),
    "this word is shown as it stands: paste the emoji": "это слово будет показано как есть: вставьте сам эмодзи",
    "|| hides nothing here: write ||text||, with no space inside, and within one paragraph": (
        "|| здесь ничего не скрывает: пишите ||текст||, без пробелов внутри и в одном абзаце"
    ),
    "this * makes nothing italic here: {mend}": "этот * ничего не делает курсивом: {mend}",
    "{found} is TeX, and stands outside of $…$: {mend}": "{found} — это TeX, а стоит не внутри $…$: {mend}",
    "{mark} does not make text {name} here: {mend}; write {escaped} if the signs themselves are meant": (
        "{mark} не делает здесь текст {name}: {mend}; если нужны сами знаки, пишите {escaped}"
    ),
    "bold": "жирным",
    "struck through": "зачёркнутым",
    "italic": "курсивом",
    "struck": "зачёркнутым",
    "hidden": "скрытым",
    "Telegram makes a link of {found}… that commands the app: write it as `code`": (
        "Telegram сделает из {found}… ссылку, которая управляет приложением: напишите это как `код`"
    ),
    "Telegram shows no titles of links: {title!r} would not be seen": (
        "заголовков у ссылок Telegram не показывает: {title!r} не увидят"
    ),
    "Telegram would drop the HTML {shown}: write {instead} instead": (
        "HTML {shown} в Telegram пропадёт: пишите вместо него {instead}"
    ),
    "![](picture.png) on a line of its own": "![](picture.png) на отдельной строке",
    "**bold**": "**жирным**",
    "*italic*": "*курсивом*",
    "`code`": "`код`",
    "~~struck~~": "~~зачёркнуто~~",
    "||hidden||": "||скрыто||",
    "[text](https://…)": "[текст](https://…)",
    "# a heading": "# заголовок",
    "## a heading": "## заголовок",
    "### a heading": "### заголовок",
    "- a list": "- список",
    "1. a list": "1. список",
    "> a quote": "> цитату",
    "Markdown, or put it in `code`": "Markdown или возьмите в `код`",
    "a ``` fence": "блок ```",
    "a line break": "перенос строки",
    "a table of | and -": "таблицу из | и -",
    "lines with a blank line between them": "строки с пустой строкой между ними",
    "a picture is no link in Telegram: write the link to {address!r} as a text, [text](https://…)": (
        "картинка в Telegram не бывает ссылкой: напишите ссылку на {address!r} текстом, [текст](https://…)"
    ),
    "this link to {address!r} has no text to be tapped: [text](https://…)": (
        "у этой ссылки на {address!r} нет текста, на который нажать: [текст](https://…)"
    ),
    "write $\\|{text}\\|$ for a norm, or <tg-spoiler>{text}</tg-spoiler> where it shall be hidden": (
        "норму пишите как $\\|{text}\\|$, а чтобы скрыть — <tg-spoiler>{text}</tg-spoiler>"
    ),
    "{mark} begins anew here what {mark} before it began, {marked}:": (
        "{mark} начинает заново то, что уже начал {mark} перед ним ({marked}):"
    ),
    "{name} would become a bold {text!r}: write `{name}`, or **{text}**": (
        "{name} станет жирным {text!r}: пишите `{name}` или **{text}**"
    ),
    "{opening}…{closing} is no maths here: write {instead}, or brackets without \\": (
        "{opening}…{closing} здесь не формула: пишите {instead}, или скобки без \\"
    ),
    "{spoiler_end} ends nothing that began in this paragraph, at this level": (
        "{spoiler_end} не закрывает ничего из начатого в этом абзаце на этом уровне"
    ),
    "{spoiler} needs its {spoiler_end} in the same paragraph and marks": (
        "{spoiler} нужно закрыть, {spoiler_end}, в том же абзаце и в том же выделении"
    ),
    "||{text}|| will be hidden as a spoiler: {mend}": "||{text}|| будет скрыто как спойлер: {mend}",
    # pictures
    "a formula in a list, quote, table or heading: put $$…$$ on a line of its own": (
        "формула в списке, цитате, таблице или заголовке: поставьте $$…$$ на отдельную строку"
    ),
    "a picture beside text: put it on a line of its own, with blank lines around it": (
        "картинка рядом с текстом: поставьте её на отдельную строку, с пустыми строками вокруг"
    ),
    "a picture in a list, quote, table or heading: put it on a line of its own": (
        "картинка в списке, цитате, таблице или заголовке: поставьте её на отдельную строку"
    ),
    "this formula becomes a picture and leaves a hole in its sentence: write $…$, or end a line with it": (
        "эта формула станет картинкой и оставит дыру в предложении: пишите $…$, или закончите ею строку"
    ),
    "more than {most} pictures: Telegram puts no more into one post, put --- between them": (
        "картинок больше {most}: в один пост Telegram больше не берёт, поставьте между ними ---"
    ),
    "Telegram shows PNG, JPEG and WebP: save it as one of these": (
        "Telegram показывает PNG, JPEG и WebP: сохраните в одном из них"
    ),
    "a BMP picture": "картинка BMP",
    "a HEIC picture": "картинка HEIC",
    "a TIFF picture": "картинка TIFF",
    "a damaged picture": "повреждённая картинка",
    "an AVIF picture": "картинка AVIF",
    "an SVG drawing": "рисунок SVG",
    "no picture": "не картинка",
    "move it there": "переложите её туда",
    "moves: a picture of a post stands still, save one frame of it": (
        "движется: картинка поста неподвижна, сохраните один кадр"
    ),
    "put it there": "положите его туда",
    "save it there and write its name": "сохраните её там и напишите её имя",
    "{path!r} is a link that leads out of the thread's folder: put the picture itself there": (
        "{path!r} — ссылка, которая ведёт из папки треда: положите туда саму картинку"
    ),
    "cannot read the picture {path!r}: {reason}": "картинка {path!r} не читается: {reason}",
    "did you mean {close!r}?": "имелось в виду {close!r}?",
    "has more pixels than any picture may: its sides are at most {sides:,} together": (
        "слишком велика: её стороны вместе — самое большее {sides}"
    ),
    "has {width} × {height} pixels": "— {width} × {height} пикселей",
    "is damaged, or only a part of a picture ({error}): save it anew": (
        "повреждена, или это только часть картинки: сохраните её заново"
    ),
    "is {kind}: {shown}": "— {kind}: {shown}",
    "there is no file {path!r} beside the thread: {mend}": "рядом с тредом нет файла {path!r}: {mend}",
    "{path!r} has {size}: a picture has at most {megabytes} MB": (
        "{path!r} занимает {size}: в картинке самое большее {megabytes} МБ"
    ),
    "{path!r} is no file that holds a picture": "{path!r} — не файл с картинкой",
    "{path!r} is not beside the thread, in its folder or below it: {mend}": (
        "{path!r} лежит не рядом с тредом, не в его папке и не ниже: {mend}"
    ),
    "{size:.1f} MB": "{size:.1f} МБ",
    "{size}: a WebP picture has at most {webp:,} here, make it smaller or save it as PNG or JPEG": (
        "{size}: в картинке WebP их здесь самое большее {webp}, уменьшите её или сохраните как PNG или JPEG"
    ),
    "{size}: a side is at most {ratio} times the other": (
        "{size}: одна сторона самое большее в {ratio} раз длиннее другой"
    ),
    "{size}: its sides are at most {sides:,} together": "{size}: её стороны вместе — самое большее {sides}",
    "the picture of a reveal has no glyph for {sign!r} ({codes}) and leaves it out: write another sign": (
        "на картинке ответа нет знака {sign!r} ({codes}), он пропадёт: напишите другой"
    ),
    # formulas
    "the formula cannot be drawn: it is empty, or has an empty row (write \\quad into it)": (
        "формулу не нарисовать: она пуста или в ней пустая строка (впишите \\quad)"
    ),
    "the formula is too long to be read on a phone: break it, or make several formulas of it": (
        "формула слишком длинна для телефона: разбейте её на строки или на несколько"
    ),
    "the lines of an array are not drawn: leave | out of its columns": (
        "линии в array не рисуются: уберите | из его столбцов"
    ),
    "the formula cannot be drawn: a part of it is more than the drawing knows ({error}), write it otherwise": (
        "формулу не нарисовать: в ней есть то, чего рисование не умеет, напишите иначе"
    ),
    "{sign} ({code}) is in no font of formulas: write it in the text around the formula": (
        "знака {sign} ({code}) нет в шрифтах формул: напишите его в тексте вокруг"
    ),
    "give the formula a line of its own, $$…$$, and it becomes a picture": (
        "поставьте формулу на отдельную строку, $$…$$, и она станет картинкой"
    ),
    "this formula": "эта формула",
    "{name} has no form within a text: {remedy}": "{name} в тексте не записать: {remedy}",
    "& stands outside of an environment such as \\begin{aligned}: a sign is \\&": (
        "& стоит вне окружения вроде \\begin{aligned}: сам знак — \\&"
    ),
    "the formula cannot be read: nothing follows ^ or _": "формула не читается: после ^ или _ ничего нет",
    "this } closes nothing: each { needs its }": "эта } ничего не закрывает: у каждой { своя }",
    "\\begin{{{words}}} has no matching \\end{{{words}}}": "у \\begin{{{words}}} нет пары \\end{{{words}}}",
    "\\end{{{words}}} ends nothing that began before it": "\\end{{{words}}} не закрывает ничего из начатого",
    "more than {deepest} braces, scripts and commands within each other: make several formulas of it": (
        "скобки, индексы и команды вложены глубже {deepest}: сделайте несколько формул"
    ),
    "the formula cannot be read: {text} lacks an argument": "формула не читается: у {text} нет аргумента",
    "{opened} opening and {closed} closing braces: each {{ needs its }}": (
        "открывающих скобок {opened}, закрывающих {closed}: у каждой {{ своя }}"
    ),
    "1 opening and 0 closing braces: each { needs its }": ("открывающих скобок 1, закрывающих 0: у каждой { своя }"),
    "{text} takes a sign: write {text}\\{sign}": "после {text} нужен знак: пишите {text}\\{sign}",
    "a $ inside of a formula: the formula itself stands between $$ and $$, a dollar is \\$": (
        "$ внутри формулы: сама формула стоит между $$ и $$, а доллар — это \\$"
    ),
    "a % begins a comment in TeX, and all that follows would vanish: write \\%": (
        "% в TeX начинает комментарий, и всё за ним пропадёт: пишите \\%"
    ),
    "U+{code:04X} stands in the formula and shows nothing: delete it": (
        "в формуле стоит невидимый U+{code:04X}: удалите его"
    ),
    "a formula of {count:,} characters: at most {longest:,}, make several of it": (
        "символов в формуле: {count}, самое большее {longest}: сделайте несколько"
    ),
    "unknown command {text}: did you mean {near}?": "команды {text} нет: имелось в виду {near}?",
    "unknown command {text}: it would be drawn as text": "команды {text} нет: она была бы показана как текст",
    "unknown environment {words!r}: allowed are {listed}": "окружения {words!r} нет: можно {listed}",
    "{command} takes words in braces, as in {command}{{if}}": (
        "после {command} нужны слова в скобках, как в {command}{{if}}"
    ),
    "{text} is not taken in a formula": "{text} в формуле нельзя",
    "{text} names a colour in braces, as in {text}{{red}}": "после {text} нужен цвет в скобках, как в {text}{{red}}",
    "{text} stands between words: {command}{{…}} takes words alone": (
        "{text} стоит среди слов: в {command}{{…}} только слова"
    ),
    "\\begin{…} has no matching \\end{…}": "у \\begin{…} нет пары \\end{…}",
    "\\left and \\right do not match": "\\left и \\right не парные",
    "\\limits stands behind nothing that has limits": "\\limits стоит не после того, у чего бывают пределы",
    "a command stands where it cannot": "команда стоит не на месте",
    "nothing follows ^ or _": "после ^ или _ ничего нет",
    "nothing stands above the line": "над чертой ничего нет",
    "nothing stands below the line": "под чертой ничего нет",
    "the columns of an array are of l, c, r and |, as in \\begin{array}{lcr}": (
        "столбцы array — из l, c, r и |, как в \\begin{array}{lcr}"
    ),
    "the formula cannot be read: an argument is missing": "формула не читается: не хватает аргумента",
    "there is nothing to draw": "рисовать нечего",
    "two ^ in a row: put braces, as in {x^2}^3": "два ^ подряд: поставьте скобки, как в {x^2}^3",
    "two _ in a row: put braces, as in {x_1}_2": "два _ подряд: поставьте скобки, как в {x_1}_2",
    "the formula cannot be read: {meaning}": "формула не читается: {meaning}",
    "{left} has nothing to belong to": "{left} не к чему относиться",
}
