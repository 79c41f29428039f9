"""How numbers are shown, and whose words are shown: the one formatter and the one catalogue."""

import math
from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from autograd_mini import messages
from autograd_mini.formatting import SUBSCRIPT, SUPERSCRIPT, fmt

# --- numbers -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        (5.5, "5.5"), (10.0, "10"), (0.3, "0.3"), (0.1 + 0.2, "0.3"), (0.29999, "0.3000"), (math.log(2), "0.6931"),
        (1.7163378145367738, "1.716"), (11.652071455223084, "11.65"), (-0.9589242746631385, "−0.9589"),
        (0.0, "0"), (-0.0, "0"), (1, "1"), (-3, "−3"), (True, "1"),
        (math.inf, "∞"), (-math.inf, "−∞"), (math.nan, "nan"),
        (0.001, "0.001"), (0.0012345, "0.001234"), (0.00099996, "0.001000"), (0.000999949, "9.999×10⁻⁴"),
        (1e-5 / 3, "3.333×10⁻⁶"), (1e-6, "1×10⁻⁶"), (-2.5e-300, "−2.5×10⁻³⁰⁰"),
        (99990.0, "99990"), (12345.0, "12340"), (99999.0, "1.000×10⁵"), (100000.0, "1×10⁵"), (123456.0, "1.235×10⁵"),
        (9.9999, "10.00"), (1e22, "1×10²²"), (5e-324, "4.941×10⁻³²⁴"),
    ],
)  # fmt: skip
def test_a_number_has_four_significant_digits_and_a_true_minus(number, shown):
    assert fmt(number) == shown


def test_more_or_fewer_digits():
    assert [fmt(math.pi, d) for d in (1, 2, 4, 7)] == ["3", "3.1", "3.142", "3.141593"]
    assert fmt(1e-5 / 3, 2) == "3.3×10⁻⁶"


def read(shown):
    plain = shown.replace("−", "-").replace("×10", "e")
    return Decimal(plain.translate({ord(s): d for s, d in zip("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789", strict=True)}))


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_what_is_shown_is_the_number_to_within_half_a_digit(x):
    assume(abs(x) > 1e-300)
    shown = fmt(x)
    assert abs(read(shown) - Decimal(x)) <= abs(Decimal(x)) * Decimal("0.00051")
    assert "-" not in shown and "e" not in shown
    assert len(shown.strip("−").split("×")[0].replace(".", "").lstrip("0")) <= 5


@given(st.integers(-9999, 9999), st.sampled_from([-2, -1, 0, 1]), st.integers(-3, 3))
def test_the_last_bits_of_a_short_number_do_not_show(whole, power, ulps):
    """0.1 + 0.2 is shown as 0.3: what one processor rounds up and another down is stored as the same text."""
    x = whole / 10**-power if power < 0 else float(whole * 10**power)
    assume(x)
    nudged = x
    for _ in range(abs(ulps)):
        nudged = math.nextafter(nudged, math.copysign(math.inf, ulps))
    assert fmt(nudged) == fmt(x)


def test_digits_are_raised_and_lowered():
    assert "-12".translate(SUPERSCRIPT) == "⁻¹²"
    assert "12".translate(SUBSCRIPT) == "₁₂"


# --- words -------------------------------------------------------------------------------------------------


@pytest.fixture(autouse=True)
def no_language(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    for name in ("AUTOGRAD_MINI_LANG", "LANGUAGE", "LC_ALL", "LANG"):
        monkeypatch.delenv(name, raising=False)


def test_without_a_catalogue_words_are_english():
    assert messages._("forward sweep") == "forward sweep"
    assert messages.ngettext("one row", "{n} rows", 1) == "one row"
    assert messages.ngettext("one row", "{n} rows", 2) == "{n} rows"


def test_the_pseudo_language_wraps_every_word_and_makes_it_longer(monkeypatch):
    monkeypatch.setenv("AUTOGRAD_MINI_LANG", "qps")
    text = messages._("{row} reports to its inputs.").format(row="v3")
    assert text.startswith("⟦v3 reports") and text.endswith("⟧")
    wrapped = messages._("forward sweep, return sweep")
    assert len(wrapped) == pytest.approx(1.4 * len("forward sweep, return sweep"), abs=3)
    assert messages.ngettext("one row", "{n} rows", 5).startswith("⟦{n} rows")
    assert messages._("") == ""


def test_the_folder_of_the_notebook_comes_before_the_environment(monkeypatch, tmp_path):
    monkeypatch.setenv("AUTOGRAD_MINI_LANG", "fr")
    monkeypatch.setenv("LANG", "de_DE.UTF-8")
    for folder in ("course", "labs"):
        (tmp_path / folder / "qps" / "deep").mkdir(parents=True)
        monkeypatch.chdir(tmp_path / folder / "qps")
        assert messages.languages() == ["qps"]
        assert messages._("step").startswith("⟦")
        monkeypatch.chdir(tmp_path / folder / "qps" / "deep")
        assert messages.languages() == ["qps"]


def test_the_commands_language_comes_before_the_systems(monkeypatch):
    monkeypatch.setenv("LANG", "de_DE.UTF-8")
    monkeypatch.setenv("AUTOGRAD_MINI_LANG", "qps")
    assert messages.languages()[0] == "qps"
    monkeypatch.delenv("AUTOGRAD_MINI_LANG")
    assert messages.languages()[0] == "de_DE.UTF-8"
    monkeypatch.setenv("LANGUAGE", "zh:fr")
    assert messages.languages()[:2] == ["zh", "fr"]


def test_an_english_folder_stays_english_on_any_system(monkeypatch, tmp_path):
    monkeypatch.setenv("LANG", "qps")
    (tmp_path / "course" / "en").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "course" / "en")
    assert messages._("step") == "step"


def test_a_catalogue_is_a_file_and_not_a_rewrite(monkeypatch, tmp_path):
    """A .mo of one entry, made by hand (GNU gettext manual, "The Format of GNU MO Files")."""
    import struct

    entries = [(b"", b"Content-Type: text/plain; charset=UTF-8\n"), (b"forward sweep", "前向扫描".encode())]
    at, ids, strings, body = 28 + 16 * len(entries), b"", b"", b""
    for table, texts in (("ids", [e[0] for e in entries]), ("strings", [e[1] for e in entries])):
        for text in texts:
            entry = struct.pack("<II", len(text), at + len(body))
            body += text + b"\0"
            ids, strings = (ids + entry, strings) if table == "ids" else (ids, strings + entry)
    header = struct.pack("<IIIIIII", 0x950412DE, 0, len(entries), 28, 28 + 8 * len(entries), 0, 0)
    folder = tmp_path / "locale" / "zh" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "autograd_mini.mo").write_bytes(header + ids + strings + body)
    monkeypatch.setattr(messages, "LOCALE", tmp_path / "locale")
    messages._catalogue.cache_clear()
    (tmp_path / "course" / "zh").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "course" / "zh")
    try:
        assert messages._("forward sweep") == "前向扫描"
        assert messages._("not in the catalogue") == "not in the catalogue"
    finally:
        messages._catalogue.cache_clear()
