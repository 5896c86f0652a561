"""Markdown documents whose examples run: every python block is executed, in order, in one fresh interpreter.

A block that begins with `# name.py` is the file of that name, and is imported; others see the names of those
before them. What a block prints is the `text` block that follows it, if one does. The package is tested as a
reader uses it: nothing of the tests is visible to the blocks.

    python tests/documents.py README.md        # print what the blocks print
"""

from __future__ import annotations

import contextlib
import difflib
import io
import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
NAMED = re.compile(r"# (\w+)\.py\n")


@dataclass(frozen=True)
class Example:
    """A python block, and the place in the document of the text block that shows what it prints."""

    code: str
    shown: tuple[int, int] | None


def examples(text: str) -> list[Example]:
    """The examples of a document."""
    found: list[Example] = []
    blocks = list(BLOCK.finditer(text))
    for k, block in enumerate(blocks):
        if block[1] != "python":
            continue
        after = blocks[k + 1] if k + 1 < len(blocks) else None
        follows = after is not None and after[1] == "text" and not text[block.end() : after.start()].strip()
        found.append(Example(block[2], after.span(2) if follows and after is not None else None))
    return found


def printed(path: Path) -> list[str]:
    """What each python block of a document prints, found in a fresh interpreter."""
    command = [sys.executable, __file__, "--json", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode == 0, f"an example of {path.name} fails:\n{done.stderr}"
    outputs: list[str] = json.loads(done.stdout)
    return outputs


def refreshed(path: Path) -> str:
    """The document with the output of its examples as it is now."""
    text = path.read_text()
    found = list(zip(examples(text), printed(path), strict=True))
    for number, (example, output) in enumerate(found, 1):
        assert example.shown or not output, (
            f"{path.name}: example {number} prints, but no text block follows:\n{output}"
        )
    for example, output in reversed(found):
        if example.shown:
            start, end = example.shown
            text = text[:start] + output.rstrip("\n") + "\n" + text[end:]
    return text


def filled(text: str, sections: Mapping[str, str]) -> str:
    """The text with what stands between `<!-- name -->` and `<!-- end of name -->` replaced."""
    for name, section in sections.items():
        start, end = f"<!-- {name} -->\n", f"<!-- end of {name} -->"
        assert text.count(start) == text.count(end) == 1, f"there is no place for {name}"
        before, rest = text.split(start)
        text = f"{before}{start}{section.strip()}\n{end}{rest.split(end)[1]}"
    return text


def assert_up_to_date(path: Path, text: str, update: bool) -> None:
    """Fail unless the document reads so; or write it."""
    if update:
        path.write_text(text)
        return
    lines = [path.read_text().splitlines(), text.splitlines()]
    diff = difflib.unified_diff(*lines, str(path.name), "as it should be", lineterm="")
    assert lines[0] == lines[1], "run pytest --update-docs\n" + "\n".join(diff)


def run(path: Path) -> list[str]:
    """Execute the blocks of a document here."""
    folder = Path(tempfile.mkdtemp(prefix="document"))
    sys.path[0] = str(folder)
    names: dict[str, object] = {"__name__": path.stem}
    outputs = []
    for number, example in enumerate(examples(path.read_text()), 1):
        named = NAMED.match(example.code)
        file = folder / (f"{named[1]}.py" if named else f"example_{number}.py")
        file.write_text(example.code)
        with contextlib.redirect_stdout(io.StringIO()) as output:
            if named:
                names[named[1]] = __import__(named[1])
            else:
                exec(compile(example.code, str(file), "exec"), names)
        outputs.append(output.getvalue().replace(f"{folder}/", ""))
    return outputs


if __name__ == "__main__":
    *options, document = sys.argv[1:]
    shown = run(Path(document).resolve())
    print(json.dumps(shown) if "--json" in options else "\n".join(shown))
