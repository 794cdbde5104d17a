"""Three ways to start: the demo, a collection of one's own, finished run files."""

import streamlit as st

from components import services, state
from components.start_button import start_button
from evaluation.collections.demo import add_demo
from evaluation.experiment import Experiment, experiment_from_dict
from evaluation.presets import suggested
from evaluation.store import list_experiments

DEMO, RUNS = "scifact", "trec-dl-2020-passage"
# in this track grades 2 and 3 count as relevant, as its organisers say
RUN_MEASURES = ("nDCG@10", "RR(rel=2)@10", "AP(rel=2)", "R(rel=2)@100", "P(rel=2)@10", "Judged@10")


def show_ways_to_start() -> None:
    """Show one card for each way to a first leaderboard."""
    first = not list_experiments(services.workspace())
    st.subheader("Three ways to start" if first else "Start something new", anchor=False)
    with st.grid(3, min_column_width=270, border=True) as grid:
        with grid.cell():
            _card(
                ":material/play_circle: Try the demo",
                "Lexical, dense and hybrid systems on SciFact: 5,183 scientific abstracts and 300 "
                "claims. First figures within seconds, nothing to download.",
            )
            start_button(
                "Run the demo", "SciFact demo", demo_experiment, "primary" if first else "secondary"
            )
        with grid.cell():
            _card(
                ":material/database: Bring your own collection",
                "Documents, queries and judgements as BEIR, TREC, SMART, CSV, JSON lines or "
                "Parquet. They are checked before anything is scored.",
            )
            if st.button("Add a collection", icon=":material/upload:"):
                state.go("collections", add="upload")
        with grid.cell():
            _card(
                ":material/compare_arrows: Compare run files",
                "Six finished runs of the TREC Deep Learning Track 2020, from BM25 to large "
                "encoders. Or upload your own runs with their judgements.",
            )
            with st.container(horizontal=True):
                start_button("Compare the runs", "TREC DL 2020 runs", runs_experiment)
                if st.button("Upload runs", type="tertiary"):
                    state.go("collections", add="upload")


def demo_experiment(name: str) -> Experiment:
    """Give the demo: every ready-made system on the test queries of SciFact."""
    collection_id = add_demo(services.workspace(), DEMO)
    return Experiment(
        name, collection_id, "test", tuple(suggested(services.collection(collection_id)))
    )


def runs_experiment(name: str) -> Experiment:
    """Give the comparison of the bundled run files."""
    collection_id = add_demo(services.workspace(), RUNS)
    split = services.collection(collection_id).default_split
    systems = [
        {"name": run.name, "stage": "run", "run": run.id}
        for run in services.workspace().runs(collection_id)
    ]
    return experiment_from_dict(
        {
            "name": name,
            "collection": collection_id,
            "split": split,
            "measures": list(RUN_MEASURES),
            "systems": systems,
        }
    )


def _card(title: str, text: str) -> None:
    st.markdown(f"**{title}**")
    st.caption(text)
    st.space("stretch")
