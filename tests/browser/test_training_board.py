"""The training board in a real page: Start trains, Stop stops, and the rate is heard while it runs."""

BOARD = ".ad-training-board"


def test_start_trains_until_stop_and_the_board_says_where(lab):
    with lab.notebook("run/labs/en/6-two-moons.ipynb"):
        assert lab.run_all() == []
        lab.shows(1, BOARD)
        board = lab.all(BOARD)[0]
        frame = board.locator(".ad-frame")
        board.scroll_into_view_if_needed()
        start, stop = (board.get_by_role("button", name=name, exact=True) for name in ("Start", "Stop"))
        lab.expect(stop).to_be_disabled()
        lab.changes(frame, start.click)
        lab.expect(stop).to_be_enabled()
        board.locator(".noUi-handle").first.press("ArrowLeft")
        stop.click()
        lab.expect(frame).to_contain_text("Stopped at step")
        lab.expect(start).to_be_enabled()
        step = board.locator("input[type=range]").first
        lab.expect(step).to_have_value(step.get_attribute("max"))
        reached = frame.locator("table").first.text_content()
        lab.page.wait_for_timeout(500)
        assert frame.locator("table").first.text_content() == reached
        assert lab.failures() == []
