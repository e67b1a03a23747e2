"""Every link of a Markdown page to a file of the repository leads somewhere.

links.py ROOT    looks at all pages but those of build folders, and at headings
                 too where a link names one
"""

import pathlib
import re
import sys


def anchors(page):
    """The names that a page's headings have in links."""
    for heading in re.findall(r"^#+ (.*)$", page.read_text(), flags=re.M):
        kept = re.sub(r"[^\w\- ]", "", heading.lower())
        yield kept.strip().replace(" ", "-")


def broken(root, page):
    text = re.sub(r"^```.*?^```$", "", page.read_text(), flags=re.M | re.S)
    for link in re.findall(r"\]\(([^)\s]+)\)", text):
        if re.match(r"[a-z]+:", link):
            continue
        path, _, heading = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        if not target.exists():
            yield f"{page.relative_to(root)}: {link}: no such file"
        elif heading and target.suffix == ".md":
            if heading not in anchors(target):
                yield f"{page.relative_to(root)}: {link}: no such heading"


def main(root):
    root = pathlib.Path(root).resolve()
    pages = list(root.glob("*.md"))
    for folder in root.iterdir():
        if folder.is_dir() and not folder.name.startswith((".", "build")):
            pages += folder.rglob("*.md")
    if not pages:
        sys.exit("expected pages")
    wrong = [line for page in sorted(pages) for line in broken(root, page)]
    sys.exit("\n".join(wrong) or 0)


main(*sys.argv[1:])
