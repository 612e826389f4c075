"""The form by which captions are added to a lecture."""

from wtforms import FileField, SelectField, StringField

from gateway.forms.base import PageForm
from gateway.forms.fields import list_choices
from gateway.forms.rules import AtMost, Filled
from gateway.texts.captions import LANGUAGES
from gateway.texts.language import L_

TYPES = ".srt,.vtt,text/vtt,application/x-subrip"


class CaptionForm(PageForm):
    """A file, its language, and what it is called in the player."""

    refused_at = {"captions-refused": "file", "language-refused": "language"}
    file = FileField(
        L_("字幕文件（.srt 或 .vtt）"), [Filled()], render_kw={"accept": TYPES}
    )
    language = SelectField(
        L_("语言"),
        [Filled()],
        choices=list_choices(LANGUAGES.items()),
        render_kw={"required": False},  # one of them is always picked
    )
    label = StringField(
        L_("在播放器里的名称"),
        [AtMost(200)],
        description=L_("不填就用语言自己的名称"),
    )
