"""Who is deleted while a certificate is issued: the name stands on none of them."""

import pytest
from learning.domain.certificate import Certificate
from learning.usecases.reissue_certificates import ReissueCertificates
from learning.usecases.remove_names import remove_names

from tests.unit.learning.fakes import FakeCertificates
from tests.unit.learning.world import SEAT, World


class Died(Exception):
    """A process was killed."""


class DiesOfIssuing(FakeCertificates):
    """Certificates of a process that dies as soon as it has put one."""

    def issue(self, certificate: Certificate, *, imported: bool = False) -> None:
        super().issue(certificate, imported=imported)
        raise Died


@pytest.fixture
def world() -> World:
    made = World()
    made.follow(SEAT)
    return made


def forget(world: World, person: str = "p") -> None:
    """As learning does when it hears of it."""
    world.names.deleted.add(person)
    remove_names(world.certificates, world.certify.seal, person)


def printed(world: World) -> list[tuple[str, str]]:
    return [(one.name, one.signature) for one in world.certificates.rows.values()]


class DeletedMeanwhile:
    """Names of whom each is deleted right after the name was read."""

    def __init__(self, world: World) -> None:
        self.world, self.names = world, world.names

    def get_name(self, person_id: str) -> str:
        name = self.names.get_name(person_id)
        forget(self.world, person_id)
        return name

    def is_deleted(self, person_id: str) -> bool:
        return self.names.is_deleted(person_id)


def test_who_is_deleted_after_the_name_was_read_is_not_named(world: World) -> None:
    world.certify.names = DeletedMeanwhile(world)
    world.watch("a", "b")
    assert printed(world) == [("", "signed")]


def test_who_is_deleted_while_a_name_is_corrected_is_not_named(world: World) -> None:
    world.watch("a", "b")
    world.names.rows["p"] = "章三"
    world.certify.names = DeletedMeanwhile(world)
    ReissueCertificates(world.certify, world.audit)("p")
    assert printed(world) == [("", "signed")] * 2
    assert len(world.certificates.find_by_person("p")) == 1


def die_of_issuing(world: World) -> FakeCertificates:
    """From now on; what lies there stays."""
    dying, living = DiesOfIssuing(), world.certificates
    dying.rows = living.rows
    world.certify.certificates = dying
    return living


def test_a_name_left_by_a_process_that_died_is_taken_away_by_the_repeat(
    world: World,
) -> None:
    world.watch("a")
    living = die_of_issuing(world)
    with pytest.raises(Died):
        world.watch("b")
    world.names.deleted.add("p")
    assert printed(world) == [("张三", "signed")], (
        "it was issued after all were looked at"
    )
    world.certify.certificates = living
    world.watch("b")
    assert printed(world) == [("", "signed")]


def test_a_correction_that_died_leaves_neither_a_name_nor_two_certificates(
    world: World,
) -> None:
    world.watch("a", "b")
    world.names.rows["p"] = "章三"
    living = die_of_issuing(world)
    with pytest.raises(Died):
        ReissueCertificates(world.certify, world.audit)("p")
    world.names.deleted.add("p")
    world.certify.certificates = living
    ReissueCertificates(world.certify, world.audit)("p")
    assert printed(world) == [("", "signed")] * 2
    assert len(world.certificates.find_by_person("p")) == 1
