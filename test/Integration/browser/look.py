"""What holds of every page: nothing is wider than the window, and each text
stands out from what is behind it."""

import os
from pathlib import Path

WIDTHS, SCHEMES = (400, 1400), ("light", "dark")
LEAST_CONTRAST = 4.5  # WCAG 2, level AA

# Whatever reaches beyond the window, but what is in a box that scrolls.
TOO_WIDE = """
return [...document.querySelectorAll("body *")].filter(element =>
    !element.closest(".scroll") &&
    element.getBoundingClientRect().right > innerWidth + 0.5)
  .map(element => element.outerHTML.slice(0, 80))
  .concat(document.documentElement.scrollWidth > innerWidth ? ["the page"] : []);
"""
# The least contrast of a text to what is painted behind it.
CONTRAST = """
const pixel = document.createElement("canvas").getContext("2d", {willReadFrequently: true});
const paint = colour => { pixel.fillStyle = colour; pixel.fillRect(0, 0, 1, 1); };
const light = () => {
  const [r, g, b] = [...pixel.getImageData(0, 0, 1, 1).data].map(x => x / 255)
    .map(x => x <= 0.04045 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4);
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};
const paintBehind = element => {
  if (element.parentElement) paintBehind(element.parentElement);
  paint(getComputedStyle(element).backgroundColor);
};
const texts = "h1,h2,th,td,dt,dd,li,svg text,p,label,button,input,textarea,a";
return Math.min(...[...document.querySelectorAll(texts)]
  .filter(element => element.checkVisibility())
  .map(element => {
    paintBehind(element);
    const paper = light();
    const style = getComputedStyle(element);
    paint(element.tagName == "text" ? style.fill : style.color);
    const ink = light();
    return (Math.max(ink, paper) + 0.05) / (Math.min(ink, paper) + 0.05);
  }));
"""


def check_look(test, browser, name: str) -> None:
    """At each width, light and dark. MLC_SCREENSHOTS names a folder to keep
    pictures in."""
    folder = os.environ.get("MLC_SCREENSHOTS")
    for width in WIDTHS:
        for scheme in SCHEMES:
            browser.look(width, scheme)
            with test.subTest(page=name, width=width, scheme=scheme):
                test.assertEqual(browser.run(TOO_WIDE), [])
                test.assertGreaterEqual(browser.run(CONTRAST), LEAST_CONTRAST)
                if folder:
                    browser.screenshot(Path(folder) / f"{name}-{width}-{scheme}.png")
