"""The store of files: by content, whole or not at all, and honest about a full disk."""

import errno
import os
import resource
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.files import STALE_SECONDS, BadKey, FileKey, Files, FilesFull, LocalFiles

PICTURE = b"\x89PNG" + bytes(range(256)) * 20


@pytest.fixture
def files(tmp_path: Path) -> LocalFiles:
    return LocalFiles(tmp_path / "media")


def everything_in(root: Path) -> list[Path]:
    return [path for path in root.rglob("*") if path.is_file()]


def test_what_was_put_is_read_again(files: LocalFiles) -> None:
    store: Files = files
    key = store.put(PICTURE, ".png")
    assert store.read(key) == PICTURE
    assert store.exists(key)
    with store.open(key) as opened:
        assert opened.read(4) == b"\x89PNG"
    assert store.path(key).parent.parent.parent == files.root


def test_the_same_content_is_one_file(files: LocalFiles) -> None:
    first = files.put(PICTURE, ".png")
    before = files.path(first).stat().st_ino
    assert files.put(PICTURE, ".png") == first
    assert files.path(first).stat().st_ino == before
    assert files.usage().files == 1


def test_a_file_is_as_old_as_its_last_put(files: LocalFiles) -> None:
    key = files.put(PICTURE, ".png")
    os.utime(files.path(key), (0, 0))
    assert (files.age(key) or 0) > 3_600
    files.put(PICTURE, ".png")
    assert (files.age(key) or 3_600) < 60
    files.delete(key)
    assert files.age(key) is None


def test_an_empty_file_is_a_file(files: LocalFiles) -> None:
    assert files.read(files.put(b"", "")) == b""


def test_delete_forgets_once_and_says_so(files: LocalFiles) -> None:
    key = files.put(PICTURE, ".png")
    assert files.delete(key) is True
    assert files.delete(key) is False
    assert not files.exists(key)
    with pytest.raises(FileNotFoundError):
        files.read(key)


def test_usage_counts_files_bytes_and_room(files: LocalFiles) -> None:
    files.put(b"a" * 1000, ".jpg")
    files.put(b"b" * 24, "")
    usage = files.usage()
    assert (usage.files, usage.bytes) == (2, 1024)
    assert usage.free > 0


GOOD = "ab/cd/abcd" + "0" * 60


@pytest.mark.parametrize(
    "key",
    [
        pytest.param("../../../etc/passwd", id="up"),
        pytest.param("/etc/passwd", id="absolute"),
        pytest.param("ab/cd/../../../x", id="up-inside"),
        pytest.param("", id="empty"),
        pytest.param(GOOD.upper(), id="capitals"),
        pytest.param("00/cd/abcd" + "0" * 60, id="wrong-folder"),
        pytest.param(GOOD + "\n", id="newline"),
        pytest.param(GOOD + "\0.png", id="nul"),
        pytest.param(GOOD + ".png/../x", id="up-after"),
        pytest.param(GOOD + ".toolongsuffix", id="long-suffix"),
        pytest.param("unfinished/x", id="unfinished"),
    ],
)
def test_a_key_that_put_never_gave_is_refused(files: LocalFiles, key: str) -> None:
    for question in (files.path, files.read, files.open, files.exists, files.delete):
        with pytest.raises(BadKey):
            question(FileKey(key))


@pytest.mark.parametrize("suffix", ["png", "./x", ".PNG", ".", "..", ".a/b", ".png\n"])
def test_a_suffix_that_is_no_suffix_is_refused(files: LocalFiles, suffix: str) -> None:
    with pytest.raises(BadKey):
        files.put(PICTURE, suffix)
    assert everything_in(files.root) == []


def test_many_threads_may_put_the_same_picture(files: LocalFiles) -> None:
    keys: list[FileKey] = []
    threads = [threading.Thread(target=lambda: keys.append(files.put(PICTURE, ".png"))) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(keys) == 16
    assert set(keys) == {files.put(PICTURE, ".png")}
    assert len(everything_in(files.root)) == 1


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 256 KiB: a real one for root, else a limit on the size of a file."""
    place = tmp_path / "disk"
    place.mkdir()
    if os.geteuid() == 0:
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(place)], check=True)
        yield place
        subprocess.run(["umount", str(place)], check=True)
    else:
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (256 * 1024, hard))
        yield place
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, before)


def test_a_full_disk_is_said_and_leaves_no_half_file(small_disk: Path) -> None:
    files = LocalFiles(small_disk / "media")
    kept = files.put(b"k" * 10_000, ".jpg")
    with pytest.raises(FilesFull) as refusal:
        files.put(os.urandom(1_000_000), ".jpg")
    assert isinstance(refusal.value.__cause__, OSError)
    assert everything_in(files.root) == [files.path(kept)]
    assert files.read(files.put(b"l" * 10_000, ".jpg")) == b"l" * 10_000


def test_a_disk_without_room_for_a_folder_is_full_too(files: LocalFiles, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_room(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "mkdir", no_room)
    with pytest.raises(FilesFull):
        files.put(PICTURE, ".png")


def test_another_trouble_of_the_disk_is_not_called_full(files: LocalFiles, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_: int) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(os, "fsync", broken)
    with pytest.raises(OSError, match="Input/output"):
        files.put(PICTURE, ".png")
    assert everything_in(files.root) == []


KILLED = """
import os, sys
from pathlib import Path
from storage.files import LocalFiles
files = LocalFiles(Path(sys.argv[1]))
os.fsync = lambda handle: os.kill(os.getpid(), 9)
files.put(b"x" * 100_000, ".jpg")
"""


def test_a_process_killed_while_writing_leaves_nothing_under_a_key(tmp_path: Path) -> None:
    root = tmp_path / "media"
    done = subprocess.run([sys.executable, "-c", KILLED, str(root)], cwd=Path(__file__).parents[2])
    assert done.returncode == -9
    left = everything_in(root)
    assert [path.parent.name for path in left] == ["unfinished"]
    assert LocalFiles(root).usage().files == 0
    assert everything_in(root) == left, "another process may be writing it"
    os.utime(left[0], (0, left[0].stat().st_mtime - STALE_SECONDS - 1))
    LocalFiles(root)
    assert everything_in(root) == []
