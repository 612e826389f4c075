"""Requests that schemathesis makes up from an OpenAPI document, sent and judged.

A case goes to the gateway in the name of a person, or straight to the service in the
name of another service where the document lets one in. Part of the values in its path
are those of things that are there, so that more than "not found" is tried.
"""

import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import requests
import schemathesis
from biyong.home import home_of
from chassis.http.auth import Signer
from chassis.service.pull_routes import consumers_of
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from schemathesis import APIOperation, Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import Failure, FailureGroup
from schemathesis.specs.openapi.checks import (
    allow_header_conformance,
    content_type_conformance,
    missing_required_header,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.routes.scene import FRESH, Scene

DOCUMENTS = Path(__file__).parents[2] / "contracts/src/contracts/http/openapi"
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    missing_required_header,
    allow_header_conformance,
]
"""Off are those that guess at what a document cannot say. `negative_data_rejection`
takes an unknown query parameter or header for a fault; `positive_data_acceptance` every
404 and 409; `unsupported_method` sends each path its other methods (routes/table.txt
does); `ignored_auth`, `use_after_free` and `ensure_resource_availability` know nothing
of roles and of what becomes true later (routes/table.txt, tests/platform do)."""
PEOPLE = {
    "anonymous": "visitor", "seated": "trainee", "same": "officer",
    "staff": "staff", "first": "operator",
}  # fmt: skip
"""Callers of the scene and the role that each has."""
REAL = 0.6
"""How often things that are there stand in the path."""
ENDS_SESSION, ENDS_OTHERS = "/api/session", "/api/account/sessions"
FORGETS = "/deletion"
"""Who is deleted is gone with account and session, which what comes later needs."""
SPARE = {
    "/courses/": "fresh_course",
    "/drafts/": "fresh_draft",
    "/accounts/": "fresh_account",
}
SPARE_BY = {"id_", "account_id"}
"""What paths name spare things by."""
SECONDS = 60


@dataclass
class Fuzzed:
    """What became of the requests to one service: answers by caller and status, and a
    fault of each kind at each route."""

    sent: int = 0
    statuses: Counter[tuple[str, int]] = field(default_factory=Counter)
    faults: dict[tuple[str, str], str] = field(default_factory=dict)


class Fuzzer:
    """Sends what is made up from one service's document."""

    def __init__(self, scene: Scene, service: str, document: Mapping[str, Any]) -> None:
        self.scene, self.service, self.document = scene, service, document
        self.session, self.result = requests.Session(), Fuzzed()
        self.home = home_of({"BIYONG_HOME": str(scene.platform.home)})
        self.spare = {part: FRESH[name](scene) for part, name in SPARE.items()}
        base = "" if service == "gateway" else f"/api/{service}"
        self.door = scene.platform.url + base

    def send_all(self, count: int, number: int) -> Fuzzed:
        """So many requests of one seed, spread over the operations."""
        schema = schemathesis.openapi.from_dict(_without_schemes(self.document))
        self.chance = random.Random(number)
        operations = [found.ok() for found in schema.get_all_operations()]
        while (left := count - self.result.sent) > 0:  # some have few cases to make
            each = -(-left // len(operations))
            for operation in operations:
                self._send_cases(operation, each, number)
            number += 1
        return self.result

    def _send_cases(self, operation: APIOperation, count: int, number: int) -> None:
        callers = self._callers(operation)
        cases = st.one_of(
            operation.as_strategy(generation_mode=GenerationMode.POSITIVE),
            operation.as_strategy(generation_mode=GenerationMode.NEGATIVE),
        )

        @seed(number)
        @settings(
            max_examples=count,
            database=None,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(cases)
        def send_case(case: Case) -> None:
            if self.chance.random() < REAL:
                self._name_what_is_there(case)
            self._judge(case, self.chance.choice(callers))

        send_case()

    def _callers(self, operation: APIOperation) -> Sequence[str]:
        """Those who are let in, more often than the others."""
        if (operation.method, operation.path) == ("delete", ENDS_OTHERS):
            return ["anonymous"]  # nobody's session is ended that others still use
        raw = operation.definition.raw
        roles = set(raw.get("x-roles", ()))
        named = raw.get("x-services", () if roles else consumers_of(self.service))
        is_open = {} in raw["security"]
        services = [] if is_open else [f"service {name}" for name in named]
        let_in = [who for who, role in PEOPLE.items() if role in roles] + services
        return [*PEOPLE, *let_in * 6]

    def _name_what_is_there(self, case: Case) -> None:
        """Things of the scene in the path, spare ones where one may be gone then."""
        is_harmless = case.method == "GET" or case.operation.body
        if case.operation.path.endswith(FORGETS):
            return
        spare = next((id_ for part, id_ in self.spare.items() if part in case.path), "")
        for name in case.path_parameters or {}:
            found = _value_of(name, case.path, self.scene.values) if is_harmless else ""
            if name in SPARE_BY:
                found = found or spare
            if found:
                case.path_parameters[name] = found

    def _judge(self, case: Case, caller: str) -> None:
        base, headers = self._way(case, caller)
        try:
            answer = case.call(
                base_url=base,
                session=self.session,
                headers=headers,
                timeout=SECONDS,
                allow_redirects=False,
            )
        except requests.RequestException as error:
            self._note(case, caller, type(error).__name__, str(error))
            return
        self.result.sent += 1
        self.result.statuses[caller, answer.status_code] += 1
        try:
            case.validate_response(answer, checks=CHECKS)
        except (Failure, FailureGroup) as failure:
            told = getattr(failure, "exceptions", [failure])
            for one in told:
                about = f"{answer.status_code} {one.title}"
                self._note(case, caller, about, f"{one.message} {answer.text[:300]}")

    def _way(self, case: Case, caller: str) -> tuple[str, dict[str, str]]:
        """The address that the case goes to, and who says so."""
        kind, _, name = caller.partition(" ")
        if kind == "service":
            signer = Signer(name, self.home.key_file(name))
            token = signer.sign_token(self.service)
            place = urlsplit(self.scene.platform.health(self.service))
            return f"http://{place.netloc}", {"Authorization": f"Bearer {token}"}
        door = self.scene.doors[caller]
        is_last = (case.method, case.operation.path) == ("DELETE", ENDS_SESSION)
        token = self.scene.token_anew(caller) if is_last else door.token
        return self.door, {"Authorization": f"Bearer {token}"} if token else {}

    def _note(self, case: Case, caller: str, about: str, told: str) -> None:
        sent = f"{case.path_parameters} {case.query} {str(case.body)[:200]}"
        place = f"{case.method} {case.operation.path}"
        self.result.faults.setdefault((place, about), f"{caller} {sent} | {told[:600]}")


def _without_schemes(document: Mapping[str, Any]) -> dict[str, Any]:
    """The document with no way to sign in: else tokens are made up for a third of all
    requests, which get no further than the door."""
    components = {**document["components"], "securitySchemes": {}}
    return {**document, "components": components}


def _value_of(name: str, path: str, values: Mapping[str, str]) -> str:
    """What the scene has for an argument of a path, or nothing."""
    noun = path.split("/")[1]
    if name == "id_":
        name = {"courses": "course", "classes": "class"}.get(noun, noun[:-1])
    if name == "number" and noun in ("courses", "lectures", "v"):
        name = "edition"
    return values.get(name, values.get(name.removesuffix("_id"), ""))
