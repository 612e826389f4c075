"""An engine that speaks MongoDB's protocol and is not ours: mongo-java-server on H2.

It speaks wire version 8, older than the driver takes. Who uses it lowers the
driver's floor: this process by importing this module, others by `OLD_WIRE` on their
PYTHONPATH.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pymongo.common

from tests.parts import having
from tests.parts.process import HOST, Processes, accepts, free_ports

BACKEND = "de.bwaldvogel:mongo-java-server-h2-backend:1.47.0"
HERE = Path(__file__).parent
MAIN, OLD_WIRE = HERE / "java" / "MongoPart.java", HERE / "old_wire"
POM = """\
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>biyong.tests</groupId><artifactId>mongo-part</artifactId>
  <version>1</version>
  <dependencies><dependency>
    <groupId>{group}</groupId><artifactId>{artifact}</artifactId>
    <version>{version}</version>
  </dependency></dependencies>
</project>
"""

pymongo.common.MIN_SUPPORTED_WIRE_VERSION = 8


@dataclass
class Engine:
    """A running engine; it keeps port and data when it is started again."""

    url: str
    port: int
    _folder: Path = field(repr=False)
    _processes: Processes = field(repr=False)

    def start(self) -> None:
        """Start, and wait until it takes connections."""
        classes = str(install() / "*")
        data = str(self._folder / "data.mv")
        self._processes.launch(
            ["java", "-Xmx1g", "-cp", classes, str(MAIN), data, str(self.port)],
            lambda: accepts(self.port),
        )

    def kill(self) -> None:
        """Kill -9."""
        self._processes.kill()

    def stop(self) -> None:
        """Stop in order."""
        self._processes.stop()


@contextmanager
def running_engine(folder: Path) -> Iterator[Engine]:
    """An engine with data and log in a folder, stopped at the end."""
    folder.mkdir(parents=True, exist_ok=True)
    [port] = free_ports(1)
    engine = Engine(
        f"mongodb://{HOST}:{port}/?directConnection=true",
        port,
        folder,
        Processes(folder / "mongo.log", [port]),
    )
    try:
        engine.start()
        yield engine
    finally:
        engine.stop()


def install() -> Path:
    """The folder of the engine's classes, fetched once. Raises PartMissing."""
    having.require_programs("mongo-java-server", "java")
    with having.kept("mongo-java-server") as classes:
        if classes.exists():
            return classes
        having.require_programs("mongo-java-server", "mvn")
        work = classes.with_name(f"{classes.name}.begun")
        work.mkdir(exist_ok=True)
        group, artifact, version = BACKEND.split(":")
        pom = POM.format(group=group, artifact=artifact, version=version)
        (work / "pom.xml").write_text(pom)
        having.run(
            "fetch mongo-java-server",
            "mvn", "-q", "-B", "-f", str(work / "pom.xml"),
            "dependency:copy-dependencies", f"-DoutputDirectory={work / 'classes'}",
        )  # fmt: skip
        (work / "classes").rename(classes)
        return classes
