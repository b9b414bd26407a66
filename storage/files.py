"""The files of the media store, kept under the hash of their content.

A key is `ab/cd/<sha256>.<suffix>`: two uploads of one picture are one file, and no name from outside becomes a path
(CVE-2023-36460). The key is shown to nobody; what URLs carry is the random token of the attachment
(`storage/media.py`). A file appears under its key whole and on the disk, or not at all.
"""

import errno
import hashlib
import os
import re
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, NewType, Protocol

import msgspec

FileKey = NewType("FileKey", str)

STALE_SECONDS = 3_600
"""Age from which an unfinished file is what a killed process left behind."""

_KEY = re.compile(r"([0-9a-f]{2})/([0-9a-f]{2})/(\1\2[0-9a-f]{60})(\.[a-z0-9]{1,8})?")
_SUFFIX = re.compile(r"(\.[a-z0-9]{1,8})?")
_UNFINISHED = "unfinished"
# EFBIG is what a limit on file size says; for the person who uploads it is the same thing as a full disk.
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


class FilesFull(Exception):
    """There is no room for the file; nothing of it was kept."""


class BadKey(ValueError):
    """Not a key that `put` could have given."""


class Usage(msgspec.Struct, frozen=True, kw_only=True):
    """How many files are kept, their bytes, and the bytes that are free for more."""

    files: int
    bytes: int
    free: int


class Files(Protocol):
    """A store of files by content: the local disk here, an object store later."""

    def put(self, data: bytes, suffix: str) -> FileKey:
        """Keep `data` and give its key; the same data twice is one file. Raises FilesFull."""
        ...

    def adopt(self, path: Path, suffix: str) -> FileKey:
        """Keep a file of a `scratch` folder, however large, and give its key; it moves. Raises FilesFull."""
        ...

    def scratch(self) -> AbstractContextManager[Path]:
        """A folder for work on files, gone with all in it at the end of the block."""
        ...

    def path(self, key: FileKey) -> Path:
        """Where the file lies, for a server that sends it by itself. Raises BadKey."""
        ...

    def open(self, key: FileKey) -> BinaryIO:
        """The file, open for reading. Raises BadKey, FileNotFoundError."""
        ...

    def read(self, key: FileKey) -> bytes:
        """The whole file. Raises BadKey, FileNotFoundError."""
        ...

    def exists(self, key: FileKey) -> bool:
        """Whether the file is here. Raises BadKey."""
        ...

    def age(self, key: FileKey) -> float | None:
        """Seconds since the file was last put; None if it is not here. Raises BadKey."""
        ...

    def delete(self, key: FileKey) -> bool:
        """Forget the file; False if it was not here. Raises BadKey."""
        ...

    def usage(self) -> Usage:
        """What is kept, counted by walking: for `archipel check`, not for requests."""
        ...


