"""What must never be in the code or the repository, whoever writes it."""

import ast
import re

import pytest

from tests.sources import PRODUCT, below, calls, files, python_files, text_of, tree_of

# keyword -> why no call may pass it
KEYWORDS = {
    "allow_pickle": "a pickle runs code when it is read",
    "trust_remote_code": "a model folder would run code of its own",
    "unsafe_allow_html": "document text in it could run as a script",
    "unsafe_allow_javascript": "document text in it could run as a script",
    "shell": "a name from a visitor could become a command",
}
CALLS = {
    "eval": "it runs text as code",
    "exec": "it runs text as code",
    "os.system": "it runs text as a command",
    "st.iframe": "it shares the page's origin with what it shows",
    "components.html": "it shares the page's origin with what it shows",
    "yaml.load": "it builds any object; use yaml.safe_load",
    "yaml.unsafe_load": "it builds any object; use yaml.safe_load",
    "tempfile.mktemp": "another process can take the name first",
    "torch.load": "it opens pickles; weights are read by the libraries, as safetensors",
    "compile": "it makes code of text",
    "__import__": "a name in a file would choose what is imported",
    "os.popen": "it runs text as a command",
    "os.startfile": "it opens whatever a name leads to",
    "pd.read_pickle": "a pickle runs code when it is read",
}
EXTRACTS = ("extract", "extractall", "unpack_archive")
MARKUP = ("innerHTML", "outerHTML", "insertAdjacent", "document.write", "DOMParser", "eval(")
WORKPLACE = ("/wo" + "rk/", "sha" + "red/", "/.lib" + "rary", "/opt/" + "pypi", "/opt/" + "wheels")
SECRETS = (
    r"AKIA[0-9A-Z]{16}",
    r"\bgh[pousr]_[A-Za-z0-9]{30,}",
    r"\bhf_[A-Za-z0-9]{30,}",
    r"\bsk-[A-Za-z0-9_-]{30,}",
    r"-----BEGIN [A-Z ]*PRIVATE KEY",
)
TEXT = (".py", ".md", ".toml", ".txt", ".yaml", ".yml", ".json", ".sh", "Makefile", "run", "file")


@pytest.mark.parametrize("keyword", KEYWORDS)
def test_no_call_passes_a_dangerous_keyword(keyword: str) -> None:
    found = []
    for where, name, call in calls(*PRODUCT, "benchmarks"):
        given = {each.arg: each.value for each in call.keywords}
        if keyword in given and ast.unparse(given[keyword]) != "False":
            found.append(f"{where} calls {name} with {keyword}: {KEYWORDS[keyword]}")
    assert not found


@pytest.mark.parametrize("name", CALLS)
def test_nothing_dangerous_is_called(name: str) -> None:
    found = [where for where, called, _ in calls(*PRODUCT) if called == name]
    assert not found, CALLS[name]


def test_no_script_of_ours_turns_text_into_markup() -> None:
    # DiffIR puts documents into the page as they are
    scripts = [file for file in files() if file.endswith((".js", ".mjs", ".html"))]
    assert scripts
    found = [(file, way) for file in scripts for way in MARKUP if way in text_of(file)]
    assert not found


def test_arrays_are_read_without_pickles_each_time() -> None:
    loads = [(w, ast.unparse(c)) for w, name, c in calls(*PRODUCT) if name in ("np.load", "load")]
    arrays = [(where, call) for where, call in loads if call.startswith("np.")]
    assert arrays
    assert not [where for where, call in arrays if "allow_pickle=False" not in call]


def test_models_are_read_from_the_disk_alone_and_only_their_tensors() -> None:
    found = [(w, name, ast.unparse(c)) for w, name, c in calls(*PRODUCT)]
    loads = [each for each in found if each[1].endswith(".from_pretrained")]
    made = [each for each in found if "model_kwargs=" in each[2]]
    assert len(loads) == 4
    assert len(made) == 2
    assert not [where for where, _, call in loads + made if "local_files_only=True" not in call]
    read = [call for _, name, call in loads + made if "AutoTokenizer" not in name]
    assert len(read) == 4
    assert all("reading()" in call or "**options" in call for call in read)


def test_no_archive_unpacks_itself() -> None:
    """What is in an archive is written file by file under names of ours."""
    names = [(where, name.rpartition(".")[2]) for where, name, _ in calls(*PRODUCT)]
    assert not [where for where, name in names if name in EXTRACTS]


def test_arrays_and_indexes_are_written_where_a_full_disk_is_noticed() -> None:
    """The calls of numpy and faiss leave the end of a file in a buffer and lose it in silence."""
    lossy = ("save", "savez", "savez_compressed", "tofile", "write_index")
    owners = ("np", "numpy", "faiss")
    made = [(where, name.split(".")) for where, name, _ in calls(*PRODUCT)]
    found = {w.partition(":")[0] for w, n in made if n[-1] in lossy and n[0] in owners}
    assert found == {"evaluation/files.py"}


def test_the_engine_prints_nothing() -> None:
    printing = [where for where, name, _ in calls("evaluation") if name == "print"]
    assert not [where for where in printing if not where.startswith("evaluation/__main__.py")]


def test_the_product_never_asserts() -> None:
    """What a visitor gives is answered with a sentence, and assertions can be switched off."""
    nodes = [(file, node) for file in python_files(*PRODUCT) for node in ast.walk(tree_of(file))]
    assert not [f"{file}:{n.lineno}" for file, n in nodes if isinstance(n, ast.Assert)]


def test_only_the_workspace_knows_paths() -> None:
    nodes = [(f, node) for f in python_files("evaluation") for node in ast.walk(tree_of(f))]
    found = {file for file, n in nodes if isinstance(n, ast.Name) and n.id == "__file__"}
    assert found == {"evaluation/version.py"}


def test_settings_are_read_where_the_workspace_is_opened() -> None:
    nodes = [(file, node) for file in python_files(*PRODUCT) for node in ast.walk(tree_of(file))]
    constants = [(file, str(n.value)) for file, n in nodes if isinstance(n, ast.Constant)]
    found = {file for file, value in constants if value.startswith("RANKLAB_")}
    places = {"evaluation/workspace_folder.py", "evaluation/models/folders.py"}
    places |= {
        "components/visitor.py",
        "evaluation/quota.py",
        "evaluation/log.py",
        "evaluation/version.py",
    }
    assert found == places | {
        "evaluation/language_models/settings.py",
        "evaluation/models/model_files.py",
    }


@pytest.mark.parametrize("word", WORKPLACE)
def test_nothing_depends_on_the_place_it_was_made_in(word: str) -> None:
    texts = [file for file in files() if file.endswith(TEXT)]
    assert len(texts) > 50
    assert not [file for file in texts if word in text_of(file)]


def test_no_secret_is_in_the_repository() -> None:
    secret = re.compile("|".join(SECRETS))
    assert not [file for file in files() if file.endswith(TEXT) and secret.search(text_of(file))]


def test_no_file_can_carry_code_or_keys() -> None:
    endings = (".pkl", ".pickle", ".pt", ".pth", ".bin", ".pem", ".key", ".env", "secrets.toml")
    assert not [file for file in files() if file.endswith(endings)]


def test_bundled_files_are_small() -> None:
    from tests.sources import ROOT

    sizes = {file: (ROOT / file).stat().st_size for file in files() if below(file, "data", "tests")}
    assert {file: size for file, size in sizes.items() if size > 3_000_000} == {}
