"""`biyong lecture …` and `biyong upload`: what staff do about lectures."""

import datetime
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

import typer
from rich.progress import BarColumn, Progress, TaskProgressColumn, TimeRemainingColumn

from biyong.door import Door
from biyong.home import Refused
from biyong.operating import Row, ask_gateway, open_operator
from biyong.tables import Column, show_rows
from biyong.upload import UPLOADS, upload_lecture

app = typer.Typer(no_args_is_help=True, help="Lectures: see, stop and remake them.")
Lecture = Annotated[
    str, typer.Argument(help="The lecture's id: `biyong lecture list`.")
]
LECTURES = ("media", "lectures")
State = Literal["all", "making", "failed", "ready"]


def install_commands(parent: typer.Typer) -> None:
    """Put the commands into the program."""
    parent.add_typer(app, name="lecture")
    parent.command("upload")(upload_file)


def upload_file(
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
        raise Refused(f"{file} is no file, or empty")
    columns = ("{task.description}", BarColumn(), TaskProgressColumn())
    bar = Progress(*columns, TimeRemainingColumn(), disable=not sys.stdout.isatty())
    with open_operator() as door, bar:
        task = bar.add_task(file.name, total=1.0)

        def show_share(share: float) -> None:
            bar.update(task, completed=share)

        id_ = upload_lecture(
            door, file, title or file.stem, show_share, lecture or None
        )
    print(f"{id_} is sent; how far it is: biyong lecture show {id_}")


@app.command("list")
def list_lectures(
    state: Annotated[State, typer.Option(help="Only those that stand so.")] = "all",
) -> None:
    """List lectures: how far each is, and why it waits or failed."""
    with open_operator() as door:
        pages = [*_read_pages(door, LECTURES, state=state)]
    show_rows(LECTURE, [lecture for page in pages for lecture in page["items"]])


@app.command("show")
def show_lecture(lecture: Lecture) -> None:
    """Show how far a lecture is."""
    _call_media("GET", lecture, "making")


@app.command("cancel")
def cancel_making(lecture: Lecture) -> None:
    """Stop the making of a lecture, which can be tried again, and checks of uploads,
    whose files go."""
    _call_media("POST", lecture, "cancellation")


@app.command("retry")
def retry_making(lecture: Lecture) -> None:
    """Have a lecture made again that failed, or at once where it waits."""
    _call_media("POST", lecture, "retry")


@app.command("delete")
def delete_lecture(
    lecture: Lecture,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Delete a lecture with all its files; what was watched of it is kept."""
    if not yes:
        typer.confirm(f"Delete {lecture} with all its files?", abort=True)
    ask_gateway("DELETE", *LECTURES, lecture)
    print(f"{lecture} deleted")


@app.command("uploads")
def list_uploads(
    everybodys: Annotated[bool, typer.Option("--all", help="Everybody's.")] = False,
) -> None:
    """List uploads, the newest first: how each stands, and why it ended."""
    with open_operator() as door:
        pages = [*_read_pages(door, UPLOADS, of="all" if everybodys else "own")]
    show_rows(UPLOAD, [upload for page in pages for upload in page["items"]])
    if (room := pages[-1]["room"]) is not None:
        print(f"room for {room / 2**30:.1f} GiB")


@app.command("give-up")
def give_up(
    upload: Annotated[str, typer.Argument(help="Its id: `biyong lecture uploads`.")],
) -> None:
    """End an upload that nobody goes on with; its parts are removed."""
    ended = ask_gateway("DELETE", *UPLOADS, upload)
    print(f"{upload} {ended['state']}: {ended['detail']}")


def _read_pages(door: Door, path: tuple[str, ...], **query: str) -> Iterator[Row]:
    """The pages of a list, to its last."""
    page: Row = door.ask("GET", *path, **query)
    yield page
    while page["next"]:
        page = door.ask("GET", *path, **query, after=page["next"])
        yield page


def _call_media(method: str, lecture: str, what: str) -> None:
    show_rows(LECTURE, [ask_gateway(method, *LECTURES, lecture, what)])


def _state_of(lecture: Mapping[str, Any]) -> str:
    """The state in a word, how far it is, or how many are ahead of it."""
    if lecture["state"] != "transcoding":
        return str(lecture["state"])
    if lecture["is_worked_on"]:
        return f"{lecture['percent']}%"
    return f"waits, place {lecture['place']}"


def _next_try(lecture: Mapping[str, Any]) -> str:
    is_put_off = lecture["state"] == "transcoding" and not lecture["is_worked_on"]
    again = lecture["again_at"] if is_put_off and lecture["tries"] else 0
    return _show_moment(again) if again else ""


def _show_moment(epoch_seconds: float) -> str:
    moment = datetime.datetime.fromtimestamp(epoch_seconds).astimezone()
    return moment.isoformat(" ", "seconds")


LECTURE: dict[str, Column] = {
    "lecture": "lecture_id",
    "edition": "edition",
    "title": "title",
    "state": _state_of,
    "tries": "tries",
    "why": lambda lecture: lecture["detail"] or lecture["cause"],
    "next try": _next_try,
}
UPLOAD: dict[str, Column] = {
    "upload": "id",
    "lecture": "lecture_id",
    "title": "title",
    "MiB": lambda upload: f"{upload['bytes'] / 2**20:.1f}",
    "begun": lambda upload: _show_moment(upload["begun"]),
    "state": "state",
    "why": lambda upload: upload["detail"] or upload["cause"],
}
