"""
A control plane of Kubernetes without containers: etcd, API server, scheduler, controller manager.

One program of Go modules (`k8slab`) is all of them, kubectl, and a stand-in for every node's
kubelet: what the scheduler has bound is Running and Ready at once, what belongs to a Job has
succeeded. No image is pulled, no probe is asked, no NetworkPolicy is enforced.
"""

import json
import secrets
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from .golang import go
from .process import CannotStart, Process, answering, built, free_port

SOURCE: Final = Path(__file__).parent / "k8slab"
VERSION: Final = "1.35.4"
"""As in k8slab/go.mod."""
HELM: Final = "v3.20.2"

MISSING: Final = "The control plane needs Go 1.25 or later: install go."

ADMIN: Final = "system:masters"


@dataclass(frozen=True, slots=True)
class Kubernetes:
    """A control plane that runs, or somebody's cluster."""

    kubeconfig: Path
    processes: Sequence[Process] = ()

    def stop(self) -> None:
        """End every process, the API server's store last. What was stored is thrown away."""
        for process in reversed(self.processes):
            process.kill()

    def kubectl(self, *words: str, given: str = "") -> str:
        """Run kubectl; raises Refused with what it says."""
        return said("kubectl", "--kubeconfig", str(self.kubeconfig), *words, given=given)

    def helm(self, *words: str) -> str:
        """Run Helm; raises Refused with what it says."""
        return said("helm", "--kubeconfig", str(self.kubeconfig), *words)

    def get(self, *words: str) -> Any:  # noqa: ANN401 - JSON
        """Return what `kubectl get` finds."""
        return json.loads(self.kubectl("get", *words, "-o", "json"))

    def apply(self, *documents: Mapping[str, Any]) -> None:
        """Store resources."""
        listed = {"apiVersion": "v1", "kind": "List", "items": documents}
        self.kubectl("apply", "--server-side", "-f", "-", given=json.dumps(listed))


class Refused(Exception):
    """A command failed; the sentence is what it said."""


