"""Branches and people as the directory has them, read as a whole before any use."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from gateway.clients.directory_connection import (
    OK,
    DirectoryAddress,
    DirectoryConnection,
    DirectoryEntry,
    DirectoryUnreachable,
    split_dn,
)

from biyong.directory.config import Config, NoAttributes, names_of, read_password
from biyong.directory.content import (
    Content,
    DirectoryBranch,
    DirectoryPerson,
    EntryFault,
)
from biyong.faults import Fault

EXIT_AWAY = 3
BRANCH_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
"""What the platform takes for one."""
Place = tuple[str, ...]
"""A name in the tree in its parts, the nearest first."""


def read_directory(config: Config, path: Path) -> Content:
    """Everything that the configuration names. Raises Fault if any of it is missing."""
    server = config.server
    ca_file = str(path.parent / server.ca_file) if server.ca_file else ""
    password = read_password(path, config)
    try:
        address = DirectoryAddress(
            server.url, ca_file, server.answer_seconds, server.answer_seconds
        )
        connection = DirectoryConnection(address)
        try:
            code = connection.bind(server.reader, password)
            if code != OK:
                line = f"the directory refuses {server.reader}: result {code}"
                raise Fault(f"{line}; check reader and password", EXIT_AWAY)
            branches, people = _find_entries(connection, config)
        finally:
            connection.close()
    except DirectoryUnreachable as error:
        line = f"the directory does not answer as it should: {error}"
        raise Fault(f"{line}; nothing was changed", EXIT_AWAY) from error
    except (ValueError, OSError) as error:
        raise Fault(f"{path}: {error}") from error
    return read_content(config, branches, people)


def _find_entries(
    connection: DirectoryConnection, config: Config
) -> tuple[list[DirectoryEntry], list[DirectoryEntry]]:
    tree, people = config.branches, config.people
    of_branch = [*names_of(tree.id), *names_of(tree.name)]
    wanted = [people.branch, people.member_no, people.name, people.phone]
    wanted += [people.id_number, people.email, people.entry]
    of_person = [name for attributes in wanted for name in names_of(attributes)]
    at_once = config.server.page_size
    return (
        list(connection.find_all(tree.base, tree.filter, of_branch, at_once)),
        list(connection.find_all(people.base, people.filter, of_person, at_once)),
    )


def read_content(
    config: Config, branches: Iterable[DirectoryEntry], people: Iterable[DirectoryEntry]
) -> Content:
    """What these entries say. One that is wrong is a fault, and hinders no other."""
    places, faults = _read_branches(config, branches)
    found: list[DirectoryPerson] = []
    ids = {branch.id for branch in places.values()}
    for entry in people:
        person = _read_person(config, entry, places, ids)
        if isinstance(person, EntryFault):
            faults.append(person)
        else:
            found.append(person)
    memberships = Counter(person.membership for person in found)
    entries = Counter(person.entry for person in found)
    single: list[DirectoryPerson] = []
    for person in found:
        if person.member_no and memberships[person.membership] > 1:
            faults.append(EntryFault(person.dn, "member-number-twice"))
            continue
        if person.entry and entries[person.entry] > 1:
            faults.append(EntryFault(person.dn, "entry-twice"))
            person = replace(person, entry="")
        single.append(person)
    ordered = sorted(single, key=lambda person: person.membership)
    return Content(tuple(places.values()), tuple(ordered), tuple(faults))


def _read_branches(
    config: Config, entries: Iterable[DirectoryEntry]
) -> tuple[dict[Place, DirectoryBranch], list[EntryFault]]:
    """Branches by their places, each after the one above it."""
    base = split_dn(config.branches.base)
    ids: dict[Place, tuple[str, str]] = {}
    faults: list[EntryFault] = []
    for entry in entries:
        place = split_dn(entry.dn)
        if place == base:
            continue
        try:
            id_ = _first_text(entry, config.branches.id).lower()
            ids[place] = (id_, _first_text(entry, config.branches.name) or id_)
        except UnicodeDecodeError:
            faults.append(EntryFault(entry.dn, "text-unreadable"))
    counts = Counter(id_ for id_, _ in ids.values())
    branches: dict[Place, DirectoryBranch] = {}
    for place in sorted(ids, key=lambda place: (len(place), place)):
        id_, name = ids[place]
        reason = "" if BRANCH_ID.fullmatch(id_) else "branch-id-illegal"
        reason = "branch-id-twice" if counts[id_] > 1 else reason
        above = _nearest(place[1:], ids)
        if above is not None and above not in branches:
            reason = reason or "branch-above-missing"
        if reason:
            faults.append(EntryFault(",".join(place), reason))
            continue
        parent = branches[above].id if above else config.branches.below
        branches[place] = DirectoryBranch(id_, name, parent)
    return branches, faults


def _read_person(
    config: Config,
    entry: DirectoryEntry,
    branches: Mapping[Place, DirectoryBranch],
    ids: set[str],
) -> DirectoryPerson | EntryFault:
    people = config.people
    try:
        if names_of(people.branch):
            branch_id = _first_text(entry, people.branch).lower()
        else:
            above = _nearest(split_dn(entry.dn)[1:], branches)
            branch_id = branches[above].id if above else ""
        if branch_id not in ids:
            return EntryFault(entry.dn, "branch-missing")
        number = _first_text(entry, people.member_no)
        value = _first_text(entry, people.entry) if names_of(people.entry) else number
        return DirectoryPerson(
            dn=entry.dn,
            branch_id=branch_id,
            member_no=number,
            name=_first_text(entry, people.name),
            phone=_first_text(entry, people.phone),
            id_number=_first_text(entry, people.id_number),
            email=_first_text(entry, people.email),
            entry=value,
        )
    except UnicodeDecodeError:
        return EntryFault(entry.dn, "text-unreadable")


def _first_text(entry: DirectoryEntry, attributes: NoAttributes) -> str:
    """The first of these attributes that has a value. Raises UnicodeDecodeError."""
    texts = (entry.get_text(name) for name in names_of(attributes))
    return next((text for text in texts if text), "")


def _nearest(place: Place, known: Mapping[Place, object]) -> Place | None:
    """The nearest place from this one upwards that is known."""
    while place and place not in known:
        place = place[1:]
    return place or None
