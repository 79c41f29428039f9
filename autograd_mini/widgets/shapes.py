"""Operations on arrays as cells: operands are stretched on the way out, adjoints summed on the way back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

import autograd_mini as ad
from autograd_mini.formatting import fmt
from autograd_mini.messages import _
from autograd_mini.widgets.drawing import Drawing, Frame, page, row, scroll, slot, table, transport
from autograd_mini.widgets.forward import button_words, place, title

CELL, TALL, GAP, MOST = 38, 24, 34, 4  # a cell's sides, from panel to panel, and cells in a row or column
PANEL = MOST * CELL
LEFT, TOPS = 8, (36, 178)  # the first panel; where values and adjoints begin
WIDTH, HEIGHT = LEFT * 2 + 3 * PANEL + 2 * GAP, 282
STEPS = 4


class Case(NamedTuple):
    """An operation, its operands A and B, and the adjoint of its value."""

    sign: str
    operation: Callable[[Any, Any], Any]
    a: np.ndarray
    b: np.ndarray
    seed: np.ndarray


def _array(rows: Any) -> np.ndarray:
    return np.array(rows, dtype=float)


def _add(a: Any, b: Any) -> Any:
    return a + b


def _multiply(a: Any, b: Any) -> Any:
    return a * b


def _matmul(a: Any, b: Any) -> Any:
    return a @ b


X = _array([[1, 2, 3], [4, 5, 6]])
TALL_X = _array([[2, 1, 3], [1, 4, 2], [3, 0, 1], [2, 2, 5]])
CASES = {
    "(2, 3) + (3,)": Case("+", _add, X, _array([10, 20, 30]), _array([[1, 0, 2], [3, 1, 4]])),
    "(4, 3) + (3,)": Case("+", _add, TALL_X, _array([10, 20, 30]), np.arange(12.0).reshape(4, 3)),
    "(2, 1) * (1, 4)": Case(
        "×", _multiply, _array([[2], [3]]), _array([[1, 2, 3, 4]]), _array([[1, 2, 0, 1], [2, 1, 1, 3]])
    ),
    "() * (2, 3)": Case("×", _multiply, _array(3), X, _array([[1, 0, 2], [3, 1, 4]])),
    "(4, 3) @ (3, 2)": Case(
        "@", _matmul, TALL_X, _array([[3, 1], [2, 5], [4, 2]]), _array([[1, 2], [0, 1], [3, 1], [2, 0]])
    ),
}


class Flow(NamedTuple):
    """What the steps of a case show. For a product of matrices nothing is stretched: those four are None."""

    value: np.ndarray
    stretched: tuple[np.ndarray, np.ndarray] | None
    pulled: tuple[np.ndarray, np.ndarray] | None
    adjoints: tuple[np.ndarray, np.ndarray]


def flow(name: str) -> Flow:
    """The value of a case, its operands at the value's shape, what each copy is sent, and the operands' adjoints."""
    case = CASES[name]
    value, pullback = ad.vjp(case.operation, case.a, case.b)
    adjoints = pullback(case.seed)
    if case.sign == "@":
        return Flow(value, None, None, adjoints)
    a, b = np.broadcast_arrays(case.a, case.b)
    _value, copies = ad.vjp(case.operation, a.copy(), b.copy())
    return Flow(value, (a, b), copies(case.seed), adjoints)


def shape_flow(name: str) -> Drawing:
    """One case in four steps: the operands, their copies, what is sent back to each copy, and the sums."""
    case, made = CASES[name], flow(name)
    wide = made.stretched or (case.a, case.b)
    sums = [_summed(x.shape, made.value.shape) for x in (case.a, case.b)]
    if case.sign == "@":
        names = [_("values"), _("used"), _("seed"), _("back")]
        ghosts, says = (case.a, case.b), [
            _("A and B, and their product: entry (i, k) is row i of A times column k of B."),
            _("Nothing is stretched. The thick row and column make one entry; a row of A serves each column of B."),
            _("G is the adjoint of the value. The adjoint of A needs G and B, that of B needs A and G."),
            _("The adjoint of A is G Bᵀ, that of B is Aᵀ G: only these products have the right shapes."),
        ]  # fmt: skip
    else:
        names = [_("values"), _("stretched"), _("pulled back"), _("sums")]
        ghosts, says = wide, [
            _("Two operands, each in its own shape, and the value."),
            _("Each operand is stretched to the shape {shape} of the value; the copies are dashed.").format(
                shape=made.value.shape
            ),
            _("G is the adjoint of the value. Each copy is sent its entry of G times the partial."),
            _("The copies are summed. A: {a} B: {b}").format(a=sums[0], b=sums[1]),
        ]  # fmt: skip
    pulled = made.pulled or (None, None)
    cells = [
        (case.a, case.b, made.value),
        (*ghosts, made.value),
        (*pulled, case.seed),
        (*made.adjoints, case.seed),
    ]

    def frame_at(s: int) -> Frame:
        frame: Frame = {"alg": [f"<p><b>{names[s]}</b> — {says[s]}</p>", ""]}
        for k in range(STEPS):
            frame[f"g{k}"] = "" if k == s or (k == 1 and s > 1) else "none"
            frame[f"r{k}"] = "now" if k == s else "done" if k < s else "todo"
            if k <= s:
                for column, array in enumerate(cells[k]):
                    frame[f"r{k}c{column}"] = [_line(array), "ad-adjoint" if k > 1 else ""]
        place(frame, s, STEPS, says[s])
        return frame

    value = _panel(2, 0, made.value)
    drawn = [
        _panel(0, 0, case.a) + _panel(1, 0, case.b),
        _panel(0, 0, ghosts[0], case.a.shape) + _panel(1, 0, ghosts[1], case.b.shape) + _entry(case, made.value),
        "".join(
            _panel(k, 1, p, x.shape) + _named(k, _("copies of {name}").format(name="AB"[k]))
            for k, (p, x) in enumerate(zip(pulled, (case.a, case.b), strict=True))
            if p is not None
        ),
        "".join(
            _panel(k, 1, x) + _named(k, _("adjoint of {name}").format(name="AB"[k]))
            for k, x in enumerate(made.adjoints)
        ),
    ]
    groups = "".join(
        f"<g {slot(f'g{k}')}>{d}{_panel(2, 1, case.seed) + _named(2, 'G') if k > 1 else ''}</g>"
        for k, d in enumerate(drawn)
    )
    svg = (
        f"<svg {slot('say', 'ad-g')} xmlns='http://www.w3.org/2000/svg' role='img' viewBox='0 0 {WIDTH} {HEIGHT}' "
        f"width='{WIDTH}' height='{HEIGHT}'>{_signs(case, made.value)}{value}{groups}</svg>"
    )
    # Steps 3 and 4 both show the adjoint of the value; only one of them is seen at a time.
    heads = [(_("step"), ""), ("A", ""), ("B", ""), (_("value"), "")]
    rows = "".join(row(k, names[k], [(f"r{k}c{c}", "") for c in range(3)]) for k in range(STEPS))
    key = (
        f"<span>{_('top: values')}</span>"
        f"<span class='ad-adjoint'>{_('below: adjoints')}</span><span>{_('dashed: a copy')}</span>"
    )
    base = page(
        broad=True,
        svg=scroll(svg, _("the cells of the operands and of the value"), wide=True),
        table=table(_("what each step holds"), heads, rows),
        transport=transport(names, button_words()),
        lines=1,
    )
    facts = [[_("step"), "A", "B", _("value")]]
    facts += [[names[k], *(_line(array) for array in cells[k])] for k in range(STEPS)]
    return Drawing(title(_("Shape flow"), name, key), base, [frame_at(s) for s in range(STEPS)], facts)


def _line(array: np.ndarray | None) -> str:
    """An array in a line, its rows parted by semicolons."""
    if array is None:
        return "–"
    return "; ".join(" ".join(fmt(float(x)) for x in line) for line in np.atleast_2d(array))


def _summed(shape: tuple[int, ...], whole: tuple[int, ...]) -> str:
    """Which axes of the value's shape an operand's copies lie along."""
    padded = (1,) * (len(whole) - len(shape)) + shape
    axes = [str(k) for k, (own, full) in enumerate(zip(padded, whole, strict=True)) if own < full]
    return _("over axis {axes}.").format(axes=_(" and ").join(axes)) if axes else _("no copies, no sum.")


def _panel(place: int, band: int, array: np.ndarray | None, own: tuple[int, ...] | None = None) -> str:
    """The cells of an array; those beyond the operand's `own` shape are copies."""
    if array is None:
        return ""
    full = np.atleast_2d(array)
    rows, columns = full.shape if own is None else ((1, 1, *own)[-2:])
    left = LEFT + place * (PANEL + GAP) + (PANEL - full.shape[1] * CELL) / 2
    out = ""
    for (i, j), x in np.ndenumerate(full):
        px, py = left + j * CELL, TOPS[band] + i * TALL
        copy = i >= rows or j >= columns
        dash = " stroke-dasharray='3 3'" if copy else ""
        hue = " a" if band else " ink2" if copy else ""
        out += f"<rect class='axis'{dash} x='{px:.0f}' y='{py}' width='{CELL - 4}' height='{TALL - 4}'/>"
        middle, foot = px + CELL / 2 - 2, py + 14.5
        out += f"<text class='mid{hue}' font-size='12.5' x='{middle:.0f}' y='{foot}'>{fmt(float(x))}</text>"
    return out


