"""Certificate: a TLS key that a partner's signing key vouches for, so that partners exchange one key and no other.

The signing key of the roster is the certification authority of its partner, for that partner alone. A node makes a
TLS key of its own and certifies it with the signing key; whoever has the roster can check the certificate, and the
end of a key in the roster ends every certificate under it, at the next request. Profile: X.509 v3 (RFC 5280),
Ed25519 signatures (RFC 8410), TLS 1.3 (RFC 8446).
"""

from __future__ import annotations

import ipaddress
import ssl
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from tempfile import NamedTemporaryFile

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from consilience.errors import ConsilienceError
from consilience.model.identity import PartnerId
from consilience.model.roster import KeyId, Roster, RosterKey
from consilience.trust.keys import SigningKey, key_id

_LIFETIME = timedelta(days=30)  # a node makes a new one whenever it starts, and daily while it runs
_CLOCKS_DIFFER = timedelta(minutes=5)
_LONG_AGO, _NEVER = datetime(1970, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, tzinfo=UTC)
_MOST_BYTES = 16_384
_SIGNS_CERTIFICATES = x509.KeyUsage(
    digital_signature=False, content_commitment=False, key_encipherment=False, data_encipherment=False,
    key_agreement=False, key_cert_sign=True, crl_sign=False, encipher_only=False, decipher_only=False,
)  # fmt: skip


class CertificateError(ConsilienceError):
    """A certificate that no key of the roster vouches for now."""

    exit_code = 4


@dataclass(frozen=True, slots=True)
class Peer:
    """Who stands behind a certificate: a partner, and the key of the roster that vouches for it."""

    partner: PartnerId
    key_id: KeyId


@dataclass(frozen=True, slots=True)
class Credential:
    """A TLS key and its certificate, as one PEM text; the key is fresh and is kept nowhere else."""

    pem: bytes
    until: datetime

    def load_into(self, context: ssl.SSLContext) -> None:
        """Show this certificate in handshakes of the context from now on."""
        # The ssl module reads keys from files only: this one is open to its owner alone, and gone at once.
        with NamedTemporaryFile(prefix="consilience-tls-") as file:
            file.write(self.pem)
            file.flush()
            context.load_cert_chain(file.name)


def certify(key: SigningKey, partner: PartnerId, names: Iterable[str], now: datetime) -> Credential:
    """A fresh TLS key (P-256), certified by the partner's signing key for 30 days.

    Args:
        key: the signing key in use.
        partner: whose it is: the certificate's common name, for people to read.
        names: host names and addresses under which the node answers.
        now: the time, from which it holds.
    """
    made = ec.generate_private_key(ec.SECP256R1())
    until = now + _LIFETIME
    builder = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, partner)]))
        .issuer_name(_name(key.public))
        .public_key(made.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _CLOCKS_DIFFER)
        .not_valid_after(until)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(key.private.public_key()), critical=False)
        .add_extension(
            x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]), critical=False
        )
    )
    alternatives = [_alternative(name) for name in names]
    if alternatives:
        builder = builder.add_extension(x509.SubjectAlternativeName(alternatives), critical=False)
    certificate = builder.sign(key.private, None)
    pem = made.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return Credential(pem + certificate.public_bytes(Encoding.PEM), until)


def anchor(public: bytes) -> bytes:
    """A trust anchor for a signing key, as DER: OpenSSL takes the key of an anchor, never its signature (RFC 5280, 6.1.1)."""
    return _authority(public).sign(Ed25519PrivateKey.generate(), None).public_bytes(Encoding.DER)


def authority(key: SigningKey) -> bytes:
    """The same for our own key, as PEM and signed with it, for clients that have no roster; the same bytes each time."""
    return _authority(key.public).sign(key.private, None).public_bytes(Encoding.PEM)


