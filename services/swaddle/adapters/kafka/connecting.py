"""Connections to a Kafka cluster, and the topics made in it."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import parse_qs, unquote, urlsplit

from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer
from kafka.errors import KafkaError, TopicAlreadyExistsError

from swaddle.kernel.errors import Misused, Unavailable

from .assigning import TopicwiseAssignor
from .topics import RETENTION_MS, Topics

SESSION_MS: Final = 45_000
HEARTBEAT_MS: Final = 3_000
"""Kafka's own defaults: a member that is silent for a session is taken for dead."""

BOOTSTRAP_MS: Final = 10_000
"""How long the first answer may take; a broker that starts is asked again by whoever waits."""

FETCH_MS: Final = 100
"""How long a broker holds back the answer while it has nothing to say. Only one request to it is
under way: a partition that is resumed meanwhile has to wait for that one."""

POLL_INTERVAL_MS: Final = 300_000
"""Kafka's own default. Our members poll at least twice a second, whatever they are working on."""

MESSAGE_BYTES: Final = 256 * 1024
"""Messages carry keys: the largest, which names every segment of a long video, is half of this."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """Where the brokers are, how to speak to them, and how large topics are made."""

    servers: tuple[str, ...]
    security: Mapping[str, Any]
    partitions: int = 12
    replicas: int = 1
    heartbeat_ms: int = HEARTBEAT_MS
    poll_interval_ms: int = POLL_INTERVAL_MS

    def producer(self) -> KafkaProducer:
        """Return a producer whose records are written by all replicas in sync, once."""
        with unavailable():
            return KafkaProducer(
                **self._shared(),
                acks="all",
                enable_idempotence=True,
                compression_type="zstd",
                allow_auto_create_topics=False,
                max_request_size=MESSAGE_BYTES,
                delivery_timeout_ms=60_000,
                request_timeout_ms=20_000,
            )

    def consumer(self, group: str) -> KafkaConsumer:
        """Return a member of a group that commits only what it is told to."""
        with unavailable():
            return KafkaConsumer(
                **self._shared(),
                group_id=group,
                enable_auto_commit=False,
                auto_offset_reset="earliest",
                allow_auto_create_topics=False,
                fetch_max_wait_ms=FETCH_MS,
                partition_assignment_strategy=[TopicwiseAssignor],
                session_timeout_ms=SESSION_MS,
                heartbeat_interval_ms=self.heartbeat_ms,
                max_poll_interval_ms=self.poll_interval_ms,
            )

    def make(self, topics: Topics) -> None:
        """Make the topics that are missing; nobody else ever does."""
        wanted = {
            "num_partitions": self.partitions,
            "replication_factor": self.replicas,
            "configs": {"retention.ms": str(RETENTION_MS)},
        }
        with self._admin() as admin:
            missing = _missing(admin, topics)
            try:
                with unavailable():
                    if missing:
                        admin.create_topics(dict.fromkeys(missing, wanted), wait_for_metadata=True)
            except Unavailable as error:
                # Somebody else made them meanwhile.
                if not isinstance(error.__cause__, TopicAlreadyExistsError):
                    raise

    def probe(self, topics: Topics) -> None:
        """Raise Unavailable where the brokers do not answer, or lack a topic."""
        with self._admin() as admin:
            missing = _missing(admin, topics)
        if missing:
            raise Unavailable(
                f"{len(missing)} topics are missing, for example {missing[0]}; "
                "`swaddle migrate bus` makes them."
            )

    @contextmanager
    def _admin(self) -> Iterator[KafkaAdminClient]:
        with unavailable():
            admin = KafkaAdminClient(**self._shared())
        try:
            yield admin
        finally:
            admin.close()

    def _shared(self) -> dict[str, Any]:
        return {
            "bootstrap_servers": list(self.servers),
            "bootstrap_timeout_ms": BOOTSTRAP_MS,
            **self.security,
        }


def _missing(admin: KafkaAdminClient, topics: Topics) -> list[str]:
    with unavailable():
        there = set(admin.list_topics())
    return sorted(set(topics.every()) - there)


def read_url(url: str) -> Cluster:
    """
    Read kafka://[USER:PASSWORD@]HOST:PORT[,HOST:PORT...][?partitions=12&replicas=3&tls=FILE].

    `tls` names the file with the certificates that are trusted; `system` trusts the system's.
    Raises Misused.
    """
    parts = urlsplit(url)
    options = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    login, _, hosts = parts.netloc.rpartition("@")
    unknown = options.keys() - {"partitions", "replicas", "tls"}
    if parts.scheme != "kafka" or not hosts or unknown:
        raise Misused("The bus URL is not one; give a URL kafka://HOST:PORT.")
    sizes = {name: int(options[name]) for name in ("partitions", "replicas") if name in options}
    return Cluster(
        servers=tuple(hosts.split(",")), security=_security(login, options.get("tls")), **sizes
    )


def _security(login: str, tls: str | None) -> Mapping[str, Any]:
    protocol = f"{'SASL_' if login else ''}{'SSL' if tls else 'PLAINTEXT'}"
    security: dict[str, Any] = {"security_protocol": protocol}
    if login:
        user, _, password = login.partition(":")
        security |= {
            "sasl_mechanism": "SCRAM-SHA-512",
            "sasl_plain_username": unquote(user),
            "sasl_plain_password": unquote(password),
        }
    if tls and tls != "system":
        security["ssl_cafile"] = tls
    return security


@contextmanager
def unavailable() -> Iterator[None]:
    """Turn errors of Kafka into ours."""
    try:
        yield
    except KafkaError as error:
        raise Unavailable(f"Kafka does not answer ({type(error).__name__}).") from error
