"""How a number is shown, everywhere: in a repr, in a table, in a picture.

Four significant digits, so that what a notebook stores does not depend on the last bit that one
processor's library rounds differently from another's.
"""

from __future__ import annotations

from math import inf

SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
SUBSCRIPT = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


def fmt(x: float, digits: int = 4) -> str:
    """`x` to `digits` significant digits, with a true minus sign.

    Trailing zeros go only when the number *is* that short, within 1e-12 relative: 5.5 and 10, but
    0.3000 for 0.29999. Outside 10⁻³ … 10⁵ a power of ten is split off: 3.333×10⁻⁶. −0 is 0.
    """
    if x != x:
        return "nan"
    if abs(x) == inf:
        return "∞" if x > 0 else "−∞"
    if x == 0:
        return "0"
    mantissa, _, exponent = f"{x:.{digits - 1}e}".partition("e")
    near, power = float(f"{mantissa}e{exponent}"), int(exponent)
    exact = abs(near - x) <= 1e-12 * abs(x)
    if -3 <= power < 5:
        shown, tail = f"{near:.{max(0, digits - 1 - power)}f}", ""
    else:
        shown, tail = mantissa, "×10" + str(power).translate(SUPERSCRIPT)
    if exact and "." in shown:
        shown = shown.rstrip("0").rstrip(".")
    return (shown + tail).replace("-", "−")
