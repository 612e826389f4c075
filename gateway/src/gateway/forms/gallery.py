"""A form with a field of every kind, as the gallery of components shows it."""

from wtforms import (
    BooleanField,
    DateField,
    FileField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)

from gateway.forms.base import PageForm
from gateway.forms.fields import NumberField
from gateway.forms.rules import AtMost, Between, Filled
from gateway.texts.language import L_


class GalleryForm(PageForm):
    """Every kind once."""

    title = StringField(
        L_("班级名称"), [Filled(), AtMost(60)], description=L_("学员在首页看到的名字")
    )
    about = TextAreaField(L_("简介"), [AtMost(400)])
    seats = NumberField(L_("席位"), [Between(1, 1000)])
    starts_on = DateField(L_("开始日期"), [Filled()])
    point = SelectField(L_("教学点"), choices=[])
    form = RadioField(L_("方式"), choices=[])
    picture = FileField(L_("图片"), description=L_("JPEG 或 PNG，不超过 5 MB"))
    is_open = BooleanField(L_("现在就开放报名"))
