"""The routes and pages of the gateway, and what each of them is given."""

from functools import partial

from chassis.http.routing import Routes

from gateway.api.accounts import AccountRoutes
from gateway.api.activation import ActivationRoutes
from gateway.api.forwarding import ForwardingRoutes
from gateway.api.people import PeopleRoutes
from gateway.api.provider_links import ProviderLinkRoutes
from gateway.api.second_factors import SecondFactorRoutes
from gateway.api.sessions import SessionRoutes
from gateway.api.sign_in_codes import SignInCodeRoutes
from gateway.api.site import Site
from gateway.api.static_files import StaticRoutes
from gateway.certificates.document import WriteCertificates
from gateway.clients.reminders import ReminderSender
from gateway.clients.services import Services
from gateway.identity.account_store import StoredAccounts
from gateway.identity.invitation_states import find_states
from gateway.identity.invite_people import InvitePeople
from gateway.identity.twins import Twins
from gateway.identity_wiring import Identity
from gateway.pages.account.factor_proof import FactorProofPages
from gateway.pages.account.own_factors import OwnFactorPages
from gateway.pages.account.telling import TellingPages
from gateway.pages.college_day import college_today
from gateway.pages.officer.branch_seats import BranchSeatPages
from gateway.pages.officer.code_sheet import CodeSheetPages
from gateway.pages.officer.invitations import InvitationPages
from gateway.pages.officer.inviting_several import SeveralInvitationPages
from gateway.pages.officer.join_requests import JoinRequestPages
from gateway.pages.officer.leaving_together import LeavingPages
from gateway.pages.officer.matrix import MatrixPages
from gateway.pages.officer.participants import ParticipantPages
from gateway.pages.officer.people import PeoplePages
from gateway.pages.officer.person import PersonPages
from gateway.pages.officer.reminders import ReminderPages
from gateway.pages.officer.replacing import ReplacementPages
from gateway.pages.officer.reports import ReportPages
from gateway.pages.officer.roster_repairs import RosterRepairPages
from gateway.pages.officer.roster_results import RosterResultPages
from gateway.pages.officer.roster_sending import RosterSendingPages
from gateway.pages.officer.roster_turns import RosterTurnPages
from gateway.pages.officer.rosters import RosterPages
from gateway.pages.officer.transfers import TransferPages
from gateway.pages.operator.audit import AuditPages
from gateway.pages.operator.deliveries import DeliveryPages
from gateway.pages.operator.operations import OperationPages
from gateway.pages.operator.searches import OperationSearchPages
from gateway.pages.public.account import AccountPages
from gateway.pages.public.activation import ActivationPages
from gateway.pages.public.certificate_files import CertificateFilePages
from gateway.pages.public.certificates import CertificatePages
from gateway.pages.public.connect import ConnectPages
from gateway.pages.public.courses import CoursePages
from gateway.pages.public.events import EventPages
from gateway.pages.public.handbook import HandbookPages
from gateway.pages.public.home import HomePages
from gateway.pages.public.look import LookPages
from gateway.pages.public.offline import OfflinePages
from gateway.pages.public.projects import ProjectPages
from gateway.pages.public.provider_sign_in import ProviderSignInPages
from gateway.pages.public.second_sign_in import SecondSignInPages
from gateway.pages.staff.api_docs import ApiDocPages
from gateway.pages.staff.captions import CaptionPages
from gateway.pages.staff.certificates import StaffCertificatePages
from gateway.pages.staff.class_ending import ClassEndingPages
from gateway.pages.staff.class_notices import ClassNoticePages
from gateway.pages.staff.class_opening import ClassOpeningPages
from gateway.pages.staff.class_particulars import ClassParticularsPages
from gateway.pages.staff.class_seats import ClassSeatPages
from gateway.pages.staff.classes import StaffClassPages
from gateway.pages.staff.course_edit import CourseEditPages
from gateway.pages.staff.courses import StaffCoursePages
from gateway.pages.staff.doubles import DoublePages
from gateway.pages.staff.editor_names import EditorNames
from gateway.pages.staff.gallery import GalleryPages
from gateway.pages.staff.hours import StaffHoursPages
from gateway.pages.staff.lessons import LessonPages
from gateway.pages.staff.publication import PublicationPages
from gateway.pages.staff.search import StaffSearchPages
from gateway.pages.staff.versions import VersionPages
from gateway.pages.trainee.badges import BadgePages
from gateway.pages.trainee.certificates import CertificateSheetPages
from gateway.pages.trainee.enrolments import EnrolmentPages
from gateway.pages.trainee.inbox import InboxPages
from gateway.pages.trainee.joining import JoiningPages
from gateway.pages.trainee.learn import LearnPages
from gateway.pages.trainee.my_classes import MyClassesPages
from gateway.pages.trainee.offline import OwnOfflinePages
from gateway.pages.trainee.own_hour import OwnHourPages
from gateway.pages.trainee.own_name import OwnNamePages
from gateway.pages.trainee.record import RecordPages
from gateway.roster_drafts.draft_store import RosterDrafts
from gateway.roster_drafts.read_draft import ReadDraft
from gateway.roster_files.roster_mappings import RosterMappings
from gateway.second_factor.composition import SecondFactorParts


