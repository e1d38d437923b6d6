#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""structure.py - are the pages of HTML reports well-formed, do all links and references in them lead somewhere?

    structure.py FOLDER...

Prints what is wrong, at most a few lines a page, and a line with the count.
"""
import os
import sys
import urllib.parse
import xml.etree.ElementTree as ElementTree

REFERENCES = ("aria-labelledby", "aria-describedby", "for")


class Page:
    def __init__(self, path):
        self.path = path
        self.problems = []
        self.links = []
        self.ids = {}
        with open(path, encoding="utf-8") as file:
            text = file.read()
        if not text.startswith("<!DOCTYPE html>\n"):
            self.problems.append("does not begin with <!DOCTYPE html>")
        try:
            self.read(ElementTree.fromstring(text))
        except ElementTree.ParseError as error:
            self.problems.append(f"not well-formed: {error}")

    def read(self, root):
        elements = list(root.iter())
        for element in elements:
            name = element.tag.rpartition("}")[2]
            if (identity := element.get("id")) is not None:
                if identity in self.ids:
                    self.problems.append(f"the id '{identity}' is there twice")
                self.ids[identity] = name
            for attribute, value in element.attrib.items():
                attribute = attribute.rpartition("}")[2]
                if attribute.startswith("on"):
                    self.problems.append(f"code in the attribute {attribute} of <{name}>")
                if attribute in ("href", "src"):
                    self.links.append(value)
            if name == "th" and element.get("scope") not in ("col", "row", "rowgroup"):
                self.problems.append("<th> without scope")
            if name == "a" and not "".join(element.itertext()).strip():
                self.problems.append("a link without text")
        for element in elements:
            for attribute in REFERENCES:
                for identity in element.get(attribute, "").split():
                    if identity not in self.ids:
                        self.problems.append(f"{attribute}='{identity}' leads nowhere")
        self.outline(elements)

    def outline(self, elements):
        names = [element.tag for element in elements]
        for wanted in ("h1", "main", "header", "footer", "title"):
            if names.count(wanted) != 1:
                self.problems.append(f"{names.count(wanted)} times <{wanted}>")
        level = 0
        for name in names:
            if len(name) == 2 and name[0] == "h" and name[1].isdigit():
                if int(name[1]) > level + 1:
                    self.problems.append(f"<{name}> below <h{level}>")
                level = int(name[1])


def check_links(pages, files):
    for page in pages.values():
        folder = os.path.dirname(page.path)
        for link in page.links:
            url = urllib.parse.urlsplit(link)
            if url.scheme == "data":
                continue
            if url.scheme or url.netloc:
                page.problems.append(f"a link out of the folder: {link}")
                continue
            path = os.path.normpath(os.path.join(folder, urllib.parse.unquote(url.path))) if url.path else page.path
            if path not in files:
                page.problems.append(f"no such file: {link}")
            elif url.fragment and "=" not in url.fragment and path in pages \
                    and urllib.parse.unquote(url.fragment) not in pages[path].ids:
                page.problems.append(f"no such place: {link}")


def main(folders):
    wrong = count = links = 0
    for folder in folders:
        files = {os.path.normpath(os.path.join(root, name)) for root, _, names in os.walk(folder) for name in names}
        pages = {path: Page(path) for path in sorted(files) if path.endswith(".html")}
        check_links(pages, files)
        linked = {os.path.normpath(os.path.join(folder, link.partition("#")[0]))
                  for page in pages.values() if os.path.basename(page.path) == "index.html" for link in page.links}
        for path, page in pages.items():
            if os.path.basename(path) != "index.html" and path not in linked:
                page.problems.append("index.html has no link to it")
            for problem in page.problems[:5]:
                print(f"{path}: {problem}")
            wrong += bool(page.problems)
            links += len(page.links)
        count += len(pages)
        if not pages:
            print(f"{folder}: no pages")
            wrong += 1
    print(f"{count} pages, {links} links, {wrong} pages wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
