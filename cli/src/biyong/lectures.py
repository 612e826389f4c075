"""`biyong lecture …` and `biyong upload`: what staff do about lectures."""

import datetime
import sys
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlencode

import typer
from rich.progress import BarColumn, Progress, TaskProgressColumn, TimeRemainingColumn
from rich.table import Table

from biyong.door import path_to
from biyong.operating import Row, ended, operator, show_all
from biyong.upload import UPLOADS, upload_lecture

app = typer.Typer(no_args_is_help=True, help="Lectures: see, stop and remake them.")
Lecture = Annotated[
    str, typer.Argument(help="The lecture's id: `biyong lecture list`.")
]
State = Literal["all", "making", "failed", "ready"]
EXIT_UNREADABLE = 2


def install(parent: typer.Typer) -> None:
    """Put the commands into the program."""
    parent.add_typer(app, name="lecture")
    parent.command()(upload)


def upload(
    file: Annotated[Path, typer.Argument(help="A video file.")],
    title: Annotated[str, typer.Option(help="By default the file's name.")] = "",
    lecture: Annotated[
        str, typer.Option(help="A lecture that gets the file as a new edition.")
    ] = "",
) -> None:
    """Send a lecture file; after a cut the same command goes on where it ended.

    BIYONG_LOGIN and BIYONG_PASSWORD name an account of the college's staff.
    """
    if not file.is_file() or not file.stat().st_size:
        raise ended(f"{file} is no file, or empty", EXIT_UNREADABLE)
    columns = ("{task.description}", BarColumn(), TaskProgressColumn())
    bar = Progress(*columns, TimeRemainingColumn(), disable=not sys.stdout.isatty())
    with operator() as door, bar:
        task = bar.add_task(file.name, total=1.0)
        id_ = upload_lecture(
            door, file, title or file.stem,
            lambda share: bar.update(task, completed=share), lecture or None,
        )  # fmt: skip
    print(f"{id_} is sent; how far it is: biyong lecture show {id_}")


@app.command("list")
def list_(
    state: Annotated[State, typer.Option(help="Only those that stand so.")] = "all",
) -> None:
    """List lectures: how far each is, and why it waits or failed."""
    table = Table("lecture", "edition", "title", "state", "tries", "why", "next try")
    with operator() as door:
        after = ""
        while True:
            asked = urlencode({"state": state, "after": after})
            told = door.call("GET", f"{path_to('media', 'lectures')}?{asked}", Row)
            for lecture in told["lectures"]:
                table.add_row(*_cells(lecture))
            after = told["next"]
            if not after:
                break
    show_all(table)


@app.command()
def show(lecture: Lecture) -> None:
    """Show how far a lecture is."""
    _managed("GET", lecture, "making")


@app.command()
def cancel(lecture: Lecture) -> None:
    """Stop the making of a lecture, which can be tried again, and checks of uploads,
    whose files go."""
    _managed("POST", lecture, "cancellation")


@app.command()
def retry(lecture: Lecture) -> None:
    """Have a lecture made again that failed, or at once where it waits."""
    _managed("POST", lecture, "retry")


@app.command()
def delete(
    lecture: Lecture,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Delete a lecture with all its files; what was watched of it is kept."""
    if not yes:
        typer.confirm(f"Delete {lecture} with all its files?", abort=True)
    with operator() as door:
        door.call("DELETE", path_to("media", "lectures", lecture), dict[str, Any])
    print(f"{lecture} deleted")


@app.command()
def uploads(
    everybodys: Annotated[bool, typer.Option("--all", help="Everybody's.")] = False,
) -> None:
    """List uploads, the newest first: how each stands, and why it ended."""
    asked = urlencode({"of": "all" if everybodys else "own"})
    with operator() as door:
        told = door.call("GET", f"{path_to(*UPLOADS)}?{asked}", Row)
    table = Table("upload", "lecture", "title", "MiB", "begun", "state", "why")
    for upload in told["uploads"]:
        table.add_row(
            upload["id"], upload["lecture_id"], upload["title"],
            f"{upload['bytes'] / 2**20:.1f}", _moment(upload["begun"]),
            upload["state"], upload["detail"] or upload["cause"],
        )  # fmt: skip
    show_all(table)
    if told["room"] is not None:
        print(f"room for {told['room'] / 2**30:.1f} GiB")


@app.command("give-up")
def give_up(
    upload: Annotated[str, typer.Argument(help="Its id: `biyong lecture uploads`.")],
) -> None:
    """End an upload that nobody goes on with; its parts are removed."""
    with operator() as door:
        told = door.call("DELETE", path_to(*UPLOADS, upload), Row)
    print(f"{upload} {told['state']}: {told['detail']}")


def _managed(method: str, lecture: str, what: str) -> None:
    with operator() as door:
        path = path_to("media", "lectures", lecture, what)
        told = door.call(method, path, dict[str, Any])
    table = Table("lecture", "edition", "title", "state", "tries", "why", "next try")
    table.add_row(*_cells(told))
    show_all(table)


def _cells(lecture: Row) -> tuple[str, ...]:
    tries, why = lecture["tries"], lecture["detail"] or lecture["cause"]
    is_put_off = lecture["state"] == "transcoding" and not lecture["is_worked_on"]
    again = lecture["again_at"] if is_put_off and tries else 0
    return (
        lecture["lecture_id"], str(lecture["edition"]), lecture["title"],
        _state(lecture), str(tries), why, _moment(again) if again else "",
    )  # fmt: skip


def _state(lecture: Row) -> str:
    """The state in a word, how far it is, or how many are ahead of it."""
    if lecture["state"] != "transcoding":
        return str(lecture["state"])
    if lecture["is_worked_on"]:
        return f"{lecture['percent']}%"
    return f"waits, place {lecture['place']}"


def _moment(epoch_seconds: float) -> str:
    moment = datetime.datetime.fromtimestamp(epoch_seconds).astimezone()
    return moment.isoformat(" ", "seconds")
