"""Two hundred invented trainees: names put together from common ones."""

import random
from dataclasses import dataclass

FAMILY = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"
)
GIVEN = (
    "建国", "晓梅", "志强", "丽华", "海燕", "文博", "秀英", "国庆", "雪", "明",
    "思远", "婷婷", "振宇", "玉兰", "浩然", "春生", "佳怡", "立新", "红", "鹏",
)  # fmt: skip
UNUSUAL = ("阿依努尔·买买提", "赵䶮", "欧阳若曦", "𠮷野真")


@dataclass(frozen=True)
class Invented:
    """A trainee of the demo."""

    name: str
    member_no: str
    phone: str
    branch_id: str
    email: str = ""


def invented(count: int, branches: list[str]) -> list[Invented]:
    """The same people every time; the first three have mail addresses."""
    chance = random.Random(1949)  # noqa: S311 - names, not secrets
    people = []
    for number in range(count):
        name = chance.choice(FAMILY) + chance.choice(GIVEN)
        if 10 <= number < 10 + len(UNUSUAL):
            name = UNUSUAL[number - 10]
        branch = branches[number % len(branches)]
        email = f"trainee{number + 1}@biyong.example" if number < 3 else ""
        people.append(
            Invented(
                name,
                f"{branch[:2].upper()}-{number + 1:04d}",
                f"139{number + 10_000_000:08d}",
                branch,
                email,
            )
        )
    return people
