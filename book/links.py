"""Fails when a link of the built book leads nowhere: to a page that is not there, or to a place that its page does not have."""

import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit


class Page(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.places, self.links = set(), []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if attrs.get("id"):
            self.places.add(attrs["id"])
        self.links += [attrs[key] for key in ("href", "src") if attrs.get(key)]


root = Path(sys.argv[1]).resolve()
pages = {path: Page(path.read_text(encoding="utf-8")) for path in sorted(root.rglob("*.html"))}
dead = []
looked_at = 0
for path, page in pages.items():
    if path.name in ("404.html", "print.html"):  # drawn by mdBook from the others, for another place
        continue
    for link in page.links:
        parts = urlsplit(link)
        if parts.scheme or parts.netloc:
            continue
        looked_at += 1
        target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
        there = target.is_file() and target.is_relative_to(root)
        if there and parts.fragment and target in pages:
            there = unquote(parts.fragment) in pages[target].places
        if not there:
            dead.append(f"{path.relative_to(root)}: {link}")
print(f"{len(pages)} pages, {looked_at} links, {len(dead)} dead")
print(*dead, sep="\n")
sys.exit(bool(dead) or not looked_at)
