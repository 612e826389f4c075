"""The heads of roster columns that are known, in any writing, and who counts them."""

import hashlib
import re
from collections.abc import Iterable, Sequence

from fields.texts import plain_text

HEAD_LINES = 10
"""The line of heads is among the first ones: titles and notes stand above it."""
LONGEST_HEAD = 60
"""Three times the longest head there is, with its remark in brackets."""
FEWEST_HEADS = 2
"""One known word may stand in a title; two make a line of heads."""
KNOWN_HEADS = {
    "name": "姓名、学员姓名、人员姓名、职工姓名、会员姓名、参训人员姓名、参训人员、"
    "真实姓名、名字、学员、name、full name",
    "member_no": "会员号、会员证号、工会会员号、工会会员证号、会员编号、会员证编号、"
    "工会会员编号、会员卡号、工会会员卡号、会员号码、会员证、工会会员证、工会卡号、"
    "member_no、member number、membership number、member id",
    "phone": "手机号、手机、手机号码、移动电话、联系手机、本人手机、手机电话、电话、"
    "联系电话、电话号码、联系号码、联系方式、phone、mobile、mobile phone、"
    "mobile number、phone number、cell phone、telephone",
    "class_id": "班级编号、班级、班级名称、培训班编号、培训班、培训班名称、培训班次、"
    "班级代码、班级号、班号、班名、班次、班次名称、报名班级、参训班级、培训班级、"
    "class_id、class、class name、class title",
    "id_number": "身份证号、身份证号码、身份证、公民身份号码、居民身份证号、"
    "居民身份证号码、证件号码、证件号、id_number、id card number、id card",
    "email": "邮箱、电子邮箱、电子邮件、邮箱地址、电子邮箱地址、邮件地址、邮件、email、"
    "email address、mail",
    "branch_id": "单位编号、单位代码、工会编号、branch_id、branch",
    "branch_name": "单位、单位名称、所在单位、工作单位、所属单位、工会名称、所属工会、"
    "基层工会、基层工会名称、branch name",
}
HEADS = {field: tuple(heads.split("、")) for field, heads in KNOWN_HEADS.items()}
"""Field → its heads, the one that counts most first; the field itself is English."""
SENT = tuple(field for field in HEADS if field != "branch_name")
"""What a row is sent with. The name of a unit becomes its id, or stays behind."""
REQUIRED = ("name", "member_no", "phone", "class_id")


def plain_head(cell: str) -> str:
    """A head without blanks, signs and what stands in brackets, in plain form.

    Empty for what is longer than any head.
    """
    if len(cell) > LONGEST_HEAD:
        return ""
    without_brackets = re.sub(r"[(\[【].*?[)\]】]", "", plain_text(cell))
    return re.sub(r"[\W_]+", "", without_brackets)


PLAIN_HEADS = {name: tuple(map(plain_head, heads)) for name, heads in HEADS.items()}
FIELDS = {head: name for name, heads in PLAIN_HEADS.items() for head in heads}
"""Plain head → field."""


def count_known_heads(cells: Iterable[str]) -> int:
    """How many fields have a known head in this line."""
    return len({FIELDS.get(plain_head(cell)) for cell in cells} - {None})


def compute_head_fingerprint(cells: Sequence[str]) -> str:
    """A fingerprint of a line of heads: the same for the same heads in any writing."""
    heads = [plain_head(cell) for cell in cells]
    while heads and not heads[-1]:
        heads.pop()
    return hashlib.sha256("\0".join(heads).encode()).hexdigest()[:16]
