"""Uploading files: saved to disk piece by piece, then forgotten by the widget.

Streamlit writes what arrives into the system's folder for temporary files, then reads all of it
into memory, keeps it there until the visitor's session ends, and copies it on every run of the page
for as long as a widget holds it. So each file is saved when it arrives and let go of at once, and
the widget is replaced by an empty one: the server then holds each upload once, while it is received
and saved. `tests/e2e/test_upload_memory.py` measures that.
"""

import re
import shutil
from pathlib import Path, PurePosixPath

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.uploaded_file_manager import UploadedFile

from components import changes, errors, services, state
from evaluation import quota
from evaluation.disk_room import writing
from evaluation.errors import DiskFullError, InputError

LIMIT_MB = 200
ENDINGS = {
    *(".jsonl", ".ndjson", ".json", ".csv", ".tsv", ".tab", ".txt", ".parquet", ".pq"),
    *(".trec", ".xml", ".run", ".res", ".out", ".qrels", ".qrel", ".rel", ".qry", ".que", ".all"),
    *(".npy", ".npz", ".ids"),
    *(".zip", ".gz", ".tgz", ".tar", ".7z", ".rar", ".bz2", ".xz", ".md", ".pdf", ".yaml"),
}
UNFIT = re.compile(r"[^A-Za-z0-9_-]+")


def show_upload(label: str) -> str:
    """Show the upload field.

    Returns:
        The source string of everything uploaded so far; "" for nothing. The address holds the
        number of the upload, so that a refresh loses nothing.
    """
    key = state.widget_key("upload count")
    widget = state.widget_key(f"upload {st.session_state.setdefault(key, 0)}")
    changes.file_uploader(
        label,
        accept_multiple_files=True,
        key=widget,
        max_upload_size=LIMIT_MB,
        on_change=_save,
        args=(widget, key),
        help=f"Up to {LIMIT_MB} MB a file; compressed files (.gz, .zip, .tar.gz) are unpacked as "
        "they are read. For larger ones, put them into the server's import folder.",
    )
    return _source()


def safe_name(name: str) -> str:
    """Make a harmless file name of what a browser calls a file: a plain stem and known endings."""
    rest, endings = PurePosixPath(name.replace("\\", "/")).name, ""
    while (ending := PurePosixPath(rest).suffix.lower()) in ENDINGS:
        rest, endings = rest[: -len(ending)], ending + endings
    stem = UNFIT.sub("-", rest).strip("-")[:80] or "file"
    return stem + endings


def upload_name(source: str) -> str:
    """Guess what the collection in an upload is called: as its archive, if it is one file."""
    files = [path.name for path in services.workspace().places.locate(source).iterdir()]
    return files[0].partition(".")[0] if len(files) == 1 else "My collection"


def _source() -> str:
    upload = state.here("upload")
    if not upload:
        return ""
    try:
        services.workspace().places.locate(f"upload:{upload}")
    except InputError:
        return ""
    return f"upload:{upload}"


def _save(widget: str, count: str) -> None:
    """Write the new files to disk and leave an empty widget."""
    upload = _source().partition(":")[2]
    given = st.session_state[widget] or []
    # a slow browser names files again that were taken and released already
    new = [file for file in given if isinstance(file, UploadedFile)]
    if not new:
        return
    for file in new:
        try:
            quota.check_upload(services.workspace(), file.size)
            path, source = services.workspace().places.new_upload(safe_name(file.name), upload)
            _store(file, _free(path))
            quota.stored(services.workspace(), file.size)
        except (quota.QuotaError, DiskFullError) as error:
            errors.show(f"{file.name} was not saved. {error}")
            continue
        except (InputError, OSError) as error:
            errors.show(f"{file.name} could not be saved ({error}). Upload it again.")
            continue
        finally:
            release(file)
        upload = source.partition(":")[2].partition("/")[0]
    st.session_state[count] += 1
    state.put_here(upload=upload, job=None)


def _store(file: UploadedFile, path: Path) -> None:
    """Write a file whole or not at all. Raises DiskFullError where there is no room for it."""
    try:
        with writing(f"the file {file.name}", path.parent), path.open("wb") as target:
            shutil.copyfileobj(file, target, 1 << 20)
    except (OSError, DiskFullError):
        path.unlink(missing_ok=True)
        raise


def _free(path: Path) -> Path:
    """Give a path beside the wanted one where a file of that name was uploaded before."""
    stem, dot, endings = path.name.partition(".")
    number = 2
    while path.exists():
        path, number = path.with_name(f"{stem}-{number}{dot}{endings}"), number + 1
    return path


def release(file: UploadedFile) -> None:
    """Take a saved file out of the server's memory.

    There is no public way; without it the file stays in memory until the visitor's session ends.
    """
    context = get_script_run_ctx()
    remove = getattr(context and context.uploaded_file_mgr, "remove_file", None)
    if context is not None and remove is not None:
        remove(context.session_id, file.file_id)
