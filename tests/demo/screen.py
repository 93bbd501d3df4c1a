"""What the demo prints: colours on a terminal, [brackets] elsewhere; lines broken where the terminal ends."""

import os
import re
import shutil
import time
import unicodedata

INDENT = 10


def width(text):
    """Columns on a terminal."""
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def pieces(text):
    """Where a line may break: after a blank, and around each wide character."""
    return re.findall(r"[ᄀ-￯]|[^\sᄀ-￯]+\s*|\s+", text)


def wrap(text, columns):
    lines = [""]
    for piece in pieces(text):
        if lines[-1] and width(lines[-1] + piece.rstrip()) > columns:
            lines.append("")
        lines[-1] += piece
    return [line.rstrip() for line in lines]


class Screen:
    def __init__(self, stream):
        self.stream = stream
        self.colour = stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
        self.columns = min(shutil.get_terminal_size().columns, 110)

    def style(self, code, text):
        return f"\033[{code}m{text}\033[0m" if self.colour and text else text

    def put(self, text=""):
        print(text, file=self.stream, flush=True)

    def title(self, text):
        self.put()
        self.put("  " + self.style("1", text))
        self.put()

    def text(self, text):
        for line in wrap(text, self.columns - 2):
            self.put("  " + line)

    def section(self, text):
        self.put()
        for line in wrap(text, self.columns - 2):
            self.put("  " + self.style("1", line))

    def table(self, rows):
        """Columns as wide as their content; the last one is broken into lines."""
        widths = [max(width(row[i]) for row in rows) for i in range(len(rows[0]) - 1)]
        left = 2 + sum(w + 2 for w in widths)
        self.put()
        for row in rows:
            cells = "".join(cell + " " * (w - width(cell) + 2) for cell, w in zip(row, widths))
            first, *rest = wrap(row[-1], max(self.columns - left, 20))
            self.put("  " + self.style("36", cells) + first)
            for line in rest:
                self.put(" " * left + line)

    def notes(self, rows):
        """Each a line, with a remark below."""
        self.put()
        for line, remark in rows:
            self.put(f"  {line}")
            self.put(f"      {self.style('2', remark)}")

    def alert(self, alert):
        """Time, outlet, rule; title; snippet; link."""
        item, outlet, matches = alert["item"], alert["outlet"], alert["matches"]
        rules = ", ".join(m["rule"] for m in matches)
        self.put()
        self.put(f"  {self.style('2', time.strftime('%H:%M:%S'))}  {outlet['name']}, {outlet['country']}  {self.style('1;32', rules)}")
        for line in wrap(item["title"], self.columns - INDENT - 2):
            self.put(" " * (INDENT + 2) + self.style("1", line))
        for match in matches:
            self.snippet(match)
        self.put(" " * (INDENT + 2) + self.style("2", item["url"]))

    def snippet(self, match):
        """The lines are broken first: marks take no room on a terminal. A mark may go on in the next line."""
        text = match.get("snippet", "")
        terms = sorted({" ".join(t["text"].split()) for t in match["terms"]}, key=len, reverse=True)
        found = re.compile("|".join(map(re.escape, terms)))
        marked = [m.span() for m in found.finditer(text)] if terms else []
        at = 0
        for line in wrap(text, self.columns - INDENT - 2):
            start = text.index(line, at)
            at = start + len(line)
            self.put(" " * (INDENT + 2) + self.mark(text, start, at, marked))

    def mark(self, text, start, end, marked):
        out, at = "", start
        for a, b in marked:
            a, b = max(a, start), min(b, end)
            if a < b:
                out += text[at:a] + (self.style("1;33", text[a:b]) if self.colour else f"[{text[a:b]}]")
                at = b
        return out + text[at:end]
