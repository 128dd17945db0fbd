"""The days of a week as people call them in Russian and English; Monday is 0, as in Python."""

from __future__ import annotations

NAMES = (
    "пн понедельник понедельника понедельнику понедельникам mon monday mondays",
    "вт вторник вторника вторнику вторникам tue tues tuesday tuesdays",
    "ср среда среду среды среде средам wed wednesday wednesdays",
    "чт четверг четверга четвергу четвергам thu thur thurs thursday thursdays",
    "пт пятница пятницу пятницы пятнице пятницам fri friday fridays",
    "сб суббота субботу субботы субботе субботам sat saturday saturdays",
    "вс воскресенье воскресенья воскресенью воскресеньям sun sunday sundays",
)
DAYS = {word: number for number, words in enumerate(NAMES) for word in words.split()}
WORKING = (0, 1, 2, 3, 4)
EVERY = (0, 1, 2, 3, 4, 5, 6)
GROUPS = {
    **dict.fromkeys(("day", "daily", "days", "день", "ежедневно"), EVERY),
    **dict.fromkeys(("weekday", "weekdays", "будни", "будням"), WORKING),
    **dict.fromkeys(("weekend", "weekends", "выходные", "выходным"), (5, 6)),
}
RUSSIAN = ("понедельник", "вторник", "среда", "четверг", "пятница", "суббота", "воскресенье")
ENGLISH = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
