"""What commands and environments TeX may have here: those of latex2mathml, less what a formula has no use for."""

from __future__ import annotations

import re
from functools import cache

from latex2mathml import commands
from latex2mathml.symbols_parser import SYMBOLS

ONE, TWO, REST = 1, 2, -1  # how many arguments a command takes; `REST`: all that follows in its group


def _commands(names: str) -> frozenset[str]:
    return frozenset(f"\\{name}" for name in names.split())


WORDS = _commands("text textbf textit textrm textsf texttt textup textmd textnormal emph mbox hbox fbox")
NAMED = frozenset({r"\operatorname", r"\operatorname*", r"\operatornamewithlimits"})
TAGS = frozenset({r"\tag", r"\tag*"})
COLOURS = frozenset({r"\color", r"\textcolor"})
PAIRED = frozenset({r"\left", r"\right", r"\middle", *commands.BIG, *commands.BIG_OPEN_CLOSE})  # a delimiter follows
SPACES = _commands("hskip hspace kern mkern mskip mspace")  # a width follows
INFIX = _commands("over atop choose brace brack")
ROOTS = frozenset({r"\sqrt", *commands.EXTENSIBLE_ARROWS})  # [an option] may stand before their argument

# environment → as what latex2mathml reads it; an empty name is no environment at all
ENVIRONMENTS = {
    "aligned": "align*",
    "align": "align*",  # which numbers its rows
    "align*": "align*",
    "split": "align*",
    "array": "array",
    "cases": "cases",
    "dcases": "cases",
    "equation": "",
    "equation*": "",
    "gather": "displaylines",
    "gather*": "displaylines",
    "gathered": "displaylines",
    "multline": "displaylines",
    "multline*": "displaylines",
    **{name: name for name in ("matrix", "pmatrix", "bmatrix", "Bmatrix", "vmatrix", "Vmatrix", "smallmatrix")},
}

# Definitions could grow without bound; the rest belongs to web pages, or to typesetting that a phone does not need.
REFUSED = _commands(
    "newcommand renewcommand def newenvironment DeclareMathOperator mathchoice sideset skew genfrac above"
    " abovewithdelims atopwithdelims href class style unicode verb rule raise lower moveleft moveright colorbox"
    " fcolorbox root leftroot uproot eqalign eqalignno displaylines matrix pmatrix bmatrix Bmatrix vmatrix"
    " Vmatrix array cases smallmatrix split align smash vcenter hline hdashline hfil"
    " llap rlap clap mathllap mathrlap mathclap"
)


@cache
def known() -> frozenset[str]:
    """Every command that is drawn as something else than its own name."""
    found = {value for value in vars(commands).values() if isinstance(value, str)}
    for several in vars(commands).values():
        if isinstance(several, (tuple, dict)):
            found.update(name for name in several if isinstance(name, str))
    found |= set(SYMBOLS) | WORDS | NAMED | TAGS | PAIRED | {r"\of"}
    signs = {name for name in found if name.startswith(commands.MATH) and name not in commands.LOCAL_FONTS}
    unread = (
        signs - set(commands.MATH_NON_FONT_COMMANDS) - set(commands.CONVERSION_MAP)
    )  # taken for fonts, which they are not
    return frozenset(name for name in found if re.fullmatch(r"\\(?:[a-zA-Z]+\*?|.)", name)) - REFUSED - unread


def like(command: str) -> list[str]:
    """Commands that somebody may have meant by one that is unknown: with its first letter, and about as long."""
    return [name for name in _by_letter().get(command[1:2], ()) if abs(len(name) - len(command)) <= 2]


@cache
def _by_letter() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name in sorted(known()):
        found.setdefault(name[1:2], []).append(name)
    return found


@cache
def arguments(command: str) -> int:
    """How many arguments a command takes."""
    if command in commands.COMMANDS_WITH_TWO_PARAMETERS:
        return TWO
    if command in INFIX or command in commands.MSTYLE_SIZES or command in commands.STYLES or command == r"\color":
        return REST
    takes_one = command in commands.COMMANDS_WITH_ONE_PARAMETER or command in commands.LOCAL_FONTS
    others = {r"\not", r"\substack", r"\textcolor"}
    return ONE if takes_one or command in ROOTS or command in SPACES or command in others else 0
