#!/usr/bin/env python3
"""A program for `kiln fuzz --exec`: it judges OPEN messages, in Python. See README.md here for what goes over the pipe.

    kiln fuzz --exec './decoder.py' --as message-open --time 60s

`./decoder.py --careless` has a bug: it takes every capability for granted to have the length that its RFC gives it.
"""

import struct
import sys

HEADER = 19
CAPABILITIES = 2
FOUR_OCTET_AS = 65

careless = "--careless" in sys.argv


def capabilities(parameters: bytes) -> list[tuple[int, bytes]]:
    """RFC 5492 §4: code, length, value, in optional parameters of type 2. Of those cut short nothing is read."""
    found = []
    while len(parameters) >= 2:
        kind, length = parameters[0], parameters[1]
        value, parameters = parameters[2 : 2 + length], parameters[2 + length :]
        while kind == CAPABILITIES and len(value) >= 2 and len(value) >= 2 + value[1]:
            found.append((value[0], value[2 : 2 + value[1]]))
            value = value[2 + value[1] :]
    return found


def as_number(message: bytes) -> int:
    """RFC 6793 §3: capability 65 tells what My Autonomous System has no room for."""
    (number,) = struct.unpack_from("!H", message, 20)
    for code, value in capabilities(message[29:]):
        if code == FOUR_OCTET_AS and (careless or len(value) == 4):
            (number,) = struct.unpack("!I", value)
    return number


def judge(message: bytes) -> str:
    """RFC 4271 §6.2: an OPEN is refused for its version and its hold time. About all else this says nothing."""
    if len(message) < HEADER + 10 or message[19] != 4:
        return "reset"
    (hold_time,) = struct.unpack_from("!H", message, 22)
    if hold_time in (1, 2):
        return "reset"
    as_number(message)
    return "unknown"


def main() -> None:
    while len(head := sys.stdin.buffer.read(4)) == 4:
        (length,) = struct.unpack("!I", head)
        verdict = judge(sys.stdin.buffer.read(length)).encode()
        sys.stdout.buffer.write(struct.pack("!I", len(verdict)) + verdict)
        sys.stdout.buffer.flush()


main()
