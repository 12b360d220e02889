"""What holds for all templates, styles and icons, whoever wrote them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
TEMPLATES = sorted((ROOT / "src/tend/doors/web/templates").rglob("*.html"))
STYLES = sorted((ROOT / "frontend/css").rglob("*.css"))
SCRIPTS = sorted((ROOT / "frontend/js").glob("*.js"))


def ids(paths: list[Path]) -> list[str]:
    return [str(path.relative_to(ROOT)) for path in paths]


@pytest.mark.parametrize("path", TEMPLATES, ids=ids(TEMPLATES))
def test_templates_carry_no_inline_script_or_style(path: Path) -> None:
    text = path.read_text()
    assert not re.search(
        r'\sstyle="|\son(click|change|submit|input|load)=|<style[\s>]|hx-on|<script(?![^>]*\ssrc=)[\s>]', text
    )


@pytest.mark.parametrize("path", TEMPLATES, ids=ids(TEMPLATES))
def test_every_icon_is_in_the_sprite(path: Path) -> None:
    names = {
        line.strip() for line in (ROOT / "frontend/icons.txt").read_text().splitlines() if not line.startswith("#")
    }
    assert set(re.findall(r'{% icon "([a-z0-9-]+)"', path.read_text())) <= names


@pytest.mark.parametrize("path", STYLES, ids=ids(STYLES))
def test_only_the_tokens_name_colours_and_fonts(path: Path) -> None:
    if path.name in ("tokens.css", "fonts.css"):
        return
    text = re.sub(r"@media print \{.*", "", path.read_text(), flags=re.DOTALL)
    assert not re.search(r"#[0-9a-fA-F]{3,8}\b(?=[;\s,)])", text), "a colour outside tokens.css"
    assert 'font-family: "' not in text


@pytest.mark.parametrize("path", STYLES, ids=ids(STYLES))
def test_every_style_file_says_what_it_is(path: Path) -> None:
    assert path.read_text().startswith("/* ")


def test_every_style_file_is_part_of_the_bundle() -> None:
    named = re.findall(r'@import "\./([^"]+)"', (ROOT / "frontend/css/app.css").read_text())
    have = {str(path.relative_to(ROOT / "frontend/css")) for path in STYLES} - {"app.css"}
    assert have == set(named)


def test_every_variable_that_is_used_is_defined() -> None:
    whole = "\n".join(path.read_text() for path in STYLES)
    assert set(re.findall(r"var\((--[a-z0-9-]+)", whole)) <= set(re.findall(r"(--[a-z0-9-]+):", whole))


@pytest.mark.parametrize("path", SCRIPTS, ids=ids(SCRIPTS))
def test_scripts_carry_no_words_of_their_own_and_evaluate_nothing(path: Path) -> None:
    text = path.read_text()
    assert "eval(" not in text
    assert not re.search(r'(textContent|label|innerText) = "[A-Za-z]{3}', text)
