"""Soviet–Japanese relations, 1905–1945: a curated dataset, compiled into a read-only store and served as JSON."""