def _authority(public: bytes) -> x509.CertificateBuilder:
    """What an authority's certificate says of a signing key."""
    name = _name(public)
    key = Ed25519PublicKey.from_public_bytes(public)
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key)
        .serial_number(1)
        .not_valid_before(_LONG_AGO)
        .not_valid_after(_NEVER)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_SIGNS_CERTIFICATES, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )


def peer_of(certificate: bytes, roster: Roster, now: datetime) -> Peer:
    """Who stands behind the certificate that a peer has just proven to hold, by the roster as it is now.

    The checks, in order:

    1. It is a certificate, in bounds.
    2. A key of the roster is its issuer by name, and signed it.
    3. That key holds now: revocation is the end of a key in the roster, and takes effect at the next request.
    4. The certificate is within its time.

    Raises:
        CertificateError: the first check that fails.
    """
    try:
        if len(certificate) > _MOST_BYTES:
            raise ValueError("too large")
        read = x509.load_der_x509_certificate(certificate)
        issuer, begins, ends = read.issuer, read.not_valid_before_utc, read.not_valid_after_utc
    except (ValueError, UnsupportedAlgorithm) as error:
        raise CertificateError("certificate", "bytes that are none", "an X.509 certificate") from error
    found = _issuer(read, issuer, roster)
    if found is None:
        said = f"issuer {issuer.rfc4514_string()[:80]}"
        raise CertificateError("certificate", said, f"one by a key of roster version {roster.version}")
    partner, key = found
    if not key.holds_at(now):
        said = f"issued under key {key.id}, which held until {key.until}"
        raise CertificateError(f"certificate of {partner}", said, "one under a key that holds now")
    if not begins - _CLOCKS_DIFFER <= now <= ends:
        raise CertificateError(f"certificate of {partner}", f"valid {begins} to {ends}", f"one valid at {now}")
    return Peer(partner, key.id)


def server_context(credential: Credential, roster: Roster) -> ssl.SSLContext:
    """TLS 1.3 for a listener: a client may show a certificate; one that no key of the roster signed ends the handshake.

    Whose it is, and whether it still holds, is decided at each request (`peer_of`), since anchors can be added to a
    context that is in use (`trust`), and not taken away.
    """
    context = _context(ssl.PROTOCOL_TLS_SERVER, credential)
    context.verify_mode = ssl.CERT_OPTIONAL
    trust(context, roster)
    return context


def client_context(credential: Credential | None, keys: Iterable[RosterKey], now: datetime) -> ssl.SSLContext:
    """TLS 1.3 towards one partner: only a server certified by a key of its that holds now is talked to."""
    context = _context(ssl.PROTOCOL_TLS_CLIENT, credential)
    context.check_hostname = False  # who it is stands in the key; an address is where it is today
    context.verify_mode = ssl.CERT_REQUIRED
    for key in keys:
        if key.holds_at(now):
            context.load_verify_locations(cadata=anchor(key.public))
    return context


def trust(context: ssl.SSLContext, roster: Roster) -> None:
    """Let the keys of a roster in; those already in stay, and are looked up at each request."""
    for member in roster.members:
        for key in member.keys:
            context.load_verify_locations(cadata=anchor(key.public))


def _context(side: ssl._SSLMethod, credential: Credential | None) -> ssl.SSLContext:
    context = ssl.SSLContext(side)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    if credential is not None:
        credential.load_into(context)
    return context


def _issuer(read: x509.Certificate, issuer: x509.Name, roster: Roster) -> tuple[PartnerId, RosterKey] | None:
    """The partner and key that signed a certificate."""
    for member in roster.members:
        for key in member.keys:
            if _name(key.public) != issuer:
                continue
            try:
                public = Ed25519PublicKey.from_public_bytes(key.public)
                public.verify(read.signature, read.tbs_certificate_bytes)
            except (InvalidSignature, ValueError):
                continue
            return member.code, key
    return None


def _name(public: bytes) -> x509.Name:
    """The name of a signing key as an authority: its fingerprint."""
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, key_id(public))])


def _alternative(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)
