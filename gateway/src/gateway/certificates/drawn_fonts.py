"""Small fonts with just the letters of one document, drawn out of one large font.

The large one holds every weight of 44,810 characters (rare ones of names too) as curves
that PDF does not know. To make a whole font of one weight takes minutes and a place to
put it; to draw the letters of a sheet takes 30 ms, in memory.
"""

import io
import threading
from functools import cache
from importlib.resources import files
from typing import Any

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont

SIMPLIFIED_CHINESE = 2
"""Which font of the collection draws characters as they are written in Beijing."""
ASCENT, DESCENT = 880, -120
"""Of a square of 1,000 units, as in all fonts of this family."""
DATED = 0x7C259DC0
"""1970 in seconds since 1904, as fonts count: none has the hour of its document."""
DEVIATION = 1.0
"""Units by which a curve may differ: invisible below a poster's size."""
NONE, BOX = ".notdef", "box"
"""What a font draws for no letter, and the same as a letter: it stands for one that the
large font has not, under that letter's code."""


ONE_AT_A_TIME = threading.Lock()
"""The library reads letters when they are asked for, which is nothing for threads."""


def draw_font(text: str, weight: int) -> bytes:
    """A TrueType font with the letters of this text; those that the large one has not
    are boxes, so that nobody takes them for nothing."""
    with ONE_AT_A_TIME:
        return _build_font(sorted(set(text)), weight)


@cache
def _open_large_font() -> tuple[Any, dict[int, str]]:
    """The large font, opened when first needed, and its letters' names by code."""
    source = files("manimgx_fonts_cjk").joinpath("NotoSansCJK-VF.otf.ttc")
    font = TTFont(str(source), fontNumber=SIMPLIFIED_CHINESE, lazy=True)
    return font, font.getBestCmap()


def _build_font(letters: list[str], weight: int) -> bytes:
    font, names = _open_large_font()
    drawn_of = {ord(one): names.get(ord(one), BOX) for one in letters}
    order = [NONE, *sorted(set(drawn_of.values()))]
    large = font.getGlyphSet(location={"wght": weight})
    glyphs, widths = {}, {}
    for name in order:
        pen, letter = TTGlyphPen(None), large[NONE if name == BOX else name]
        letter.draw(Cu2QuPen(pen, DEVIATION, reverse_direction=True))
        glyphs[name], widths[name] = pen.glyph(), round(letter.width)
    made = FontBuilder(font["head"].unitsPerEm, isTTF=True)
    made.setupGlyphOrder(order)
    made.setupCharacterMap(drawn_of)
    made.setupGlyf(glyphs)
    lefts = {name: made.font["glyf"][name].xMin for name in order}
    made.setupHorizontalMetrics({n: (widths[n], lefts[n]) for n in order})
    made.setupHorizontalHeader(ascent=ASCENT, descent=DESCENT)
    made.setupNameTable({"familyName": f"Certificate{weight}", "styleName": "x"})
    made.setupOS2(sTypoAscender=ASCENT, sTypoDescender=DESCENT)
    made.setupPost()
    made.updateHead(created=DATED, modified=DATED)
    made.font.recalcTimestamp = False  # the same letters are the same bytes
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()
