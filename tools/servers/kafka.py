"""A Kafka broker of Maven's jars: one process that is broker and controller."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from .process import Process, built, free_port, listening, run

VERSION: Final = "4.1.1"

POM: Final = f"""<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>swaddle</groupId><artifactId>broker</artifactId><version>1</version>
  <dependencies>
    <dependency>
      <groupId>org.apache.kafka</groupId><artifactId>kafka_2.13</artifactId>
      <version>{VERSION}</version>
    </dependency>
    <dependency>
      <groupId>org.slf4j</groupId><artifactId>slf4j-simple</artifactId>
      <version>1.7.36</version>
    </dependency>
  </dependencies>
</project>
"""

PROPERTIES: Final = """process.roles=broker,controller
node.id=1
controller.quorum.bootstrap.servers=127.0.0.1:{controller}
listeners=PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller}
advertised.listeners=PLAINTEXT://127.0.0.1:{port}
controller.listener.names=CONTROLLER
listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT
log.dirs={data}
offsets.topic.replication.factor=1
offsets.topic.num.partitions=4
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
group.initial.rebalance.delay.ms=0
auto.create.topics.enable=false
"""

MISSING: Final = "Kafka needs Java 17 and Maven: install openjdk-17-jre-headless and maven."


@dataclass(frozen=True, slots=True)
class Kafka:
    """A broker that runs."""

    process: Process
    port: int

    @property
    def url(self) -> str:
        """The URL of the bus."""
        return f"kafka://127.0.0.1:{self.port}"


def start(folder: Path) -> Kafka:
    """Start a broker with its data in a folder; raises CannotStart."""
    jars = libraries()
    port, controller = free_port(), free_port()
    properties = folder / "server.properties"
    folder.mkdir(parents=True, exist_ok=True)
    properties.write_text(
        PROPERTIES.format(port=port, controller=controller, data=folder / "data")
    )
    java = ["java", "-Xmx512m", "-cp", f"{jars}/*"]
    formatting = ["format", "--standalone", "-t", "c3dhZGRsZS1icm9rZXItMQ"]
    tool = [*java, "kafka.tools.StorageTool", *formatting, "-c", str(properties)]
    run(tool, folder, MISSING)
    process = Process(
        "Kafka",
        [*java, "kafka.Kafka", str(properties)],
        folder / "kafka.log",
        ready=lambda: listening(port),
    )
    process.start()
    return Kafka(process, port)


def libraries() -> Path:
    """Return the folder of the jars; fetch them the first time. Raises CannotStart."""
    return built(f"kafka-{VERSION}", _fetch) / "libs"


def _fetch(home: Path) -> None:
    (home / "pom.xml").write_text(POM)
    command = ["mvn", "-q", "-B", "dependency:copy-dependencies", "-DoutputDirectory=libs"]
    run(command, home, MISSING)
