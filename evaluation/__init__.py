"""The engine of RankLab: collections in; rankings, scores and comparisons out."""
