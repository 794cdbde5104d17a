"""Charts: numbers in, a plotly figure out; no streamlit in here."""
