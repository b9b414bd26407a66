"""The faces of those who gave no picture: initials on a tint drawn from the account's id."""

from hashlib import sha256

from storage.accounts import AccountRow

TINTS = 6


def initials(account: AccountRow) -> str:
    """First letters of the first and the last word of the name, two at most, capitals."""
    words = [word for word in account.name.split() if word[0].isalnum()] or [account.username]
    letters = words[0][0] + (words[-1][0] if len(words) > 1 else "")
    return letters.upper()[:2]


def tint(account: AccountRow) -> int:
    """Which of the six tints: the same on every node, because it is drawn from the actor's id."""
    return sha256(account.uri.encode()).digest()[0] % TINTS


def ground_of(account: AccountRow) -> str:
    """Class of the avatar's shape: persons are round, groups and programs are square."""
    return "avatar" if account.kind == "person" else "avatar group"
