"""Trust: bytes become Verified here, or a named error. Nothing unverified goes further."""