def list_routes(
    services: Services,
    identity: Identity,
    people: InvitePeople,
    site: Site,
    drafts: RosterDrafts,
    mappings: RosterMappings,
) -> tuple[Routes, ...]:
    """All routes and pages of the gateway."""
    accounts = identity.sign_in.accounts
    return (
        *_list_api(services, identity, people),
        *_list_account_pages(identity, people, site),
        *_list_pages(site, accounts),
        *_course_editor(EditorNames(accounts)),
        StaffClassPages(college_today),
        ClassOpeningPages(college_today),
        ClassParticularsPages(college_today),
        ClassSeatPages(college_today),
        BranchSeatPages(),
        ClassEndingPages(college_today),
        ProjectPages(),
        ClassNoticePages(accounts.find_names),
        *_roster_pages(accounts, drafts, mappings),
        ReminderPages(ReminderSender(services.notify)),
        *_people_pages(
            accounts, people, Twins(identity.sign_in.find_account, identity.manage)
        ),
        StaticRoutes(),
    )


def _people_pages(
    accounts: StoredAccounts, people: InvitePeople, twins: Twins
) -> tuple[Routes, ...]:
    """The pages on which people are found, corrected, merged and transferred."""
    return (
        PeoplePages(partial(find_states, people)),
        PersonPages(accounts.find_names, partial(find_states, people)),
        ReplacementPages(),
        StaffHoursPages(accounts.find_names),
        StaffCertificatePages(),
        StaffSearchPages(),
        OwnNamePages(),
        TransferPages(),
        DoublePages(twins),
        ParticipantPages(),
        LeavingPages(),
        ReportPages(college_today),
        MatrixPages(),
    )


def _list_api(
    services: Services, identity: Identity, people: InvitePeople
) -> tuple[Routes, ...]:
    """What scripts call."""
    return (
        ForwardingRoutes(services),
        SessionRoutes(identity.sign_in, identity.invite, identity.second.finish),
        SecondFactorRoutes(identity.second.reset),
        SignInCodeRoutes(identity.codes.by_code, identity.second.finish),
        AccountRoutes(
            identity.codes.own_password,
            identity.codes.own_sessions,
            identity.manage,
            identity.events,
        ),
        PeopleRoutes(services, people, identity.invite_branch, identity.events),
        ActivationRoutes(identity.print_codes, identity.activate),
        ProviderLinkRoutes(identity.outside.links, identity.outside.end_together),
    )


def _list_account_pages(
    identity: Identity, people: InvitePeople, site: Site
) -> tuple[Routes, ...]:
    """The pages of ways in, and of accounts."""
    return (
        AccountPages(identity.sign_in, identity.outside.end_together.find_way_out),
        ProviderSignInPages(identity.outside.sign_in, identity.outside.links),
        *identity.codes.build_pages(identity.second.proof.has_factor),
        *_second_factor_pages(identity.second),
        ActivationPages(identity.activate),
        CodeSheetPages(identity.print_codes, people.find_accounts, site.url),
        InvitationPages(people, identity.invite_branch, identity.events),
        SeveralInvitationPages(people, identity.events),
    )


def _second_factor_pages(second: SecondFactorParts) -> tuple[Routes, ...]:
    """The pages of second factors."""
    return (
        SecondSignInPages(second.finish, second.add),
        OwnFactorPages(second.add, second.change),
        FactorProofPages(second.proof),
    )


def _list_pages(site: Site, accounts: StoredAccounts) -> tuple[Routes, ...]:
    """The pages that ask services alone."""
    return (
        HomePages(),
        LookPages(),
        HandbookPages(),
        OfflinePages(),
        OwnOfflinePages(),
        CoursePages(),
        LearnPages(),
        RecordPages(),
        OwnHourPages(),
        MyClassesPages(),
        InboxPages(),
        TellingPages(),
        BadgePages(),
        EnrolmentPages(),
        JoiningPages(),
        JoinRequestPages(),
        CertificatePages(site.url),
        CertificateFilePages(site.url, WriteCertificates()),
        CertificateSheetPages(),
        OperationPages(),
        OperationSearchPages(),
        DeliveryPages(),
        AuditPages(accounts.find_names),
        EventPages(),
        ConnectPages(),
        ApiDocPages(),
        GalleryPages(),
    )


def _roster_pages(
    accounts: StoredAccounts, drafts: RosterDrafts, mappings: RosterMappings
) -> tuple[Routes, ...]:
    """The pages on which officers send rosters and follow them."""
    return (
        RosterPages(accounts.find_names, drafts),
        RosterSendingPages(drafts, ReadDraft(mappings)),
        RosterRepairPages(),
        RosterTurnPages(),
        RosterResultPages(),
    )


def _course_editor(names: EditorNames) -> tuple[Routes, ...]:
    """The pages on which staff edit courses."""
    return (
        StaffCoursePages(names),
        CourseEditPages(names),
        LessonPages(names),
        CaptionPages(names),
        PublicationPages(names),
        VersionPages(names),
    )
