"""JupyterLab driven as a person drives it: open a notebook, Run All, keys and mouse.

Waiting is by JupyterLab's own account of itself (`window.jupyterapp`), never by what a status icon
shows: "Run All" is lost when it comes before the kernel has answered, and the icon says idle before that.
"""

import re
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.resources import files

from playwright.sync_api import Locator, Page, Route, expect

PATIENCE = 30_000  # ms; a kernel on a busy machine takes its time

NOTEBOOK = "const panel = jupyterapp.shell.currentWidget, cells = [...panel.content.model.cells];"

OPEN = """async (path) => {
    await jupyterapp.restored;
    const panel = await jupyterapp.commands.execute('docmanager:open', {path, factory: 'Notebook'});
    await panel.context.ready;
    await panel.revealed;
    jupyterapp.shell.activateById(panel.id);
}"""

# JupyterLab renders what is out of view when the machine has nothing else to do: a busy one would keep us waiting.
RENDER = """() => {
    const content = jupyterapp.shell.currentWidget.content;
    content.widgets.forEach((cell, index) => content.renderCellOutputs(index));
}"""

ANSWERED = """async () => {
    const context = jupyterapp.shell.currentWidget.sessionContext;
    await context.ready;
    await context.session.kernel.info;
}"""

CLOSE = """async () => {
    const panel = jupyterapp.shell.currentWidget;
    if (panel?.sessionContext?.session) await panel.sessionContext.shutdown();
    panel?.dispose();
}"""

ERRORS = (
    "() => {"
    + NOTEBOOK
    + """
    return cells.filter(cell => cell.type === 'code').flatMap(cell => cell.outputs.toJSON()
        .filter(output => output.output_type === 'error')
        .map(output => `${cell.id}: ${output.ename}: ${output.evalue}`));
}"""
)

EXECUTED = """async () => {
    const kernel = jupyterapp.shell.currentWidget.sessionContext.session.kernel;
    const asked = kernel.requestExecute({code: '', silent: false, store_history: false});
    return (await asked.done).content.execution_count;
}"""

FINISHED = (
    "() => {"
    + NOTEBOOK
    + """
    const code = cells.filter(cell => cell.type === 'code' && cell.sharedModel.getSource().trim());
    const failed = code.some(cell => cell.outputs.toJSON().some(output => output.output_type === 'error'));
    const idle = panel.sessionContext.session.kernel.status === 'idle';
    return idle && (failed || code.every(cell => cell.executionCount !== null));
}"""
)

# Milliseconds from a keydown in `element` to the first change in `picture`, both seen inside the page.
LATENCY = """([element, picture]) => {
    window.unwatch?.();
    let pressed = null;
    const times = window.latencies = [];
    const watch = new MutationObserver(() => {
        if (pressed !== null) times.push(performance.now() - pressed);
        pressed = null;
    });
    watch.observe(picture, {subtree: true, childList: true, attributes: true, characterData: true});
    const press = () => { pressed = performance.now(); };
    element.addEventListener('keydown', press, true);
    window.unwatch = () => { watch.disconnect(); element.removeEventListener('keydown', press, true); };
}"""


