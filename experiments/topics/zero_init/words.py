"""What `zero_init` says in words: which activation and bias decide the answer."""

from __future__ import annotations

from collections import defaultdict
from typing import Literal

from experiments.measurement import Language, Text
from languages import cldr
from languages.text import phrase, say, spoken, verbatim

Bias = Literal["default", "zero", "none"]
Cell = tuple[str, Bias]  # activation, bias

ACTIVATIONS = {
    "relu": verbatim("ReLU"),
    "tanh": verbatim("tanh"),
    "identity": phrase("no activation"),
}
BIASES: dict[Bias, Text] = {
    "default": phrase("default bias"),
    "zero": phrase("zero bias"),
    "none": phrase("no bias"),
}
CELLS: list[Cell] = [(activation, bias) for activation in ACTIVATIONS for bias in BIASES]

# "dead with tanh (zero bias or none)": the same choices in the middle of a sentence
WITH_ACTIVATION = {
    "relu": phrase("with ReLU"),
    "tanh": phrase("with tanh"),
    "identity": phrase("without activation"),
}
THESE_BIASES: dict[tuple[Bias, ...], Text] = {
    ("default",): phrase("default bias"),
    ("zero",): phrase("zero bias"),
    ("none",): phrase("no bias"),
    ("default", "zero"): phrase("any bias"),
    ("default", "none"): phrase("default bias or none"),
    ("zero", "none"): phrase("zero bias or none"),
    ("default", "zero", "none"): phrase("any bias or none"),
}
VERBS = {
    "dead": (phrase("dead"), phrase("dead", "words.VERBS")),
    "slow": (phrase("learns slowly"), phrase("learn slowly")),
    "learns": (phrase("learns"), phrase("learn")),
}
FINDINGS = {
    ("learns", 1): phrase("one zero matrix does learn"),
    ("learns", 2): phrase("two zero matrices do learn"),
    ("learns", 3): phrase("three zero matrices do learn"),
    ("dead", 1): phrase("a zero matrix stays dead"),
    ("dead", 2): phrase("two zero matrices stay dead"),
    ("dead", 3): phrase("three zero matrices stay dead"),
    ("slow", 1): phrase("zero weights learn, but slowly"),
    ("slow", 2): phrase("two zero matrices learn slowly"),
    ("slow", 3): phrase("three zero matrices learn slowly"),
}
HEADING = phrase("measured")
ACCURACY = phrase("accuracy")
GRADIENT = phrase("gradient")
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
        always = phrase("with any activation and any bias")[language]
        return f"{verb} {always}"
    if rest:
        return say(phrase("otherwise {verb}"), language, verb=verb)
    return f"{verb} {_places(outcomes, outcome, language)}"


def _places(outcomes: dict[Cell, str], outcome: str, language: Language) -> str:
    """Where an outcome was found, activations with the same biases together."""
    groups: dict[tuple[Bias, ...], list[str]] = defaultdict(list)
    for activation in ACTIVATIONS:
        biases = tuple(bias for bias in BIASES if outcomes[activation, bias] == outcome)
        if biases:
            groups[biases].append(activation)
    named = {biases: _with(activations, language) for biases, activations in groups.items()}
    return ", ".join(f"{where} ({THESE_BIASES[biases][language]})" for biases, where in named.items())


def _with(activations: list[str], language: Language) -> str:
    if len(activations) == len(ACTIVATIONS):
        return phrase("with any activation")[language]
    return cldr.listed([WITH_ACTIVATION[activation][language] for activation in activations], language)
