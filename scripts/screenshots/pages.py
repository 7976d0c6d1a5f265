"""The demo's own pages, the sign-in and the lead's report."""

from __future__ import annotations

from scripts.screenshots.camera import Camera


def show_demo(camera: Camera) -> None:
    """Take pictures of the demo's pages and of the sign-in."""
    with camera.window() as page:
        for name, path in {
            "demo-clients": "/demo",
            "demo-site-tidewell": "/demo/tidewell",
            "demo-site-hazelbrook": "/demo/hazelbrook",
            "sign-in": "/sign-in",
            "routes": "/docs",
        }.items():
            page.goto(camera.stage.url + path)
            camera.shoot(page, name)
        page.goto(f"{camera.stage.url}/demo/larkspur/ask")
        page.wait_for_selector("body[data-ready]")
        page.get_by_role("textbox").first.fill("What does White Glove Delivery include?")
        page.keyboard.press("Enter")
        page.locator("#sources, .source").first.wait_for()
        camera.shoot(page, "demo-ask")


def show_lead(camera: Camera) -> None:
    """Take pictures of the report."""
    with camera.window("lee") as page:
        page.goto(f"{camera.stage.url}/lead")
        page.wait_for_load_state("networkidle")
        camera.shoot(page, "lead-report")
        camera.shoot(page, "lead-report-whole", whole=True)
        page.goto(f"{camera.stage.url}/lead?client=tidewell")
        page.wait_for_load_state("networkidle")
        camera.shoot(page, "lead-client")