def _middle(place: int) -> str:
    return f"{LEFT + place * (PANEL + GAP) + PANEL / 2:.0f}"


def _named(place: int, word: str) -> str:
    """The name over a panel of adjoints."""
    return f"<text class='mid a' font-size='12' x='{_middle(place)}' y='{TOPS[1] - 12}'>{word}</text>"


def _signs(case: Case, value: np.ndarray) -> str:
    """The names of the panels and, level with the middle of the value, what stands between them."""
    out = ""
    for k, word in enumerate((f"A {case.a.shape}", f"B {case.b.shape}", f"{_('value')} {value.shape}")):
        out += f"<text class='mid ink2' font-size='12' x='{_middle(k)}' y='22'>{word}</text>"
    level = TOPS[0] + len(value) * TALL / 2 + 3.5
    for k, sign in enumerate((case.sign, "=")):
        middle = LEFT + (k + 1) * PANEL + k * GAP + GAP / 2
        out += f"<text class='mid' font-size='16' x='{middle:.0f}' y='{level}'>{sign}</text>"
    return out


def _entry(case: Case, value: np.ndarray) -> str:
    """Frames round what makes the first entry of a product of matrices: a row, a column, and the entry."""
    if case.sign != "@":
        return ""
    out = ""
    for k, array, columns, rows in ((0, case.a, case.a.shape[1], 1), (1, case.b, 1, len(case.b)), (2, value, 1, 1)):
        left = LEFT + k * (PANEL + GAP) + (PANEL - array.shape[1] * CELL) / 2
        wide, tall = columns * CELL - 4, rows * TALL - 4
        where = f"x='{left:.0f}' y='{TOPS[0]}' width='{wide}' height='{tall}'"
        out += f"<rect class='axis' style='stroke-width:2.5' {where}/>"
    return out
