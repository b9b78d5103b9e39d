"""The speed budget, measured: `make bench`."""
