"""
Every number in the texts of a poll: measured, or a setting, or confirmed by its author; or nobody knows whence it is.

A number that is typed is known where it is a setting (a parameter, the number of seeds, what the settings' line of the
picture, the question, a wrong option or a key behind its @ says), where the measurement bears it out to all its digits,
or where the experiment's `confirmed:` has it with a reason. A reason that is a sum, `log(1 + 9/e)`, is worked out. With
a unit (%, ×, ms) it is no setting. `bot.thread.claims` says what a number is.
"""

from __future__ import annotations

import ast
import math
import operator
import re
from collections.abc import Callable, Iterator

from pydantic import JsonValue

from bot.thread import claims, filled
from bot.thread.claims import Claim
from bot.thread.model import Language, Markdown, Poll
from experiments import quantity
from experiments.catalogue import ENTRIES
from experiments.measurement import Measurement

REMEDY = "name a measured number by its key, or confirm it with a reason: confirmed: {{{number!r}: …}}"
OPERATORS: dict[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv, ast.Pow: math.pow,
}  # fmt: skip
FUNCTIONS: dict[str, Callable[[float], float]] = {"log": math.log, "exp": math.exp, "sqrt": math.sqrt}
AT = re.compile(r"@([\d.]+)$")  # a key of a number at some setting: forgotten@0.001
CONSTANTS = {"e": math.e, "pi": math.pi}


def texts(poll: Poll) -> Iterator[tuple[str, Markdown]]:
    """Everything that is said around a poll, and what each of it is; of the options those that are right."""
    yield "description", poll.description
    for option in poll.options:
        yield f"feedback to “{option.text}”", option.feedback
    yield "explanation", poll.explanation
    for option in poll.options:
        if option.correct:
            yield "right option", option.text


def shown(poll: Poll, measurement: Measurement, language: Language) -> Iterator[tuple[str, Markdown]]:
    """The paragraphs that name numbers, with their numbers."""
    for name, source in texts(poll):
        for paragraph in source.split("\n\n"):
            told = filled.text(paragraph, measurement.experiment, measurement, language)
            if told != paragraph:
                yield name, " ".join(told.split())


def problems(poll: Poll, measurement: Measurement, language: Language) -> Iterator[str]:
    """What is said and not known to be so, in the order of the texts."""
    assert poll.experiment is not None
    reasons, settings = poll.experiment.confirmed, _settings(poll, measurement, language)
    used = set()
    for name, source in texts(poll):
        for key in filled.unmeasured(source, measurement.experiment, measurement):
            yield f"{name}: this run has no number {key!r}{_when(measurement, key)}"
        for claim in claims.found(source, language):
            if claims.confirmed(claim, reasons):
                used.add(claims.normal(claim.text).casefold())
            elif not _known(claim, measurement, settings):
                remedy = REMEDY.format(number=claims.normal(claim.text))
                yield f"{name}: {claim.text!r} is not measured, in “{claim.around}”: {remedy}"
    for number, reason in reasons.items():
        if claims.normal(number).casefold() not in used:
            yield f"confirmed: {number!r} stands in none of the texts"
        elif told := _wrong(number, reason):
            yield told


def _known(claim: Claim, measurement: Measurement, settings: set[float]) -> bool:
    if claim.value is None:
        return False
    if not claim.unit and abs(claim.value) in settings:
        return True
    known = ENTRIES[measurement.experiment].numbers
    return any(
        quantity.borne(claim.value, claim.digits, claim.unit, value, known[key])
        for key, value in measurement.numbers.items()
        if key in known
    )


def _settings(poll: Poll, measurement: Measurement, language: Language) -> set[float]:
    wrong = [option.text for option in poll.options if not option.correct]
    asked = claims.values([measurement.settings[language], poll.question, *wrong], language)
    version = claims.values([filled.text("{torch}", measurement.experiment, measurement, language)], "en")
    named = {abs(float(at)) for key in measurement.numbers for at in AT.findall(key)}
    return {abs(float(measurement.seeds)), *_numbers(measurement.params), *asked, *version, *named}


def _numbers(value: JsonValue) -> Iterator[float]:
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from _numbers(item)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield abs(float(value))


def _when(measurement: Measurement, key: str) -> str:
    known = ENTRIES[measurement.experiment].numbers.get(key)
    return f": it is missing {known.missing}" if known and known.missing else ""


def _wrong(number: str, reason: str) -> str:
    """What is wrong with a reason that can be worked out."""
    plain = claims.normal(number)
    try:
        found, said = _worked_out(ast.parse(reason.strip(), mode="eval").body), float(plain)
    except (ValueError, SyntaxError, ArithmeticError, RecursionError, MemoryError):
        return ""  # it is words, or no number
    digits = len(plain.partition(".")[2])
    return "" if round(found, digits) == said else f"confirmed: {number!r} is not {reason}, which is {found:.6g}"


def _worked_out(node: ast.expr) -> float:
    match node:
        case ast.Constant(value=int() | float() as value):
            return float(value)
        case ast.Name(id=name) if name in CONSTANTS:
            return CONSTANTS[name]
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -_worked_out(operand)
        case ast.BinOp(left=left, op=sign, right=right) if type(sign) in OPERATORS:
            return OPERATORS[type(sign)](_worked_out(left), _worked_out(right))
        case ast.Call(func=ast.Name(id=name), args=[argument], keywords=[]) if name in FUNCTIONS:
            return FUNCTIONS[name](_worked_out(argument))
    msg = "no sum"
    raise ValueError(msg)
