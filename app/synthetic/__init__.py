"""Records made up by the thousand, to measure with. None of them is history."""

PREFIX = "synthetic-"  # of the version
