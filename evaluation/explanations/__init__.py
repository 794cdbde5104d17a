"""Why a document has the score it has: one file per way of scoring."""
