"""The teacher's key: the secret from which the hidden probes of a class are drawn."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import stat
from pathlib import Path

from autograd_mini.messages import _

BYTES = 32


class KeyProblem(Exception):
    """A sentence: what is wrong with the key, and the way out."""


def new(path: Path) -> None:
    """Write a new key to a file that only its owner can read. An existing file is never overwritten."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    except FileExistsError:
        told = _("{file} exists. A key is never overwritten: marks given with it could not be repeated.")
        raise KeyProblem(told.format(file=path)) from None
    with os.fdopen(handle, "w") as file:
        file.write(secrets.token_hex(BYTES) + "\n")


def load(path: Path) -> bytes:
    """The key in a file that nobody else can read."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    except FileNotFoundError:
        told = _("There is no key at {file}. Make one: autograd-mini key new {file}")
        raise KeyProblem(told.format(file=path)) from None
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise KeyProblem(_("{file} is no key. Make one: autograd-mini key new FILE").format(file=path))
    with os.fdopen(handle, "rb") as file:
        if stat.S_IMODE(os.fstat(handle).st_mode) & 0o077:
            told = _("Others on this machine can read the key. Take that right away: chmod 600 {file}")
            raise KeyProblem(told.format(file=path))
        text = file.read(1000).strip()
    try:
        key = bytes.fromhex(text.decode("ascii"))
    except ValueError:
        key = b""
    if len(key) < BYTES:
        raise KeyProblem(_("{file} is no key. Make one: autograd-mini key new FILE").format(file=path))
    return key


def seed(key: bytes, exercise: str, version: int) -> str:
    """The seed of an exercise's hidden probes: the same for the whole class, unknown without the key."""
    return hmac.new(key, f"{exercise} {version}".encode(), hashlib.sha256).hexdigest()


def fingerprint(key: bytes) -> str:
    """Tells keys apart in the journal, and says nothing about them."""
    return hmac.new(key, b"fingerprint", hashlib.sha256).hexdigest()[:16]
