"""Narrative: an interpretation that somebody tells again and again: in which claims, on what it leans, and what stands against it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Technique:
    """A technique of the DISARM Red framework that its telling fits: `T0077`, and why. It says nothing of whether it is so."""

    id: str
    name: str
    note: str


@dataclass(frozen=True, slots=True)
class Narrative:
    """One interpretation as it was coded: `claims` tell it; it leans on some facts, named by claims of theirs, and others bear against it."""

    id: str
    title: str
    tellers: tuple[str, ...]
    audience: str
    claims: tuple[str, ...]
    leans_on: tuple[str, ...]
    against: tuple[str, ...]
    technique: Technique | None


@dataclass(frozen=True, slots=True)
class Hearing:
    """To whom a claim was said, and in what language the page at hand has it; empty where that is not known."""

    audience: str
    language: str
