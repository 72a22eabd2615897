"""A certificate counts by the roster's key behind it, now; and the handshake lets nobody else in."""

import socket
import ssl
import threading
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from consilience.model.identity import PartnerId
from consilience.model.marking import Tlp
from consilience.model.roster import Member, Roster, RosterKey
from consilience.trust.certificate import (
    CertificateError,
    anchor,
    certify,
    client_context,
    peer_of,
    server_context,
    trust,
)
from consilience.trust.keys import SigningKey

NOW = datetime.now(UTC)
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
AUR, BOR, CAL = (SigningKey.from_seed(bytes([number]) * 32) for number in (1, 2, 3))


def roster(**keys):
    """A roster of partners by code, each with a key and its end."""
    members = tuple(
        Member(PartnerId(code), code, (RosterKey(key.key_id, key.public, LONG_AGO, until),), reach=Tlp.AMBER)
        for code, (key, until) in sorted(keys.items())
    )
    return Roster(1, LONG_AGO, frozenset({PartnerId("AUR")}), 1, members)


BOTH = roster(AUR=(AUR, None), BOR=(BOR, None))


def der(credential):
    return x509.load_pem_x509_certificate(credential.pem).public_bytes(Encoding.DER)


def test_a_certificate_names_its_partner_by_the_key_that_signed_it():
    peer = peer_of(der(certify(BOR, PartnerId("BOR"), ["127.0.0.1", "node.example"], NOW)), BOTH, NOW)
    assert (peer.partner, peer.key_id) == ("BOR", BOR.key_id)


def test_the_name_in_a_certificate_is_not_believed():
    peer = peer_of(der(certify(BOR, PartnerId("AUR"), [], NOW)), BOTH, NOW)
    assert peer.partner == "BOR"


def test_revocation_takes_effect_at_the_next_request():
    shown = der(certify(BOR, PartnerId("BOR"), [], NOW))
    assert peer_of(shown, BOTH, NOW).partner == "BOR"
    ended = roster(AUR=(AUR, None), BOR=(BOR, NOW - timedelta(seconds=1)))
    with pytest.raises(CertificateError, match="which held until"):
        peer_of(shown, ended, NOW)


def test_a_key_that_the_roster_does_not_know_vouches_for_nobody():
    with pytest.raises(CertificateError, match="one by a key of roster version 1"):
        peer_of(der(certify(CAL, PartnerId("BOR"), [], NOW)), BOTH, NOW)


def test_a_certificate_that_borrows_the_name_of_a_key_is_refused():
    with pytest.raises(CertificateError, match="one by a key of roster"):
        peer_of(anchor(BOR.public), BOTH, NOW)  # its issuer is BOR's key by name, its signature is a stranger's


@pytest.mark.parametrize("days", [-2, 31])
def test_a_certificate_out_of_its_time_is_refused(days):
    shown = der(certify(BOR, PartnerId("BOR"), [], NOW))
    with pytest.raises(CertificateError, match="one valid at"):
        peer_of(shown, BOTH, NOW + timedelta(days=days))


@pytest.mark.parametrize("data", [b"", b"\x30\x82", b"x" * 100_000])
def test_bytes_that_are_no_certificate_are_refused(data):
    with pytest.raises(CertificateError, match=r"an X\.509 certificate"):
        peer_of(data, BOTH, NOW)


def handshake(server, client):
    """What the server saw of the client: its certificate, None, or the error of either side."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        seen = []

        def serve():
            connection, _ = listening.accept()
            try:
                with server.wrap_socket(connection, server_side=True) as tls:
                    tls.sendall(b"!")
                    seen.append(tls.getpeercert(binary_form=True))
            except (ssl.SSLError, OSError) as error:
                seen.append(error)

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            with (
                socket.create_connection(listening.getsockname()) as connection,
                client.wrap_socket(connection) as tls,
            ):
                assert tls.version() == "TLSv1.3"
                tls.recv(1)
        except (ssl.SSLError, OSError) as error:
            seen.append(error)
        thread.join(10)
    return seen[0]


def keys_of(code):
    return BOTH.member(code).keys


def test_partners_shake_hands_and_know_each_other():
    server = server_context(certify(AUR, PartnerId("AUR"), [], NOW), BOTH)
    client = client_context(certify(BOR, PartnerId("BOR"), [], NOW), keys_of("AUR"), NOW)
    assert peer_of(handshake(server, client), BOTH, NOW).partner == "BOR"


def test_without_a_certificate_nobody_is_known():
    server = server_context(certify(AUR, PartnerId("AUR"), [], NOW), BOTH)
    assert handshake(server, client_context(None, keys_of("AUR"), NOW)) is None


def test_a_stranger_is_not_let_in():
    server = server_context(certify(AUR, PartnerId("AUR"), [], NOW), BOTH)
    client = client_context(certify(CAL, PartnerId("CAL"), [], NOW), keys_of("AUR"), NOW)
    assert isinstance(handshake(server, client), ssl.SSLError)


def test_a_stranger_who_joined_is_let_in_without_a_restart():
    server = server_context(certify(AUR, PartnerId("AUR"), [], NOW), BOTH)
    grown = roster(AUR=(AUR, None), BOR=(BOR, None), CAL=(CAL, None))
    trust(server, grown)
    client = client_context(certify(CAL, PartnerId("CAL"), [], NOW), keys_of("AUR"), NOW)
    assert peer_of(handshake(server, client), grown, NOW).partner == "CAL"


def test_another_server_in_a_partners_place_is_not_talked_to():
    server = server_context(certify(CAL, PartnerId("AUR"), ["127.0.0.1"], NOW), BOTH)
    client = client_context(certify(BOR, PartnerId("BOR"), [], NOW), keys_of("AUR"), NOW)
    assert isinstance(handshake(server, client), ssl.SSLError)
