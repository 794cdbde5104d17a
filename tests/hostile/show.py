import sys, json
from tests.hostile.runner import cases_of, attempt
from tests.hostile import runner
import importlib, gc

[importlib.import_module(n) for n in runner.LOADED]
from tests.hostile.case import faults, Outcome

for fam in sys.argv[1].split(","):
    for c in cases_of(fam, False) + (cases_of(fam, True) if len(sys.argv) > 3 else []):
        if len(sys.argv) > 2 and sys.argv[2] not in c.name:
            continue
        o = attempt(c)
        o["changed"] = tuple(o["changed"])
        o = Outcome(**o)
        f = faults(c, o)
        print(
            "FAIL" if f else "ok  ",
            f"{o.seconds:5.2f}s {o.bytes / 1e6:6.0f}MB",
            fam,
            "|",
            c.name,
            "|",
            o.ended,
            str(o.what)[: 150 if not f else 10] if o.ended != "given" else "",
            flush=True,
        )
        for x in f:
            print("       ", x[-700:])
