"""Everything that keeps a draft from being started, listed at once."""

from collections.abc import Iterator
from dataclasses import replace

from components import services
from components.collection_facts import run_names
from components.experiment_draft import Draft
from evaluation.errors import EvaluationError, UnknownNameError
from evaluation.experiment import experiment_problems
from evaluation.language_models.base import ENDPOINT
from evaluation.models.folders import HUB_ID, find_model, model_folder
from evaluation.system import System


def draft_problems(draft: Draft) -> list[str]:
    """List every reason why a draft cannot be started, each as a sentence; empty if it can."""
    if not draft.collection:
        return ["There is no collection to run on. Choose one, or bring one on Collections."]
    try:
        collection = services.collection(draft.collection)
    except EvaluationError as error:
        return [str(error)]
    found = [] if draft.systems else ["No system is chosen. Tick one, or build one."]
    found += _doubled_names(draft)
    if draft.split and not draft.measures:
        found.append("No measure is chosen. Tick one.")
    for drafted in draft.systems:  # one by one, so that no fault hides another
        alone = replace(draft, systems=(drafted,), baseline=None)
        found += experiment_problems(alone.experiment(collection.name), collection)
        found += _missing(drafted.system, draft.collection)
    return list(dict.fromkeys(found))


def models_to_fetch(draft: Draft) -> list[str]:
    """Name the models that are not on this machine; the worker downloads them at the start."""
    named = [
        str(node.stage.parameters()["model"])
        for drafted in draft.systems
        for node in drafted.system.root.walk()
        if "model" in node.stage.parameters()
    ]
    return [
        name
        for name in dict.fromkeys(named)
        if name != ENDPOINT and HUB_ID.fullmatch(name) and not find_model(name)
    ]


def _doubled_names(draft: Draft) -> list[str]:
    names = [drafted.system.name for drafted in draft.systems]
    return [
        f"{names.count(name)} systems are called {name!r}. Give each its own name."
        for name in dict.fromkeys(names)
        if names.count(name) > 1
    ]


def _missing(system: System, collection_id: str) -> Iterator[str]:
    """Name uploaded runs and models that are not here."""
    runs = run_names(collection_id)
    for node in system.root.walk():
        if node.stage.kind == "run":
            run_id = str(node.stage.parameters()["run"])
            if run_id not in runs:
                yield f"{system.name}: {UnknownNameError('uploaded run', run_id, runs)}"
            continue
        try:
            model = str(node.stage.parameters().get("model", ""))
            if model and not HUB_ID.fullmatch(model):
                model_folder(model)
            node.stage.resolved().revision()
        except EvaluationError as error:
            yield f"{system.name}: {error}"
