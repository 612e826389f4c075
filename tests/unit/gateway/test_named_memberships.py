"""Memberships in one line: by the branch's name, or its id where none is known."""

from contracts.http.enrollment import MembershipOut
from flask import Flask, g
from gateway.pages.branch_words import name_memberships

STANDS = MembershipOut(branch_id="dongcheng", member_no="T-1", since="2026-11-28")
LEFT = MembershipOut(branch_id="xicheng", member_no="W-2", since="2026-01-01")


def test_memberships_are_told_apart_by_branch_and_number() -> None:
    names = {"dongcheng": "东城区总工会"}
    said = {}
    for language in ("zh", "en"):
        with Flask("a page").test_request_context():
            g.language = language
            said[language] = name_memberships([STANDS, LEFT], names)
    assert said["zh"] == "东城区总工会 T-1、xicheng W-2"
    assert said["en"] == "东城区总工会 T-1, xicheng W-2"
