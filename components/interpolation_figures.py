"""What a grid of arms says: the chart over the weight, the best of each arm, every setting."""

from typing import Any

import streamlit as st

from components import plot, safe
from components.charts.interpolation_lines import Line, Point, interpolation_chart
from components.interpolated import Interpolated, View
from components.result_downloads import download_table
from evaluation.interpolation import ARMS, MEANINGS, MIXED, feedback_label
from evaluation.interpolation_results import Best, Setting
from evaluation.reports.markup import chance

Row = dict[str, Any]
LEVEL = 0.05
NUMBER = st.column_config.NumberColumn


def show_verdict(found: Interpolated) -> None:
    """Say in one line which arm is best, and whether that is more than chance."""
    fed = {arm: found.best[arm] for arm in MIXED if arm in found.best and arm != "none"}
    gains = {arm: best for arm, best in fed.items() if best.gain}
    if not gains:
        return
    arm = max(gains, key=lambda name: gains[name].setting.mean)
    best, gain = gains[arm], gains[arm].gain
    mean = gain.mean if gain else float("nan")
    word = "more" if mean >= 0 else "less"
    sure = "" if best.p <= LEVEL else ", which cannot be told from chance"
    st.markdown(
        f"Of the arms with feedback, **{ARMS[arm].lower()}** is best: {found.measure} "
        f"{best.setting.mean:.4f}, {abs(mean):.4f} {word} than the best mix without feedback "
        f"(p {chance(best.p, '= ')}){sure}."
    )


def show_chart(found: Interpolated, view: View) -> None:
    """Draw the measure over the weight, a line per arm."""
    shown = [each for each in found.settings if view.holds(each.place)]
    with st.container(border=True, gap="small"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.subheader(
                f"{safe.label(found.measure)} by weight",
                anchor=False,
                width="stretch",
                help="Means over all queries with 95 % bootstrap intervals. Points of the same "
                "weight stand a little apart so that their intervals can be seen; intervals of "
                "means overlap even where a paired test tells two arms apart.",
            )
            _download(found, [_row(found, each) for each in shown], "chart")
        figure = interpolation_chart(plot.theme(), _lines(shown), found.measure)
        plot.show_plot(figure, alt=f"{found.measure} of each arm by weight of the sparse scores")
        st.caption(
            "At weight 0 only dense scores count in a mix, at 1 only sparse ones. Where the mix is "
            "made before feedback alone, dense search has the last word at every weight. Dotted: "
            "a retriever by itself."
        )


def show_best(found: Interpolated) -> None:
    """Show the best setting of each arm and how it stands against the best without feedback."""
    rows = [_best_row(found, arm, best) for arm, best in found.best.items()]
    with st.container(border=True, gap="small"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.subheader(
                "The best of each arm",
                anchor=False,
                width="stretch",
                help="Over all weights, normalisers and kinds of feedback. Each was chosen on the "
                "queries it is shown for, so all look better than they are.",
            )
            _download(found, rows, "best")
        st.dataframe(rows, hide_index=True, column_config=_columns(found.measure), placeholder="—")


def show_settings(found: Interpolated) -> None:
    """Show every setting, the best first."""
    rows = [_row(found, each) for each in found.settings]
    rows.sort(key=lambda row: -(row[found.measure] if row[found.measure] is not None else -1))
    with st.container(border=True, gap="small"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.subheader("All settings", anchor=False, width="stretch")
            _download(found, rows, "settings")
        st.dataframe(
            rows,
            hide_index=True,
            height="auto" if len(rows) <= 10 else 400,
            column_config=_columns(found.measure),
            placeholder="—",
        )


def _lines(shown: list[Setting]) -> list[Line]:
    lines = []
    for place, arm in enumerate(reversed(ARMS)):  # so that the mixes have the first colours
        own = [each for each in shown if each.place.arm == arm]
        points = [Point(e.place.weight or 0.0, e.mean, e.low, e.high) for e in own]
        if arm in MIXED and points:
            points.sort(key=lambda point: point.weight)
            lines.append(Line(ARMS[arm], place, points))
        elif points:
            lines.append(Line(ARMS[arm], place, points[:1], level=True))
    return lines


def _best_row(found: Interpolated, arm: str, best: Best) -> Row:
    setting, gain = best.setting, best.gain
    compared = gain is not None and best.p == best.p
    return {
        "Arm": ARMS[arm],
        **_setting(setting),
        found.measure: setting.mean,
        "Δ no feedback": gain.mean if gain else None,
        "Against no feedback": _verdict(best) if compared else "",
        "Δ low": best.low if compared else None,
        "Δ high": best.high if compared else None,
        "Wins · ties · losses": f"{gain.wins} · {gain.ties} · {gain.losses}" if gain else "",
        "Low": setting.low,
        "High": setting.high,
        "Retrievers": setting.place.pair,
        "What it is": MEANINGS[arm],
    }


def _verdict(best: Best) -> str:
    mean = best.gain.mean if best.gain else 0.0
    word = "not separable" if best.p > LEVEL else "better" if mean > 0 else "worse"
    return f"{word} (p {chance(best.p, '= ')})"


def _row(found: Interpolated, each: Setting) -> Row:
    gain = found.gains[found.settings.index(each)]
    known = each.mean == each.mean
    figures = found.results.systems[each.number].figures
    return {
        "Arm": ARMS[each.place.arm],
        **_setting(each),
        found.measure: each.mean if known else None,
        "Low": each.low if known else None,
        "High": each.high if known else None,
        "Δ same mix": gain if gain == gain else None,
        "ms per query": figures.get("latency_p50_ms"),
        "Retrievers": each.place.pair,
    }


def _setting(each: Setting) -> Row:
    place = each.place
    return {
        "Weight": place.weight,
        "Normaliser": place.normaliser,
        "Feedback": feedback_label(place.feedback) if place.feedback else "",
    }


def _columns(measure: str) -> dict[str, Any]:
    return {
        "Weight": NUMBER(format="%.2f", help="Of the sparse scores; the rest is dense."),
        measure: NUMBER(format="%.4f", help="Mean over all queries."),
        "Low": NUMBER(format="%.4f", help="Of the 95 % bootstrap interval of the mean."),
        "High": NUMBER(format="%.4f", help="Of the 95 % bootstrap interval of the mean."),
        "Δ low": NUMBER(format="%+.4f", help="Of the 95 % paired bootstrap interval of Δ."),
        "Δ high": NUMBER(format="%+.4f", help="Of the 95 % paired bootstrap interval of Δ."),
        "Δ no feedback": NUMBER(
            format="%+.4f", help="Mean minus that of the best mix without feedback."
        ),
        "Against no feedback": st.column_config.TextColumn(
            help="Paired randomisation test on the same queries, corrected over the arms (Holm)."
        ),
        "Δ same mix": NUMBER(
            format="%+.4f", help="Minus the mix of the same weight and normaliser, not fed back."
        ),
        "ms per query": NUMBER(
            format="%.1f", help="Median time of one query, asked alone, after a warm-up."
        ),
    }


def _download(found: Interpolated, rows: list[Row], what: str) -> None:
    columns = {name: [row[name] for row in rows] for name in rows[0]} if rows else {}
    download_table(columns, f"{found.results.id} {what} {found.measure}")
