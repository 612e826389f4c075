"""The mutants: each breaks one guard of the product, and names who must notice.

A mutant is a place in the source, its text, and the text that takes its place. Tests
are files below platform level, in the order in which they are asked.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Mutant:
    """A guard broken on purpose: `before` stands once in `path`, `after` replaces it.

    One of the files in `tests` must fail.
    """

    guard: str
    path: str
    before: str
    after: str
    tests: tuple[str, ...]


CHASSIS, GATEWAY = "chassis/src/chassis", "gateway/src/gateway"
CATALOG, ENROLLMENT = (
    "services/catalog/src/catalog",
    "services/enrollment/src/enrollment",
)
MEDIA, LEARNING = "services/media/src/media", "services/learning/src/learning"
UNIT, STORES, MESSAGING = "tests/unit", "tests/stores", "tests/messaging"

WHO_MAY = (
    Mutant(
        "a request is decided by a branch that the caller sees",
        f"{ENROLLMENT}/usecases/decide_request.py",
        "asked if asked and scope.covers(asked.branch.line) else None",
        "asked",
        (f"{UNIT}/enrollment/test_join_requests.py",),
    ),
    Mutant(
        "a request is decided by a branch that holds the person",
        f"{ENROLLMENT}/usecases/find_decidable.py",
        "        memberships = self.people.pick_active(\n"
        "            self.people.find_memberships_of("
        "sorted({r.person_id for r in requests}))\n"
        "        )\n",
        "        memberships = self.people.find_memberships_of(\n"
        "            sorted({r.person_id for r in requests})\n"
        "        )\n",
        (f"{UNIT}/enrollment/test_join_requests.py",),
    ),
    Mutant(
        "an officer sees the own branch and those below it",
        f"{CHASSIS}/http/auth.py",
        "return self.branch is None or self.branch in branch_path",
        "return True",
        (f"{UNIT}/chassis/test_auth.py",),
    ),
    Mutant(
        "an officer without a branch sees nothing",
        f"{CHASSIS}/http/auth.py",
        "        if not who.branch:\n",
        "        if not who.branch:\n            return Scope.all()\n"
        "        if not who.branch:\n",
        (f"{UNIT}/chassis/test_auth.py",),
    ),
    Mutant(
        "people are found within the scope",
        f"{ENROLLMENT}/usecases/find_people.py",
        "if scope.covers(branch.line)}",
        "}",
        (f"{UNIT}/enrollment/test_find_people.py",),
    ),
    Mutant(
        "an officer names whom a branch holds today",
        f"{ENROLLMENT}/usecases/find_people.py",
        "    if scope.branch is not None:\n        memberships = people.pick_active",
        "    if scope.branch is None:\n        memberships = people.pick_active",
        (f"{UNIT}/enrollment/test_name_participants.py",),
    ),
    Mutant(
        "an officer withdraws whom a branch holds today",
        f"{ENROLLMENT}/usecases/withdraw_participants.py",
        " if held.intersection(groups[one.person_id])",
        "",
        (f"{UNIT}/enrollment/test_withdraw_participants.py",),
    ),
    Mutant(
        "learning is asked only for whom enrollment named to the visitor",
        f"{GATEWAY}/pages/officer/participants_read.py",
        "_ask_standings(services, class_id, list(named))",
        "_ask_standings(services, class_id, [one.person_id for one in latest])",
        (f"{UNIT}/gateway/test_participant_pages.py",),
    ),
    Mutant(
        "whom nobody named shows no progress",
        f"{GATEWAY}/pages/officer/participants_view.py",
        "shown = standing if person else None",
        "shown = standing",
        (f"{UNIT}/gateway/test_participant_pages.py",),
    ),
    Mutant(
        "a withdrawal is undone for seven days",
        f"{ENROLLMENT}/usecases/withdraw_participants.py",
        " and today <= until",
        "",
        (f"{UNIT}/enrollment/test_withdraw_participants.py",),
    ),
    Mutant(
        "a branch acts within its scope",
        f"{ENROLLMENT}/usecases/create_branch.py",
        " or not scope.covers(branch.line):\n        raise NotYourBranch",
        ":\n        raise NotYourBranch",
        (f"{UNIT}/enrollment/test_branches.py",),
    ),
    Mutant(
        "a row names people of the sender's branches",
        f"{ENROLLMENT}/usecases/name_people.py",
        "        if branch.is_within(sender)\n",
        "",
        (f"{UNIT}/enrollment/test_validate_rows.py",),
    ),
    Mutant(
        "a message speaks for nobody but its sender",
        f"{ENROLLMENT}/usecases/receive_message.py",
        'if named not in {"", sender}:',
        "if False:",
        (f"{UNIT}/enrollment/test_both_doors.py",),
    ),
    Mutant(
        "a roster comes under its branch's routing key",
        f"{ENROLLMENT}/events/roster_consumer.py",
        'if delivery.routing_key != f"{ACCOUNT}{sender}{ROSTER}":',
        "if False:",
        (f"{UNIT}/enrollment/test_roster_consumer.py",),
    ),
    Mutant(
        "an event is published by the service of its type",
        f"{CHASSIS}/events/envelope.py",
        'return bool(account) and envelope.type.partition(".")[0] == account',
        "return True",
        (f"{UNIT}/chassis/test_sender_check.py",),
    ),
    Mutant(
        "an event that nobody vouches for is not handled",
        f"{CHASSIS}/inbox/consumer.py",
        "if not self.transport.names_senders or can_send(event, delivery.user):",
        "if True:",
        (f"{MESSAGING}/test_senders.py",),
    ),
    Mutant(
        "a form of another site is refused",
        f"{GATEWAY}/api/request_visitor.py",
        "not site.is_own_page()",
        "False",
        (f"{UNIT}/gateway/test_site.py",),
    ),
    Mutant(
        "the site answers under its own names",
        f"{GATEWAY}/api/request_visitor.py",
        'not site.is_named(request.environ.get("HTTP_HOST", ""))',
        "False",
        (f"{UNIT}/gateway/test_site.py",),
    ),
)

ACCOUNTS = (
    Mutant(
        "a try to sign in is counted before its password is looked at",
        f"{GATEWAY}/identity/sign_in.py",
        "taken = self.limits.count_attempt(attempt)",
        "taken = ()",
        (f"{UNIT}/gateway/test_sign_in.py",),
    ),
    Mutant(
        "a login that is attacked has few tries for each address",
        f"{GATEWAY}/identity/sign_in_limits.py",
        "return limits | few if is_attacked else limits",
        "return limits",
        (f"{UNIT}/gateway/test_sign_in_limits.py",),
    ),
    Mutant(
        "of many tries at once no more pass than the limit",
        f"{GATEWAY}/identity/tries.py",
        "if sum(tries.values()) > most.get(key, NO_LIMIT):",
        "if False:",
        (f"{STORES}/test_tries.py",),
    ),
    Mutant(
        "a session ends when the account's sessions do",
        f"{GATEWAY}/identity/sign_in.py",
        "if session.epoch != account.epoch:",
        "if False:",
        (f"{UNIT}/gateway/test_sign_in.py",),
    ),
    Mutant(
        "an invitation ends",
        f"{GATEWAY}/identity/sign_in.py",
        "account is None or account.invited_until < time.time()",
        "account is None",
        (f"{UNIT}/gateway/test_sign_in.py",),
    ),
    Mutant(
        "an invitation is used once",
        f"{GATEWAY}/identity/account.py",
        '            secret=secret,\n            invitation="",\n'
        "            invited_until=0.0,\n",
        "            secret=secret,\n",
        (f"{UNIT}/gateway/test_sign_in.py",),
    ),
    Mutant(
        "staff invite officers, operators everybody",
        f"{GATEWAY}/identity/invite_members.py",
        "if role != OFFICER and OPERATOR not in who.roles:",
        "if False:",
        (f"{UNIT}/gateway/test_invite_members.py",),
    ),
    Mutant(
        "staff manage no staff",
        f"{GATEWAY}/identity/manage_accounts.py",
        "if not set(account.roles) <= {OFFICER, TRAINEE}:",
        "if False:",
        (f"{UNIT}/gateway/test_manage_accounts.py",),
    ),
)

SEATS = (
    Mutant(
        "a class has no more seats than its capacity",
        f"{ENROLLMENT}/domain/seat_book.py",
        "left = [self.capacity - self.taken, ",
        "left = [1, ",
        (f"{UNIT}/enrollment/test_seat_book.py",),
    ),
    Mutant(
        "a branch has no more seats than its quota",
        f"{ENROLLMENT}/domain/seat_book.py",
        "*(one.cap - one.taken for one in quotas)",
        "",
        (f"{UNIT}/enrollment/test_seat_book.py",),
    ),
    Mutant(
        "who asked first moves up first",
        f"{ENROLLMENT}/domain/seat_book.py",
        "_promote_waiting(waiting_list)\n",
        "_promote_waiting(reversed([*waiting_list]))\n",
        (f"{UNIT}/enrollment/test_seat_book.py",),
    ),
    Mutant(
        "a class does not get fewer seats than are taken",
        f"{ENROLLMENT}/domain/seat_plan.py",
        "if self.capacity < book.taken:",
        "if False:",
        (f"{UNIT}/enrollment/test_change_seats.py",),
    ),
    Mutant(
        "a quota that is new counts those who sit already",
        f"{ENROLLMENT}/domain/seat_plan.py",
        "known.taken if known else taken[branch]",
        "known.taken if known else 0",
        (f"{UNIT}/enrollment/test_change_seats.py",),
    ),
    Mutant(
        "two editors of seats do not overwrite each other",
        f"{ENROLLMENT}/usecases/change_seats.py",
        "if seen not in (None, book.revision):",
        "if False:",
        (f"{UNIT}/enrollment/test_change_seats.py",),
    ),
    Mutant(
        "nobody enrols oneself in a class of branches",
        f"{ENROLLMENT}/usecases/enrol_oneself.py",
        "if book.admission != BY_ONESELF:",
        "if False:",
        (f"{UNIT}/enrollment/test_enrol_oneself.py",),
    ),
    Mutant(
        "a roster's key stands for its rows",
        f"{ENROLLMENT}/usecases/receive_message.py",
        "if (existing.fingerprint, existing.roster_id) != "
        "(sent.fingerprint, sent.roster_id):",
        "if False:",
        (f"{UNIT}/enrollment/test_roster_consumer.py",),
    ),
    Mutant(
        "a class that closes before its opening is consumed stays closed",
        f"{ENROLLMENT}/usecases/follow_classes.py",
        "book = catalog.get_seat_book(class_id)\n",
        "book = None\n",
        (f"{UNIT}/enrollment/test_follow_classes.py",),
    ),
    Mutant(
        "a class opens on a published course",
        f"{CATALOG}/usecases/open_class.py",
        "course.state != PUBLISHED or ",
        "",
        (f"{UNIT}/catalog/test_publish_and_open.py",),
    ),
    Mutant(
        "who edits what has changed meanwhile is told so",
        f"{CATALOG}/domain/course.py",
        "if seen not in (None, self.revision):",
        "if False:",
        (f"{UNIT}/catalog/test_editing_courses.py",),
    ),
    Mutant(
        "an edition is put away before the next is written",
        f"{CATALOG}/usecases/publish_course.py",
        "if course.last_edition is not None:",
        "if False:",
        (f"{UNIT}/catalog/test_editing_courses.py",),
    ),
)

LECTURES = (
    Mutant(
        "a stream is granted by a seat",
        f"{MEDIA}/usecases/grant_stream.py",
        "if fastest is None and not is_staff:",
        "if False:",
        (f"{UNIT}/media/test_grants.py",),
    ),
    Mutant(
        "a report counts for who has a seat",
        f"{MEDIA}/usecases/check_grant.py",
        "if rate is None and not who.is_staff:",
        "if False:",
        (f"{UNIT}/media/test_grants.py",),
    ),
    Mutant(
        "a stream token is of one session",
        f"{MEDIA}/usecases/check_grant.py",
        "if grant.session != who.session:",
        "if False:",
        (f"{UNIT}/media/test_grants.py",),
    ),
    Mutant(
        "time watched is paid by time that passed",
        f"{MEDIA}/domain/watch.py",
        "counted_to = min(end, served, paid)",
        "counted_to = min(end, served)",
        (f"{UNIT}/media/test_watch.py",),
    ),
    Mutant(
        "what is watched was handed out",
        f"{MEDIA}/domain/watch.py",
        "counted_to = min(end, served, paid)",
        "counted_to = min(end, paid)",
        (f"{UNIT}/media/test_watch.py",),
    ),
    Mutant(
        "making that always ends as our fault is given up",
        f"{MEDIA}/domain/job.py",
        "return self.broken >= MOST_BROKEN",
        "return False",
        (f"{UNIT}/media/test_job.py",),
    ),
    Mutant(
        "a number is given to one edition",
        f"{MEDIA}/usecases/add_edition.py",
        "if editions.create(numbered, numbered.creation_events()):",
        "if editions.create(numbered, numbered.creation_events()) or True:",
        (f"{UNIT}/media/test_add_edition.py",),
    ),
    Mutant(
        "a source becomes an edition once",
        f"{MEDIA}/usecases/add_edition.py",
        "if edition.source == new.source:",
        "if False:",
        (f"{UNIT}/media/test_add_edition.py",),
    ),
    Mutant(
        "a lecture that a course shows is not deleted",
        f"{MEDIA}/usecases/delete_lecture.py",
        "    if courses:\n",
        "    if False:\n",
        (f"{UNIT}/media/test_delete_lecture.py",),
    ),
    Mutant(
        "who saw other captions replaces none",
        f"{MEDIA}/domain/captions.py",
        "if wanted is not None and wanted != there:",
        "if False:",
        (f"{UNIT}/media/test_captions.py",),
    ),
    Mutant(
        "text of captions is no markup",
        f"{MEDIA}/domain/cue_markup.py",
        '.replace("<", "&lt;")',
        "",
        (f"{UNIT}/media/test_caption_file.py",),
    ),
    Mutant(
        "a picture is as large as can be decoded",
        f"{MEDIA}/domain/picture_file.py",
        "if long > LONGEST_SIDE or long * short > MOST_PIXELS:",
        "if False:",
        (f"{UNIT}/media/test_add_picture.py",),
    ),
    Mutant(
        "uploads of one account have a limit",
        f"{MEDIA}/usecases/receive_upload.py",
        "if len(of_account) >= self.limits.uploads:",
        "if False:",
        (f"{STORES}/test_uploads.py",),
    ),
    Mutant(
        "bytes on their way in have a limit",
        f"{MEDIA}/usecases/receive_upload.py",
        "if bytes_ > limit:",
        "if False:",
        (f"{STORES}/test_uploads.py",),
    ),
)

RECORD = (
    Mutant(
        "one certificate for a person and a class",
        f"{LEARNING}/usecases/complete_lecture.py",
        "if self.certificates.get_by_class(seat.person_id, seat.class_id) is not None:",
        "if False:",
        (f"{UNIT}/learning/test_certificate.py",),
    ),
    Mutant(
        "hours are credited once",
        f"{LEARNING}/domain/hours.py",
        "id=lecture_entry(person_id, lecture_id),",
        'id=lecture_entry(person_id, f"{lecture_id}.{edition}"),',
        (f"{UNIT}/learning/test_hours.py",),
    ),
    Mutant(
        "a certificate that is revoked says so",
        f"{LEARNING}/domain/certificate.py",
        "return replace(self, revoked_on=today.isoformat(), revoked_for=reason), []",
        "return self, []",
        (f"{UNIT}/learning/test_certificate.py",),
    ),
)

EVENTS = (
    Mutant(
        "a document is written under the version that was read",
        f"{CHASSIS}/storage/aggregates.py",
        'guard = {"_id": id_, "version": version}',
        'guard = {"_id": id_}',
        (f"{MESSAGING}/test_publishing.py",),
    ),
    Mutant(
        "an event leaves the outbox once it is published",
        f"{CHASSIS}/outbox/relay.py",
        "            self._publish_ready([",
        "            _clear_outboxes(collection, documents, ready)\n"
        "            self._publish_ready([",
        (f"{MESSAGING}/test_publishing.py",),
    ),
    Mutant(
        "an event leaves the outbox once it is archived",
        f"{CHASSIS}/outbox/relay.py",
        "        self._archive_events(events)\n",
        "        with suppress(PyMongoError):\n"
        "            self._archive_events(events)\n",
        (f"{MESSAGING}/test_publishing.py",),
    ),
    Mutant(
        "an event goes out once the one before it is confirmed",
        f"{CHASSIS}/outbox/relay.py",
        "for turn in in_turns(ready):",
        "for turn in [[m for turn in in_turns(ready) for m in turn]]:",
        (f"{MESSAGING}/test_publishing.py",),
    ),
    Mutant(
        "one process holds a lease",
        f"{CHASSIS}/storage/leases.py",
        'if found["holder"] and now - self.since < self.term:',
        "if False:",
        (f"{MESSAGING}/test_publishing.py",),
    ),
    Mutant(
        "a job is claimed when it is due",
        f"{CHASSIS}/storage/leases.py",
        '{**waiting, "work_due": {"$lte": now}}',
        "{**waiting}",
        (f"{STORES}/test_transcoding.py",),
    ),
    Mutant(
        "a job is renewed by who claimed it last",
        f"{CHASSIS}/storage/leases.py",
        '{**waiting, "_id": id_, "work_tries": tries}',
        '{**waiting, "_id": id_}',
        (f"{STORES}/test_transcoding.py",),
    ),
    Mutant(
        "an event has its effect once",
        f"{CHASSIS}/inbox/dispatch.py",
        "if event.id in handled:",
        "if False:",
        (f"{MESSAGING}/test_consuming.py",),
    ),
    Mutant(
        "later events of a key wait behind one in the retry queue",
        f"{CHASSIS}/inbox/consumer.py",
        "self.retry_queue.keys_among(keys) if self.dispatcher.has_waiting else set()",
        "set()",
        (f"{MESSAGING}/test_retry_note.py",),
    ),
    Mutant(
        "later events of a key wait behind one that just failed",
        f"{CHASSIS}/inbox/consumer.py",
        "            failed |= faults.keys()\n",
        "",
        (f"{MESSAGING}/test_consuming.py",),
    ),
    Mutant(
        "a projection is not set back by an older event",
        f"{CHASSIS}/projections/projection.py",
        'guard: Row = {"source_version": {"$not": {"$gte": version}}}',
        "guard: Row = {}",
        (f"{STORES}/test_copies.py",),
    ),
    Mutant(
        "a parked event shows nobody's data",
        f"{CHASSIS}/operations/parked.py",
        "events=[masking.mask_value(event) for event in row.events]",
        'events=row["events"]',
        (f"{MESSAGING}/test_parked_shown.py",),
    ),
    Mutant(
        "who drops an event stands in the audit",
        f"{CHASSIS}/operations/parked.py",
        'self.audit.note(who, DROP, key, [first["id"]], why=why, dropped=first)',
        "pass",
        (f"{MESSAGING}/test_parked_shown.py",),
    ),
    Mutant(
        "an Idempotency-Key stands for its body",
        f"{CHASSIS}/http/idempotency.py",
        'if row["fingerprint"] != fingerprint:',
        "if False:",
        (f"{UNIT}/chassis/test_idempotency.py",),
    ),
)

MESSAGES = (
    Mutant(
        "a person is reminded of a class once a day",
        "services/notify/src/notify/usecases/remind_people.py",
        "new = [id_ for id_ in people if ids[id_] not in known]",
        "new = people",
        (f"{UNIT}/notify/test_remind_people.py",),
    ),
    Mutant(
        "nobody is reminded whom no own branch holds",
        "services/enrollment/src/enrollment/usecases/find_unfinished.py",
        "list_within(self.branches, self.people, scope, asked)",
        "[(one, ()) for one in self.people.find_by_ids(asked).values()]",
        (f"{UNIT}/enrollment/test_find_unfinished.py",),
    ),
    Mutant(
        "notices leave room at a phone for codes",
        "services/notify/src/notify/domain/message_day.py",
        "return int(per_person * FOR_NOTICES) if is_echo(message) else per_person",
        "return per_person",
        (f"{UNIT}/notify/test_tell_by_message.py",),
    ),
    Mutant(
        "a notice is opened by nobody but its person",
        "services/notify/src/notify/usecases/read_notice.py",
        "if notice is None or notice.person_id not in own:",
        "if notice is None:",
        (f"{UNIT}/notify/test_read_notice.py",),
    ),
    Mutant(
        "a code that is too late is dropped",
        "services/notify/src/notify/usecases/send_mails.py",
        "elif mail.is_late(self.now()):",
        "elif False:",
        (f"{UNIT}/notify/test_urgent_mails.py",),
    ),
    Mutant(
        "a broken provider is left alone after three messages",
        "services/notify/src/notify/usecases/send_mails.py",
        "if self.stalled >= STALLED_IN_A_ROW:",
        "if False:",
        (f"{UNIT}/notify/test_urgent_mails.py",),
    ),
    Mutant(
        "a message that is known is not counted again",
        "services/notify/src/notify/usecases/take_mails.py",
        "if m.address and id_ not in known",
        "if m.address",
        (f"{UNIT}/notify/test_take_mails.py",),
    ),
    Mutant(
        "nobody reads mails that wait on a real platform",
        "gateway/src/gateway/pages/public/message_tray.py",
        "if not self.is_open:",
        "if False:",
        (f"{UNIT}/gateway/test_message_tray.py",),
    ),
    Mutant(
        "a round of invitations ends when its maker may no more",
        "gateway/src/gateway/identity/invite_branch.py",
        "account is None or account.is_disabled or not _may_invite(account)",
        "account is None",
        ("tests/stores/test_invite_branch.py",),
    ),
    Mutant(
        "a link from before stays good where there is no room for the new one",
        "gateway/src/gateway/identity/invite_people.py",
        "self._take_back(mailing, before[mailing.account.id])",
        "pass",
        ("tests/stores/test_invite_branch.py",),
    ),
)

ALL = (*MESSAGES, *WHO_MAY, *ACCOUNTS, *SEATS, *LECTURES, *RECORD, *EVENTS)
