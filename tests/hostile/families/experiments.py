"""Experiments and systems as YAML: bombs, tags, numbers without end."""

from tests.hostile.case import Case
from tests.hostile.yaml_texts import experiment, stage, system, systems

BOMB = "a: &a [x]\n" + "".join(
    f"{chr(98 + n)}: &{chr(98 + n)} [{', '.join(['*' + chr(97 + n)] * 9)}]\n" for n in range(12)
)
CASES = (
    Case("aliases that grow", experiment(BOMB), "aliases"),
    Case("an alias of itself", experiment("a: &a [*a]\n"), "aliases"),
    Case("900,000 brackets and an alias", experiment("[" * 900_000 + "&a *a"), "nested|aliases"),
    Case("900,000 brackets", experiment("[" * 900_000), "The YAML text, line 1"),
    Case("lists in lists in one line", experiment("- " * 400_000), "The YAML text, line 1"),
    Case("maps in maps in one line", experiment("{a: " * 200_000), "The YAML text, line 1"),
    Case("a merge of itself", experiment("a: &a\n  <<: *a\n"), "aliases|while scanning"),
    *(
        Case(
            f"the tag {tag} on {value}", experiment(f"a: {tag} {value}\n"), "The YAML text, line 1"
        )
        for tag, value in (
            ("!!python/object/apply:os.system", "['true']"),
            ("!!python/name:os.system", "''"),
            ("!!python/object:os.path", "{}"),
            ("!mine", "x"),
            ("!!int", "''"),
            ("!!int", "abc"),
            ("!!float", "''"),
            ("!!bool", "perhaps"),
            ("!!timestamp", "never"),
            ("!!binary", "'*'"),
            ("!!set", "[1]"),
            ("!!omap", "3"),
            ("!!pairs", "x"),
            ("!!null", "[]"),
            ("!<tag:yaml.org,2002:python/none>", "x"),
        )
    ),
    Case(
        "one key twice", experiment(systems("{stage: bm25, k1: 1, k1: 2}")), "line 4: .*k1.* twice"
    ),
    Case("a list as a key", experiment("? [a]\n: b\n"), "The YAML text, line 1"),
    Case("two documents", experiment("a: b\n---\nc: d\n"), "The YAML text, line 2"),
    Case("no document", experiment(""), "is not a mapping"),
    Case(
        "a text of 2 MB", experiment("# " + "x" * 2_000_000), "longer than one million characters"
    ),
    Case("control characters", experiment("a: \x07b\n"), "The YAML text"),
    Case("a NUL", experiment("a: b\0\n"), "The YAML text"),
    Case("a tab as an indent", experiment("a:\n\tb: c\n"), "The YAML text, line 2"),
    Case(
        "half a character pair",
        experiment('name: "\\ud800"\ncollection: c\nsystems:\n- {stage: bm25}\n'),
        "The YAML text, line 1: ",
    ),
    Case("a character beyond Unicode", experiment('name: "\\UFFFFFFFF"\n'), "The YAML text"),
    Case(
        "a number in base 60 of 400,000 digits",
        experiment("name: 1" + ":0" * 400_000 + "\n"),
        "The experiment has no",
    ),
    Case(
        "a date as a name",
        experiment(systems("{stage: bm25}", rest="split: 2020-01-01\n")),
        gives=1,
    ),
    Case("a date that there is not", experiment("a: 2020-99-99\n"), "The YAML text|has no"),
    Case(
        "a number of 5,000 digits",
        experiment(systems("{stage: bm25, depth: " + "9" * 5000 + "}")),
        "ine 4",
    ),
    Case(
        "a number of 5,000 hexadecimal digits",
        experiment(systems("{stage: bm25, depth: 0x" + "f" * 5000 + "}")),
        "ine 4",
    ),
    Case("an exclamation where a value should be", experiment("a: !\n"), "The YAML text|has no"),
    Case("an equals sign as a value", experiment("a: =\n"), "The YAML text|has no"),
    Case(
        "seed without end",
        experiment(systems("{stage: bm25}", rest="seed: .inf\n")),
        "`seed` is inf",
    ),
    Case(
        "seed that is no number",
        experiment(systems("{stage: bm25}", rest="seed: .nan\n")),
        "`seed` is nan",
    ),
    Case(
        "seed below zero", experiment(systems("{stage: bm25}", rest="seed: -1\n")), "`seed` is -1"
    ),
    Case(
        "seed of 300 digits",
        experiment(systems("{stage: bm25}", rest="seed: " + "9" * 300 + "\n")),
        "line 3: a number has more than 60 digits",
    ),
    Case(
        "seed as a list",
        experiment(systems("{stage: bm25}", rest="seed: [1]\n")),
        "`seed` is \\[1\\]",
    ),
    Case(
        "seed as true", experiment(systems("{stage: bm25}", rest="seed: true\n")), "`seed` is True"
    ),
    Case(
        "10,000 systems",
        experiment(systems(*(f"{{stage: bm25, name: s{n}}}" for n in range(10_000)))),
        "10,000 systems; 500 are the most",
    ),
    Case(
        "20,000 measures",
        experiment(
            systems(
                "{stage: bm25}",
                rest="measures: [" + ", ".join(f"P@{n}" for n in range(1, 20_001)) + "]\n",
            )
        ),
        "20,000 measures; 100 are the most",
    ),
    Case(
        "two systems of one name",
        experiment(systems("{stage: bm25, name: a}", "{stage: random, name: a}")),
        "Two systems are called 'a'",
    ),
    Case(
        "a name of 500,000 characters",
        experiment(systems("{stage: bm25, name: " + "a" * 500_000 + "}")),
        gives=1,
    ),
    Case(
        "systems as a map",
        experiment("collection: c\nsystems: {stage: bm25}\n"),
        "`systems` and `measures` are lists",
    ),
    Case(
        "a system that is a number",
        experiment(systems("5")),
        "A stage is written as '5'|A stage is written as 5",
    ),
    Case("a system that is nothing", experiment(systems("")), "A stage is written as 'None'"),
    Case(
        "a collection that is a list",
        experiment("collection: [a]\nsystems: [{stage: bm25}]\n"),
        "`collection`",
    ),
    Case(
        "an unknown stage",
        experiment(systems("{stage: bm52}")),
        "Line 4: There is no stage called 'bm52'. Did you mean 'bm25'",
    ),
    Case(
        "a stage of 100,000 letters",
        experiment(systems("{stage: " + "b" * 100_000 + "}")),
        "Line 4: There is no stage called 'bbb",
    ),
    Case(
        "an unknown parameter",
        experiment(systems("{stage: bm25, k2: 1}")),
        "Line 4: There is no parameter of bm25 called 'k2'",
    ),
    Case(
        "a stage that is a list",
        experiment(systems("{stage: [bm25]}")),
        "ine 4: A stage is written as",
    ),
    Case(
        "25 stages above one another",
        system(("{stage: rm3, inputs: [" * 25) + "{stage: bm25}" + "]}" * 25),
        "nested deeper than 20 levels",
    ),
    Case(
        "a retriever with inputs",
        system("{stage: bm25, inputs: [{stage: bm25}]}"),
        "BM25 has 1 inputs",
    ),
    Case(
        "a fusion of one",
        system("{stage: rrf, inputs: [{stage: bm25}]}"),
        "has 1 inputs. Give it 2 to 16",
    ),
    Case(
        "a fusion of 1,000",
        system("{stage: rrf, inputs: [" + ", ".join(["{stage: bm25}"] * 1000) + "]}"),
        "has 1000 inputs. Give it 2 to 16",
    ),
    Case("inputs as a text", system("{stage: rrf, inputs: bm25}"), "`inputs` is 'bm25'"),
    *(
        Case(f"a depth of {value}", stage(depth=value), "depth is")
        for value in (
            "0",
            "-1",
            "1.5",
            "true",
            "1000000000000",
            ".inf",
            "ten",
            "'10'",
            "[1]",
            "2020-01-01",
            "0o7777777777",
            "1e3",
        )
    ),
    *(
        Case(f"k1 of {value[:12]}", stage(k1=value), "k1 is")
        for value in (".nan", ".inf", "-.inf", "-1", "'1.2'", "true", "null", "[1.2]", "1:2")
    ),
    Case("k1 of 400 digits", stage(k1="1" + "0" * 400), "line 2: a number has more than 60 digits"),
    Case("a parameter that is a map", stage(text="{a: b}"), "BM25|parameter"),
)
