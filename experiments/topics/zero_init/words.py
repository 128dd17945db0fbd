"""What `zero_init` says in words: which activation and bias decide the answer."""

from __future__ import annotations

from collections import defaultdict
from typing import Literal

from experiments import numbers
from experiments.measurement import Language, Text
from languages.text import spoken

Bias = Literal["default", "zero", "none"]
Cell = tuple[str, Bias]  # activation, bias

ACTIVATIONS = {
    "relu": numbers.both("ReLU", "ReLU"),
    "tanh": numbers.both("tanh", "tanh"),
    "identity": numbers.both("без активации", "no activation"),
}
BIASES: dict[Bias, Text] = {
    "default": numbers.both("обычный bias", "default bias"),
    "zero": numbers.both("нулевой bias", "zero bias"),
    "none": numbers.both("без bias", "no bias"),
}
CELLS: list[Cell] = [(activation, bias) for activation in ACTIVATIONS for bias in BIASES]

# "dead with tanh (zero bias or none)": the same choices in the middle of a sentence
WITH_ACTIVATION = {
    "relu": numbers.both("при ReLU", "with ReLU"),
    "tanh": numbers.both("при tanh", "with tanh"),
    "identity": numbers.both("без активации", "without activation"),
}
THESE_BIASES: dict[tuple[Bias, ...], Text] = {
    ("default",): numbers.both("обычный bias", "default bias"),
    ("zero",): numbers.both("нулевой bias", "zero bias"),
    ("none",): numbers.both("без bias", "no bias"),
    ("default", "zero"): numbers.both("любой bias", "any bias"),
    ("default", "none"): numbers.both("обычный bias или без него", "default bias or none"),
    ("zero", "none"): numbers.both("нулевой bias или без него", "zero bias or none"),
    ("default", "zero", "none"): numbers.both("с любым bias и без него", "any bias or none"),
}
VERBS = {
    "dead": (numbers.both("мертва", "dead"), numbers.both("мертвы", "dead")),
    "slow": (numbers.both("учится медленно", "learns slowly"), numbers.both("учатся медленно", "learn slowly")),
    "learns": (numbers.both("учится", "learns"), numbers.both("учатся", "learn")),
}
FINDINGS = {
    ("learns", 1): numbers.both("одна нулевая матрица учится", "one zero matrix does learn"),
    ("learns", 2): numbers.both("две нулевые матрицы учатся", "two zero matrices do learn"),
    ("learns", 3): numbers.both("три нулевые матрицы учатся", "three zero matrices do learn"),
    ("dead", 1): numbers.both("нулевая матрица мертва", "a zero matrix stays dead"),
    ("dead", 2): numbers.both("две нулевые матрицы мертвы", "two zero matrices stay dead"),
    ("dead", 3): numbers.both("три нулевые матрицы мертвы", "three zero matrices stay dead"),
    ("slow", 1): numbers.both("нулевая учится, но медленно", "zero weights learn, but slowly"),
    ("slow", 2): numbers.both("две нулевые учатся медленно", "two zero matrices learn slowly"),
    ("slow", 3): numbers.both("три нулевые учатся медленно", "three zero matrices learn slowly"),
}
HEADING = numbers.both("измерено", "measured")
ACCURACY = numbers.both("точность", "accuracy")
GRADIENT = numbers.both("градиент", "gradient")
SUBSCRIPTS = "₀₁₂₃"


def matrices(zeroed: tuple[int, ...], joint: str = " = ") -> str:
    """W₁ = W₂ for (1, 2)."""
    return joint.join(f"W{SUBSCRIPTS[layer]}" for layer in zeroed)


def condition(zeroed: tuple[int, ...], outcomes: dict[Cell, str]) -> Text:
    """One sentence that says where the zeroed matrices are dead, where slow, where they learn."""
    return spoken(lambda language: _sentence(zeroed, outcomes, language))


def _sentence(zeroed: tuple[int, ...], outcomes: dict[Cell, str], language: Language) -> str:
    found = [outcome for outcome in VERBS if outcome in outcomes.values()]
    parts = [_part(zeroed, outcomes, outcome, language, rest=outcome == found[-1]) for outcome in found]
    return f"{matrices(zeroed)} = 0: {'; '.join(parts)}"


def _part(zeroed: tuple[int, ...], outcomes: dict[Cell, str], outcome: str, language: Language, *, rest: bool) -> str:
    """`rest`: the last part need not list its places, they are all the others."""
    verb = VERBS[outcome][len(zeroed) > 1][language]
    if len(set(outcomes.values())) == 1:
        always = "при любой активации и любом bias" if language == "ru" else "with any activation and any bias"
        return f"{verb} {always}"
    if rest:
        return f"{'в остальных случаях' if language == 'ru' else 'otherwise'} {verb}"
    return f"{verb} {_places(outcomes, outcome, language)}"


def _places(outcomes: dict[Cell, str], outcome: str, language: Language) -> str:
    """Where an outcome was found, activations with the same biases together."""
    groups: dict[tuple[Bias, ...], list[str]] = defaultdict(list)
    for activation in ACTIVATIONS:
        biases = tuple(bias for bias in BIASES if outcomes[activation, bias] == outcome)
        if biases:
            groups[biases].append(activation)
    und = " и " if language == "ru" else " and "
    named = {biases: _with(activations, und, language) for biases, activations in groups.items()}
    return ", ".join(f"{where} ({THESE_BIASES[biases][language]})" for biases, where in named.items())


def _with(activations: list[str], und: str, language: Language) -> str:
    if len(activations) == len(ACTIVATIONS):
        return "при любой активации" if language == "ru" else "with any activation"
    return und.join(WITH_ACTIVATION[activation][language] for activation in activations)
