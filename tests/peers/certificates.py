"""Certificates made for one test: an authority of our own and what it has signed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from ssl import PROTOCOL_TLS_SERVER, SSLContext
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

LOOPBACK: Final = ("localhost", "127.0.0.1")
SINCE: Final = datetime(2020, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Certificates:
    """Files in PEM: the authority to be trusted, and the server's own certificate and key."""

    authority: Path
    server: Path
    key: Path

    def server_context(self) -> SSLContext:
        """What a server of the test listens with."""
        context = SSLContext(PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.server, self.key)
        return context


def certificates(folder: Path, names: Sequence[str] = LOOPBACK, days: int = 36_500) -> Certificates:
    """An authority and a server's certificate for ``names``, good for ``days`` from 2020 on."""
    folder.mkdir(parents=True, exist_ok=True)
    authority_key, server_key = (
        ec.generate_private_key(ec.SECP256R1()),
        ec.generate_private_key(ec.SECP256R1()),
    )
    made = Certificates(folder / "authority.pem", folder / "server.pem", folder / "server.key")
    root = _builder("Test authority", "Test authority", authority_key, 36_500)
    root = root.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    server = _builder(names[0], "Test authority", server_key, days)
    server = server.add_extension(x509.SubjectAlternativeName([_name(name) for name in names]), critical=False)
    _write(made.authority, root.sign(authority_key, hashes.SHA256()))
    _write(made.server, server.sign(authority_key, hashes.SHA256()))
    made.key.write_bytes(
        server_key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    return made


def _builder(subject: str, issuer: str, key: ec.EllipticCurvePrivateKey, days: int) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, subject)]))
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer)]))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(SINCE)
        .not_valid_after(SINCE + timedelta(days=days))
    )


def _name(name: str) -> x509.GeneralName:
    return x509.IPAddress(ip_address(name)) if name[0].isdigit() else x509.DNSName(name)


def _write(file: Path, certificate: x509.Certificate) -> None:
    file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
