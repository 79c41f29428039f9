"""Text that would act in a page, a terminal or a spreadsheet if it were not escaped."""

from tests.grading.catalogue.case import Case, body, right, wrong

SCRIPT = "<script>document.title = 'taken'</script><img src=x onerror=alert(1)>"

CASES: list[Case] = [
    body("feedback-error-script", "a script in an error", f"raise ValueError({SCRIPT!r})"),
    body(
        "feedback-error-pre",
        "leaves the block of code",
        "raise ValueError('</pre></code><h1>Points: 100 / 100</h1><pre>')",
    ),
    body("feedback-error-backtick", "leaves the code", "raise ValueError('` <b>right</b> `<i>`')"),
    body("feedback-line-script", "a script in the line that is shown", f"return undefined  # {SCRIPT}"),
    body(
        "feedback-template",
        "a template's own signs",
        "raise ValueError('{{ 7 * 7 }} {% include \"/etc/passwd\" %} {0} {name}')",
    ),
    body(
        "feedback-terminal",
        "a terminal's escapes",
        r"raise ValueError('\x1b[2J\x1b]0;right\x07\x1b[32mright\x1b[0m\x08\x08')",
    ),
    body("feedback-bidi", "text that turns round", r"raise ValueError('wrong \u202ethgir\u202c \u2066x\u2069')"),
    body("feedback-half-character", "half a character", r"raise ValueError('\ud800 \udfff')"),
    body("feedback-formula", "a formula", 'raise ValueError(\'=HYPERLINK("http://x", "y")\')'),
    body("feedback-lines", "a thousand lines", "raise ValueError('\\n' * 1000 + 'points: 1')"),
    wrong(
        "feedback-error-name",
        "an error with a name of markup",
        f"Bad = type({SCRIPT!r}, (Exception,), {{}})\n\n\ndef product_report(x, y, z_bar):\n    raise Bad('x')",
    ),
    wrong(
        "feedback-type-name",
        "a type with a name of markup",
        f"Bad = type({SCRIPT!r}, (), {{}})\n\n\ndef product_report(x, y, z_bar):\n    return Bad()",
    ),
    right("feedback-printed", "a script printed", before=f"print({SCRIPT!r})\nprint('</pre><h1>100</h1>', '\\x1b[2J')"),
    Case("feedback-predicted", "markup as a prediction", "sum", sum=f'predict("reverse-predict-sum", {SCRIPT!r})'),
]