class LocalFiles:
    """Files in a folder of the local disk. Safe for several threads and processes at once."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._unfinished = root / _UNFINISHED
        self._unfinished.mkdir(parents=True, exist_ok=True)
        self._sweep()

    def put(self, data: bytes, suffix: str) -> FileKey:
        """Keep `data` and give its key; the same data twice is one file. `suffix` is like `.jpg`, or empty.

        The data is on the disk before the key is given. Raises FilesFull, BadKey for another form of suffix.
        """
        if not _SUFFIX.fullmatch(suffix):
            raise BadKey(suffix)
        digest = hashlib.sha256(data).hexdigest()
        key = FileKey(f"{digest[:2]}/{digest[2:4]}/{digest}{suffix}")
        target = self.path(key)
        with suppress(FileNotFoundError):
            # Dated anew: whoever is about to delete it sees that somebody is about to use it.
            os.utime(target)
            return key
        try:
            self._write(data, target)
        except OSError as trouble:
            raise _full_or(trouble, f"no room for {len(data)} bytes") from trouble
        return key

    def adopt(self, path: Path, suffix: str) -> FileKey:
        """Move a file of a `scratch` folder under its key, without reading it into memory. Raises BadKey, FilesFull."""
        if not _SUFFIX.fullmatch(suffix):
            raise BadKey(suffix)
        with path.open("rb+") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
            os.fsync(file.fileno())
        key = FileKey(f"{digest[:2]}/{digest[2:4]}/{digest}{suffix}")
        target = self.path(key)
        with suppress(FileNotFoundError):
            os.utime(target)
            path.unlink()
            return key
        try:
            self._place(path, target)
        except OSError as trouble:
            raise _full_or(trouble, "no room for a large file") from trouble
        return key

    @contextmanager
    def scratch(self) -> Iterator[Path]:
        """A folder for work on files; what a killed process leaves of one is swept like an unfinished file."""
        with tempfile.TemporaryDirectory(dir=self._unfinished, ignore_cleanup_errors=True) as folder:
            yield Path(folder)

    def path(self, key: FileKey) -> Path:
        """Where the file lies, whether it is there or not. Raises BadKey."""
        if not _KEY.fullmatch(key):
            raise BadKey(key)
        return self.root / key

    def open(self, key: FileKey) -> BinaryIO:
        """The file, open for reading. Raises BadKey, FileNotFoundError."""
        return self.path(key).open("rb")

    def read(self, key: FileKey) -> bytes:
        """The whole file. Raises BadKey, FileNotFoundError."""
        return self.path(key).read_bytes()

    def exists(self, key: FileKey) -> bool:
        """Whether the file is here. Raises BadKey."""
        return self.path(key).is_file()

    def age(self, key: FileKey) -> float | None:
        """Seconds since the file was last put; None if it is not here. Raises BadKey."""
        try:
            return time.time() - self.path(key).stat().st_mtime
        except FileNotFoundError:
            return None

    def delete(self, key: FileKey) -> bool:
        """Forget the file; False if it was not here. Raises BadKey."""
        try:
            self.path(key).unlink()
        except FileNotFoundError:
            return False
        return True

    def usage(self) -> Usage:
        """What is kept, counted by walking the folders: for `archipel check`, not for requests."""
        files = total = 0
        for path in self.root.glob("[0-9a-f][0-9a-f]/[0-9a-f][0-9a-f]/*"):
            # Another thread may delete a file between its name and its size.
            with suppress(FileNotFoundError):
                total += path.stat().st_size
                files += 1
        disk = os.statvfs(self.root)
        return Usage(files=files, bytes=total, free=disk.f_bavail * disk.f_frsize)

    def _write(self, data: bytes, target: Path) -> None:
        """Write beside, make durable, then give the name: a crash leaves the whole file or none under it."""
        handle, name = tempfile.mkstemp(dir=self._unfinished)
        unfinished = Path(name)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            self._place(unfinished, target)
        except BaseException:
            unfinished.unlink(missing_ok=True)
            raise

    def _place(self, finished: Path, target: Path) -> None:
        """Give a file that is on the disk its name, and make the name durable."""
        made = [folder for folder in (target.parent.parent, target.parent) if not folder.exists()]
        target.parent.mkdir(parents=True, exist_ok=True)
        finished.replace(target)
        for folder in (target.parent, *(folder.parent for folder in made)):
            _sync_folder(folder)

    def _sweep(self) -> None:
        """Take away what killed processes began long ago; what another process writes now is younger."""
        for path in self._unfinished.iterdir():
            with suppress(FileNotFoundError):
                if time.time() - path.stat().st_mtime > STALE_SECONDS:
                    if path.is_dir():
                        shutil.rmtree(path, ignore_errors=True)
                    else:
                        path.unlink()


def _full_or(trouble: OSError, said: str) -> Exception:
    return FilesFull(said) if trouble.errno in _FULL else trouble


def _sync_folder(folder: Path) -> None:
    """A new name is durable only when its folder is."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
