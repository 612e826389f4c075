"""`biyong audit …`: the audit logs of all services, shown and checked."""

from typing import Annotated

import typer
from chassis.audit.entry import AuditAnchor, AuditEntry, AuditQuery, AuditVerdict
from chassis.operations.console import EventConsole
from chassis.operations.operations import each_of
from rich.table import Table

from biyong.operating import EXIT_FOUND, event_operations, show_all

NOTED = "SERVICE:NUMBER:HASH"
app = typer.Typer(no_args_is_help=True, help="Audit logs: see and check them.")


@app.command("check")
def check_logs(
    noted: Annotated[
        list[str] | None,
        typer.Option(help=f"What an earlier check printed: {NOTED}."),
    ] = None,
) -> None:
    """Check every service's audit log, and say how far each goes.

    Keep what it prints elsewhere and hand it in the next time: then nobody can have
    written a log anew. Exit codes: 0 all are whole, 1 one is not (the first entry
    that was changed, removed or put elsewhere is named), or did not answer.
    """
    anchors = dict(_read_anchor(text) for text in noted or ())
    with event_operations() as operations:
        verdicts = {
            service: rows[0]
            for service, rows in operations.ask_all(
                EventConsole.check_audit_log
            ).items()
        }
        for service in anchors.keys() & verdicts.keys():
            asked = anchors[service]
            answered = operations.ask(service, EventConsole.check_audit_log, asked)
            verdicts[service] = answered[0]
    for service, verdict in verdicts.items():
        print(_show_verdict(service, verdict))
    broken = any(verdict.broken_at for verdict in verdicts.values())
    raise typer.Exit(EXIT_FOUND if broken or operations.away else 0)


def _read_anchor(text: str) -> tuple[str, AuditAnchor]:
    """A service and what was noted of its log. Raises BadParameter."""
    service, _, rest = text.partition(":")
    number, _, digest = rest.partition(":")
    if not (number.isdecimal() and digest):
        raise typer.BadParameter(f"write it as {NOTED}")
    return service, AuditAnchor(number=int(number), hash=digest)


def _show_verdict(service: str, verdict: AuditVerdict) -> str:
    if verdict.broken_at:
        return f"{service}: BROKEN at entry {verdict.broken_at} ({verdict.why})"
    return f"{service}:{verdict.entries}:{verdict.hash or '-'} whole"


@app.command("list")
def list_entries(
    who: Annotated[str, typer.Option(help="The account that acted.")] = "",
    action: Annotated[str, typer.Option(help="What was done.")] = "",
    subject: Annotated[str, typer.Option(help="Whom or what it concerned.")] = "",
    before: Annotated[str, typer.Option(help="Only entries before this moment.")] = "",
    limit: Annotated[int, typer.Option(help="At most so many of a service.")] = 50,
) -> None:
    """List entries of all services, latest first."""
    asked = AuditQuery(
        who=who, action=action, subject=subject, before=before, limit=limit
    )
    with event_operations() as operations:
        rows = each_of(operations.ask_all(EventConsole.find_entries, asked))
    table = Table("when", "service", "number", "who", "action", "subject", "why")
    for service, entry in sorted(rows, key=lambda row: row[1].at, reverse=True):
        table.add_row(*_show_cells(service, entry))
    show_all(table)


def _show_cells(service: str, entry: AuditEntry) -> tuple[str, ...]:
    more = [f"{name}={value}" for name, value in sorted(entry.details.items())]
    why = "; ".join(part for part in (entry.reason, *more) if part)
    place = (entry.at, service, str(entry.number))
    return (*place, entry.who, entry.action, entry.subject, why)
