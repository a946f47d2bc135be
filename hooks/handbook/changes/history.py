"""The content folder as it was at a git revision: git in, a folder of files out.

git is only read: no index, branch or file of the repository is written.
"""

from __future__ import annotations

import io
import os
import re
import subprocess
import tarfile
from contextlib import suppress
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

_STEPS = re.compile(r"[~^@]")  # what begins a way back from a name: main~2, HEAD^
PARTS = ("data", "docs")
_QUIET = {"LC_ALL": "C", "GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0"}


class Unavailable(Exception):
    """What was asked of git cannot be had; the message is a Chinese sentence with a remedy."""


@dataclass(frozen=True, slots=True)
class Revision:
    """A commit: as it was asked for, and its hash."""

    name: str
    commit: str

    @property
    def label(self) -> str:
        """How it is shown: main（1a2b3c4d5）."""
        short = self.commit[:9]
        return short if self.commit.startswith(self.name) else f"{self.name}（{short}）"


@dataclass(frozen=True, slots=True)
class History:
    """A content folder in its git repository; prefix: the folder inside it, "" or ending in /."""

    top: Path
    prefix: str
    shallow: bool

    @classmethod
    def of(cls, content: Path) -> History:
        """The history of a content folder. Raises Unavailable."""
        asked = ("--show-toplevel", "--show-prefix", "--is-shallow-repository")
        done = _git(content, "rev-parse", *asked)
        if done.returncode:
            raise Unavailable(_no_repository(content, done.stderr.decode(errors="replace")))
        top, prefix, shallow, *_ = os.fsdecode(done.stdout).split("\n")
        return cls(Path(top), prefix, shallow == "true")

    def revision(self, name: str) -> Revision:
        """The commit that a branch, a tag or a hash names. Raises Unavailable."""
        done = self._git(
            "rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}"
        )
        if done.returncode:
            raise Unavailable(self._missing(name))
        return Revision(name, done.stdout.decode().strip())

    def edition(self, day: str) -> Revision:
        """The commit that declared the edition of a 版本日期 (YYYY-MM-DD). Raises Unavailable."""
        log = ("log", "--reverse", "--format=%H", f"-G^版本日期: *[\"']?{day}")
        path = f"{self.prefix}data/handbook.yml"
        found = self._git(*log, "--", f":(top){path}").stdout.decode().split()
        if not found:
            raise Unavailable(
                f"历史里没有版本日期是 {day} 的版次；写手册上印的版本日期，或者写标签、提交号。"
                f"{self._deeper()}"
            )
        return Revision(day, found[0])

    def extract(self, revision: Revision, folder: Path) -> bool:
        """Write data/ and docs/ of a commit into `folder`; False where it has neither."""
        tree = f"{revision.commit}:{self.prefix}"
        listed = self._git("ls-tree", "--name-only", tree)
        parts = [part for part in PARTS if part in listed.stdout.decode(errors="replace").split()]
        if not parts:
            return False
        done = self._git("archive", "--format=tar", tree, *parts)
        if done.returncode:
            raise Unavailable(
                f"没有读出版本“{revision.name}”：{_last(done.stderr)}。{self._deeper()}"
            )
        with tarfile.open(fileobj=io.BytesIO(done.stdout)) as archive:
            for member in archive:
                _write(archive, member, folder / member.name)
        return True

    def behind(self, base: Revision, head: str) -> bool:
        """Whether `base` has commits that `head` lacks: they would be shown as undone."""
        done = self._git("merge-base", "--is-ancestor", base.commit, head)
        return done.returncode == 1 and not self.shallow

    def _git(self, *arguments: str) -> subprocess.CompletedProcess[bytes]:
        return _git(self.top, *arguments)

    def _resolved(self, name: str) -> subprocess.CompletedProcess[bytes]:
        wanted = f"{name}^{{commit}}"
        return self._git("rev-parse", "--verify", "--quiet", "--end-of-options", wanted)

    def _known(self, name: str) -> bool:
        return not self._git(
            "rev-parse", "--verify", "--quiet", "--end-of-options", name
        ).returncode

    def _missing(self, name: str) -> str:
        if not self._known("HEAD"):
            return "这个仓库里还没有提交。先用 git commit 提交一次，再比较。"
        listed = self._git("for-each-ref", "--format=%(refname:short)").stdout.decode(
            errors="replace"
        )
        names = [*listed.split(), "HEAD"]
        near = [n for n in names if n.endswith(f"/{name}")] or get_close_matches(name, names, n=2)
        message = f"没有版本“{name}”。"
        if near and not _STEPS.search(name):
            message += f"是不是“{'”或“'.join(near)}”？"
        elif self._known(_STEPS.split(name)[0]):
            message += "往前没有那么多提交；用 git log --oneline 看有哪些。"
        elif ".." in name:
            message += "两个版本分开写，中间空一格：scripts/diff main HEAD。"
        elif not self.shallow:
            message += "写分支名、标签或提交号；用 git branch -a 和 git tag 看有哪些。"
        return message + self._deeper()

    def _deeper(self) -> str:
        """What to do in a clone that lacks older commits."""
        if not self.shallow:
            return ""
        return (
            "这里是浅克隆，没有较早的提交：运行 git fetch --unshallow，"
            "在流水线里把取代码的深度设为全部（fetch-depth: 0）。"
        )


def different(old: Path, new: Path) -> tuple[str, ...]:
    """The files below data/ and docs/ whose bytes differ or that only one folder has, sorted."""
    before, after = _files(old), _files(new)
    return tuple(
        os.fsencode(path).decode(errors="replace")
        for path in sorted({*before, *after})
        if path not in before or path not in after or _bytes(old / path) != _bytes(new / path)
    )


def _files(root: Path) -> set[str]:
    found = set()
    for part in PARTS:
        for folder, folders, names in os.walk(root / part):
            folders[:] = [name for name in folders if not name.startswith(".")]
            here = Path(folder).relative_to(root).as_posix()
            found |= {f"{here}/{name}" for name in names if not name.startswith(".")}
    return found


def _bytes(file: Path) -> bytes | None:
    try:
        return file.read_bytes() if file.is_file() else None
    except OSError:
        return None


def _write(archive: tarfile.TarFile, member: tarfile.TarInfo, path: Path) -> None:
    """One file or link of a commit; no name in one leads out of the folder, git sees to that."""
    file = archive.extractfile(member) if member.isfile() else None
    if member.isdir():
        path.mkdir(parents=True, exist_ok=True)
    elif file is not None:
        path.write_bytes(file.read())
    elif member.issym():
        with suppress(OSError):  # Windows may not make links
            path.symlink_to(member.linkname)


def _git(folder: Path, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    command = ["git", "-C", str(folder), *arguments]
    environment = {**os.environ, **_QUIET}
    try:
        return subprocess.run(command, env=environment, capture_output=True, check=False)
    except OSError:
        raise Unavailable("这台机器上没有 git，或者它不能运行。安装 git 后再试。") from None


def _no_repository(content: Path, said: str) -> str:
    if "dubious ownership" in said:
        return (
            f"git 不肯读 {content}：它属于别的用户。"
            f"运行 git config --global --add safe.directory {content}。"
        )
    if "not a git repository" in said:
        how = "用 --content 写明仓库里的内容文件夹"
        return f"{content} 不在 git 仓库里，没有以前的版本可以比较。{how}。"
    return f"git 读不了 {content}：{_last(said.encode())}。"


def _last(said: bytes) -> str:
    """The last line that git said."""
    lines = said.decode(errors="replace").strip().splitlines()
    return lines[-1].removeprefix("fatal: ") if lines else "没有说明原因"
