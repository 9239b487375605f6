"""The start page in a real browser."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.surfaces.platform_stub import StubPlatform
from tests.surfaces.web.web_process import WebProcess

CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-quic", "--no-first-run"]
FLAGS += ["--disable-background-networking", "--disable-component-update", "--disable-sync"]
SIZES = {"desktop": (1280, 800), "phone": (360, 740)}

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def web(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WebProcess]:
    stub = StubPlatform(tmp_path_factory.mktemp("home"))
    made = WebProcess(stub.socket, tmp_path_factory.mktemp("web") / "web.log")
    try:
        yield made.ready()
    finally:
        made.stop()
        stub.close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield launched
        launched.close()


@pytest.mark.parametrize("size", SIZES)
def test_the_page_of_the_api_is_no_wider_than_the_window(browser: Browser, web: WebProcess, size: str) -> None:
    width, height = SIZES[size]
    page = browser.new_page(viewport={"width": width, "height": height})
    page.goto(f"{web.url}/api")
    assert page.title() == "API of sh0"
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_page_is_whole_in_both_themes_and_at_phone_width(
    browser: Browser, web: WebProcess, tmp_path: Path, theme: str, size: str
) -> None:
    """No error on the console, nothing refused by the policy, nothing wider than the window, the theme's colours."""
    width, height = SIZES[size]
    context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=theme)  # type: ignore[arg-type]
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("requestfailed", lambda request: said.append(request.url))
    page.goto(f"{web.url}/")
    assert page.title() == "sh0"
    assert f"sh0 login {web.url}" in page.inner_text("pre")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    red, green, blue = page.evaluate(
        "getComputedStyle(document.querySelector('main')).backgroundColor.match(/[0-9]+/g).slice(0, 3).map(Number)"
    )
    assert (red + green + blue > 600) == (theme == "light")
    folder = Path(os.environ.get("SH0_SCREENSHOTS", tmp_path))
    page.screenshot(path=folder / f"start-{theme}-{size}.png")
    page.click("text=API description")
    assert '"openapi":"3.1.0"' in page.inner_text("body")
    context.close()
    assert said == []
