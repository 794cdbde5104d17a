"""The command line: files that are none, and words that make no sense."""

from tests.hostile.actions import called as call
from tests.hostile.case import Case

RUN = "q1 Q0 d1 1 3.5 x\n"
QRELS = "q1 0 d1 1\n"
CASES = (
    Case(
        "a run that is not there",
        call("evaluate", "qrels.txt", "no.run", qrels_txt=QRELS),
        "no.run",
    ),
    Case("a run that is a folder", call("evaluate", "qrels.txt", ".", qrels_txt=QRELS), "\\."),
    Case(
        "judgements that are not there",
        call("evaluate", "no.txt", "a.run", a_run=RUN),
        "no.txt: there is no such file",
    ),
    Case(
        "judgements that are a folder",
        call("evaluate", ".", "a.run", a_run=RUN),
        "sets of judgements|nothing that can be read",
    ),
    Case(
        "judgements that are a run",
        call("evaluate", "a.run", "a.run", a_run=RUN),
        "a.run holds 0 sets of judgements",
    ),
    Case(
        "a measure that is none",
        call("evaluate", "qrels.txt", "a.run", "--measures", "nDCG@0", qrels_txt=QRELS, a_run=RUN),
        "cut-off 0",
    ),
    Case("a name of 5,000 letters", call("evaluate", "q" * 5000, "a.run", a_run=RUN), "qqq"),
    Case(
        "an experiment that is not there",
        call("run", "no.yaml"),
        "no.yaml: the file cannot be read",
    ),
    Case("an experiment that is a folder", call("run", "."), "the file cannot be read"),
    Case(
        "an experiment in Latin-1",
        call("run", "x.yaml", x_yaml=b"name: caf\xe9"),
        "x.yaml: the file cannot be read",
    ),
    Case(
        "an experiment of an unknown collection",
        call("run", "x.yaml", x_yaml="collection: ../../etc\nsystems: [{stage: bm25}]\n"),
        "There is no collection called '../../etc'",
    ),
    Case(
        "an id that leads outside",
        call("show", "../../etc/passwd"),
        "There is no experiment called",
    ),
    Case("an id of 100,000 letters", call("show", "x" * 100_000), "There is no experiment called"),
    Case("a probe of a kind that there is not", call("probe", "c", "kind"), "There is no"),
    Case("an import of nothing", call("import", "no.zip"), "no.zip: there is no such file"),
    Case("an import of /dev/zero", call("import", "/dev/zero"), "zero|no file"),
    Case("a backup over a file", call("backup", "a.csv", a_csv="x"), "exists already"),
    Case(
        "a backup into a folder that is not there", call("backup", "no/b.tar.gz"), "does not exist"
    ),
    Case(
        "a restore of what is not there", call("restore", "no.tar.gz", "new"), "cannot be restored"
    ),
    Case("a restore into a file", call("restore", "a.csv", "a.csv", a_csv="x"), "a.csv"),
    Case("a restore into a full folder", call("restore", "a.csv", ".", a_csv="x"), "is not empty"),
    Case(
        "a tuning of what is no grid",
        call("tune", "x.yaml", x_yaml="collection: c\nsystems: [{stage: bm25}]\n"),
        "grid|collection",
    ),
)
