"""How much an import may hold; the one place for every bound on what a visitor gives."""

MAX_TOTAL_BYTES = 20_000_000_000
"""Unpacked bytes that one import may read in all."""

MAX_RATIO = 200
"""How many times larger than packed a file may become; real text stays below 20."""

RATIO_FREE_BYTES = 20_000_000
"""Unpacked bytes below which the ratio does not matter."""

MAX_MEMBERS = 10_000
"""Files in one archive or folder."""

MAX_LISTING_BYTES = 10_000_000
"""What an archive may use to list its files: a thousand bytes for each."""

MAX_NAME_LENGTH = 500
"""Characters of the path of a file inside what was given."""

MAX_LINE_BYTES = 10_000_000
"""One line of a text file, or one document of a format that spreads it over lines."""

MAX_ID_LENGTH = 500
"""Characters of a document or query id."""

MAX_GRADE = 1_000
"""The largest grade, and below zero the smallest; collections use grades up to about 10."""

MAX_EXTRA_COLUMNS = 30
"""Columns kept beside id, title and text."""

MAX_COLUMNS = 1_000
"""Columns of a table."""

BATCH_DOCUMENTS = 10_000
"""Documents written at a time."""

BATCH_CHARACTERS = 32_000_000
"""Characters of text held before they are written, however few documents they are."""

MAX_DIMENSION = 65_536
"""Numbers in one vector; embedding models give up to about 12,000."""

BLOCK_BYTES = 8_000_000
"""Vectors read at a time."""
