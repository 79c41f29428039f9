"""Reads the formulas that a trace writes for people, so that they can be held against the numbers.

The reading is the usual one: `a b` and `a × b` multiply and bind as tightly as `/`, from left to right;
`sin x` takes the next factor; `−` after a complete factor subtracts.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from autograd_mini.primitive import PRIMITIVES

TOKEN = re.compile(
    r"(?P<number>\d+(?:\.\d+)?(?:×10(?P<power>[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+))?|∞|nan)"
    r"|(?P<name>[A-Za-z][\u0307\u0304]?[A-Za-z0-9_₀-₉]*)|(?P<raised>[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)|(?P<sign>[-+−×/^(),|√])|\s+"
)
DIGITS = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")
SPOKEN = {"ln": "log", "log₂": "log2", "log₁₀": "log10", "max": "maximum", "min": "minimum"}


def read(text: str, values: Mapping[str, float]) -> float:
    """The number that a formula stands for, where its names have these values."""
    tokens: list[tuple[str, str]] = []
    position = 0
    for found in TOKEN.finditer(text):
        assert found.start() == position, f"unreadable at {position}: {text!r}"
        position = found.end()
        if found.lastgroup:
            kind = "number" if found["number"] else found.lastgroup
            tokens.append((kind, found[0]))
    assert position == len(text), f"unreadable: {text!r}"
    reader = Reader(tokens, values)
    value = reader.sum()
    assert not reader.tokens, f"left over from {text!r}: {reader.tokens}"
    return value


class Reader:
    def __init__(self, tokens: list[tuple[str, str]], values: Mapping[str, float]) -> None:
        self.tokens, self.values = tokens, values

    def next_is(self, *signs: str) -> bool:
        return bool(self.tokens) and self.tokens[0][0] == "sign" and self.tokens[0][1] in signs

    def take(self, sign: str | None = None) -> str:
        kind, text = self.tokens.pop(0)
        assert sign is None or (kind, text) == ("sign", sign), f"{sign} expected, {text} found"
        return text

    def sum(self) -> float:
        total = -self.product() if self.next_is("−") and self.take() else self.product()
        while self.next_is("+", "−"):
            total += self.product() if self.take() == "+" else -self.product()
        return total

    def product(self) -> float:
        total = self.factor()
        while self.tokens and not self.next_is("+", "−", ")", ",", "|"):
            if self.next_is("/"):
                self.take()
                total /= self.factor()
            else:
                if self.next_is("×"):
                    self.take()
                total *= self.factor()
        return total

    def factor(self) -> float:
        base = self.atom()
        if self.tokens and self.tokens[0][0] == "raised":
            return base ** int(self.take().translate(DIGITS))
        if self.next_is("^"):
            self.take()
            return base ** self.atom()
        return base

    def atom(self) -> float:
        if self.next_is("("):
            return self.bracketed("(", ")")[0]
        if self.next_is("|"):
            return abs(self.bracketed("|", "|")[0])
        if self.next_is("√"):
            self.take()
            return self.factor() ** 0.5
        kind, text = self.tokens.pop(0)
        if kind == "number":
            digits, _, power = text.replace("∞", "inf").partition("×10")
            return float(digits) * 10.0 ** int(power.translate(DIGITS) or "0")
        assert kind == "name", f"{text} stands where a number should"
        if text in self.values:
            return self.values[text]
        operands = self.bracketed("(", ")") if self.next_is("(") else [self.factor()]
        return PRIMITIVES[SPOKEN.get(text, text)](*operands)  # type: ignore[no-any-return]

    def bracketed(self, opening: str, closing: str) -> list[float]:
        self.take(opening)
        parts = [self.sum()]
        while self.next_is(","):
            self.take()
            parts.append(self.sum())
        self.take(closing)
        return parts
