"""What is expected of every command under every fault: the one table.

A row is a fault: the exit codes that are right, what standard error says, what becomes of an old file of the output's name,
and whether temporary files may stay until the next run. A negative code is the signal that ended the program.
"""
import re
import signal
from dataclasses import dataclass, replace

# What an old file is afterwards.
KEPT = "kept"
KEPT_OR_NEW = "kept or new"


@dataclass(frozen=True)
class Expectation:
    codes: frozenset
    message: str
    old: str = KEPT
    # Whether a temporary file may stay until the next run: that of a process that got no chance to remove it.
    leaves: bool = False

    def allowing(self, *codes, message=None):
        return replace(self, codes=self.codes | frozenset(codes), message=self.message if message is None else message)


def expect(codes, message, old=KEPT, leaves=False):
    return Expectation(frozenset(codes), message, old, leaves)


NAMED = r"peregrine: \S.*: cannot be written: "
TABLE = {
    # Standard output goes elsewhere than to the full disk.
    "full disk": expect({73}, NAMED + "No space left on device"),
    # A small output fits.
    "nearly full disk": expect({"as usual", 73}, NAMED + "No space left on device", KEPT_OR_NEW),
    "read-only folder": expect({73}, NAMED + ".*([Rr]ead-only|no permission|cannot be made)"),
    "file-size limit": expect({73}, NAMED + "File too large"),
    # The loader, or the program, does not get what it needs to begin with, or reading and writing fail.
    "few descriptors": expect({0, 1, 65, 66, 73, 74, 127}, "", KEPT_OR_NEW),
    "closed input": expect({"as usual"}, "", KEPT_OR_NEW),
    "closed output": expect({74}, "peregrine: standard output: cannot be written: Bad file descriptor", KEPT_OR_NEW),
    "closed error": expect({"as usual"}, "", KEPT_OR_NEW),
    "all closed": expect({74}, "", KEPT_OR_NEW),
    "output full": expect({74}, "peregrine: standard output: cannot be written: No space left on device", KEPT_OR_NEW),
    "error full": expect({"as usual"}, "", KEPT_OR_NEW),
    "closed pipe": expect({141}, "", KEPT_OR_NEW),
    "slow pipe": expect({"as usual"}, "", KEPT_OR_NEW),
    # 130 where the run can be resumed or what is done is kept. Where it had ended before, as usual.
    "SIGINT": expect({"as usual", 130, -signal.SIGINT}, "", KEPT_OR_NEW, leaves=True),
    "SIGTERM": expect({"as usual", 130, -signal.SIGTERM}, "", KEPT_OR_NEW, leaves=True),
    "SIGHUP": expect({"as usual", 130, -signal.SIGHUP}, "", KEPT_OR_NEW, leaves=True),
    "SIGKILL": expect({"as usual", -signal.SIGKILL}, "", KEPT_OR_NEW, leaves=True),
    # 1 where single images failed; 127 where the loader did not get as far as the program.
    "little memory": expect({"as usual", 1, 75, 127}, r"memory|error while loading|^$", KEPT_OR_NEW),
}


def expectation(command, fault):
    """The table's row, with what is particular to the output of a command."""
    row = TABLE[fault]
    if fault in ("full disk", "nearly full disk", "file-size limit") and command.name == "detect --json-lines":
        # It grows in place, so that a reader sees every line at once: the old one is gone.
        return replace(row, old=KEPT_OR_NEW)
    if fault == "file-size limit" and command.name == "audit --patch":
        # Nothing is wrong with the set: a few bytes, which fit.
        return replace(row.allowing("as usual"), old=KEPT_OR_NEW)
    if fault == "little memory" and command.line.startswith("compare"):
        # Every image of the only model failed.
        return row.allowing(65)
    return row


def matches(expected, usual, outcome):
    """Nil, or how an outcome differs from what is expected."""
    if outcome.hung:
        return "hangs"
    codes = {usual if code == "as usual" else code for code in expected.codes}
    if outcome.status not in codes:
        return f"ends with {outcome.status}, not {sorted(codes)}: {outcome.errors.strip()[-200:]!r}"
    failed = outcome.status not in (0, usual) and outcome.status > 1
    if failed and expected.message and not re.search(expected.message, outcome.errors):
        return f"says {outcome.errors.strip()[-200:]!r}, not /{expected.message}/"
    return None