def said(program: str, *words: str, given: str = "") -> str:
    """Return what kubectl, Helm or kubeconform says; raises Refused where it says no."""
    done = subprocess.run(  # noqa: S603 - our own arguments
        [str(programs() / program), *words],
        input=given,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise Refused(f"{done.stderr}{done.stdout}".strip())
    return done.stdout


def programs() -> Path:
    """Return the folder of the programs; build them the first time. Raises CannotStart."""
    return built(f"kubernetes-v{VERSION}", _build)


def _build(home: Path) -> None:
    for name, package, stamps in _builds():
        go("build", ["-o", str(home / name), package], SOURCE, MISSING, stamps=stamps)
    (home / "kubectl").unlink(missing_ok=True)
    (home / "kubectl").symlink_to("k8slab")


def _builds() -> Sequence[tuple[str, str, Sequence[str]]]:
    """Without their stamps, Helm takes a cluster for 1.20, and the API server says it is v0.0.0."""
    major, minor, _ = VERSION.split(".")
    base, helm = "k8s.io/component-base/version", "helm.sh/helm/v3"
    return (
        (
            "k8slab",
            ".",
            (
                f"{base}.gitVersion=v{VERSION}",
                f"{base}.gitMajor={major}",
                f"{base}.gitMinor={minor}",
                f"{base}.gitTreeState=clean",
                f"{base}.gitCommit=unknown",
                f"{base}.buildDate=1970-01-01T00:00:00Z",
            ),
        ),
        (
            "helm",
            f"{helm}/cmd/helm",
            (
                f"{helm}/internal/version.version={HELM}",
                f"{helm}/internal/version.gitTreeState=clean",
                f"{helm}/pkg/lint/rules.k8sVersionMajor={major}",
                f"{helm}/pkg/lint/rules.k8sVersionMinor={minor}",
                f"{helm}/pkg/chartutil.k8sVersionMajor={major}",
                f"{helm}/pkg/chartutil.k8sVersionMinor={minor}",
            ),
        ),
        ("kubeconform", "github.com/yannh/kubeconform/cmd/kubeconform", ()),
    )


def start(folder: Path) -> Kubernetes:
    """Start a control plane with its state in a folder; raises CannotStart."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    started: list[Process] = []
    try:
        for process in _components(folder):
            started.append(process)
            process.start()
    except CannotStart:
        for process in started:
            process.kill()
        raise
    return Kubernetes(folder / "admin.kubeconfig", started)


def _components(folder: Path) -> Sequence[Process]:
    """Return what is started one after the other, each when the one before it answers."""
    program, store, peer, port = programs() / "k8slab", free_port(), free_port(), free_port()
    tokens = {name: secrets.token_hex(16) for name in ("admin", "scheduler", "controllers")}
    configs = {name: _kubeconfig(folder, name, port, token) for name, token in tokens.items()}
    (folder / "tokens.csv").write_text(_grants(tokens))
    key = folder / "accounts.key"
    key.write_bytes(_rsa_key())
    commands = {
        "etcd": [
            f"--data-dir={folder / 'etcd'}",
            *("--unsafe-no-fsync", "--log-level=warn"),
            f"--listen-client-urls=http://127.0.0.1:{store}",
            f"--advertise-client-urls=http://127.0.0.1:{store}",
            f"--listen-peer-urls=http://127.0.0.1:{peer}",
            f"--initial-advertise-peer-urls=http://127.0.0.1:{peer}",
            f"--initial-cluster=default=http://127.0.0.1:{peer}",
        ],
        "kube-apiserver": [
            f"--etcd-servers=http://127.0.0.1:{store}",
            *("--bind-address=127.0.0.1", "--advertise-address=127.0.0.1"),
            f"--secure-port={port}",
            f"--cert-dir={folder / 'certificates'}",
            *("--endpoint-reconciler-type=none", "--authorization-mode=RBAC"),
            f"--token-auth-file={folder / 'tokens.csv'}",
            "--service-account-issuer=https://kubernetes.default.svc",
            f"--service-account-key-file={key}",
            f"--service-account-signing-key-file={key}",
            *("--service-cluster-ip-range=10.96.0.0/16", "--profiling=false"),
        ],
        "kube-scheduler": [
            f"--kubeconfig={configs['scheduler']}",
            *("--leader-elect=false", "--secure-port=0"),
        ],
        "kube-controller-manager": [
            f"--kubeconfig={configs['controllers']}",
            *("--leader-elect=false", "--secure-port=0", "--use-service-account-credentials"),
            f"--service-account-private-key-file={key}",
            # The nodes send no heartbeats.
            "--node-monitor-grace-period=24h",
            *("--kube-api-qps=500", "--kube-api-burst=1000"),
        ],
        "fake-kubelet": [f"--kubeconfig={configs['admin']}"],
    }
    cluster = Kubernetes(configs["admin"])
    ready = {
        "etcd": lambda: answering(f"http://127.0.0.1:{store}/health"),
        "kube-apiserver": lambda: _says(cluster, "get", "--raw", "/readyz"),
        # What the controller manager makes first.
        "kube-controller-manager": lambda: _says(cluster, "get", "serviceaccount", "default"),
    }
    return [
        Process(
            name,
            [str(program), name, *words],
            folder / f"{name}.log",
            ready.get(name, lambda: True),
        )
        for name, words in commands.items()
    ]


def _says(cluster: Kubernetes, *words: str) -> bool:
    try:
        cluster.kubectl(*words)
    except Refused:
        return False
    return True


def _grants(tokens: Mapping[str, str]) -> str:
    return (
        f'{tokens["admin"]},admin,admin,"{ADMIN}"\n'
        f"{tokens['scheduler']},system:kube-scheduler,system:kube-scheduler\n"
        f"{tokens['controllers']},system:kube-controller-manager,system:kube-controller-manager\n"
    )


def _kubeconfig(folder: Path, user: str, port: int, token: str) -> Path:
    authority = str(folder / "certificates/apiserver.crt")
    cluster = {"server": f"https://127.0.0.1:{port}", "certificate-authority": authority}
    path = folder / f"{user}.kubeconfig"
    path.touch(mode=0o600)
    path.write_text(
        json.dumps(
            {
                "apiVersion": "v1",
                "kind": "Config",
                "clusters": [{"name": "lab", "cluster": cluster}],
                "users": [{"name": user, "user": {"token": token}}],
                "contexts": [{"name": "lab", "context": {"cluster": "lab", "user": user}}],
                "current-context": "lab",
            }
        )
    )
    return path


def _rsa_key() -> bytes:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048).private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