class Lab:
    """A page of JupyterLab, what it has asked for and what has gone wrong in it so far."""

    expect = staticmethod(expect)

    def __init__(self, page: Page, address: str) -> None:
        self.page = page
        page.set_default_timeout(PATIENCE)
        expect.set_options(timeout=PATIENCE)
        self.errors: list[str] = []
        self.strays: list[str] = []
        self.holding = False
        page.route("**/api/sessions*", self.asks_for_kernel)
        page.on("pageerror", lambda error: self.errors.append(error.stack or str(error)))
        page.on("request", lambda request: self.seen(request.url))
        page.on("websocket", lambda socket: self.seen(socket.url))
        # Without the lesson that the command would open first: each test opens its own.
        page.goto(address.replace("/tree/course/en/00-start-here.ipynb", ""))
        page.wait_for_function("window.jupyterapp")
        # The launcher stands behind the notebooks; while there is none, JupyterLab would open it before one.
        page.wait_for_selector(".jp-Launcher")
        page.evaluate("jupyterapp.shell.collapseLeft()")  # at 800 px the file browser would leave the notebook 500
        page.evaluate(files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8"))
        self.outputs = page.locator(".jp-NotebookPanel:not(.lm-mod-hidden) .jp-OutputArea-output")

    def seen(self, url: str) -> None:
        if not url.startswith(("http://127.0.0.1:", "ws://127.0.0.1:", "data:", "blob:")):
            self.strays.append(url)

    @contextmanager
    def notebook(self, path: str) -> Iterator[None]:
        """The notebook at `path`, open; what it ran in is shut down with it."""
        try:
            self.page.evaluate(OPEN, path)
            yield
        finally:
            self.page.evaluate(CLOSE)

    @contextmanager
    def without_kernel(self) -> Iterator[None]:
        """Every request for a kernel stays without an answer, as on a machine that is very slow."""
        self.holding = True
        try:
            yield
        finally:
            self.holding = False

    def asks_for_kernel(self, route: Route) -> None:
        if not (self.holding and route.request.method == "POST"):
            route.continue_()

    def run_all(self) -> list[str]:
        """Clear what is stored, Run All from the menu, wait for the end; the errors that cells raised."""
        self.page.evaluate(ANSWERED)
        self.page.evaluate("jupyterapp.commands.execute('notebook:clear-all-cell-outputs')")
        self.page.get_by_role("menuitem", name="Run", exact=True).click()
        self.page.locator("li[data-command='runmenu:run-all']").click()
        self.page.wait_for_function(FINISHED, timeout=2 * PATIENCE)
        return self.page.evaluate(ERRORS)

    @contextmanager
    def theme(self, name: str) -> Iterator[None]:
        """JupyterLab's Light or Dark theme."""
        self.change_theme(name)
        try:
            yield
        finally:
            self.change_theme("Light")

    def change_theme(self, name: str) -> None:
        change = "theme => jupyterapp.commands.execute('apputils:change-theme', {theme})"
        self.page.evaluate(change, f"JupyterLab {name}")
        self.page.wait_for_selector(f"body[data-jp-theme-light={str(name == 'Light').lower()}]", state="attached")
        # Two changes within the life of its splash screen are an error in JupyterLab itself.
        self.page.wait_for_selector("#jupyterlab-splash", state="detached")

    @contextmanager
    def wide(self, width: int) -> Iterator[None]:
        """A window `width` px wide."""
        before = self.page.viewport_size
        self.page.set_viewport_size({**before, "width": width})
        try:
            yield
        finally:
            self.page.set_viewport_size(before)

    def all(self, selector: str) -> list[Locator]:
        """What matches a selector in the outputs of the open notebook."""
        return self.outputs.locator(selector).all()

    def shows(self, count: int, selector: str) -> None:
        """Wait until this many parts of the outputs match a selector."""
        self.page.evaluate(RENDER)
        expect(self.outputs.locator(selector)).to_have_count(count)

    def failures(self) -> list[str]:
        """What JupyterLab says where a widget should be."""
        words = re.compile("model not found|error displaying widget|loading widget|error rendering", re.IGNORECASE)
        return [text for text in self.outputs.all_text_contents() if words.search(text)]

    def executed(self) -> int:
        """How many cells the kernel of the open notebook has run."""
        self.page.wait_for_function("jupyterapp.shell.currentWidget.sessionContext.session?.kernel")
        return self.page.evaluate(EXECUTED)

    def changes(self, picture: Locator, act: Callable[[], object]) -> None:
        """Do something, again if nothing happens, until the picture is another.

        JupyterLab lays cells out as they come into view, and may move or make anew what one is about to
        touch; a person would try again, so this does. The picture is looked up at every look.
        """
        before, until = picture.inner_html(), time.monotonic() + PATIENCE / 2000
        while time.monotonic() < until:
            act()
            for _ in range(40):
                if picture.inner_html() != before:
                    return
                self.page.wait_for_timeout(50)
        raise AssertionError("The picture stays as it was.")

    def drag(self, handle: Locator, track: Locator, share: float) -> None:
        """Drag the handle of a slider to a share of its track."""
        handle.hover()
        self.page.wait_for_timeout(100)
        handle.hover()  # once more: what came into view was laid out meanwhile, and may have moved it
        way = track.bounding_box()
        self.page.mouse.down()
        self.page.mouse.move(way["x"] + way["width"] * share, way["y"] + way["height"] / 2, steps=5)
        self.page.mouse.up()

    def violations(self, element: Locator) -> list[str]:
        """What axe-core finds wrong within an element."""
        run = "async (element) => (await axe.run(element)).violations.map(v => `${v.id}: ${v.nodes.map(n => n.html)}`)"
        return element.evaluate(run)

    def latency(self, element: Locator, picture: Locator, keys: list[str]) -> tuple[float, float]:
        """p50 and p95, in ms, from each key press on `element` to the change of the picture."""
        element.focus()
        self.page.evaluate(LATENCY, [element.element_handle(), picture.element_handle()])
        for count, key in enumerate(keys, start=1):
            self.page.keyboard.press(key)
            self.page.wait_for_function("count => latencies.length >= count", arg=count, polling=5)
        times = self.page.evaluate("latencies")
        cuts = statistics.quantiles(times, n=20, method="inclusive")
        return cuts[9], cuts[18]
