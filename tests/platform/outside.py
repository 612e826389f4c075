"""Branches of a platform on RabbitMQ, each with an account, a key and a program."""

import itertools
import json
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from biyong.door import Door
from chassis.broker.rabbitmq.transport import RabbitTransport

from tests.parts.programs import Program, Said, build_program
from tests.parts.rabbitmq import Broker
from tests.platform import rosters
from tests.platform.running import Platform, until

PASSWORD = "branch-password"
HEADS = ("name", "member_no", "phone", "class_id")
numbers = itertools.count(1)
Row = dict[str, Any]


@dataclass(frozen=True)
class OutsideBranch:
    """A branch as its programmer has it: an account at the broker, a key, a folder."""

    id: str
    url: str
    environ: Mapping[str, str]
    staff: Door
    class_id: str
    folder: Path

    def new_key(self) -> str:
        """A key that this branch has not used."""
        return f"{self.id}.{next(numbers)}"

    def rows(self, count: int) -> list[Row]:
        """Rows of people nobody has named before."""
        return rosters.rows(count, self.class_id, self.id)

    def write_roster(self, rows: Sequence[Row]) -> Path:
        """A file with these rows."""
        path = self.folder / f"{next(numbers)}.csv"
        lines = [",".join(row[head] for head in HEADS) for row in rows]
        path.write_text("\n".join([",".join(HEADS), *lines]) + "\n", "utf-8")
        return path

    def build(self, language: str, changes: Mapping[str, str] | None = None) -> Program:
        """The program in a language, built in a folder of its own."""
        return build_program(language, self.folder / str(next(numbers)), changes)

    def send(self, program: Program, key: str, rows: Sequence[Row]) -> Said:
        """Run a program over a file with these rows."""
        return program.run(key, self.write_roster(rows), self.environ)

    def find_receipt(self, key: str) -> list[tuple[str, ...]]:
        """Row, outcome and reason of each row, as the platform has decided them."""
        receipt = until(lambda: rosters.receipt(self.staff, key, self.id), 20)
        told = [(str(r["row"]), r["outcome"], r.get("reason", "")) for r in receipt]
        return [tuple(filter(None, row)) for row in told]

    def to_event(self, key: str, rows: Sequence[Row], **attributes: str) -> bytes:
        """A CloudEvent with these rows."""
        data = {"roster_id": key, "key": key, "rows": rows}
        required = {
            "specversion": "1.0", "id": key, "source": f"/{self.id}",
            "type": "branch.roster.sent.v1",
        }  # fmt: skip
        return json.dumps(required | attributes | {"data": data}).encode()

    def publish(self, body: bytes) -> subprocess.CompletedProcess[bytes]:
        """Publish by Debian's program, which cannot say who sends."""
        about = ["--content-type", "application/cloudevents+json", "--persistent"]
        to = ["--exchange", "biyong.branches", "--routing-key"]
        command = ["amqp-publish", "--url", self.url, *about, *to]
        return subprocess.run(
            [*command, f"branch.{self.id}.roster"],
            input=body,
            capture_output=True,
            timeout=30,
            check=False,
        )

    def take_answer(self) -> Row:
        """The data of the next answer in the branch's queue, by Debian's program."""
        queue = f"branch.{self.id}.receipts"
        command = ["amqp-get", "--url", self.url, "--queue", queue]

        def get() -> bytes:
            done = subprocess.run(command, capture_output=True, timeout=30, check=False)
            return done.stdout

        taken: Row = json.loads(until(get, 20))["data"]
        return taken


def create_branch(
    platform: Platform, broker: Broker, name: str, folder: Path
) -> OutsideBranch:
    """A branch of its own, with an account, a queue, a key and an open class."""
    staff = platform.door("jiaowu")
    staff.ask("POST", "enrollment", "branches", body={"id": name, "name": name})
    course = platform.demo["course_id"]
    class_id = rosters.open_class(staff, course, 5_000, f"班 {name}")
    url = broker.add_branch(name, PASSWORD).removesuffix("/")
    RabbitTransport(broker.url).declare_receipts_queue(name)
    asked = {"name": name, "scope": "rosters-send", "days": 1, "branch_id": name}
    environ = {
        "AMQP_URL": url,
        "BIYONG_URL": platform.url,
        "BRANCH": name,
        "API_KEY": str(staff.ask("POST", "keys", body=asked)["token"]),
    }
    return OutsideBranch(name, url, environ, staff, class_id, folder)
