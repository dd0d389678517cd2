"""Files that are open, as on Windows: until they are closed, nothing can move or delete them."""

import errno
import os
from contextlib import contextmanager
from pathlib import Path

import pytest


@contextmanager
def held(file):
    """Let nobody move or delete a file, nor move a folder in which it is."""
    rename, replace, unlink = os.rename, os.replace, os.unlink

    def refuse(path):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))

    def moving(move):
        def moved(source, target, **options):
            if Path(source) == file or Path(source) in file.parents:
                refuse(source)
            return move(source, target, **options)

        return moved

    def unlinked(path, **options):
        # Whoever deletes a whole folder gives nothing but the name.
        if Path(path).name == file.name:
            refuse(path)
        return unlink(path, **options)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "rename", moving(rename))
        patch.setattr(os, "replace", moving(replace))
        patch.setattr(os, "unlink", unlinked)
        yield
